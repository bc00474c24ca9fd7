package io.github.camelllm.transport;

import io.github.camelllm.transport.TransportException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.EventMask;
import org.apache.hc.core5.reactor.IOEventHandler;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.ProtocolIOSession;
import org.apache.hc.core5.reactor.ssl.TransportSecurityLayer;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The making of one connection: name lookup, TCP to one address after the other, the proxy's tunnel, TLS, and the start
 * of HTTP/1.1 or HTTP/2. Ends in exactly one of {@link ConnectionPool#ready} and {@link ConnectionPool#failed}. It is the
 * session's event handler until HTTP takes over.
 */
final class ConnectionAttempt implements IOEventHandler {
    private final ConnectionFactory factory;
    private final ConnectionPool pool;
    private final ConnectionPool.Route route;
    private final @Nullable ProxySettings proxy;
    private final long startedAt = System.nanoTime();
    private final long connectNanos;

    // guarded by this
    private InetAddress[] addresses = {};
    private int nextAddress;
    private long addressDeadline;
    private @Nullable Future<IOSession> connecting;
    private @Nullable ProtocolIOSession session;
    private boolean done;

    // I/O thread only
    private @Nullable ProxyTunnel tunnel;
    private boolean begun;

    ConnectionAttempt(
            ConnectionFactory factory,
            ConnectionPool pool,
            ConnectionPool.Route route,
            @Nullable ProxySettings proxy,
            long connectNanos) {
        this.factory = factory;
        this.pool = pool;
        this.route = route;
        this.proxy = proxy;
        this.connectNanos = connectNanos;
    }

    ConnectionPool pool() {
        return pool;
    }

    ConnectionPool.Route route() {
        return route;
    }

    /** The proxy that plain HTTP requests are addressed to; null where they go to the server itself or into a tunnel. */
    @Nullable
    ProxySettings httpProxy() {
        return route.origin.tls() ? null : proxy;
    }

    void start() {
        try {
            factory.resolver().execute(this::resolve);
        } catch (RejectedExecutionException e) {
            fail(Kind.CANCELLED, "the transport is closed", null);
        }
    }

    private void resolve() {
        String host = proxy != null ? proxy.host() : route.origin.host();
        try {
            InetAddress[] found = InetAddress.getAllByName(host);
            synchronized (this) {
                addresses = found;
            }
            connectNext(null);
        } catch (UnknownHostException e) {
            fail(Kind.CONNECT_FAILED, proxy != null ? "proxy name not found" : "name not found", e);
        }
    }

    private void connectNext(@Nullable Exception before) {
        InetSocketAddress address;
        synchronized (this) {
            if (done) {
                return;
            }
            if (nextAddress < addresses.length) {
                int left = addresses.length - nextAddress;
                address = new InetSocketAddress(addresses[nextAddress++], port());
                long now = System.nanoTime();
                addressDeadline = now + (connectNanos - (now - startedAt)) / left;
            } else {
                address = null;
            }
        }
        if (address == null) {
            String reason = before == null ? "no address" : before.getClass().getSimpleName();
            fail(Kind.CONNECT_FAILED, (proxy != null ? "to proxy: " : "") + reason, before);
            return;
        }
        HttpHost endpoint = new HttpHost(route.origin.scheme(), route.origin.host(), route.origin.port());
        Future<IOSession> future = factory.reactor()
                .connect(endpoint, address, null, Timeout.DISABLED, this, new FutureCallback<>() {
                    @Override
                    public void completed(IOSession result) {}

                    @Override
                    public void failed(Exception e) {
                        connectNext(e);
                    }

                    @Override
                    public void cancelled() {
                        connectNext(null);
                    }
                });
        synchronized (this) {
            connecting = future;
            if (!done) {
                return;
            }
        }
        future.cancel(true);
    }

    private int port() {
        return proxy != null ? proxy.port() : route.origin.port();
    }

    /** Gives up when its time is over. Called by the timer. */
    void check(long now) {
        Future<IOSession> slow = null;
        synchronized (this) {
            if (done) {
                return;
            }
            if (session == null && nextAddress < addresses.length && now - addressDeadline >= 0) {
                slow = connecting;
            }
        }
        if (connectNanos != Long.MAX_VALUE && now - startedAt >= connectNanos) {
            fail(Kind.CONNECT_TIMEOUT, "after " + connectNanos / 1_000_000 + " ms", null);
        } else if (slow != null) {
            slow.cancel(true);
        }
    }

    void giveUp() {
        fail(Kind.CANCELLED, "the transport is closed", null);
    }

    void fail(Kind kind, String detail, @Nullable Throwable cause) {
        Future<IOSession> future;
        ProtocolIOSession open;
        synchronized (this) {
            if (done) {
                return;
            }
            done = true;
            future = connecting;
            open = session;
        }
        if (open != null) {
            open.close(CloseMode.IMMEDIATE);
        } else if (future != null) {
            future.cancel(true);
        }
        pool.failed(this, kind, detail, cause);
    }

    /** HTTP can be spoken. Does nothing when told again. */
    void succeed(PooledConnection connection) {
        synchronized (this) {
            if (done) {
                return; // a failure has closed the session
            }
            done = true;
        }
        pool.ready(this, connection);
    }

    /** Called by the reactor when TCP is connected. */
    IOEventHandler handler(ProtocolIOSession connected) {
        synchronized (this) {
            session = connected;
        }
        return this;
    }

    private ProtocolIOSession session() {
        synchronized (this) {
            if (session == null) {
                throw new IllegalStateException("event before the session was made");
            }
            return session;
        }
    }

    @Override
    public void connected(IOSession ignored) throws IOException {
        if (begun) {
            return; // told again after the TLS handshake, whose callback goes on
        }
        begun = true;
        ProtocolIOSession raw = session();
        synchronized (this) {
            if (done) {
                raw.close(CloseMode.IMMEDIATE);
                return;
            }
        }
        if (!route.origin.tls()) {
            factory.open(this, raw, false);
        } else if (proxy == null) {
            secure(raw);
        } else {
            tunnel = new ProxyTunnel(route.origin, proxy);
            raw.setEvent(EventMask.READ_WRITE);
        }
    }

    @Override
    public void inputReady(IOSession current, @Nullable ByteBuffer src) throws IOException {
        ProxyTunnel opening = tunnel;
        if (opening == null) {
            return;
        }
        switch (opening.read(current)) {
            case 0 -> {}
            case 200 -> {
                tunnel = null;
                secure(session());
            }
            case ProxyTunnel.BROKEN -> fail(Kind.CONNECT_FAILED, "the proxy broke off the tunnel", null);
            default -> fail(Kind.CONNECT_FAILED, "the proxy refused the tunnel with status " + opening.status(), null);
        }
    }

    @Override
    public void outputReady(IOSession current) throws IOException {
        ProxyTunnel opening = tunnel;
        if (opening == null || opening.write(current)) {
            current.clearEvent(EventMask.WRITE);
        }
    }

    private void secure(ProtocolIOSession raw) {
        factory.secure(route.origin, raw, new FutureCallback<>() {
            @Override
            public void completed(TransportSecurityLayer layer) {
                try {
                    factory.open(ConnectionAttempt.this, raw, true);
                } catch (IOException e) {
                    fail(Kind.CONNECT_FAILED, e.getClass().getSimpleName(), e);
                }
            }

            @Override
            public void failed(Exception e) {
                exception(raw, e);
            }

            @Override
            public void cancelled() {
                fail(Kind.TLS, "handshake cancelled", null);
            }
        });
    }

    @Override
    public void timeout(IOSession current, Timeout timeout) {
        fail(Kind.CONNECT_TIMEOUT, "after " + timeout, null);
    }

    @Override
    public void exception(IOSession current, Exception cause) {
        boolean tls = cause instanceof SSLException;
        fail(tls ? Kind.TLS : Kind.CONNECT_FAILED, cause.getClass().getSimpleName(), cause);
    }

    @Override
    public void disconnected(IOSession current) {
        fail(Kind.CONNECT_FAILED, "closed by the server", null);
    }
}
