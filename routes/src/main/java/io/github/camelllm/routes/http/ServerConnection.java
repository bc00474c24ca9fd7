package io.github.camelllm.routes.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A client's connection: what its requests come on, or what the streams of HTTP/2 belong to. For one event loop's thread. */
final class ServerConnection extends Lane {
    private final HttpConnection connection;
    private final long keepAliveNanos;
    private final Set<ServerStream> streams = new LinkedHashSet<>();
    private boolean busy;
    private boolean closing;

    ServerConnection(HttpConnection connection, long keepAliveNanos) {
        this.connection = connection;
        this.keepAliveNanos = keepAliveNanos;
    }

    /** What a request has of it. */
    Lane laneOf(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_2 ? new ServerStream(this, request.response()) : this;
    }

    void streamBegan(ServerStream stream) {
        streams.add(stream);
        busy = true;
        expectNothing();
    }

    void streamEnded(ServerStream stream, boolean draining) {
        streams.remove(stream);
        if (streams.isEmpty() && !closing) {
            busy = false;
            if (draining) {
                close();
            } else {
                expect(keepAliveNanos, this::close);
            }
        }
    }

    /** Whether the client takes what the connection itself has to say. */
    boolean takesBytes() {
        return !(connection instanceof ConnectionBase base)
                || base.channelHandlerContext().channel().isWritable();
    }

    @Override
    void checkDeadline(long nowNanos) {
        super.checkDeadline(nowNanos);
        if (!streams.isEmpty()) {
            // One that expires leaves
            List.copyOf(streams).forEach(stream -> stream.checkDeadline(nowNanos));
        }
    }

    @Override
    void begin() {
        busy = true;
    }

    @Override
    void ending(long nanos) {
        busy = false;
        expect(nanos, this::cut);
    }

    @Override
    void ended(boolean draining) {
        if (draining && !busy) {
            close();
        }
    }

    @Override
    void refusing(boolean isRead) {
        closing = true;
    }

    /** Nothing more is served, but what was written is let out and what comes is read for a moment. */
    @Override
    void refused(boolean isRead) {
        if (isRead) {
            close();
        } else {
            expect(ServerLoop.LINGER_NANOS, this::cut);
        }
    }

    @Override
    void refusedIsRead() {
        close();
    }

    /** Whether nothing more is served on it. */
    boolean isClosing() {
        return closing;
    }

    /** There are to be no more requests: closes it if none is being served. Some clients give up what is, if they are told (GOAWAY). */
    void drain() {
        if (!busy) {
            close();
        }
    }

    /** Closes it after what was written is out. */
    @Override
    void close() {
        closing = true;
        connection.close();
    }

    @Override
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
