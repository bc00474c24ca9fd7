package io.github.camelllm.transport;

import io.github.camelllm.transport.TransportException.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** Makes a connection on an event loop. */
final class VertxConnectionAttempt extends ConnectionAttempt {
    final EventLoop loop;
    private final VertxConnectionFactory factory;

    // guarded by this
    private @Nullable Channel channel;
    private boolean connected;

    VertxConnectionAttempt(
            VertxConnectionFactory factory,
            ConnectionPool pool,
            ConnectionPool.Route route,
            HttpTransportSettings settings,
            long connectNanos,
            EventLoop loop) {
        super(pool, route, settings, connectNanos);
        this.factory = factory;
        this.loop = loop;
    }

    /** Later, so that a caller of send is not called back before it has the exchange. */
    @Override
    void start() {
        Exchanges.run(loop, this::resolve);
    }

    private void resolve() {
        if (loop.isShuttingDown()) {
            fail(Kind.CANCELLED, "the event loop has ended", null);
            return;
        }
        factory.resolver(loop)
                .resolveAll(InetSocketAddress.createUnresolved(host(), port()))
                .addListener((Future<List<InetSocketAddress>> found) -> {
                    if (found.isSuccess()) {
                        resolved(found.getNow());
                    } else {
                        notFound(found.cause());
                    }
                });
    }

    @Override
    void connect(InetSocketAddress address) {
        ChannelFuture connecting = factory.connect(loop, address, new Watch());
        synchronized (this) {
            channel = connecting.channel();
        }
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                synchronized (this) {
                    connected = true;
                }
                connected(connecting.channel());
            } else {
                connectNext(done.cause());
            }
        });
        if (isDone()) {
            connecting.channel().close();
        }
    }

    @Override
    void skipAddress() {
        Channel slow;
        synchronized (this) {
            slow = connected ? null : channel;
        }
        if (slow != null) {
            slow.close();
        }
    }

    @Override
    void abandon() {
        Channel open;
        synchronized (this) {
            open = channel;
        }
        if (open != null) {
            VertxConnection.reset(open);
        }
    }

    private void connected(Channel open) {
        if (isDone()) {
            open.close();
        } else if (!route.origin.tls()) {
            begin(open, null);
        } else if (proxy == null) {
            secure(open);
        } else {
            ProxyTunnel tunnel = new ProxyTunnel(route.origin, proxy);
            open.pipeline().addFirst(new Tunnel(tunnel));
            open.writeAndFlush(Unpooled.wrappedBuffer(tunnel.request()));
        }
    }

    private void secure(Channel open) {
        SslHandler tls;
        try {
            tls = factory.tls(route.origin);
        } catch (IllegalArgumentException e) { // a protocol or cipher suite that this JDK does not know
            fail(Kind.TLS, e.getClass().getSimpleName(), e);
            return;
        }
        tls.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                secured(open, tls.engine());
            } else {
                fail(done.cause());
            }
        });
        open.pipeline().addFirst(tls);
    }

    private void secured(Channel open, SSLEngine engine) {
        boolean isRightHost;
        try {
            isRightHost = factory.isFor(route.origin, engine.getSession());
        } catch (RuntimeException e) { // of a verifier of the user's
            fail(Kind.TLS, "the host name could not be checked", e);
            return;
        }
        if (isRightHost) {
            begin(open, engine.getApplicationProtocol());
        } else {
            fail(Kind.TLS, "the certificate is not for this host", null);
        }
    }

    private void begin(Channel open, @Nullable String protocol) {
        if (open.isActive()) {
            factory.open(this, open, protocol);
        } else {
            fail(Kind.CONNECT_FAILED, "closed by the server", null);
        }
    }

    /** Notices what happens to the channel while no connection does. */
    private final class Watch extends ChannelInboundHandlerAdapter {
        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fail(Kind.CONNECT_FAILED, "closed by the server", null);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause);
        }
    }

    /** Reads the proxy's answer. */
    private final class Tunnel extends ChannelInboundHandlerAdapter {
        private final ProxyTunnel tunnel;

        Tunnel(ProxyTunnel tunnel) {
            this.tunnel = tunnel;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            try {
                int size = Math.min(bytes.readableBytes(), tunnel.answer().remaining());
                tunnel.answer().put(bytes.nioBuffer(bytes.readerIndex(), size));
            } finally {
                bytes.release();
            }
            look(context, false);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            look(context, true);
            context.fireChannelInactive();
        }

        private void look(ChannelHandlerContext context, boolean ended) {
            int status = tunnel.status(ended);
            if (status == 200) {
                context.pipeline().remove(this);
                secure(context.channel());
            } else if (status != 0) {
                tunnelRefused(status);
            }
        }
    }
}
