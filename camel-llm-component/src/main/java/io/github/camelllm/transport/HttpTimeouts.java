package io.github.camelllm.transport;

import java.time.Duration;

/**
 * How long one exchange may take. Zero means no limit. They are checked about every 50 ms, for HTTP/1.1 and HTTP/2 alike.
 *
 * @param connect from asking for a connection until it is usable: name lookup, TCP, proxy, TLS and HTTP/2 settings. Does
 *     not run while the pool is full, see {@link HttpTransportSettings#acquireTimeout()}
 * @param firstByte from handing the request to a connection until the head of the answer is there; the sending of
 *     the body and the model's thinking time are in it
 * @param idle between two pieces of the body; does not run while the caller has paused
 * @param total from the call until the end of the answer
 */
public record HttpTimeouts(Duration connect, Duration firstByte, Duration idle, Duration total) {
    /** 10 seconds, 5 minutes, 2 minutes, 10 minutes. */
    public static final HttpTimeouts DEFAULT = new HttpTimeouts(
            Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofMinutes(2), Duration.ofMinutes(10));

    /** No limit at all. */
    public static final HttpTimeouts NONE =
            new HttpTimeouts(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    public HttpTimeouts {
        require("connect", connect);
        require("firstByte", firstByte);
        require("idle", idle);
        require("total", total);
    }

    public HttpTimeouts withConnect(Duration other) {
        return new HttpTimeouts(other, firstByte, idle, total);
    }

    public HttpTimeouts withFirstByte(Duration other) {
        return new HttpTimeouts(connect, other, idle, total);
    }

    public HttpTimeouts withIdle(Duration other) {
        return new HttpTimeouts(connect, firstByte, other, total);
    }

    public HttpTimeouts withTotal(Duration other) {
        return new HttpTimeouts(connect, firstByte, idle, other);
    }

    private static void require(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " timeout is negative: " + value);
        }
    }
}
