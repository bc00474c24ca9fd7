package io.github.camelllm.routes.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** A stream that is kept while it passes, to be looked at when it has ended well. What is too long is not kept. For one subscriber. */
final class ObservedStream implements Flow.Publisher<ByteBuffer> {
    private final Flow.Publisher<ByteBuffer> source;
    private final int maxBytes;
    private final Consumer<byte[]> ended;

    /** @param ended gets the whole stream, on the thread that brought its end, and must not wait */
    ObservedStream(Flow.Publisher<ByteBuffer> source, int maxBytes, Consumer<byte[]> ended) {
        this.source = source;
        this.maxBytes = maxBytes;
        this.ended = ended;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        source.subscribe(new Observer(subscriber));
    }

    /** Signals come one after the other. */
    private final class Observer implements Flow.Subscriber<ByteBuffer> {
        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private boolean tooLong;

        Observer(Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscriber.onSubscribe(subscription);
        }

        @Override
        public void onNext(ByteBuffer bytes) {
            if (!tooLong && kept.size() + bytes.remaining() <= maxBytes) {
                byte[] copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                kept.write(copy, 0, copy.length);
            } else {
                tooLong = true;
                kept.reset();
            }
            subscriber.onNext(bytes);
        }

        @Override
        public void onError(Throwable failure) {
            subscriber.onError(failure);
        }

        @Override
        public void onComplete() {
            if (!tooLong) {
                ended.accept(kept.toByteArray());
            }
            subscriber.onComplete();
        }
    }
}
