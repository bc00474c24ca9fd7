package io.github.camelllm.routes.race;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Plays the provider: charges what reaches it, and keeps the bill. Thread-safe. */
final class RaceProvider implements AutoCloseable {
    private static final int ANSWER_MILLIS = 15;

    private final ServerSocket listener;
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
    private final Map<UUID, Charge> bill = new ConcurrentHashMap<>();
    private final AtomicLong billed = new AtomicLong();
    private final List<OutputStream> waiting = new ArrayList<>();
    private int awaited;
    private volatile boolean closed;

    /** @param settled whether the process has said that its store confirmed the end of the attempt */
    record Charge(int team, long worst, long actual, boolean settled) {}

    /** @param processes none may begin before so many are there */
    RaceProvider(int processes) throws IOException {
        awaited = processes;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    Map<UUID, Charge> bill() {
        return bill;
    }

    long billed() {
        return billed.get();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listener.accept();
                client.setTcpNoDelay(true);
                start(() -> serve(client));
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
            OutputStream out = client.getOutputStream();
            mayBegin(out);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                UUID attempt = UUID.fromString(words[1]);
                if (words[0].equals("D")) {
                    bill.computeIfPresent(
                            attempt, (id, charge) -> new Charge(charge.team(), charge.worst(), charge.actual(), true));
                } else {
                    charge(attempt, Long.parseLong(words[2]), Integer.parseInt(words[3]), out);
                }
            }
        } catch (IOException e) {
            // The process was killed
        }
    }

    private synchronized void mayBegin(OutputStream out) {
        waiting.add(out);
        awaited--;
        if (awaited <= 0) {
            waiting.forEach(one -> answer(one, "go\n".getBytes(StandardCharsets.UTF_8)));
            waiting.clear();
        }
    }

    private void charge(UUID attempt, long worst, int team, OutputStream out) {
        // Some fail without a charge, some cost all that they may, most cost a part
        long share = Math.floorMod(attempt.getLeastSignificantBits(), 100L);
        long actual = share < 5 ? 0 : share > 94 ? worst : worst * share / 100;
        bill.put(attempt, new Charge(team, worst, actual, false));
        billed.addAndGet(actual);
        byte[] answer = (attempt + " " + actual + "\n").getBytes(StandardCharsets.UTF_8);
        clock.schedule(() -> answer(out, answer), ANSWER_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void answer(OutputStream out, byte[] answer) {
        try {
            out.write(answer);
        } catch (IOException e) {
            // The process was killed
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "provider");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        listener.close();
        clock.shutdownNow();
    }
}
