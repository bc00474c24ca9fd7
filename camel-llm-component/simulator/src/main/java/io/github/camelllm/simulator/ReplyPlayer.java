package io.github.camelllm.simulator;

import io.netty.channel.ChannelOption;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Does the steps of one answer, as fast as the client reads and not faster. Everything happens on the request's event
 * loop.
 */
final class ReplyPlayer {
    private static final int FLOOD_BLOCK = 32 * 1024;
    private static final long INTERNAL_ERROR = 2;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final RequestLog.Entry entry;
    private final Reply reply;
    private final Stalls stalls;
    private final Consumer<Duration> refuse;
    private boolean done;
    private boolean headed;
    private long timer = -1;
    private long debtNanos;
    private long floodLeft;
    private String floodEnd = "";
    private @Nullable Step ahead;

    /** @param refuse stops the simulator's listening for that long */
    ReplyPlayer(
            Vertx vertx,
            HttpServerRequest request,
            RequestLog.Entry entry,
            Reply reply,
            Stalls stalls,
            Consumer<Duration> refuse) {
        this.vertx = vertx;
        this.request = request;
        this.response = request.response();
        this.entry = entry;
        this.reply = reply;
        this.stalls = stalls;
        this.refuse = refuse;
    }

    void start() {
        response.exceptionHandler(failure -> left());
        response.closeHandler(closed -> left());
        play();
    }

    private void play() {
        while (!done) {
            if (headed && response.writeQueueFull()) {
                response.drainHandler(drained -> play());
                return;
            }
            if (floodLeft > 0) {
                flood();
                continue;
            }
            Step step = ahead;
            ahead = null;
            if (step == null && !reply.steps().hasNext()) {
                end(Buffer.buffer());
                return;
            }
            if (!play(step == null ? reply.steps().next() : step)) {
                return;
            }
        }
    }

    /** @return whether the next step may follow at once */
    private boolean play(Step step) {
        if (step instanceof Step.Head head) {
            head(head);
            return true;
        } else if (step instanceof Step.Write write) {
            return write(write);
        } else if (step instanceof Step.Flood flood) {
            write(Buffer.buffer(flood.prefix()));
            floodLeft = flood.bytes();
            floodEnd = flood.suffix();
            return true;
        } else if (step instanceof Step.Pause pause) {
            return pause(pause.duration());
        } else if (step instanceof Step.Stall) {
            flushHead();
            stalls.add(this);
            return false;
        } else if (step instanceof Step.End) {
            end(Buffer.buffer());
            return false;
        } else if (step instanceof Step.Close) {
            over();
            if (request.version() == HttpVersion.HTTP_2) {
                response.reset(INTERNAL_ERROR);
            } else {
                request.connection().close();
            }
            return false;
        } else if (step instanceof Step.Reset) {
            over();
            reset();
            return false;
        } else if (step instanceof Step.Refuse refusal) {
            refuse.accept(refusal.duration());
            return true;
        }
        throw new AssertionError(step.getClass());
    }

    private void head(Step.Head head) {
        entry.status(head.status());
        headed = true;
        response.setStatusCode(head.status());
        head.headers().forEach(response::putHeader);
        if (head.contentLength() >= 0) {
            response.putHeader("content-length", String.valueOf(head.contentLength()));
        } else {
            response.setChunked(true);
        }
    }

    /** What may be the last bytes waits for the next step, so that the record is complete when the client has them. */
    private boolean write(Step.Write write) {
        boolean mayBeLast = write.place() == Step.Place.BODY || write.place() == Step.Place.CLOSING;
        ahead = mayBeLast && reply.steps().hasNext() ? reply.steps().next() : null;
        if (ahead instanceof Step.End) {
            ahead = null;
            end(Buffer.buffer(write.bytes()));
            return false;
        }
        write(Buffer.buffer(write.bytes()));
        return true;
    }

    private void write(Buffer bytes) {
        entry.sent(bytes.length());
        response.write(bytes).onFailure(failure -> left());
    }

    private void flood() {
        int block = (int) Math.min(FLOOD_BLOCK, floodLeft);
        byte[] padding = new byte[block];
        Arrays.fill(padding, (byte) 'x');
        floodLeft -= block;
        write(Buffer.buffer(padding));
        if (floodLeft == 0) {
            write(Buffer.buffer(floodEnd.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Vert.x has no timers below a millisecond, so shorter pauses are saved up. */
    private boolean pause(Duration duration) {
        debtNanos += duration.toNanos();
        long millis = debtNanos / 1_000_000;
        if (millis == 0) {
            return true;
        }
        debtNanos -= millis * 1_000_000;
        flushHead();
        timer = vertx.setTimer(millis, fired -> play());
        return false;
    }

    private void flushHead() {
        if (headed && !response.headWritten()) {
            response.writeHead().onFailure(failure -> left());
        }
    }

    /** Goes on after a stall; may be called on any thread. */
    void release(Context context) {
        context.runOnContext(released -> play());
    }

    /** @param last the last bytes of the body, which go out after the record is complete: a test may look at once */
    private void end(Buffer last) {
        if (done) {
            return;
        }
        done = true;
        entry.sent(last.length());
        entry.end(reply.outcome(), reply.billing().whole());
        response.end(last);
    }

    /** The answer stops here, on purpose. */
    private void over() {
        done = true;
        entry.end(reply.outcome(), reply.billing().soFar(headed));
    }

    private void left() {
        if (done) {
            return;
        }
        done = true;
        if (timer >= 0) {
            vertx.cancelTimer(timer);
        }
        stalls.remove(this);
        entry.end(RecordedRequest.Outcome.CLIENT_LEFT, reply.billing().soFar(headed));
    }

    private void reset() {
        if (request.version() != HttpVersion.HTTP_2 && request.connection() instanceof ConnectionBase connection) {
            // A linger time of 0 makes close() send RST, and bytes not yet sent are thrown away.
            connection.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            connection.channel().close().addListener(closed -> left());
        } else {
            response.reset(INTERNAL_ERROR);
        }
    }
}
