package io.github.camelllm.component;

import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallObserver;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.call.CallTrace;
import io.github.camelllm.call.CallTracing;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.WireAnswer;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.WireHeaders;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Follows the calls that one exchange makes, one after the other. */
final class ExchangeTrace {
    /** Nobody follows. */
    static final ExchangeTrace NONE = new ExchangeTrace(null, null);

    private final @Nullable CallTracing tracing;
    private final @Nullable Exchange exchange;
    private volatile CallTrace current = CallTrace.NONE;

    private ExchangeTrace(@Nullable CallTracing tracing, @Nullable Exchange exchange) {
        this.tracing = tracing;
        this.exchange = exchange;
    }

    static ExchangeTrace of(Optional<CallTracing> tracing, Exchange exchange) {
        return tracing.isPresent() ? new ExchangeTrace(tracing.get(), exchange) : NONE;
    }

    /** Whether calls are followed at all. */
    boolean isOn() {
        return tracing != null;
    }

    /** Whether requests and answers must be decoded. */
    boolean readsContent() {
        return tracing != null && tracing.readsContent();
    }

    /** What follows the call that was begun last. */
    CallTrace current() {
        return current;
    }

    /** What is to be known of an answer. */
    interface Reading<R> {
        Optional<String> id(R result);

        Optional<ChatResponse> whole(R result);
    }

    /** Reads decoded answers. */
    static final Reading<ChatResponse> CHAT = new Reading<>() {
        @Override
        public Optional<String> id(ChatResponse result) {
            return result.id();
        }

        @Override
        public Optional<ChatResponse> whole(ChatResponse result) {
            return Optional.of(result);
        }
    };

    /** Reads answers in a wire format. */
    static final Reading<WireAnswer> WIRE = new Reading<>() {
        @Override
        public Optional<String> id(WireAnswer result) {
            return result instanceof WireAnswer.Passed passed
                    ? passed.facts().id()
                    : whole(result).flatMap(ChatResponse::id);
        }

        @Override
        public Optional<ChatResponse> whole(WireAnswer result) {
            return result instanceof WireAnswer.Decoded decoded ? Optional.of(decoded.response()) : Optional.empty();
        }
    };

    private static final Reading<EmbeddingsResponse> EMBEDDINGS = new Reading<>() {
        @Override
        public Optional<String> id(EmbeddingsResponse result) {
            return Optional.empty();
        }

        @Override
        public Optional<ChatResponse> whole(EmbeddingsResponse result) {
            return Optional.empty();
        }
    };

    /** As {@link #begin}, for embeddings. */
    CallObserver<EmbeddingsResponse> beginEmbeddings(
            CallTarget target, Map<String, String> tags, CallObserver<EmbeddingsResponse> observer) {
        return isOn() ? begin(embeddings(target, tags), EMBEDDINGS, observer) : observer;
    }

    /** The same in a wire format. */
    CallObserver<WireAnswer> beginWireEmbeddings(
            CallTarget target, Map<String, String> tags, CallObserver<WireAnswer> observer) {
        return isOn() ? begin(embeddings(target, tags), WIRE, observer) : observer;
    }

    private static CallTracing.Asked embeddings(CallTarget target, Map<String, String> tags) {
        return new CallTracing.Asked(
                Operation.EMBEDDINGS,
                target.provider(),
                target.telemetryName(),
                target.model(),
                false,
                Optional.empty(),
                tags);
    }

    /** Begins a call.
     *
     * @return an observer that also tells whoever follows it of the end */
    <R> CallObserver<R> begin(CallTracing.Asked asked, Reading<R> reading, CallObserver<R> observer) {
        CallTracing by = tracing;
        Exchange asking = exchange;
        if (by == null || asking == null) {
            return observer;
        }
        CallTrace trace =
                by.begin(asked, name -> Optional.ofNullable(asking.getMessage().getHeader(name, String.class)));
        current = trace;
        return follow(trace, reading, observer);
    }

    /** Tells whoever follows a call of its end. */
    static <R> CallObserver<R> follow(CallTrace trace, Reading<R> reading, CallObserver<R> observer) {
        return new Followed<>(trace, reading, observer);
    }

    private record Followed<R>(CallTrace trace, Reading<R> reading, CallObserver<R> observer)
            implements CallObserver<R> {
        @Override
        public void started(CallHandle handle) {
            observer.started(handle);
        }

        @Override
        public void head(WireHeaders headers) {
            observer.head(headers);
        }

        @Override
        public void event(StreamEvent event) {
            observer.event(event);
        }

        @Override
        public void completed(R result, CallRecord record) {
            trace.completed(reading.id(result), reading.whole(result), record);
            observer.completed(result, record);
        }

        @Override
        public void failed(LlmException failure, CallRecord record) {
            trace.failed(failure, record);
            observer.failed(failure, record);
        }

        @Override
        public void cancelled(CallRecord record) {
            trace.cancelled(record);
            observer.cancelled(record);
        }
    }
}
