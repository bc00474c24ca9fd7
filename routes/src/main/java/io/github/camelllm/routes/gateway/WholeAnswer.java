package io.github.camelllm.routes.gateway;

import io.github.camelllm.chat.LlmException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/** Makes an answer that is streamed, whatever guards it, a body of bytes when it has ended. Fails if it breaks off or is refused. */
public final class WholeAnswer extends AsyncProcessorSupport {
    /** More than any model says. */
    private static final int MOST_BYTES = 64 << 20;

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        if (exchange.getMessage().getBody() instanceof Flow.Publisher<?> stream) {
            @SuppressWarnings("unchecked") // the contract of streams in a wire format
            Flow.Publisher<ByteBuffer> bytes = (Flow.Publisher<ByteBuffer>) stream;
            bytes.subscribe(new Collector(exchange, callback));
            return false;
        }
        try {
            exchange.getMessage().setBody(exchange.getMessage().getMandatoryBody(byte[].class));
        } catch (InvalidPayloadException | RuntimeException e) {
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }

    /** Signals come one after the other. */
    private static final class Collector implements Flow.Subscriber<ByteBuffer> {
        private final Exchange exchange;
        private final AsyncCallback callback;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Flow.@Nullable Subscription upstream;
        private boolean over;

        Collector(Exchange exchange, AsyncCallback callback) {
            this.exchange = exchange;
            this.callback = callback;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            upstream = subscription;
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer piece) {
            if (over) {
                return;
            }
            if (bytes.size() + piece.remaining() > MOST_BYTES) {
                Flow.Subscription open = upstream;
                if (open != null) {
                    open.cancel();
                }
                onError(tooLong());
                return;
            }
            byte[] copy = new byte[piece.remaining()];
            piece.get(copy);
            bytes.write(copy, 0, copy.length);
        }

        private static LlmException tooLong() {
            return Refusals.unavailable("expected an answer of at most " + MOST_BYTES + " bytes", null);
        }

        @Override
        public void onError(Throwable failure) {
            end(() -> exchange.setException(failure));
        }

        @Override
        public void onComplete() {
            end(() -> exchange.getMessage().setBody(bytes.toByteArray()));
        }

        private void end(Runnable result) {
            if (!over) {
                over = true;
                result.run();
                callback.done(false);
            }
        }
    }
}
