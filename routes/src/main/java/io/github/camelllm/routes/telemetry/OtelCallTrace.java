package io.github.camelllm.routes.telemetry;

import io.github.camelllm.call.Call;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.call.CallTrace;
import io.github.camelllm.call.CallTracing;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.Usage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The span of one call, and those of its attempts below it. */
final class OtelCallTrace implements CallTrace {
    private static final String HTTPS = "https";
    private static final double NANOS_A_SECOND = 1e9;

    private final OtelTracing tracing;
    private final Tracer tracer;
    private final Span call;
    private final List<String> propagateTo;
    private final CapturedContent content;
    private final Map<UUID, Span> underWay = new ConcurrentHashMap<>(4);
    private final AtomicInteger sent = new AtomicInteger();

    OtelCallTrace(OtelTracing tracing, Tracer tracer, Span call, List<String> propagateTo, CapturedContent content) {
        this.tracing = tracing;
        this.tracer = tracer;
        this.call = call;
        this.propagateTo = propagateTo;
        this.content = content;
    }

    @Override
    public Map<String, String> sending(Call<?> attempt) {
        CallTarget target = attempt.target();
        SpanBuilder builder = attempt(target.toString(), target.telemetryName(), target.model(), attempt.attemptId());
        builder.setAttribute(GenAi.HTTP_METHOD, "POST");
        URI address = URI.create(target.baseUrl());
        if (address.getHost() != null) {
            builder.setAttribute(GenAi.SERVER_ADDRESS, address.getHost());
            builder.setAttribute(GenAi.SERVER_PORT, (long) port(address));
        }
        int before = sent.getAndIncrement();
        if (before > 0) {
            builder.setAttribute(GenAi.HTTP_RESEND_COUNT, (long) before);
        }
        Span span = builder.startSpan();
        underWay.put(attempt.attemptId(), span);
        if (!PassedOnTracing.isTold(propagateTo, target.provider())) {
            return Map.of();
        }
        Map<String, String> headers = new HashMap<>();
        // Nothing but the trace: baggage is not for providers
        W3CTraceContextPropagator.getInstance()
                .inject(Context.root().with(span), headers, (carrier, name, value) -> headers.put(name, value));
        return headers;
    }

    private SpanBuilder attempt(String target, String telemetryName, String model, UUID id) {
        return tracer.spanBuilder("attempt " + target)
                .setParent(Context.root().with(call))
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(GenAi.PROVIDER_NAME, telemetryName)
                .setAttribute(GenAi.REQUEST_MODEL, model)
                .setAttribute(GenAi.ATTEMPT_ID, id.toString());
    }

    private static int port(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return HTTPS.equals(address.getScheme()) ? 443 : 80;
    }

    @Override
    public void ended(CallRecord attempt) {
        Span span = underWay.remove(attempt.id());
        if (span == null) {
            // It was refused before it was sent
            span = attempt(
                            attempt.provider() + "/" + attempt.requestModel(),
                            attempt.telemetryName(),
                            attempt.requestModel(),
                            attempt.id())
                    .setStartTimestamp(attempt.startedAt())
                    .startSpan();
        }
        if (attempt.statusCode().isPresent()) {
            span.setAttribute(GenAi.HTTP_STATUS, (long) attempt.statusCode().getAsInt());
        }
        if (attempt.waited().toMillis() > 0) {
            span.setAttribute(GenAi.ATTEMPT_WAITED, seconds(attempt.waited()));
        }
        if (attempt.cost().isPresent()) {
            span.setAttribute(GenAi.ATTEMPT_COST_NANOS, attempt.cost().get().nanos());
            span.setAttribute(GenAi.COST_CURRENCY, attempt.cost().get().total().currency());
        }
        setOutcome(span, attempt);
        span.end();
    }

    /** The reason is one of a few words, never what a provider said. */
    private static void setOutcome(Span span, CallRecord record) {
        record.errorType().ifPresent(type -> span.setAttribute(GenAi.ERROR_TYPE, type));
        if (record.outcome() == CallOutcome.FAILED) {
            span.setStatus(StatusCode.ERROR, record.errorType().orElse(""));
        }
    }

    @Override
    public CallTrace within(CallTracing.Asked asked, String purpose) {
        return tracing.begin(asked, Context.root().with(call), Optional.of(purpose));
    }

    @Override
    public void completed(Optional<String> responseId, Optional<ChatResponse> answer, CallRecord total) {
        responseId.ifPresent(id -> call.setAttribute(GenAi.RESPONSE_ID, id));
        if (call.isRecording()) {
            answer.ifPresent(response -> content.answer(response, call));
        }
        end(reasons(answer, total), total);
    }

    private static List<String> reasons(Optional<ChatResponse> answer, CallRecord total) {
        List<String> each = answer.map(response -> response.choices().stream()
                        .flatMap(choice -> choice.finish().stream())
                        .map(finish -> word(finish.reason()))
                        .toList())
                .orElse(List.of());
        return each.isEmpty()
                ? total.finishReason().map(OtelCallTrace::word).stream().toList()
                : each;
    }

    private static String word(FinishReason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void failed(LlmException failure, CallRecord total) {
        // A router's own failure is no attempt's
        call.setAttribute(GenAi.ERROR_TYPE, failure.getErrorType());
        call.setStatus(StatusCode.ERROR, failure.getErrorType());
        end(List.of(), total);
    }

    @Override
    public void cancelled(CallRecord total) {
        end(List.of(), total);
    }

    private void end(List<String> finishReasons, CallRecord total) {
        if (total.attempts() > 0 || total.cacheHit().isPresent()) {
            call.setAttribute(GenAi.PROVIDER_NAME, total.telemetryName());
            call.setAttribute(GenAi.REQUEST_MODEL, total.requestModel());
            call.setAttribute(GenAi.CALL_ID, total.callId().toString());
        }
        call.setAttribute(GenAi.ATTEMPTS, (long) total.attempts());
        if (total.outcome() == CallOutcome.CANCELLED) {
            setOutcome(call, total);
        }
        total.responseModel().ifPresent(model -> call.setAttribute(GenAi.RESPONSE_MODEL, model));
        if (!finishReasons.isEmpty()) {
            call.setAttribute(GenAi.RESPONSE_FINISH_REASONS, finishReasons);
        }
        if (total.stream() && total.timeToFirstChunk().isPresent()) {
            call.setAttribute(
                    GenAi.RESPONSE_TIME_TO_FIRST_CHUNK,
                    seconds(total.timeToFirstChunk().get()));
        }
        total.usage().ifPresent(usage -> setUsage(call, usage));
        total.cost().ifPresent(cost -> {
            call.setAttribute(GenAi.COST_NANOS, cost.nanos());
            call.setAttribute(GenAi.COST_CURRENCY, cost.total().currency());
        });
        total.cacheHit()
                .ifPresent(
                        hit -> call.setAttribute(GenAi.CACHE, hit.kind().name().toLowerCase(Locale.ROOT)));
        call.end();
    }

    private static void setUsage(Span span, Usage usage) {
        usage.inputTokens().ifPresent(tokens -> span.setAttribute(GenAi.USAGE_INPUT_TOKENS, tokens));
        usage.outputTokens().ifPresent(tokens -> span.setAttribute(GenAi.USAGE_OUTPUT_TOKENS, tokens));
        usage.cacheReadInputTokens().ifPresent(tokens -> span.setAttribute(GenAi.USAGE_CACHE_READ, tokens));
        usage.cacheCreationInputTokens().ifPresent(tokens -> span.setAttribute(GenAi.USAGE_CACHE_CREATION, tokens));
        usage.reasoningOutputTokens().ifPresent(tokens -> span.setAttribute(GenAi.USAGE_REASONING, tokens));
    }

    private static double seconds(Duration time) {
        return time.toNanos() / NANOS_A_SECOND;
    }
}
