package io.github.camelllm.routes.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import org.jspecify.annotations.Nullable;

/** A client's connection and what it has to do by when. For one event loop's thread. */
final class ServerConnection {
    private final HttpConnection connection;
    private long deadlineNanos;
    private boolean waiting;
    private @Nullable Runnable expired;
    private boolean busy;
    private boolean closing;

    ServerConnection(HttpConnection connection) {
        this.connection = connection;
    }

    /** From now on the client has this time; then the task runs, once. */
    void expect(long nanos, Runnable ifExpired) {
        deadlineNanos = System.nanoTime() + nanos;
        waiting = true;
        expired = ifExpired;
    }

    /** The client has nothing to do. */
    void expectNothing() {
        waiting = false;
        expired = null;
    }

    void checkDeadline(long nowNanos) {
        Runnable late = expired;
        if (waiting && late != null && nowNanos - deadlineNanos >= 0) {
            expectNothing();
            late.run();
        }
    }

    /** Whether a request is being served. */
    boolean isBusy() {
        return busy;
    }

    void setBusy(boolean busy) {
        this.busy = busy;
    }

    /** Whether nothing more is served on it. */
    boolean isClosing() {
        return closing;
    }

    /** Nothing more is served, but what was written is let out and what comes is read for a moment. */
    void closeSoon(long lingerNanos) {
        closing = true;
        expect(lingerNanos, this::cut);
    }

    /** Closes it after what was written is out. */
    void close() {
        closing = true;
        connection.close();
    }

    /** Closes it at once, for a client that takes nothing. */
    void cut() {
        closing = true;
        if (connection instanceof ConnectionBase base) {
            // Vert.x itself only knows how to close a connection after all was written
            base.channelHandlerContext().close();
        } else {
            connection.close();
        }
    }
}
