package io.github.camelllm.examples.nodes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A node as its starter sees it. */
final class NodeProcess implements AutoCloseable {
    private static final long SECONDS_TO_END = 20;

    private final String name;
    private final Path workdir;
    private final int killAfter;
    private final Process process;
    private final Thread reader;
    private final List<CallLine> calls = new ArrayList<>();
    private boolean ready;
    private boolean killed;

    private NodeProcess(String name, Path workdir, int killAfter, Process process) {
        this.name = name;
        this.workdir = workdir;
        this.killAfter = killAfter;
        this.process = process;
        reader = new Thread(this::read, name);
        reader.setDaemon(true);
    }

    /**
     * @param number 1 for the first
     * @param killAfter how many calls it may make before it is killed
     * @param properties system properties of the process
     */
    static NodeProcess start(int number, int killAfter, Settings settings, Map<String, String> properties)
            throws IOException {
        String name = "node-" + number;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dnode=" + name,
                "-Dinbox=" + inbox(settings.workdir(), name)));
        properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add(Node.class.getName());
        Files.createDirectories(inbox(settings.workdir(), name));
        Process process = new ProcessBuilder(command)
                .redirectError(log(settings.workdir(), name).toFile())
                .start();
        NodeProcess node = new NodeProcess(name, settings.workdir(), killAfter, process);
        node.reader.start();
        return node;
    }

    private static Path inbox(Path workdir, String name) {
        return workdir.resolve("inbox").resolve(name);
    }

    private static Path log(Path workdir, String name) {
        return workdir.resolve(name + ".log");
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                take(line);
            }
        } catch (IOException e) {
            // What a killed process leaves of its output
            if (!isKilled()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private synchronized void take(String line) {
        ready |= line.equals(Node.READY);
        CallLine.parse(line).ifPresent(calls::add);
        if (calls.size() >= killAfter && !killed) {
            // SIGKILL: the process is told nothing and can do nothing about it
            killed = true;
            process.destroyForcibly();
        }
    }

    String name() {
        return name;
    }

    /** Where its warnings are. */
    Path log() {
        return log(workdir, name);
    }

    synchronized boolean isReady() {
        return ready;
    }

    synchronized boolean isKilled() {
        return killed;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it has told so far. */
    synchronized List<CallLine> calls() {
        return List.copyOf(calls);
    }

    /** Gives it its questions, all at once. */
    void ask(List<String> lines) throws IOException {
        Path written = workdir.resolve(name + ".txt");
        Files.write(written, lines);
        Files.move(written, inbox(workdir, name).resolve("questions.txt"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whether it has worked on all its questions. */
    boolean isDone() {
        return Files.exists(inbox(workdir, name).resolve("done").resolve("questions.txt"));
    }

    /** Ends it, and waits for its last line. */
    @Override
    public void close() throws IOException {
        try {
            if (process.isAlive()) {
                process.getOutputStream().close();
                if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            }
            reader.join();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
