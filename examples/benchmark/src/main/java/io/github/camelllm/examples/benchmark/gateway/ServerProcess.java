package io.github.camelllm.examples.benchmark.gateway;

import io.github.camelllm.examples.benchmark.Cores;
import io.github.camelllm.examples.benchmark.Tasks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server that is measured, in a process of its own, with those that it starts. For Linux. */
final class ServerProcess implements AutoCloseable {
    private static final Path PROC = Path.of("/proc");
    /** USER_HZ: what proc(5) counts processor time in, the same on all machines that Java runs on. */
    private static final double MICROS_A_TICK = 10_000;

    private static final double NANOS_A_MICRO = 1000;
    private static final int STOP_SECONDS = 60;

    private final String name;
    private final Process process;
    private final Path log;

    private ServerProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * What processes have consumed so far, in microseconds of processor time.
     *
     * @param serving all but what the others count
     * @param compiler the JIT compiler of a JVM, which a process that runs for long pays once
     * @param ledger the ledger's way to its database
     */
    record Consumed(double serving, double compiler, double ledger) {
        Consumed since(Consumed before) {
            return new Consumed(serving - before.serving, compiler - before.compiler, ledger - before.ledger);
        }
    }

    /** @param folder where it runs and what it says is kept */
    static ServerProcess start(String name, List<String> command, Map<String, String> environment, Path folder)
            throws IOException {
        Files.createDirectories(folder);
        Path log = folder.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(Cores.onBoth(command))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        // A run that is interrupted must not leave servers behind
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "stop-" + name));
        return new ServerProcess(name, process, log);
    }

    /** A port that nobody listens on now. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until something listens. */
    void awaitPort(int port, Duration time) throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (!listens(port)) {
            if (!process.isAlive() || System.nanoTime() - end > 0) {
                throw new IllegalStateException(
                        name + " did not start: " + Files.readString(log).strip());
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Puts all its threads on the measured core, but those of a JIT compiler on the other. */
    void pin() throws IOException, InterruptedException {
        for (ProcessHandle one : all()) {
            Cores.pinMeasured(one.pid());
        }
    }

    Consumed consumed() throws IOException {
        double all = 0;
        double compiler = 0;
        double ledger = 0;
        for (ProcessHandle one : all()) {
            all += ticks(one.pid()) * MICROS_A_TICK;
            Path tasks = PROC.resolve(one.pid() + "/task");
            try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
                for (Path thread : threads) {
                    if (Tasks.isCompiler(thread)) {
                        compiler += Tasks.nanos(thread) / NANOS_A_MICRO;
                    } else if (Tasks.isLedger(thread)) {
                        ledger += Tasks.nanos(thread) / NANOS_A_MICRO;
                    }
                }
            }
        }
        return new Consumed(all - compiler - ledger, compiler, ledger);
    }

    private static long ticks(long processId) throws IOException {
        String stat = Files.readString(PROC.resolve(processId + "/stat"));
        // The name, in brackets, may have blanks; utime and stime are the 14th and 15th of proc_pid_stat(5)
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    long processId() {
        return process.pid();
    }

    /** Memory that is in use now. */
    double residentMegabytes() throws IOException {
        double kilobytes = 0;
        for (ProcessHandle one : all()) {
            for (String line : Files.readAllLines(PROC.resolve(one.pid() + "/status"))) {
                if (line.startsWith("VmRSS:")) {
                    kilobytes += Double.parseDouble(line.replaceAll("\\D", ""));
                }
            }
        }
        return kilobytes / 1024;
    }

    private List<ProcessHandle> all() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .filter(ProcessHandle::isAlive)
                .toList();
    }

    /** Asks it to end and waits until it has. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    @Override
    public void close() throws InterruptedException {
        all().forEach(ProcessHandle::destroyForcibly);
        process.waitFor();
    }
}
