package io.github.camelllm.transport;

import io.github.camelllm.testing.TestCertificate;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A real HTTP/2 server on the loopback interface. */
final class Http2Server implements AutoCloseable {
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    private final List<HttpConnection> connections = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final boolean tls;

    /** Without TLS, and with a limit of concurrent streams that it announces. */
    static Http2Server start(long maxStreams, Handler<HttpServerRequest> handler) throws Exception {
        return new Http2Server(
                new HttpServerOptions().setInitialSettings(new Http2Settings().setMaxConcurrentStreams(maxStreams)),
                handler);
    }

    /** With TLS; offers HTTP/2 by ALPN. */
    static Http2Server startTls(Handler<HttpServerRequest> handler) throws Exception {
        return new Http2Server(
                new HttpServerOptions()
                        .setSsl(true)
                        .setUseAlpn(true)
                        .setKeyCertOptions(new PfxOptions()
                                .setPath(TestCertificate.keyStore().toString())
                                .setPassword(TestCertificate.PASSWORD)),
                handler);
    }

    private Http2Server(HttpServerOptions options, Handler<HttpServerRequest> handler) throws Exception {
        tls = options.isSsl();
        server = vertx.createHttpServer(options)
                .connectionHandler(connections::add)
                .requestHandler(handler)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    URI uri(String path) {
        return URI.create((tls ? "https" : "http") + "://127.0.0.1:" + server.actualPort() + path);
    }

    List<HttpConnection> connections() {
        return connections;
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
