package io.github.camelllm.routes.http;

import io.vertx.core.http.HttpServerResponse;

/** A stream of an HTTP/2 connection, which has one request and its answer. */
final class ServerStream extends Lane {
    // Error codes of RFC 9113 section 7
    private static final long NO_ERROR = 0;
    private static final long INTERNAL_ERROR = 2;
    private static final long CANCEL = 8;

    private final ServerConnection connection;
    private final HttpServerResponse response;
    private boolean unread;
    private boolean lingering;
    private boolean over;

    ServerStream(ServerConnection connection, HttpServerResponse response) {
        this.connection = connection;
        this.response = response;
    }

    @Override
    void begin() {
        connection.streamBegan(this);
    }

    @Override
    void ending(long nanos) {
        expect(nanos, this::cut);
    }

    @Override
    void ended(boolean draining) {
        if (unread && !lingering) {
            // Some clients look at the answer only when they have sent all, so the rest is read for a moment
            lingering = true;
            expect(ServerLoop.LINGER_NANOS, () -> {
                response.reset(NO_ERROR);
                end(draining);
            });
        } else if (!lingering) {
            end(draining);
        }
    }

    private void end(boolean draining) {
        if (!over) {
            over = true;
            expectNothing();
            connection.streamEnded(this, draining);
        }
    }

    @Override
    void refusing(boolean isRead) {
        unread = !isRead;
    }

    @Override
    void refused(boolean isRead) {
        // Other streams of the connection go on
    }

    @Override
    void refusedIsRead() {
        unread = false;
        if (lingering) {
            end(false);
        }
    }

    @Override
    void close() {
        response.reset(INTERNAL_ERROR);
    }

    @Override
    void cut() {
        if (connection.takesBytes()) {
            response.reset(CANCEL);
        } else {
            connection.cut();
        }
    }
}
