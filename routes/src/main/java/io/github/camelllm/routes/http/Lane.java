package io.github.camelllm.routes.http;

import org.jspecify.annotations.Nullable;

/**
 * What one request at a time has of a connection, and what its client has to do by when: a connection of HTTP/1.1, or a stream of
 * HTTP/2. For one event loop's thread.
 */
abstract class Lane {
    private long deadlineNanos;
    private @Nullable Runnable expired;

    /** From now on the client has this time; then the task runs, once. */
    final void expect(long nanos, Runnable ifExpired) {
        deadlineNanos = System.nanoTime() + nanos;
        expired = ifExpired;
    }

    /** The client has nothing to do. */
    final void expectNothing() {
        expired = null;
    }

    void checkDeadline(long nowNanos) {
        Runnable late = expired;
        if (late != null && nowNanos - deadlineNanos >= 0) {
            expectNothing();
            late.run();
        }
    }

    /** A request begins. */
    abstract void begin();

    /**
     * The end of its answer is about to be written.
     *
     * @param nanos the time in which the client has to take it
     */
    abstract void ending(long nanos);

    /**
     * Its answer is written, or its client is gone. Without effect if it was said before.
     *
     * @param draining whether there are to be no more requests
     */
    abstract void ended(boolean draining);

    /**
     * An answer is about to be handed over that does not wait for the end of the request, and is the last on this.
     *
     * @param isRead whether the request was read to its end after all
     */
    abstract void refusing(boolean isRead);

    /** That answer was handed over. */
    abstract void refused(boolean isRead);

    /** All of a request that was refused is read. */
    abstract void refusedIsRead();

    /** Ends it without the end that a whole answer has. */
    abstract void close();

    /** Ends it at once, for a client that takes nothing. */
    abstract void cut();
}
