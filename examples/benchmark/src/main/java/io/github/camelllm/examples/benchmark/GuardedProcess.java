package io.github.camelllm.examples.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Endpoint;

/** The process of one {@link Guard}: it warms up, then takes a turn for each line that it reads, and ends with them. */
public final class GuardedProcess {
    /** As many compiler threads as ever, since one that ends would take its processor time out of the sum. */
    private static final List<String> JVM_OPTIONS =
            List.of("-Xms2g", "-Xmx2g", "-Xmn1500m", "-XX:+UseSerialGC", "-XX:-UseDynamicNumberOfCompilerThreads");

    private static final String READY = "ready";
    private static final String COST = "cost ";
    private static final int END_SECONDS = 30;
    /** With all parts there is several times the code of a call, and the compiler is at it for long. */
    private static final int LEAST_WARM_UPS = 10;

    private static final int MOST_WARM_UPS = 25;
    /** The compiler rests if it takes less of a warm-up than this. */
    private static final double BUSY_SHARE = 0.03;

    private GuardedProcess() {}

    /** Starts a process and waits until it is warm. */
    static Handle start(Guard guard, Upstream.Ports upstream, Settings settings, Path folder) throws IOException {
        Process process = Benchmark.java(
                        JVM_OPTIONS,
                        GuardedProcess.class,
                        List.of(
                                guard.name(),
                                upstream.http1Url("/json/v1"),
                                folder.toString(),
                                Integer.toString(settings.callers()),
                                settings.warmUp().toString(),
                                settings.settle().toString(),
                                settings.turn().toString()))
                .start();
        Handle handle = new Handle(guard, process, Benchmark.reader(process));
        handle.await(READY);
        return handle;
    }

    /** One that runs. Not thread-safe. */
    record Handle(Guard guard, Process process, BufferedReader lines) implements AutoCloseable {
        Rounds.Cost turn() throws IOException {
            Writer in = process.outputWriter(StandardCharsets.UTF_8);
            in.write("turn\n");
            in.flush();
            String[] numbers = await(COST).substring(COST.length()).split(" ");
            return new Rounds.Cost(
                    Double.parseDouble(numbers[0]),
                    Double.parseDouble(numbers[1]),
                    Double.parseDouble(numbers[2]),
                    Long.parseLong(numbers[3]));
        }

        /** Other lines are for who reads the output. */
        private String await(String begin) throws IOException {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(begin)) {
                    return line;
                }
                System.out.println(line);
            }
            throw new IllegalStateException("the process with " + guard + " ended; its errors say why");
        }

        @Override
        public void close() throws IOException, InterruptedException {
            process.outputWriter(StandardCharsets.UTF_8).close();
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    /** Guard, the provider's address, a folder, callers, and how long it warms up, settles and measures. */
    public static void main(String[] args) throws Exception {
        Guard guard = Guard.valueOf(args[0]);
        int callers = Integer.parseInt(args[3]);
        Settings settings = new Settings(
                callers, 0, 0, 0, 1, Duration.parse(args[4]), Duration.parse(args[5]), Duration.parse(args[6]));
        Rounds rounds = new Rounds(settings);
        try (Routes routes = new Routes(
                        args[1],
                        "AUTO",
                        piece -> {},
                        guard.properties(Path.of(args[2])),
                        component -> component.setLedger(guard.has(Guard.LEDGER)));
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            Endpoint chat = routes.route("chat");
            Contender contender =
                    Contender.threads(guard.key(), guard.label(), 1, () -> routes.ask(chat, String.class));
            double busyNanos = BUSY_SHARE * settings.warmUp().toNanos();
            long before = Meter.compilerNanos();
            boolean rests = false;
            for (int pass = 0; pass < LEAST_WARM_UPS || pass < MOST_WARM_UPS && !rests; pass++) {
                rounds.warmUp(contender, callers);
                long now = Meter.compilerNanos();
                rests = now - before < busyNanos;
                before = now;
            }
            System.out.println(READY);
            while (lines.readLine() != null) {
                Rounds.Cost cost = rounds.turn(contender, callers);
                System.out.println(
                        COST + cost.cpuMicros() + " " + cost.ledgerMicros() + " " + cost.bytes() + " " + cost.units());
            }
        }
        System.exit(0);
    }
}
