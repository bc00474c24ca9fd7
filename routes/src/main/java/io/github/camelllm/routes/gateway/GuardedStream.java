package io.github.camelllm.routes.gateway;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.wire.ChatServerCodec;
import io.github.camelllm.wire.WireTarget;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A streamed answer that is held back until guardrails have seen it, a window at a time. Events that say nothing, such as pings, pass
 * unless something before them was not seen. If they refuse it, the client gets the
 * error of its API and the call is cancelled. For one subscriber.
 */
final class GuardedStream implements Flow.Publisher<ByteBuffer> {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedStream.class);
    /** Bytes that are held back at most, but for the rest of an event: what is no text, as speech, fills no window. */
    private static final int MAX_HELD_BYTES = 256 << 10;

    private final Flow.Publisher<ByteBuffer> source;
    private final GatewayRequest request;
    private final Optional<String> callId;
    private final int windowChars;
    private final boolean failOpen;
    private final Checker checker;

    /** Asks the guardrails. */
    interface Checker {
        /** @param then gets the verdict, on any thread */
        void check(String text, Consumer<Guardrails.Verdict> then);
    }

    /** @param callId id of the call, for the error of a refusal */
    GuardedStream(
            Flow.Publisher<ByteBuffer> source,
            GatewayRequest request,
            Optional<String> callId,
            GatewayConfig config,
            Checker checker) {
        this.source = source;
        this.request = request;
        this.callId = callId;
        this.windowChars = config.guardrailWindowChars();
        this.failOpen = config.guardrailsFailOpen();
        this.checker = checker;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        Guard guard = new Guard(subscriber);
        subscriber.onSubscribe(guard);
        source.subscribe(guard);
    }

    /** Between source and subscriber. Signals of all sides are looked at one after the other, by whoever brings one. */
    private final class Guard implements Flow.Subscriber<ByteBuffer>, Flow.Subscription {
        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private final Queue<Runnable> signals = new ConcurrentLinkedQueue<>();
        private final AtomicInteger unseen = new AtomicInteger();
        // Of whoever looks at the signals
        private final StreamedText text = new StreamedText(
                request.api().dialect().chat().streamDecoder(WireTarget.of("gateway", request.model())));
        private final List<ByteBuffer> held = new ArrayList<>();
        private final Queue<ByteBuffer> passed = new ArrayDeque<>();
        private Flow.@Nullable Subscription upstream;
        private @Nullable Throwable failure;
        private long heldBytes;
        private long demand;
        private boolean asked;
        private boolean checking;
        private boolean unreadable;
        private boolean refused;
        private boolean sourceOver;
        private boolean over;

        Guard(Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        private void signal(Runnable one) {
            signals.add(one);
            if (unseen.getAndIncrement() == 0) {
                do {
                    look(signals.remove());
                } while (unseen.decrementAndGet() != 0);
            }
        }

        private void look(Runnable signal) {
            try {
                signal.run();
                advance();
            } catch (RuntimeException e) {
                LOG.error("A streamed answer cannot go on to its client", e);
                if (!over) {
                    release();
                    subscriber.onError(e);
                }
            }
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            signal(() -> {
                upstream = subscription;
                if (over) {
                    subscription.cancel();
                }
            });
        }

        @Override
        public void onNext(ByteBuffer bytes) {
            signal(() -> {
                asked = false;
                if (!over && !sourceOver) {
                    held.add(bytes);
                    heldBytes += bytes.remaining();
                    read(() -> text.read(bytes.duplicate()));
                }
            });
        }

        @Override
        public void onError(Throwable reason) {
            signal(() -> {
                if (!refused) {
                    failure = reason;
                    sourceOver = true;
                    read(() -> text.end(false));
                }
            });
        }

        @Override
        public void onComplete() {
            signal(() -> {
                sourceOver = true;
                read(() -> text.end(true));
            });
        }

        /** What cannot be read cannot be looked at. */
        private void read(Runnable reading) {
            if (over || refused || unreadable) {
                return;
            }
            try {
                reading.run();
            } catch (RuntimeException e) {
                unreadable = true;
                if (failOpen) {
                    LOG.warn("A streamed answer cannot be read; it goes on without guardrails", e);
                } else {
                    LOG.error("A streamed answer cannot be read, so no guardrail can look at it; it is refused", e);
                    refuse(Refusals.withheld("the answer cannot be read, so no guardrail can look at it", e));
                }
            }
        }

        @Override
        public void request(long n) {
            signal(() -> demand = demand + n < 0 ? Long.MAX_VALUE : demand + n);
        }

        @Override
        public void cancel() {
            signal(this::release);
        }

        private void release() {
            over = true;
            passed.clear();
            held.clear();
            cancelUpstream();
        }

        private void cancelUpstream() {
            Flow.Subscription open = upstream;
            if (open != null) {
                open.cancel();
            }
        }

        private void advance() {
            if (over) {
                return;
            }
            boolean isWhole = sourceOver || unreadable || text.isBetweenEvents();
            if (isWhole && !checking && !text.hasUnseen()) {
                passHeld();
            }
            boolean isFull = text.newChars() >= windowChars || heldBytes >= MAX_HELD_BYTES;
            boolean due = sourceOver || unreadable || isFull && isWhole;
            if (due && !checking && text.hasUnseen()) {
                checking = true;
                checker.check(text.take(windowChars), verdict -> signal(() -> judge(verdict)));
            }
            while (demand > 0 && !passed.isEmpty()) {
                demand--;
                subscriber.onNext(passed.remove());
            }
            if (!passed.isEmpty() || checking) {
                return;
            }
            if (sourceOver && held.isEmpty()) {
                end();
            } else if (demand > 0 && !asked && !sourceOver && upstream != null) {
                asked = true;
                upstream.request(1);
            }
        }

        private void end() {
            over = true;
            Throwable reason = failure;
            if (reason == null) {
                subscriber.onComplete();
            } else {
                subscriber.onError(reason);
            }
        }

        private void judge(Guardrails.Verdict verdict) {
            checking = false;
            if (over || refused) {
                return;
            }
            verdict.refusal().ifPresentOrElse(this::refuse, this::passHeld);
        }

        private void passHeld() {
            passed.addAll(held);
            held.clear();
            heldBytes = 0;
        }

        private void refuse(LlmException refusal) {
            refused = true;
            held.clear();
            cancelUpstream();
            sourceOver = true;
            failure = refusal;
            passed.add(ByteBuffer.wrap(error(refusal)));
        }

        private byte[] error(LlmException refusal) {
            ChatRequest empty = ChatRequest.builder(request.model())
                    .message(ChatMessage.User.of(""))
                    .build();
            return request.api()
                    .dialect()
                    .server()
                    .streamEncoder(new ChatServerCodec.ServedRequest(empty, true, true))
                    .error(callId.map(refusal::withRequestId).orElse(refusal));
        }
    }
}
