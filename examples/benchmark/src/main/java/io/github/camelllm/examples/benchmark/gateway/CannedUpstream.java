package io.github.camelllm.examples.benchmark.gateway;

import io.github.camelllm.examples.benchmark.Conversation;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A provider with one answer, on one thread. It writes bytes that are ready, since it has its core together with the client that
 * makes the load, and both must take less than what is measured.
 */
final class CannedUpstream implements AutoCloseable {
    private static final Buffer JSON = whole("application/json", Conversation.answerJson(Conversation.ANSWER));
    private static final Buffer STREAM = stream(Way.PIECES);
    private static final Buffer STREAM_HEAD = streamHead();
    private static final Buffer DRIP = chunk(Conversation.chunk(" word"));
    private static final Buffer STREAM_END = streamEnd();

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    private final int port;
    private final long slowMillis;

    CannedUpstream() throws Exception {
        this(Way.SLOW_TIME);
    }

    /** @param slow how long it takes for {@link Way#SLOW} */
    CannedUpstream(Duration slow) throws Exception {
        slowMillis = slow.toMillis();
        port = vertx.createNetServer(new NetServerOptions().setAcceptBacklog(4096))
                .connectHandler(this::connected)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .actualPort();
    }

    int port() {
        return port;
    }

    /** What stands for the base URL of a provider's API. */
    String baseUrl(Way way) {
        return "http://127.0.0.1:" + port + way.basePath();
    }

    private void connected(NetSocket socket) {
        HttpReader reader = new HttpReader();
        socket.exceptionHandler(reset -> socket.close());
        socket.handler(bytes -> {
            if (reader.read(bytes.getBytes())) {
                answer(reader.head(), socket);
            }
        });
    }

    private void answer(String head, NetSocket socket) {
        for (Way way : Way.values()) {
            if (head.startsWith("POST " + way.basePath())) {
                answer(way, socket);
                return;
            }
        }
        socket.end(Buffer.buffer("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"));
    }

    private void answer(Way way, NetSocket socket) {
        switch (way) {
            case JSON:
                socket.write(JSON);
                break;
            case LATE:
                vertx.setTimer(Way.LATE_MILLIS, late -> socket.write(JSON));
                break;
            case SLOW:
                vertx.setTimer(slowMillis, late -> socket.write(JSON));
                break;
            case STREAM:
                socket.write(STREAM);
                break;
            case DRIP:
                drip(socket);
                break;
            default:
                throw new AssertionError(way);
        }
    }

    private void drip(NetSocket socket) {
        socket.write(STREAM_HEAD);
        int[] sent = {0};
        long timer = vertx.setPeriodic(Way.DRIP_MILLIS, self -> {
            if (sent[0]++ < Way.DRIPS) {
                socket.write(DRIP);
            } else {
                vertx.cancelTimer(self);
                socket.write(STREAM_END);
            }
        });
        socket.closeHandler(closed -> vertx.cancelTimer(timer));
    }

    private static Buffer whole(String type, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return Buffer.buffer(
                        "HTTP/1.1 200 OK\r\ncontent-type: " + type + "\r\ncontent-length: " + bytes.length + "\r\n\r\n")
                .appendBytes(bytes);
    }

    private static Buffer streamHead() {
        return Buffer.buffer(
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n");
    }

    private static Buffer chunk(String event) {
        byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
        return Buffer.buffer(Integer.toHexString(bytes.length) + "\r\n")
                .appendBytes(bytes)
                .appendString("\r\n");
    }

    private static Buffer streamEnd() {
        return chunk(Conversation.streamEnd()).appendString("0\r\n\r\n");
    }

    private static Buffer stream(int pieces) {
        Buffer all = streamHead();
        for (int i = 0; i < pieces; i++) {
            all.appendBuffer(chunk(Conversation.chunk(" word" + i % 89)));
        }
        return all.appendBuffer(streamEnd());
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
