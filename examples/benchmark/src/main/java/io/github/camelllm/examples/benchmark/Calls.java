package io.github.camelllm.examples.benchmark;

import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts the calls of one load and stops it. Thread-safe. */
final class Calls {
    private static final int STOP_SECONDS = 30;

    private final LongAdder succeeded = new LongAdder();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Phaser callers = new Phaser(1);
    private volatile boolean wanted = true;

    /** A caller begins. */
    void begin() {
        callers.register();
    }

    boolean areWanted() {
        return wanted;
    }

    void succeeded() {
        succeeded.increment();
    }

    /** Ends the load: a contender that fails is not measured. */
    void failed(Throwable reason) {
        failure.compareAndSet(null, reason);
        wanted = false;
    }

    /** A caller has stopped. */
    void end() {
        callers.arriveAndDeregister();
    }

    long count() {
        return succeeded.sum();
    }

    /**
     * Lets each caller finish its call.
     *
     * @throws IllegalStateException if a call failed, or does not end
     */
    void stop() throws InterruptedException {
        wanted = false;
        try {
            callers.awaitAdvanceInterruptibly(callers.arrive(), STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("calls do not end within " + STOP_SECONDS + " s", e);
        }
        Throwable reason = failure.get();
        if (reason != null) {
            throw new IllegalStateException("a call failed", reason);
        }
    }
}
