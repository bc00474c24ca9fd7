package io.github.camelllm.examples.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Threads of a process as Linux shows them: folders below {@code /proc/PID/task}. What has ended has nothing any more. */
public final class Tasks {
    private Tasks() {}

    /** Whether a thread is the JIT compiler's; false if it has ended. */
    public static boolean isCompiler(Path task) throws IOException {
        String name = name(task);
        return name.startsWith("C1 Comp") || name.startsWith("C2 Comp");
    }

    /** Whether a thread books calls in the database, which here is a part of the process. */
    public static boolean isLedger(Path task) throws IOException {
        String name = name(task);
        return name.startsWith("llm-ledger")
                || name.startsWith("llm-db")
                || name.startsWith("MVStore")
                || name.startsWith("H2");
    }

    /** Processor time that a thread took; 0 if it has ended. */
    public static long nanos(Path task) throws IOException {
        // https://docs.kernel.org/scheduler/sched-stats.html: time on the processor, in nanoseconds, comes first
        String times = read(task, "schedstat");
        return times.isEmpty() ? 0 : Long.parseLong(times.substring(0, times.indexOf(' ')));
    }

    /** The system keeps 15 characters of a thread's name; empty if it has ended. */
    private static String name(Path task) throws IOException {
        return read(task, "comm");
    }

    /** A thread that ended has no files, or some that cannot be read any more. */
    private static String read(Path task, String file) throws IOException {
        try {
            return Files.readString(task.resolve(file));
        } catch (IOException e) {
            if (Files.exists(task)) {
                throw e;
            }
            return "";
        }
    }
}
