package io.github.camelllm.transport;

import io.github.camelllm.transport.TransportException.Kind;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.vertx.core.impl.VertxInternal;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import jdk.net.ExtendedSocketOptions;
import org.apache.hc.client5.http.ssl.HttpsSupport;
import org.apache.hc.core5.http.ssl.TLS;
import org.apache.hc.core5.http.ssl.TlsCiphers;
import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;

/** Puts TLS and HTTP on Netty's channels. */
final class VertxConnectionFactory {
    private static final String HTTP_2 = "h2";
    private static final String HTTP_1_1 = "http/1.1";

    private record KeepAlive(ChannelOption<Integer> option, int value) {}

    private final HttpTransportSettings settings;
    private final EventLoopGroup loops;
    private final ChannelFactory<? extends Channel> channels;
    private final AddressResolverGroup<InetSocketAddress> resolvers;
    private final SSLContext context;
    private final HostnameVerifier verifier;
    private final List<KeepAlive> keepAlive = new ArrayList<>();

    VertxConnectionFactory(HttpTransportSettings settings, VertxInternal vertx) {
        this.settings = settings;
        this.loops = vertx.getEventLoopGroup();
        this.channels = vertx.transport().channelFactory(false);
        this.resolvers = vertx.nettyAddressResolverGroup();
        this.context = settings.tls().map(TlsSettings::context).orElseGet(SSLContexts::createSystemDefault);
        this.verifier = settings.tls()
                .flatMap(TlsSettings::hostnameVerifier)
                .orElseGet(HttpsSupport::getDefaultHostnameVerifier);
        // A model may think for minutes in silence; address translators forget a silent connection sooner.
        keepAlive(ExtendedSocketOptions.TCP_KEEPIDLE, "TCP_KEEPIDLE", 60);
        keepAlive(ExtendedSocketOptions.TCP_KEEPINTERVAL, "TCP_KEEPINTVL", 15);
        keepAlive(ExtendedSocketOptions.TCP_KEEPCOUNT, "TCP_KEEPCNT", 4);
    }

    /** For the JDK's channels and for those of Netty's epoll transport; a channel ignores what it does not know. */
    private void keepAlive(SocketOption<Integer> option, String epollName, int value) {
        keepAlive.add(new KeepAlive(NioChannelOption.of(option), value));
        keepAlive.add(
                new KeepAlive(ChannelOption.valueOf("io.netty.channel.epoll.EpollChannelOption#" + epollName), value));
    }

    VertxConnectionAttempt attempt(
            ConnectionPool pool, ConnectionPool.Route route, long connectNanos, @Nullable EventLoop home) {
        return new VertxConnectionAttempt(
                this, pool, route, settings, connectNanos, home == null ? loops.next() : home);
    }

    AddressResolver<InetSocketAddress> resolver(EventLoop loop) {
        return resolvers.getResolver(loop);
    }

    ChannelFuture connect(EventLoop loop, InetSocketAddress address, ChannelHandler handler) {
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channelFactory(channels)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .handler(handler)
                .connect(address);
        Channel channel = connecting.channel();
        if (channel.isOpen()) {
            keepAlive.forEach(time -> channel.config().setOption(time.option, time.value));
        }
        return connecting;
    }

    SslHandler tls(Origin origin) {
        SSLEngine engine = context.createSSLEngine(origin.host(), origin.port());
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        List<String> protocols = settings.tls().map(TlsSettings::protocols).orElse(List.of());
        parameters.setProtocols(
                protocols.isEmpty() ? TLS.excludeWeak(parameters.getProtocols()) : protocols.toArray(String[]::new));
        List<String> suites = settings.tls().map(TlsSettings::cipherSuites).orElse(List.of());
        parameters.setCipherSuites(
                suites.isEmpty()
                        ? TlsCiphers.excludeWeak(parameters.getCipherSuites())
                        : suites.toArray(String[]::new));
        parameters.setApplicationProtocols(
                switch (settings.httpVersion()) {
                    case AUTO -> new String[] {HTTP_2, HTTP_1_1};
                    case HTTP_1_1 -> new String[] {HTTP_1_1};
                    case HTTP_2 -> new String[] {HTTP_2};
                });
        engine.setSSLParameters(parameters);
        SslHandler handler = new SslHandler(engine);
        handler.setHandshakeTimeoutMillis(0); // the attempt has a timeout for everything
        return handler;
    }

    /** Whether a certificate is for the host. */
    boolean isFor(Origin origin, SSLSession session) {
        return verifier.verify(origin.host(), session);
    }

    /**
     * Starts HTTP on a channel that is connected and, where wanted, secured.
     *
     * @param protocol what was agreed upon by ALPN; null without TLS or if nothing was
     */
    void open(VertxConnectionAttempt attempt, Channel channel, @Nullable String protocol) {
        boolean secured = attempt.route.origin.tls();
        boolean agreed = HTTP_2.equals(protocol);
        if (secured && !agreed && settings.httpVersion() == HttpVersionPolicy.HTTP_2) {
            attempt.fail(Kind.PROTOCOL, "the server did not agree on HTTP/2", null);
        } else if (secured ? agreed : settings.httpVersion() == HttpVersionPolicy.HTTP_2) {
            new VertxHttp2Connection(attempt, channel, settings).open(attempt);
        } else {
            VertxHttp1Connection connection = new VertxHttp1Connection(attempt, channel, settings);
            connection.open();
            attempt.succeed(connection);
        }
    }
}
