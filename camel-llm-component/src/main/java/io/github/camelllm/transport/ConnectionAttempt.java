package io.github.camelllm.transport;

import io.github.camelllm.transport.TransportException.Kind;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The making of one connection: name lookup, TCP to one address after the other, the proxy's tunnel, TLS, and the start
 * of HTTP/1.1 or HTTP/2. Ends in exactly one of {@link ConnectionPool#ready} and {@link ConnectionPool#failed}.
 */
abstract class ConnectionAttempt {
    final ConnectionPool pool;
    final ConnectionPool.Route route;
    final @Nullable ProxySettings proxy;
    private final long startedAt = System.nanoTime();
    private final long connectNanos;

    // guarded by this
    private List<InetSocketAddress> addresses = List.of();
    private int nextAddress;
    private long addressDeadline;
    private boolean done;

    ConnectionAttempt(
            ConnectionPool pool, ConnectionPool.Route route, HttpTransportSettings settings, long connectNanos) {
        this.pool = pool;
        this.route = route;
        this.proxy = settings.proxy()
                .filter(given -> given.appliesTo(route.origin.host()))
                .orElse(null);
        this.connectNanos = connectNanos;
    }

    /** Looks up {@link #host()}, then calls {@link #resolved}; or fails. */
    abstract void start();

    /** Connects to an address; if that fails, {@link #connectNext} is called. */
    abstract void connect(InetSocketAddress address);

    /** Gives up the address that is tried now, if it has not answered yet, so that {@link #connectNext} is called. */
    abstract void skipAddress();

    /** Closes the connection, open or being made. */
    abstract void abandon();

    /** What is connected to: the server or the proxy. */
    String host() {
        return proxy != null ? proxy.host() : route.origin.host();
    }

    int port() {
        return proxy != null ? proxy.port() : route.origin.port();
    }

    /** The proxy that plain HTTP requests are addressed to; null where they go to the server itself or into a tunnel. */
    @Nullable
    ProxySettings httpProxy() {
        return route.origin.tls() ? null : proxy;
    }

    boolean isDone() {
        synchronized (this) {
            return done;
        }
    }

    void resolved(List<InetSocketAddress> found) {
        synchronized (this) {
            addresses = found;
        }
        connectNext(null);
    }

    void notFound(Throwable cause) {
        fail(Kind.CONNECT_FAILED, proxy != null ? "proxy name not found" : "name not found", cause);
    }

    /** @param before why the address before was not connected to; null at the first or if it took too long */
    void connectNext(@Nullable Throwable before) {
        InetSocketAddress address;
        synchronized (this) {
            if (done) {
                return;
            }
            if (nextAddress < addresses.size()) {
                int left = addresses.size() - nextAddress;
                address = addresses.get(nextAddress++);
                long now = System.nanoTime();
                addressDeadline = now + (connectNanos - (now - startedAt)) / left;
            } else {
                address = null;
            }
        }
        if (address == null) {
            // Netty has a class of its own for it
            String reason = before == null
                    ? "no address"
                    : before instanceof ConnectException
                            ? "ConnectException"
                            : before.getClass().getSimpleName();
            fail(Kind.CONNECT_FAILED, (proxy != null ? "to proxy: " : "") + reason, before);
            return;
        }
        connect(address);
    }

    /** Gives up when its time is over. Called by the timer. */
    void check(long now) {
        boolean slow;
        synchronized (this) {
            if (done) {
                return;
            }
            slow = nextAddress < addresses.size() && now - addressDeadline >= 0;
        }
        if (connectNanos != Long.MAX_VALUE && now - startedAt >= connectNanos) {
            fail(Kind.CONNECT_TIMEOUT, "after " + connectNanos / 1_000_000 + " ms", null);
        } else if (slow) {
            skipAddress();
        }
    }

    void giveUp() {
        fail(Kind.CANCELLED, "the transport is closed", null);
    }

    void fail(Kind kind, String detail, @Nullable Throwable cause) {
        synchronized (this) {
            if (done) {
                return;
            }
            done = true;
        }
        abandon();
        pool.failed(this, kind, detail, cause);
    }

    /** A failure of the socket or of TLS. */
    void fail(Throwable cause) {
        fail(
                cause instanceof SSLException ? Kind.TLS : Kind.CONNECT_FAILED,
                cause.getClass().getSimpleName(),
                cause);
    }

    /** What the proxy said of the tunnel, see {@link ProxyTunnel#status}; anything but 200. */
    void tunnelRefused(int status) {
        String detail = status == ProxyTunnel.BROKEN
                ? "the proxy broke off the tunnel"
                : "the proxy refused the tunnel with status " + status;
        fail(Kind.CONNECT_FAILED, detail, null);
    }

    /** HTTP can be spoken. Does nothing when told again. */
    void succeed(PooledConnection connection) {
        synchronized (this) {
            if (done) {
                return; // a failure has closed the connection
            }
            done = true;
        }
        pool.ready(this, connection);
    }
}
