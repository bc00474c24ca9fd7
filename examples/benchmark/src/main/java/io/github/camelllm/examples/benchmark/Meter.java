package io.github.camelllm.examples.benchmark;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What this process has consumed so far.
 *
 * @param nanos when this was read, {@link System#nanoTime}
 * @param cpuNanos processor time of all threads, garbage collection included. On Linux that of the JIT compiler is left out,
 *     since a long-running process does not pay it
 * @param allocatedBytes bytes allocated by the Java threads that live now
 */
record Meter(long nanos, long cpuNanos, long allocatedBytes) {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Path TASKS = Path.of("/proc/self/task");

    static Meter read() {
        return new Meter(System.nanoTime(), PROCESS.getProcessCpuTime() - compilerNanos(), allocated());
    }

    private static long allocated() {
        long sum = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }

    private static long compilerNanos() {
        if (!Files.isDirectory(TASKS)) {
            return 0;
        }
        long sum = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                sum += compilerNanos(task);
            }
        } catch (IOException e) {
            throw new IllegalStateException("Threads of this process cannot be listed", e);
        }
        return sum;
    }

    /** 0 for threads that are no compiler's. */
    private static long compilerNanos(Path task) throws IOException {
        try {
            if (!isCompiler(task)) {
                return 0;
            }
            // https://docs.kernel.org/scheduler/sched-stats.html: time on the processor, in nanoseconds, comes first
            String times = Files.readString(task.resolve("schedstat"));
            return Long.parseLong(times.substring(0, times.indexOf(' ')));
        } catch (NoSuchFileException e) {
            // The thread ended meanwhile.
            return 0;
        }
    }

    /** Whether a thread of this process is the JIT compiler's; false if it has ended. */
    static boolean isCompiler(Path task) throws IOException {
        try {
            String name = Files.readString(task.resolve("comm"));
            return name.startsWith("C1 Comp") || name.startsWith("C2 Comp");
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
