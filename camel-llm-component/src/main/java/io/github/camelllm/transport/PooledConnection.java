package io.github.camelllm.transport;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * An open connection. HTTP/1.1 carries one exchange at a time, HTTP/2 up to {@link #limit}. The fields named as such
 * belong to the {@link ConnectionPool} and are guarded by its lock.
 */
abstract class PooledConnection {
    private static final int MAX_KEEP_ALIVE_SECONDS = 86_400;

    final ConnectionPool pool;
    final ConnectionPool.Route route;
    /** The event loop that serves it; null where I/O threads are not to be told apart. */
    final @Nullable Executor home;

    // guarded by the pool's lock
    final long createdAt;
    long idleSince;
    long idleLimitNanos;
    int limit;
    int inFlight;
    boolean draining;
    boolean removed;
    /** Until when places are kept whose streams were reset. */
    final ArrayDeque<Long> lingering = new ArrayDeque<>();

    PooledConnection(
            ConnectionPool pool,
            ConnectionPool.Route route,
            @Nullable Executor home,
            int limit,
            HttpTransportSettings settings) {
        this.pool = pool;
        this.route = route;
        this.home = home;
        this.limit = limit;
        this.idleLimitNanos = settings.idleTimeout().toNanos();
        this.createdAt = System.nanoTime();
        this.idleSince = createdAt;
    }

    abstract boolean isHttp2();

    abstract boolean isOpen();

    /** Sends an exchange for which the pool has taken a place. */
    abstract void start(ClientExchange exchange);

    /** Closes it as the protocol would have it. */
    abstract void closeIdle();

    /** Resets it. */
    abstract void closeNow();

    // Called with the pool's lock held

    /** HTTP/2: streams with a higher id, and those that have none yet because they were not sent. */
    abstract List<WireStream> streamsAbove(int lastStreamId);

    /** HTTP/2: a stream begins. */
    void track(WireStream stream) {}

    /** A stream has ended. */
    void untrack(WireStream stream) {}

    /** Whether no exchange is under way. */
    boolean isUnused() {
        return inFlight == lingering.size();
    }

    /** The time in a {@code Keep-Alive: timeout=N} header, 0 if there is none. */
    static int keepAliveSeconds(@Nullable String value) {
        if (value == null) {
            return 0;
        }
        int start = value.indexOf("timeout=");
        int seconds = 0;
        for (int i = start + 8; start >= 0 && i < value.length() && Character.isDigit(value.charAt(i)); i++) {
            seconds = Math.min(seconds * 10 + (value.charAt(i) - '0'), MAX_KEEP_ALIVE_SECONDS);
        }
        return seconds;
    }
}
