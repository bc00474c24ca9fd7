package io.github.camelllm.call;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Real time. One thread keeps it; the tasks run elsewhere, so that a long one does not hold up the others. */
public final class ExecutorTimer implements Timer {
    private final ScheduledExecutorService clock;
    private final Executor workers;

    /** @param workers run the tasks that are due */
    public ExecutorTimer(ScheduledExecutorService clock, Executor workers) {
        this.clock = clock;
        this.workers = workers;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        Future<?> due = clock.schedule(() -> runOnWorker(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> due.cancel(false);
    }

    private void runOnWorker(Runnable task) {
        try {
            workers.execute(task);
        } catch (RejectedExecutionException e) {
            // A task that is due may be all that brings a call to its end
            task.run();
        }
    }
}
