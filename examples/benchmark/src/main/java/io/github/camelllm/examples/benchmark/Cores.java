package io.github.camelllm.examples.benchmark;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Puts processes on processor cores with {@code taskset}. Where there is none, the scheduler decides. */
public final class Cores {
    private static final int UPSTREAM = 0;
    private static final int MEASURED = 1;

    private Cores() {}

    /** Whether this machine can separate upstream and measured process. */
    public static boolean canPin() {
        return Runtime.getRuntime().availableProcessors() > 1 && Files.isExecutable(Path.of("/usr/bin/taskset"));
    }

    /** Puts a process, and what it starts from now on, on the core of the upstream. */
    public static void pinUpstream(long processId) throws IOException, InterruptedException {
        if (taskset("-apc", UPSTREAM, Long.toString(processId)) != 0) {
            throw new IOException("taskset could not pin process " + processId);
        }
    }

    /** Puts this process on the measured core and its JIT compiler's threads on the other. */
    static void pinThisProcess() throws IOException, InterruptedException {
        pinMeasured(ProcessHandle.current().pid());
    }

    /** Puts a process on the measured core and its JIT compiler's threads, if it has one, on the other. */
    public static void pinMeasured(long processId) throws IOException, InterruptedException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + processId + "/task"))) {
            for (Path thread : threads) {
                int core = Tasks.isCompiler(thread) ? UPSTREAM : MEASURED;
                if (taskset("-pc", core, thread.getFileName().toString()) != 0 && Files.exists(thread)) {
                    throw new IOException("taskset could not pin thread " + thread);
                }
            }
        }
    }

    /** A command that may use both cores, also if the process that starts it may not. */
    public static List<String> onBoth(List<String> command) {
        return Stream.concat(Stream.of("taskset", "-c", UPSTREAM + "," + MEASURED), command.stream())
                .toList();
    }

    private static int taskset(String options, int core, String id) throws IOException, InterruptedException {
        return new ProcessBuilder("taskset", options, Integer.toString(core), id)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
