package io.github.camelllm.call;

import java.time.Duration;

/** Time for calls: what it is, and things to be done later. Thread-safe. */
public interface Timer {
    /** As {@link System#nanoTime()}. */
    long nanoTime();

    /**
     * Runs a task once after a delay, on a thread that it may keep for a while.
     *
     * @return a way to call it off; without effect once it runs
     */
    Runnable schedule(Duration delay, Runnable task);
}
