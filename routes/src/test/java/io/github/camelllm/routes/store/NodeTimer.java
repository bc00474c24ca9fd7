package io.github.camelllm.routes.store;

import io.github.camelllm.call.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Real time for one process, until that stops as if it hung or were dead. Thread-safe. */
final class NodeTimer implements Timer {
    private final ScheduledExecutorService clock;
    private final List<Runnable> held = new ArrayList<>();
    private boolean stopped;

    NodeTimer(ScheduledExecutorService clock) {
        this.clock = clock;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        ScheduledFuture<?> due = clock.schedule(() -> runOrHold(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> due.cancel(false);
    }

    private void runOrHold(Runnable task) {
        synchronized (this) {
            if (stopped) {
                held.add(task);
                return;
            }
        }
        task.run();
    }

    synchronized void stop() {
        stopped = true;
    }

    void goOn() {
        List<Runnable> due;
        synchronized (this) {
            stopped = false;
            due = List.copyOf(held);
            held.clear();
        }
        due.forEach(clock::execute);
    }
}
