package io.github.camelllm.component;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Feeds one subscriber from a stream, on the thread that brings an event or asks for one. */
final class LlmStreamPublisher implements Flow.Publisher<String> {
    private final LlmStream stream;
    private final AtomicBoolean taken = new AtomicBoolean();

    LlmStreamPublisher(LlmStream stream) {
        this.stream = stream;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super String> subscriber) {
        if (!taken.compareAndSet(false, true)) {
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
            subscriber.onError(
                    new IllegalStateException("a streamed answer has one subscriber, and it has it already"));
            return;
        }
        stream.markSubscribed();
        Feed feed = new Feed(stream, subscriber);
        subscriber.onSubscribe(feed);
        stream.events().onChange(feed::drain);
    }

    private static final class Feed implements Flow.Subscription {
        private final LlmStream stream;
        private final Flow.Subscriber<? super String> subscriber;
        private final AtomicLong demand = new AtomicLong();
        /** Signals not yet looked at; who raises it from 0 drains, so that one thread does at a time. */
        private final AtomicInteger signals = new AtomicInteger();

        private volatile boolean illegalDemand;
        private volatile boolean over;

        Feed(LlmStream stream, Flow.Subscriber<? super String> subscriber) {
            this.stream = stream;
            this.subscriber = subscriber;
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
            stream.close();
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
                    stream.close();
                    throw new IllegalArgumentException("request(n) needs n > 0");
                }
                while (!over && demand.get() > 0) {
                    String text = stream.poll();
                    if (text == null) {
                        break;
                    }
                    demand.decrementAndGet();
                    subscriber.onNext(text);
                }
                if (!over && (stream.isOver() || stream.events().isOver() && stream.poll() == null)) {
                    over = true;
                    subscriber.onComplete();
                }
            } catch (RuntimeException e) {
                if (!over) {
                    over = true;
                    stream.close();
                    subscriber.onError(e);
                }
            }
        }
    }
}
