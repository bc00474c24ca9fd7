package io.github.camelllm.examples.benchmark;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Plays canned answers on the loopback interface, on one thread. The first segment of the path says how:
 *
 * <ul>
 *   <li>{@code /json/…} a whole answer at once
 *   <li>{@code /sse/N/…} N pieces of text as fast as the socket takes them
 *   <li>{@code /slow/N/…} N pieces of text, the first after 50 ms, then one each 10 ms; each says when it was sent, in
 *       microseconds since 1970
 *   <li>{@code /held/…} a whole answer after {@link #HOLD_MILLIS}; its text is the number of the connection it came on
 * </ul>
 *
 * The second port speaks HTTP/2 without TLS and allows {@link #STREAMS_PER_CONNECTION} streams on a connection.
 */
final class Upstream implements AutoCloseable {
    static final int STREAMS_PER_CONNECTION = 100;
    static final int HOLD_MILLIS = 500;
    static final int FIRST_CHUNK_MILLIS = 50;
    static final int CHUNK_MILLIS = 10;

    private static final Buffer JSON = Buffer.buffer(Conversation.answerJson(Conversation.ANSWER));

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    private final Map<Integer, Buffer> streams = new ConcurrentHashMap<>();
    private final Map<HttpConnection, Integer> connections = new ConcurrentHashMap<>();
    private final Ports ports;

    /** Where an upstream listens. */
    record Ports(int http1, int http2) {
        String http1Url(String path) {
            return "http://127.0.0.1:" + http1 + path;
        }

        String http2Url(String path) {
            return "http://127.0.0.1:" + http2 + path;
        }
    }

    private Upstream() throws Exception {
        HttpServerOptions http1 = new HttpServerOptions().setAcceptBacklog(4096).setHttp2ClearTextEnabled(false);
        HttpServerOptions http2 = new HttpServerOptions()
                .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(STREAMS_PER_CONNECTION));
        ports = new Ports(listen(http1), listen(http2));
    }

    static Upstream start() throws Exception {
        return new Upstream();
    }

    /** Starts one, prints its ports on one line and serves until its standard input ends. */
    public static void main(String[] args) throws Exception {
        try (Upstream upstream = start()) {
            System.out.println(upstream.ports.http1() + " " + upstream.ports.http2());
            System.in.transferTo(System.err);
        }
    }

    Ports ports() {
        return ports;
    }

    private int listen(HttpServerOptions options) throws Exception {
        return vertx.createHttpServer(options)
                .requestHandler(request -> request.endHandler(end -> answer(request)))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .actualPort();
    }

    private void answer(HttpServerRequest request) {
        String[] path = request.path().split("/", 4);
        switch (path[1]) {
            case "json":
                json(request).end(JSON);
                break;
            case "sse":
                events(request).end(streams.computeIfAbsent(Integer.valueOf(path[2]), Upstream::stream));
                break;
            case "slow":
                drip(events(request).setChunked(true), Integer.parseInt(path[2]));
                break;
            case "held":
                vertx.setTimer(HOLD_MILLIS, timer -> json(request)
                        .end(Conversation.answerJson("connection " + number(request))));
                break;
            default:
                request.response().setStatusCode(404).end();
        }
    }

    private static Buffer stream(int chunks) {
        return Buffer.buffer(Conversation.stream(chunks));
    }

    private static HttpServerResponse json(HttpServerRequest request) {
        return request.response().putHeader("content-type", "application/json");
    }

    private static HttpServerResponse events(HttpServerRequest request) {
        return request.response().putHeader("content-type", "text/event-stream");
    }

    private int number(HttpServerRequest request) {
        return connections.computeIfAbsent(request.connection(), connection -> connections.size() + 1);
    }

    private void drip(HttpServerResponse response, int chunks) {
        vertx.setTimer(FIRST_CHUNK_MILLIS, first -> {
            int[] sent = {1};
            response.write(Conversation.chunk(now()));
            long timer = vertx.setPeriodic(CHUNK_MILLIS, self -> {
                if (sent[0]++ < chunks) {
                    response.write(Conversation.chunk(now()));
                } else {
                    vertx.cancelTimer(self);
                    response.end(Conversation.streamEnd());
                }
            });
            response.closeHandler(closed -> vertx.cancelTimer(timer));
        });
    }

    private static String now() {
        return Long.toString(Clock.microsNow());
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
