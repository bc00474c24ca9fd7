package io.github.camelllm.testing;

import io.github.camelllm.call.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that stands still until a test moves it. Tasks run on the thread that moves it. Not thread-safe. */
public final class ManualTimer implements Timer {
    private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");

    private final List<Task> tasks = new ArrayList<>();
    private long nanos;

    private record Task(long due, long number, Runnable action) {}

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        Task scheduled = new Task(nanos + delay.toNanos(), tasks.size(), task);
        tasks.add(scheduled);
        return () -> tasks.remove(scheduled);
    }

    /** Moves time forward and runs what falls due, in order, each at its time. */
    public void advance(Duration duration) {
        long until = nanos + duration.toNanos();
        while (true) {
            Task next = tasks.stream()
                    .filter(task -> task.due() <= until)
                    .min(Comparator.comparingLong(Task::due).thenComparingLong(Task::number))
                    .orElse(null);
            if (next == null) {
                nanos = until;
                return;
            }
            tasks.remove(next);
            nanos = Math.max(nanos, next.due());
            next.action().run();
        }
    }

    /** How long the next task has to wait; an error if there is none. */
    public Duration nextIn() {
        return Duration.ofNanos(tasks.stream().mapToLong(Task::due).min().orElseThrow() - nanos);
    }

    public int pending() {
        return tasks.size();
    }

    /** The same time as a clock. */
    public Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return START.plusNanos(nanos);
            }
        };
    }
}
