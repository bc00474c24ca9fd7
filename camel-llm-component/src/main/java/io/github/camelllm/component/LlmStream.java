package io.github.camelllm.component;

import io.github.camelllm.call.EventBuffer;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.apache.camel.RuntimeCamelException;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer as a message body: an iterator of text pieces for {@code split().streaming()}, converted on demand to
 * {@code String} (the whole answer), {@code InputStream} (server-sent events) or {@code Flow.Publisher}.
 *
 * <p>A stream that breaks off throws an {@link LlmException} after the pieces that arrived; it never just ends. At its good
 * end, and also when it fails or is closed, usage and cost are set on the exchange that the call was made with. Closing
 * early cancels the call. The exchange's completion closes the stream, so consume it inside the route.
 *
 * <p>One thread at a time may read; any thread may close.
 */
public final class LlmStream implements Iterator<String>, AutoCloseable {
    private final EventBuffer events;
    private final BooleanSupplier abandoned;
    private final Ending ending;
    private final ReentrantLock closing = new ReentrantLock();
    private @Nullable String nextText;
    private @Nullable RuntimeException failure;
    private boolean ended;
    private boolean endingTold;
    private volatile boolean subscribed;
    private volatile boolean closed;

    /** What is to be done once, when the stream ends. */
    interface Ending {
        /**
         * Called by the thread that reads, or that closes.
         *
         * @param whole whether all of the answer was read
         * @param detached whether a subscriber read it: the exchange may have gone on and must not be touched
         * @throws LlmException if the answer is not acceptable
         */
        void ended(boolean whole, boolean detached);
    }

    /**
     * @param abandoned tells that nobody wants more. Camel's split walks through the rest of its iterator when it stops on
     *     an exception, before it closes it; asking the failed exchange ends the call instead
     */
    LlmStream(EventBuffer events, BooleanSupplier abandoned, Ending ending) {
        this.events = events;
        this.abandoned = abandoned;
        this.ending = ending;
    }

    /**
     * Waits for the next piece. True also if the stream has failed: {@link #next} then throws. False at once when the
     * stream is closed.
     */
    @Override
    public boolean hasNext() {
        if (!closed && abandoned.getAsBoolean()) {
            close();
        }
        if (closed) {
            return false;
        }
        if (nextText != null || failure != null) {
            return true;
        }
        while (!ended && !closed) {
            try {
                StreamEvent event = events.take();
                if (event == null) {
                    finish(!closed);
                } else {
                    nextText = textOf(event);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                close();
                failure = new RuntimeCamelException("Interrupted while waiting for a streamed answer", e);
            } catch (RuntimeException e) {
                failure = e;
                finishFailed();
            }
            if (nextText != null || failure != null) {
                return true;
            }
        }
        return false;
    }

    /**
     * The next piece of text.
     *
     * @throws LlmException if the stream broke off, at this and every later call
     * @throws NoSuchElementException at the end
     */
    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException(closed ? "the stream is closed" : "the stream has ended");
        }
        String text = nextText;
        if (text == null) {
            throw failed();
        }
        nextText = null;
        return text;
    }

    /**
     * All text that was not read yet.
     *
     * @throws LlmException if the stream broke off
     * @throws IllegalStateException if the stream was closed before it was read
     */
    public String readAll() {
        StringBuilder text = new StringBuilder();
        while (hasNext()) {
            text.append(next());
        }
        if (closed && !ended) {
            throw new IllegalStateException(
                    "The streamed answer was closed before it was read; an exchange closes its stream when it is done,"
                            + " so read it inside the route");
        }
        return text.toString();
    }

    /**
     * The remaining text as a publisher for one subscriber, fed without holding a thread. From the subscription on the
     * stream belongs to the subscriber: the exchange may complete before it has ended. So it gets neither usage headers nor
     * the conversation; usage and cost are in the call's record.
     */
    public Flow.Publisher<String> publisher() {
        return new LlmStreamPublisher(this);
    }

    /** Gives the answer up: the call is cancelled unless it has ended. What was used is still recorded. */
    @Override
    public void close() {
        closing.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            closing.unlock();
        }
        events.close();
        tellEnding(false);
    }

    /** Closes the stream unless a subscriber owns it. */
    void closeWithExchange() {
        if (!subscribed) {
            close();
        }
    }

    void markSubscribed() {
        subscribed = true;
    }

    EventBuffer events() {
        return events;
    }

    /** The next piece if there is one already; null if not, see {@link #isOver}. */
    @Nullable
    String poll() {
        while (!ended && !closed) {
            StreamEvent event = events.poll();
            if (event == null) {
                if (events.isOver()) {
                    finish(!closed);
                    RuntimeException unacceptable = failure;
                    if (unacceptable != null) {
                        throw unacceptable;
                    }
                }
                return null;
            }
            String text = textOf(event);
            if (text != null) {
                return text;
            }
        }
        return null;
    }

    boolean isOver() {
        return ended || closed;
    }

    private void finish(boolean whole) {
        if (ended) {
            return;
        }
        ended = true;
        try {
            tellEnding(whole);
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void finishFailed() {
        ended = true;
        tellEnding(false);
    }

    private void tellEnding(boolean whole) {
        closing.lock();
        try {
            if (endingTold) {
                return;
            }
            endingTold = true;
        } finally {
            closing.unlock();
        }
        ending.ended(whole, subscribed);
    }

    private RuntimeException failed() {
        RuntimeException reason = failure;
        return reason == null ? new NoSuchElementException("the stream has ended") : reason;
    }

    private static @Nullable String textOf(StreamEvent event) {
        if (event instanceof StreamEvent.TextDelta delta) {
            return delta.choice() == 0 && !delta.text().isEmpty() ? delta.text() : null;
        }
        if (event instanceof StreamEvent.PartAdded added
                && added.choice() == 0
                && added.part() instanceof ContentPart.Text text
                && !text.text().isEmpty()) {
            return text.text();
        }
        return null;
    }

    /** Tells nothing of the answer. */
    @Override
    public String toString() {
        return "LlmStream[" + (ended ? "ended" : closed ? "closed" : "open") + "]";
    }
}
