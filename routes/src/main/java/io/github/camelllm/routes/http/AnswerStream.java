package io.github.camelllm.routes.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what a publisher gives to a client. What has come until the event loop gets to it is one write and one flush. The
 * publisher is asked for more when the client has taken what there is, so what waits is bounded by {@link #WINDOW} and the
 * connection's own buffer. Signals may come on any thread; a buffer given belongs to this.
 */
final class AnswerStream implements Flow.Subscriber<ByteBuffer> {
    /** Most buffers that the publisher may be ahead of the client. */
    private static final int WINDOW = 64;

    private static final Logger LOG = LoggerFactory.getLogger(AnswerStream.class);

    private final ServerLoop loop;
    private final Lane lane;
    private final HttpServerResponse response;
    private final Runnable ending;
    private final Runnable ended;
    private final Queue<ByteBuffer> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean cancelled;
    private volatile boolean over;
    private volatile @Nullable Throwable failure;
    // Of the event loop's thread
    private boolean finished;
    private boolean stalled;
    private int unasked;

    /**
     * @param ending is run on the event loop before the end is written, unless the answer was cancelled
     * @param ended is run there after it was
     */
    AnswerStream(ServerLoop loop, Lane lane, HttpServerResponse response, Runnable ending, Runnable ended) {
        this.loop = loop;
        this.lane = lane;
        this.response = response;
        this.ending = ending;
        this.ended = ended;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        if (subscription != null) {
            given.cancel();
            return;
        }
        subscription = given;
        // The client may have left before there was anything to cancel; read after the writing, as cancel() does it
        if (cancelled) {
            given.cancel();
        } else {
            given.request(WINDOW);
        }
    }

    @Override
    public void onNext(ByteBuffer bytes) {
        waiting.add(bytes);
        schedule();
    }

    @Override
    public void onError(Throwable reason) {
        failure = reason;
        over = true;
        schedule();
    }

    @Override
    public void onComplete() {
        over = true;
        schedule();
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            loop.runLater(this::write);
        }
    }

    private void write() {
        scheduled.set(false);
        // Before the queue is emptied: nothing comes after the end
        boolean last = over;
        Buffer bytes = drain();
        if (finished) {
            return;
        }
        if (bytes != null) {
            response.write(bytes);
        }
        if (last) {
            finish();
        } else if (response.writeQueueFull()) {
            stall();
        } else {
            ask();
        }
    }

    private @Nullable Buffer drain() {
        ByteBuffer first = waiting.poll();
        if (first == null) {
            return null;
        }
        ByteBuffer next = waiting.poll();
        if (next == null) {
            unasked++;
            return first.hasRemaining() ? Buffer.buffer(Unpooled.wrappedBuffer(first)) : null;
        }
        List<ByteBuffer> all = new ArrayList<>();
        all.add(first);
        int length = first.remaining();
        while (next != null) {
            all.add(next);
            length += next.remaining();
            next = waiting.poll();
        }
        unasked += all.size();
        byte[] joined = new byte[length];
        int at = 0;
        for (ByteBuffer one : all) {
            int size = one.remaining();
            one.get(joined, at, size);
            at += size;
        }
        return length == 0 ? null : Buffer.buffer(Unpooled.wrappedBuffer(joined));
    }

    private void ask() {
        Flow.Subscription open = subscription;
        int count = unasked;
        if (open != null && count > 0) {
            unasked = 0;
            open.request(count);
        }
    }

    /** Waits until the client has taken enough, though not for ever. */
    private void stall() {
        lane.expect(loop.endpoint().getWriteTimeout().toNanos(), lane::cut);
        if (stalled) {
            return;
        }
        stalled = true;
        response.drainHandler(drained -> {
            stalled = false;
            if (!finished) {
                lane.expectNothing();
                ask();
            }
        });
    }

    private void finish() {
        finished = true;
        Throwable reason = failure;
        ending.run();
        if (reason == null) {
            response.end().onComplete(written -> ended.run());
        } else {
            // The client must not take this for a whole answer, so the end of the chunks is not sent
            LOG.debug("A streamed answer broke off", reason);
            lane.close();
            ended.run();
        }
    }

    /** The client is gone. */
    void cancel() {
        finished = true;
        cancelled = true;
        waiting.clear();
        Flow.Subscription open = subscription;
        if (open != null) {
            open.cancel();
        }
    }
}
