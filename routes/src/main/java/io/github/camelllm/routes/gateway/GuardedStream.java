package io.github.camelllm.routes.gateway;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.ChatServerCodec;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireTarget;
import io.github.camelllm.wire.sse.SseDecoder;
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

/**
 * A streamed answer that is held back until guardrails have seen it, a window at a time. If they refuse it, the client gets the
 * error of its API and the call is cancelled. For one subscriber.
 */
final class GuardedStream implements Flow.Publisher<ByteBuffer> {
    /** Bytes that one event of a stream may have. */
    private static final int MAX_EVENT_BYTES = 8 << 20;

    private final Flow.Publisher<ByteBuffer> source;
    private final GatewayRequest request;
    private final Optional<String> callId;
    private final int windowChars;
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
            int windowChars,
            Checker checker) {
        this.source = source;
        this.request = request;
        this.callId = callId;
        this.windowChars = windowChars;
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
        private final StreamedText text = new StreamedText();
        private final List<ByteBuffer> held = new ArrayList<>();
        private final Queue<ByteBuffer> passed = new ArrayDeque<>();
        private Flow.@Nullable Subscription upstream;
        private @Nullable Throwable failure;
        private long demand;
        private boolean asked;
        private boolean checking;
        private boolean sourceOver;
        private boolean over;

        Guard(Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        private void signal(Runnable one) {
            signals.add(one);
            if (unseen.getAndIncrement() == 0) {
                do {
                    Runnable next = signals.poll();
                    if (next != null) {
                        next.run();
                        advance();
                    }
                } while (unseen.decrementAndGet() != 0);
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
                held.add(bytes);
                text.read(bytes.duplicate());
            });
        }

        @Override
        public void onError(Throwable reason) {
            signal(() -> {
                failure = reason;
                sourceOver = true;
            });
        }

        @Override
        public void onComplete() {
            signal(() -> sourceOver = true);
        }

        @Override
        public void request(long n) {
            signal(() -> demand = demand + n < 0 ? Long.MAX_VALUE : demand + n);
        }

        @Override
        public void cancel() {
            signal(() -> {
                over = true;
                passed.clear();
                held.clear();
                cancelUpstream();
            });
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
            if (!checking && !held.isEmpty() && (sourceOver || text.newChars() >= windowChars)) {
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
            if (over) {
                return;
            }
            if (verdict.refusal().isEmpty()) {
                passed.addAll(held);
                held.clear();
                return;
            }
            LlmException refusal = verdict.refusal().get();
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

    /** What a stream of the client's API says, as text. */
    private final class StreamedText {
        private final SseDecoder frames = new SseDecoder(MAX_EVENT_BYTES);
        private final StreamDecoder events =
                request.api().dialect().chat().streamDecoder(WireTarget.of("gateway", request.model()));
        private final StringBuilder words = new StringBuilder();
        private String before = "";
        private boolean ended;

        void read(ByteBuffer bytes) {
            if (ended) {
                return;
            }
            try {
                frames.decode(bytes, frame -> events.decode(frame).forEach(this::add));
            } catch (LlmException e) {
                // The stream's own error event, behind which nothing comes
                ended = true;
            }
        }

        private void add(StreamEvent event) {
            if (event instanceof StreamEvent.TextDelta delta) {
                words.append(delta.text());
            } else if (event instanceof StreamEvent.RefusalDelta delta) {
                words.append(delta.text());
            } else if (event instanceof StreamEvent.ReasoningDelta delta) {
                words.append(delta.text());
            } else if (event instanceof StreamEvent.ToolCallDelta delta) {
                words.append(delta.arguments());
            } else if (event instanceof StreamEvent.PartAdded added) {
                words.append(PartText.of(added.part()));
            }
        }

        int newChars() {
            return words.length();
        }

        /** The words that were not seen yet, with some of those before them: what is looked for may stand across. */
        String take(int window) {
            String seen = before + words;
            before = seen.substring(Math.max(0, seen.length() - window / 4));
            words.setLength(0);
            return seen;
        }
    }
}
