package io.github.camelllm.component;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.EventBuffer;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer in a client's wire format as a message body: its bytes for one subscriber, fed without holding a thread, or
 * converted on demand to {@code InputStream}, {@code byte[]} or {@code String}.
 *
 * <p>The subscriber's demand sets the pace: while it asks for nothing, reading from the provider pauses. Its cancelling ends the
 * call. A stream that breaks off ends with the dialect's error event and then with the {@link LlmException}; it never just ends. What
 * it used is in {@link #record()}. From the subscription on the stream belongs to the subscriber and outlives the exchange;
 * otherwise the exchange's completion closes it.
 *
 * <p>Buffers are the subscriber's to read, from their position to their limit, and not to change. Any thread may close.
 */
public final class LlmWireStream implements Flow.Publisher<ByteBuffer>, AutoCloseable {
    private final EventBuffer events;
    private final CompletableFuture<CallRecord> record;
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile boolean closed;

    LlmWireStream(EventBuffer events, CompletableFuture<CallRecord> record) {
        this.events = events;
        this.record = record;
    }

    /** The first subscriber gets the answer, any other an {@link IllegalStateException}. */
    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        StreamFeed.subscribe(
                taken,
                new StreamFeed.Source<ByteBuffer>() {
                    @Override
                    public @Nullable ByteBuffer poll() {
                        return bytesOf(events.poll());
                    }

                    @Override
                    public boolean isOver() {
                        return closed;
                    }

                    @Override
                    public EventBuffer events() {
                        return events;
                    }

                    @Override
                    public void close() {
                        LlmWireStream.this.close();
                    }
                },
                subscriber);
    }

    /** What the call was, took and cost; completed when the stream has ended, well or not. Only the result of the call completes it. */
    public CompletableFuture<CallRecord> record() {
        return record.copy();
    }

    /** Gives the answer up: the call is cancelled unless it has ended. What was used is still recorded. */
    @Override
    public void close() {
        closed = true;
        events.close();
    }

    /** Closes the stream unless a subscriber owns it. */
    void closeWithExchange() {
        if (!taken.get()) {
            close();
        }
    }

    /** The bytes for a reader that waits for them, which takes the place of a subscriber. */
    InputStream inputStream() {
        if (!taken.compareAndSet(false, true)) {
            throw new IllegalStateException("a streamed answer is read once, and it has its reader already");
        }
        return new WireInputStream(this);
    }

    /**
     * Waits for the next bytes.
     *
     * @return null at the end
     * @throws LlmException if the stream broke off
     */
    @Nullable
    ByteBuffer take() throws InterruptedException {
        return bytesOf(events.take());
    }

    private static @Nullable ByteBuffer bytesOf(@Nullable StreamEvent event) {
        return event == null ? null : ((StreamEvent.Passed) event).bytes();
    }

    /** Tells nothing of the answer. */
    @Override
    public String toString() {
        return "LlmWireStream[" + (record.isDone() ? "ended" : closed ? "closed" : "open") + "]";
    }
}
