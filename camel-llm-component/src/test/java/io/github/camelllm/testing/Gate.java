package io.github.camelllm.testing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A point in an {@link Answer} where the {@link PlaybackServer} stops until the test says go on. Everything before the
 * gate has been handed to the operating system when the gate is reached. Usable from any thread, good for one passage.
 */
public final class Gate {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    /** Lets the server go on, now or when it arrives. */
    public void open() {
        opened.countDown();
    }

    public boolean isReached() {
        return reached.getCount() == 0;
    }

    /**
     * Waits until the server stands at this gate.
     *
     * @throws AssertionError if it does not come within 20 seconds
     */
    public void awaitReached() {
        try {
            if (!reached.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the server did not reach the gate within " + PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted before the server reached the gate", e);
        }
    }

    void pass() throws InterruptedException {
        reached.countDown();
        opened.await();
    }
}
