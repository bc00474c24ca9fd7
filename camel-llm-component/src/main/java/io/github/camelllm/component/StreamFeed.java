package io.github.camelllm.component;

import io.github.camelllm.call.EventBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Feeds one subscriber from a stream, on the thread that brings an event or asks for one.
 *
 * @param <T> what the stream consists of
 */
final class StreamFeed<T> implements Flow.Subscription {
    private final Source<T> source;
    private final Flow.Subscriber<? super T> subscriber;
    private final AtomicLong demand = new AtomicLong();
    /** Signals not yet looked at; who raises it from 0 drains, so that one thread does at a time. */
    private final AtomicInteger signals = new AtomicInteger();

    private volatile boolean illegalDemand;
    private volatile boolean over;

    /** A stream that is read without waiting. */
    interface Source<T> {
        /** The next piece if there is one already. Throws if the stream has failed. */
        @Nullable
        T poll();

        /** Whether nothing more will come. */
        boolean isOver();

        EventBuffer events();

        void close();
    }

    private StreamFeed(Source<T> source, Flow.Subscriber<? super T> subscriber) {
        this.source = source;
        this.subscriber = subscriber;
    }

    /** Begins to feed the subscriber, unless the stream is taken. */
    static <T> void subscribe(AtomicBoolean taken, Source<T> source, Flow.Subscriber<? super T> subscriber) {
        if (!taken.compareAndSet(false, true)) {
            refuse(subscriber);
            return;
        }
        StreamFeed<T> feed = new StreamFeed<>(source, subscriber);
        subscriber.onSubscribe(feed);
        source.events().onChange(feed::drain);
    }

    private static void refuse(Flow.Subscriber<?> subscriber) {
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                // Nothing will come: onError follows.
            }

            @Override
            public void cancel() {
                // There is nothing to cancel.
            }
        });
        subscriber.onError(new IllegalStateException("a streamed answer has one subscriber, and it has it already"));
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            illegalDemand = true;
        } else {
            demand.accumulateAndGet(n, (have, more) -> have + more < 0 ? Long.MAX_VALUE : have + more);
        }
        drain();
    }

    @Override
    public void cancel() {
        over = true;
        source.close();
    }

    void drain() {
        if (signals.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            drainOnce();
            seen = signals.addAndGet(-seen);
        } while (seen != 0);
    }

    private void drainOnce() {
        try {
            if (illegalDemand && !over) {
                source.close();
                throw new IllegalArgumentException("request(n) needs n > 0");
            }
            while (!over && demand.get() > 0) {
                T piece = source.poll();
                if (piece == null) {
                    break;
                }
                demand.decrementAndGet();
                subscriber.onNext(piece);
            }
            if (!over && (source.isOver() || source.events().isOver() && source.poll() == null)) {
                over = true;
                subscriber.onComplete();
            }
        } catch (RuntimeException e) {
            if (!over) {
                over = true;
                source.close();
                subscriber.onError(e);
            }
        }
    }
}
