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
        long ledger = nanosOf(Tasks::isLedger);
        long apart = compilerNanos() + ledger;
        return new Meter(System.nanoTime(), PROCESS.getProcessCpuTime() - apart, ledger, allocated());
    }

    /** Processor time of the JIT compiler; 0 on other systems than Linux. */
    static long compilerNanos() {
        return nanosOf(Tasks::isCompiler);
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
                if (kind.has(task)) {
                    sum += Tasks.nanos(task);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("Threads of this process cannot be listed", e);
        }
        return sum;
    }
}
