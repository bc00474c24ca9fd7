package io.github.camelllm.examples.benchmark;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts processes on processor cores with {@code taskset}. Where there is none, the scheduler decides. */
final class Cores {
    private static final int UPSTREAM = 0;
    private static final int MEASURED = 1;

    private Cores() {}

    /** Whether this machine can separate upstream and measured process. */
    static boolean canPin() {
        return Runtime.getRuntime().availableProcessors() > 1 && Files.isExecutable(Path.of("/usr/bin/taskset"));
    }

    static void pinUpstream(long processId) throws IOException, InterruptedException {
        if (taskset("-apc", UPSTREAM, Long.toString(processId)) != 0) {
            throw new IOException("taskset could not pin process " + processId);
        }
    }

    /** Puts this process on the measured core and its JIT compiler's threads on the other. */
    static void pinThisProcess() throws IOException, InterruptedException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                int core = Meter.isCompiler(thread) ? UPSTREAM : MEASURED;
                if (taskset("-pc", core, thread.getFileName().toString()) != 0 && Files.exists(thread)) {
                    throw new IOException("taskset could not pin thread " + thread);
                }
            }
        }
    }

    private static int taskset(String options, int core, String id) throws IOException, InterruptedException {
        return new ProcessBuilder("taskset", options, Integer.toString(core), id)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
