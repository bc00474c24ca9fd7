package io.github.camelllm.routes.http;

import io.github.camelllm.transport.TurnFlush;
import io.netty.channel.Channel;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Promise;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.support.jsse.ClientAuthentication;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.SSLContextServerParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.jspecify.annotations.Nullable;

/** One event loop's share of a port. All but {@link #drain}, {@link #listener} and {@link #port} is for its thread. */
final class ServerLoop extends AbstractVerticle {
    /** How long what a refused client still sends is read, so that it gets the answer before the connection goes. */
    static final long LINGER_NANOS = 1_000_000_000L;

    /** In which so many streams of a connection may be reset. */
    private static final int RESETS_SECONDS = 30;

    private static final long MOST_SWEEP_MILLIS = 1_000;
    private static final long LEAST_SWEEP_MILLIS = 20;

    private final LlmHttpConsumer consumer;
    private final LlmHttpEndpoint endpoint;
    private final int wantedPort;
    private final ServerLoad load;
    private final RequestRoom room;
    private final long maxBodyBytes;
    private final Map<HttpConnection, ServerConnection> connections = new IdentityHashMap<>();
    private final @Nullable List<CharSequence> headers;
    private final Cors cors;
    private @Nullable Thread thread;
    private volatile int port;
    private volatile @Nullable Channel listener;

    ServerLoop(LlmHttpConsumer consumer, int wantedPort, ServerLoad load) {
        this.consumer = consumer;
        this.endpoint = consumer.getEndpoint();
        this.wantedPort = wantedPort;
        this.load = load;
        this.room = endpoint.getComponent().room();
        this.maxBodyBytes = Math.min(endpoint.getMaxBodyBytes(), room.maxBytes());
        this.headers = RequestHead.names(endpoint.getRequestHeaders());
        this.cors = new Cors(endpoint.getCorsOrigins());
    }

    int port() {
        return port;
    }

    /** What accepts the connections of all loops of a port, known from the first of this one's. Vert.x itself does not show it. */
    Optional<Channel> listener() {
        return Optional.ofNullable(listener);
    }

    @Override
    public void start(Promise<Void> started) throws Exception {
        thread = Thread.currentThread();
        HttpServerOptions options = new HttpServerOptions()
                .setHost(endpoint.getHost())
                .setPort(wantedPort)
                .setTcpNoDelay(true)
                .setReuseAddress(true)
                .setAcceptBacklog(4_096)
                .setMaxHeaderSize(endpoint.getMaxHeaderBytes())
                .setMaxInitialLineLength(endpoint.getMaxRequestLineBytes())
                // There are no WebSockets here, and each request would pass through what compresses them
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setUseAlpn(endpoint.isHttp2())
                .setHttp2ClearTextEnabled(endpoint.isHttp2() && endpoint.isH2c())
                .setHttp2RstFloodMaxRstFramePerWindow(endpoint.getMaxResets())
                .setHttp2RstFloodWindowDuration(RESETS_SECONDS)
                .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(endpoint.getMaxConcurrentStreams())
                        .setMaxHeaderListSize(endpoint.getMaxHeaderBytes()));
        SSLContextParameters tls = endpoint.getSslContextParameters();
        if (tls != null) {
            secure(options, tls, endpoint.getCamelContext());
        }
        HttpServer server = vertx.createHttpServer(options);
        server.connectionHandler(this::connected);
        server.requestHandler(this::received);
        server.invalidRequestHandler(this::invalid);
        server.listen()
                .onSuccess(bound -> {
                    port = bound.actualPort();
                    vertx.setPeriodic(sweepMillis(), tick -> checkDeadlines());
                })
                .<Void>mapEmpty()
                .onComplete(started);
    }

    private static void secure(HttpServerOptions options, SSLContextParameters tls, CamelContext context)
            throws Exception {
        options.setSsl(true);
        KeyManagersParameters keys = tls.getKeyManagers();
        if (keys != null) {
            keys.setCamelContext(context);
            CamelContextAware.trySetCamelContext(keys.getKeyStore(), context);
            for (KeyManager key : keys.createKeyManagers()) {
                if (key instanceof X509KeyManager x509) {
                    options.setKeyCertOptions(KeyCertOptions.wrap(x509));
                }
            }
        }
        if (options.getKeyCertOptions() == null) {
            throw new IllegalArgumentException("llm-http: sslContextParameters has no key manager with a certificate");
        }
        SSLContextServerParameters server = tls.getServerParameters();
        if (server != null && server.getClientAuthentication() != null) {
            options.setClientAuth(clientAuth(ClientAuthentication.valueOf(server.getClientAuthentication())));
        }
        TrustManagersParameters trusted = tls.getTrustManagers();
        if (trusted != null) {
            trusted.setCamelContext(context);
            CamelContextAware.trySetCamelContext(trusted.getKeyStore(), context);
            TrustManager[] managers = trusted.createTrustManagers();
            if (managers.length > 0) {
                options.setTrustOptions(TrustOptions.wrap(managers[0]));
            }
        }
    }

    private static ClientAuth clientAuth(ClientAuthentication wanted) {
        switch (wanted) {
            case REQUIRE:
                return ClientAuth.REQUIRED;
            case WANT:
                return ClientAuth.REQUEST;
            default:
                return ClientAuth.NONE;
        }
    }

    private long sweepMillis() {
        long shortest = Math.min(
                Math.min(
                        endpoint.getHeadTimeout().toMillis(),
                        endpoint.getBodyTimeout().toMillis()),
                Math.min(
                        endpoint.getKeepAliveTimeout().toMillis(),
                        endpoint.getWriteTimeout().toMillis()));
        return Math.max(LEAST_SWEEP_MILLIS, Math.min(MOST_SWEEP_MILLIS, shortest / 4));
    }

    private void checkDeadlines() {
        long now = System.nanoTime();
        // A connection that expires leaves the map
        for (ServerConnection connection : List.copyOf(connections.values())) {
            connection.checkDeadline(now);
        }
    }

    private void connected(HttpConnection opened) {
        if (opened instanceof ConnectionBase base) {
            Channel channel = base.channelHandlerContext().channel();
            TurnFlush.add(channel);
            if (listener == null) {
                listener = channel.parent();
            }
        }
        if (!load.admit()) {
            opened.close();
            return;
        }
        ServerConnection connection =
                new ServerConnection(opened, endpoint.getKeepAliveTimeout().toNanos());
        connections.put(opened, connection);
        opened.closeHandler(closed -> {
            connections.remove(opened);
            load.connectionClosed();
        });
        connection.expect(endpoint.getHeadTimeout().toNanos(), connection::cut);
    }

    private void received(HttpServerRequest request) {
        ServerConnection connection = connections.get(request.connection());
        if (connection == null || connection.isClosing()) {
            request.connection().close();
            return;
        }
        new ServedRequest(this, request, connection.laneOf(request)).begin();
    }

    /** What Vert.x could not read as HTTP. */
    private void invalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        String words = cause == null ? "" : String.valueOf(cause.getMessage());
        int status = 400;
        String message = "this is no HTTP/1.1 request";
        if (words.startsWith("An HTTP line is larger than")) {
            status = 414;
            message = "the request line is longer than " + endpoint.getMaxRequestLineBytes() + " bytes";
        } else if (words.startsWith("HTTP header is larger than")) {
            status = 431;
            message = "the request's headers are longer than " + endpoint.getMaxHeaderBytes() + " bytes";
        }
        ServerConnection connection = connections.get(request.connection());
        if (connection == null || connection.isClosing()) {
            request.connection().close();
            return;
        }
        new ServedRequest(this, request, connection).refuse(status, message);
    }

    /** Closes the connections on which nothing is being served, and lets others end what they serve. Any thread may call. */
    void drain() {
        context.runOnContext(now -> {
            for (ServerConnection connection : new ArrayList<>(connections.values())) {
                connection.drain();
            }
        });
    }

    /** Runs a task on this loop's thread, at once if this is it. */
    void run(Runnable task) {
        if (Thread.currentThread() == thread) {
            task.run();
        } else {
            context.runOnContext(now -> task.run());
        }
    }

    /** Runs a task on this loop's thread after what it is doing now. */
    void runLater(Runnable task) {
        context.runOnContext(now -> task.run());
    }

    LlmHttpConsumer consumer() {
        return consumer;
    }

    LlmHttpEndpoint endpoint() {
        return endpoint;
    }

    ServerLoad load() {
        return load;
    }

    RequestRoom room() {
        return room;
    }

    /** Longest body of a request in bytes. */
    long maxBodyBytes() {
        return maxBodyBytes;
    }

    Cors cors() {
        return cors;
    }

    /** Request headers that messages get; null if they get all. */
    @Nullable
    List<CharSequence> headers() {
        return headers;
    }
}
