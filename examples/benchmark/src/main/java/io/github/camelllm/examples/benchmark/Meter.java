package io.github.camelllm.examples.benchmark;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process has consumed so far.
 *
 * @param nanos when this was read, {@link System#nanoTime}
 * @param cpuNanos processor time of all threads, garbage collection included. On Linux that of the JIT compiler is left out,
 *     since a long-running process does not pay it, and that of the ledger's way to its database
 * @param ledgerNanos processor time of the latter; 0 on other systems
 * @param allocatedBytes bytes allocated by the Java threads that live now
 */
record Meter(long nanos, long cpuNanos, long ledgerNanos, long allocatedBytes) {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Path TASKS = Path.of("/proc/self/task");

    static Meter read() {
        long ledger = nanosOf(Meter::isLedger);
        long apart = nanosOf(Meter::isCompiler) + ledger;
        return new Meter(System.nanoTime(), PROCESS.getProcessCpuTime() - apart, ledger, allocated());
    }

    private static long allocated() {
        long sum = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }

    /** Says of a thread of this process whether it is meant. */
    private interface Kind {
        boolean has(Path task) throws IOException;
    }

    private static long nanosOf(Kind kind) {
        if (!Files.isDirectory(TASKS)) {
            return 0;
        }
        long sum = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                sum += nanosOf(kind, task);
            }
        } catch (IOException e) {
            throw new IllegalStateException("Threads of this process cannot be listed", e);
        }
        return sum;
    }

    /** 0 for threads that are not meant. */
    private static long nanosOf(Kind kind, Path task) throws IOException {
        try {
            if (!kind.has(task)) {
                return 0;
            }
            // https://docs.kernel.org/scheduler/sched-stats.html: time on the processor, in nanoseconds, comes first
            String times = Files.readString(task.resolve("schedstat"));
            return Long.parseLong(times.substring(0, times.indexOf(' ')));
        } catch (IOException e) {
            return sinceEnded(task, e, 0L);
        }
    }

    /** A thread that ended has no files, or some that cannot be read any more. */
    private static <T> T sinceEnded(Path task, IOException failure, T then) throws IOException {
        if (Files.exists(task)) {
            throw failure;
        }
        return then;
    }

    /** Whether a thread of this process is the JIT compiler's; false if it has ended. */
    static boolean isCompiler(Path task) throws IOException {
        String name = name(task);
        return name.startsWith("C1 Comp") || name.startsWith("C2 Comp");
    }

    /** Whether a thread books calls in the database, which here is a part of this process. */
    private static boolean isLedger(Path task) throws IOException {
        String name = name(task);
        return name.startsWith("llm-ledger")
                || name.startsWith("llm-db")
                || name.startsWith("MVStore")
                || name.startsWith("H2");
    }

    /** The system keeps 15 characters of a thread's name; empty if it has ended. */
    private static String name(Path task) throws IOException {
        try {
            return Files.readString(task.resolve("comm"));
        } catch (IOException e) {
            return sinceEnded(task, e, "");
        }
    }
}
