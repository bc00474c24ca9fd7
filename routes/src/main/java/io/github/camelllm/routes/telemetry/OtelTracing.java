package io.github.camelllm.routes.telemetry;

import io.github.camelllm.call.CallTrace;
import io.github.camelllm.call.CallTracing;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ResponseFormat;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One span for each call, as a client of generative AI, and one below it for each attempt.
 *
 * @see <a href="https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-spans.md">Semantic
 *     conventions for generative client AI spans</a>
 */
final class OtelTracing implements CallTracing {
    /** Name of the instrumentation. */
    static final String SCOPE = "io.github.camelllm";

    private static final String ROUTER = "router";

    private static final TextMapGetter<Function<String, Optional<String>>> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Function<String, Optional<String>> carrier) {
            return List.of(TraceParent.HEADER, TraceParent.STATE_HEADER);
        }

        @Override
        public @Nullable String get(@Nullable Function<String, Optional<String>> carrier, String key) {
            return carrier == null ? null : carrier.apply(key).orElse(null);
        }
    };

    private final Tracer tracer;
    private final TextMapPropagator propagator;
    private final List<String> propagateTo;
    private final CapturedContent content;

    /** @param propagateTo globs over providers that are told the trace */
    OtelTracing(OpenTelemetry telemetry, List<String> propagateTo, CapturedContent content) {
        this.tracer = telemetry.getTracer(SCOPE);
        this.propagator = telemetry.getPropagators().getTextMapPropagator();
        this.propagateTo = propagateTo;
        this.content = content;
    }

    /** The trace that headers are part of, or a new one. */
    static Context parent(TextMapPropagator propagator, Function<String, Optional<String>> headers) {
        // Not the thread's own: event loops and pools carry those of others
        return propagator.extract(Context.root(), headers, HEADERS);
    }

    @Override
    public CallTrace begin(Asked asked, Function<String, Optional<String>> headers) {
        return begin(asked, parent(propagator, headers), Optional.empty());
    }

    /** @param purpose of a call that another one makes */
    CallTrace begin(Asked asked, Context parent, Optional<String> purpose) {
        boolean routed = asked.provider().equals(ROUTER);
        String operation = asked.operation().wireName();
        SpanBuilder span = tracer.spanBuilder(operation + " " + (routed ? ROUTER + "/" : "") + asked.model())
                .setParent(parent)
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(GenAi.OPERATION_NAME, operation)
                .setAttribute(GenAi.REQUEST_STREAM, asked.stream());
        if (routed) {
            span.setAttribute(GenAi.ROUTER, asked.model());
        } else {
            span.setAttribute(GenAi.PROVIDER_NAME, asked.telemetryName())
                    .setAttribute(GenAi.REQUEST_MODEL, asked.model());
        }
        purpose.ifPresent(word -> span.setAttribute(GenAi.PURPOSE, word));
        asked.request().ifPresent(request -> describe(request, span));
        Span started = span.startSpan();
        if (started.isRecording()) {
            asked.request().ifPresent(request -> content.question(request, started));
        }
        return new OtelCallTrace(this, tracer, started, propagateTo, content);
    }

    private static void describe(ChatRequest request, SpanBuilder span) {
        request.maxOutputTokens().ifPresent(tokens -> span.setAttribute(GenAi.REQUEST_MAX_TOKENS, (long) tokens));
        request.temperature().ifPresent(value -> span.setAttribute(GenAi.REQUEST_TEMPERATURE, value));
        request.topP().ifPresent(value -> span.setAttribute(GenAi.REQUEST_TOP_P, value));
        request.topK().ifPresent(value -> span.setAttribute(GenAi.REQUEST_TOP_K, (double) value));
        request.frequencyPenalty().ifPresent(value -> span.setAttribute(GenAi.REQUEST_FREQUENCY_PENALTY, value));
        request.presencePenalty().ifPresent(value -> span.setAttribute(GenAi.REQUEST_PRESENCE_PENALTY, value));
        request.seed().ifPresent(seed -> span.setAttribute(GenAi.REQUEST_SEED, seed));
        request.n().ifPresent(count -> {
            if (count != 1) {
                span.setAttribute(GenAi.REQUEST_CHOICE_COUNT, (long) count);
            }
        });
        request.responseFormat()
                .ifPresent(format ->
                        span.setAttribute(GenAi.OUTPUT_TYPE, format instanceof ResponseFormat.Text ? "text" : "json"));
    }

    @Override
    public boolean readsContent() {
        return content.isOn();
    }
}
