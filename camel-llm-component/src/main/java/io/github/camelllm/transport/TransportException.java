package io.github.camelllm.transport;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An exchange that did not come to its end. The message names host and kind, never query, credentials or body; the cause,
 * where there is one, is of the socket or TLS layer.
 */
public final class TransportException extends IOException {
    private static final long serialVersionUID = 1;

    /** What went wrong. */
    public enum Kind {
        /** Name not found, connection refused, host unreachable, proxy refused the tunnel. */
        CONNECT_FAILED,
        CONNECT_TIMEOUT,
        FIRST_BYTE_TIMEOUT,
        IDLE_TIMEOUT,
        TOTAL_TIMEOUT,
        /** Reset, closed or cut off before the end of the answer. */
        CONNECTION_LOST,
        /** The answer is longer than {@link HttpRequest#maxBodyBytes()}. */
        BODY_TOO_LARGE,
        /** By {@link HttpExchange#cancel()} or because the transport was closed. */
        CANCELLED,
        /** Handshake or certificate. */
        TLS,
        /** What came is not HTTP, or comes in a content coding that was not asked for. */
        PROTOCOL,
        /** No connection was free and too many exchanges wait, or this one waited too long. */
        POOL_EXHAUSTED,
        /** The handler threw an exception, which is the cause. */
        HANDLER_FAILED
    }

    private final Kind kind;
    private final String host;
    private final boolean answerBegun;
    private final boolean requestSent;

    TransportException(
            Kind kind,
            String host,
            boolean answerBegun,
            boolean requestSent,
            String detail,
            @Nullable Throwable cause) {
        super(host + ": " + kind.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " (" + detail + ")", cause);
        this.kind = kind;
        this.host = host;
        this.answerBegun = answerBegun;
        this.requestSent = requestSent;
    }

    public Kind kind() {
        return kind;
    }

    /** Host and port of the server. */
    public String host() {
        return host;
    }

    /** Whether the head of the answer had come, so that the handler saw {@code onHead}. */
    public boolean answerBegun() {
        return answerBegun;
    }

    /**
     * Whether the server may have seen the request. False means that it certainly has not processed it: sending it again
     * cannot do anything twice.
     */
    public boolean requestMayHaveReachedServer() {
        return requestSent;
    }

    /** Whether one of the four timeouts of {@link HttpTimeouts} ended it. */
    public boolean isTimeout() {
        return switch (kind) {
            case CONNECT_TIMEOUT, FIRST_BYTE_TIMEOUT, IDLE_TIMEOUT, TOTAL_TIMEOUT -> true;
            default -> false;
        };
    }
}
