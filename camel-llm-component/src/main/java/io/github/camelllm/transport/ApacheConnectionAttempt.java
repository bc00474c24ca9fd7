package io.github.camelllm.transport;

import io.github.camelllm.transport.TransportException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
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

/** Makes a connection on HttpCore's reactor. It is the session's event handler until HTTP takes over. */
final class ApacheConnectionAttempt extends ConnectionAttempt implements IOEventHandler {
    private final ApacheConnectionFactory factory;

    // guarded by this
    private @Nullable Future<IOSession> connecting;
    private @Nullable ProtocolIOSession session;

    // I/O thread only
    private @Nullable ProxyTunnel tunnel;
    private boolean begun;

    ApacheConnectionAttempt(
            ApacheConnectionFactory factory,
            ConnectionPool pool,
            ConnectionPool.Route route,
            HttpTransportSettings settings,
            long connectNanos) {
        super(pool, route, settings, connectNanos);
        this.factory = factory;
    }

    @Override
    void start() {
        try {
            factory.resolver().execute(this::resolve);
        } catch (RejectedExecutionException e) {
            fail(Kind.CANCELLED, "the transport is closed", null);
        }
    }

    private void resolve() {
        try {
            resolved(Arrays.stream(InetAddress.getAllByName(host()))
                    .map(address -> new InetSocketAddress(address, port()))
                    .toList());
        } catch (UnknownHostException e) {
            notFound(e);
        }
    }

    @Override
    void connect(InetSocketAddress address) {
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
        }
        if (isDone()) {
            future.cancel(true);
        }
    }

    @Override
    void skipAddress() {
        Future<IOSession> slow;
        synchronized (this) {
            slow = session == null ? connecting : null;
        }
        if (slow != null) {
            slow.cancel(true);
        }
    }

    @Override
    void abandon() {
        Future<IOSession> future;
        ProtocolIOSession open;
        synchronized (this) {
            future = connecting;
            open = session;
        }
        if (open != null) {
            open.close(CloseMode.IMMEDIATE);
        } else if (future != null) {
            future.cancel(true);
        }
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
        if (isDone()) {
            raw.close(CloseMode.IMMEDIATE);
        } else if (!route.origin.tls()) {
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
        boolean ended = current.read(opening.answer()) < 0;
        int status = opening.status(ended);
        if (status == 200) {
            tunnel = null;
            secure(session());
        } else if (status != 0) {
            tunnelRefused(status);
        }
    }

    @Override
    public void outputReady(IOSession current) throws IOException {
        ProxyTunnel opening = tunnel;
        if (opening == null || write(current, opening.request())) {
            current.clearEvent(EventMask.WRITE);
        }
    }

    /** Returns whether all is written. */
    private static boolean write(IOSession session, ByteBuffer bytes) throws IOException {
        int written = 1;
        while (bytes.hasRemaining() && written > 0) {
            written = session.write(bytes);
        }
        return !bytes.hasRemaining();
    }

    private void secure(ProtocolIOSession raw) {
        factory.secure(route.origin, raw, new FutureCallback<>() {
            @Override
            public void completed(TransportSecurityLayer layer) {
                try {
                    factory.open(ApacheConnectionAttempt.this, raw, true);
                } catch (IOException e) {
                    fail(Kind.CONNECT_FAILED, e.getClass().getSimpleName(), e);
                }
            }

            @Override
            public void failed(Exception e) {
                fail(e);
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
        fail(cause);
    }

    @Override
    public void disconnected(IOSession current) {
        fail(Kind.CONNECT_FAILED, "closed by the server", null);
    }
}
