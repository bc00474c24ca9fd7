package io.github.camelllm.simulator;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The listening side: connections in, requests to the {@link RequestService}, replies to a {@link ReplyPlayer}. */
final class SimulatorServer {
    private static final Duration MOST = Duration.ofSeconds(30);

    private final SimulatorOptions options;
    private final RequestService service;
    private final RequestLog log;
    private final Stalls stalls = new Stalls();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong accepted = new AtomicLong();
    private final Vertx vertx;
    private final Context control;
    private int port;
    private boolean open;
    /** Each closing of the port has a number, so that a timed refusal does not open what was closed again since. */
    private long closings;

    SimulatorServer(SimulatorOptions options, RequestLog log) {
        this.options = options;
        this.log = log;
        this.service = new RequestService(options);
        this.port = options.port();
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(options.eventLoops())
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        this.control = vertx.getOrCreateContext();
    }

    Stalls stalls() {
        return stalls;
    }

    int connections() {
        return connections.get();
    }

    long accepted() {
        return accepted.get();
    }

    synchronized int port() {
        return port;
    }

    /** Opens the port; does nothing if it is open. */
    synchronized void listen() {
        if (open) {
            return;
        }
        // Listeners that share a port must ask for the same one; a negative one is a free port that they share.
        int wanted = port == 0 ? -1 : port;
        for (int i = 0; i < options.eventLoops(); i++) {
            Listener listener = new Listener(wanted);
            get(vertx.deployVerticle(listener), "listen on " + options.host() + ":" + port);
            open = true;
            port = listener.actualPort();
        }
    }

    /** Closes the port and all connections. */
    synchronized void refuse() {
        closings++;
        if (open) {
            open = false;
            for (String id : vertx.deploymentIDs()) {
                get(vertx.undeploy(id), "close port " + port);
            }
        }
    }

    /** Called on an event loop, so nothing is waited for. */
    private void refuseFor(Duration duration) {
        long closing;
        synchronized (this) {
            if (!open) {
                return;
            }
            open = false;
            closing = ++closings;
        }
        // Not in the request's context: its timers end with its listener.
        control.runOnContext(go -> {
            Future<Void> closed = Future.succeededFuture();
            for (String id : vertx.deploymentIDs()) {
                closed = closed.compose(done -> vertx.undeploy(id));
            }
            long millis = Math.max(1, duration.toMillis());
            closed.onComplete(done -> vertx.setTimer(millis, fired -> listenAgain(closing)));
        });
    }

    private void listenAgain(long closing) {
        control.<Boolean>executeBlocking(() -> {
            synchronized (this) {
                if (closings == closing) {
                    listen();
                }
            }
            return true;
        });
    }

    synchronized void close() {
        get(vertx.close(), "close");
    }

    private static <T> T get(Future<T> future, String what) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(MOST.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the simulator could not " + what + ": " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("the simulator could not " + what + " in " + MOST.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted, so the simulator could not " + what, e);
        }
    }

    /** One event loop's share of the port. */
    private final class Listener extends AbstractVerticle {
        private final int wantedPort;
        private volatile int boundPort;

        Listener(int wantedPort) {
            this.wantedPort = wantedPort;
        }

        int actualPort() {
            return boundPort;
        }

        @Override
        public void start(Promise<Void> started) {
            HttpServerOptions http = new HttpServerOptions()
                    .setHost(options.host())
                    .setPort(wantedPort)
                    .setTcpNoDelay(true)
                    .setReuseAddress(true)
                    .setAcceptBacklog(4_096)
                    .setMaxHeaderSize(64 * 1024)
                    .setHttp2ClearTextEnabled(true);
            HttpServer server = vertx.createHttpServer(http);
            server.connectionHandler(SimulatorServer.this::connected);
            server.requestHandler(SimulatorServer.this::received);
            server.listen()
                    .onSuccess(bound -> boundPort = bound.actualPort())
                    .<Void>mapEmpty()
                    .onComplete(started);
        }
    }

    private void connected(HttpConnection connection) {
        connections.incrementAndGet();
        accepted.incrementAndGet();
        connection.closeHandler(closed -> connections.decrementAndGet());
    }

    private void received(HttpServerRequest request) {
        Buffer body = Buffer.buffer();
        boolean[] tooLarge = {false};
        request.handler(chunk -> {
            if (body.length() + chunk.length() > options.maxBodyBytes()) {
                tooLarge[0] = true;
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(whole -> answer(request, body.getBytes(), tooLarge[0]));
    }

    private void answer(HttpServerRequest request, byte[] body, boolean tooLarge) {
        Map<String, String> headers = new LinkedHashMap<>();
        request.headers().forEach((name, value) -> headers.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
        Endpoint endpoint = Endpoint.of(request.method().name(), request.path() == null ? "" : request.path(), headers);
        RequestLog.Entry entry = log.add(
                Instant.now(),
                endpoint.dialect(),
                endpoint.operation(),
                request.method().name(),
                ApiKeys.maskedUri(request.uri()),
                ApiKeys.masked(headers),
                System.nanoTime());
        RequestService.Received received =
                new RequestService.Received(endpoint, request.uri(), Collections.unmodifiableMap(headers), body);
        Reply reply = tooLarge ? service.tooLarge(received, entry) : service.reply(received, entry);
        new ReplyPlayer(vertx, request, entry, reply, stalls, this::refuseFor).start();
    }
}
