package io.github.camelllm.routes.gateway;

import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.component.LlmWireStream;
import io.github.camelllm.routes.quality.Quality;
import io.github.camelllm.routes.quality.Scoring;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Flow;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** The answer's headers, and what the guardrails for answers say. */
public final class AnswerStage extends GatewayStage {
    static final String CALLED_NANOS = "CamelLlmGatewayCalledNanos";
    /** Exchange property with the answer that is streamed, whatever guards it. */
    static final String STREAM = "CamelLlmGatewayStream";

    /** A header of the answer, and that of the message which it repeats. */
    private record Repeated(String from, String to) {}

    private static final List<Repeated> HEADERS = List.of(
            new Repeated(LlmConstants.CALL_ID, "x-llm-call-id"),
            new Repeated(LlmConstants.PROVIDER, "x-llm-provider"),
            new Repeated(LlmConstants.REQUEST_MODEL, "x-llm-model"),
            new Repeated(LlmConstants.RESPONSE_MODEL, "x-llm-response-model"),
            new Repeated(LlmConstants.COST_CURRENCY, "x-llm-cost-currency"),
            new Repeated(LlmConstants.ATTEMPTS, "x-llm-attempts"),
            new Repeated(LlmConstants.ROUTER, "x-llm-router"),
            new Repeated(LlmConstants.CACHE_STATUS, "x-llm-cache"),
            new Repeated(LlmConstants.REQUEST_ID, "x-llm-provider-request-id"));

    private static final String COST = "x-llm-cost";
    private static final String OVERHEAD = "x-llm-overhead-ms";
    private static final long NANOS_A_MICRO = 1000;

    private @Nullable AnswerScoring scoring;

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (Quality.isPossible(getCamelContext())) {
            Scoring scores = Quality.of(getCamelContext()).scoring();
            scoring = scores.isOff() ? null : new AnswerScoring(scores);
        }
    }

    @Override
    boolean run(Exchange exchange, AsyncCallback callback) {
        GatewayRequest request = GatewayRequest.of(exchange);
        long answeredNanos = System.nanoTime();
        GatewayConfig config = state().config();
        List<String> guardrails = config.answerGuardrails();
        Message message = exchange.getMessage();
        if (message.getBody() instanceof LlmWireStream stream) {
            exchange.setProperty(STREAM, stream);
        }
        AnswerScoring scores = scoring;
        if (scores != null && request.operation() == GatewayOperation.CHAT) {
            scores.answered(exchange, request);
        }
        if (guardrails.isEmpty() || request.operation() != GatewayOperation.CHAT) {
            setHeaders(exchange, request, answeredNanos);
            callback.done(true);
            return true;
        }
        if (message.getBody() instanceof Flow.Publisher<?> stream) {
            @SuppressWarnings("unchecked") // the contract of streams in a wire format
            Flow.Publisher<ByteBuffer> bytes = (Flow.Publisher<ByteBuffer>) stream;
            message.setBody(new GuardedStream(
                    bytes, request, GatewayErrors.callId(exchange), config, (text, verdict) -> state().guardrails()
                            .check(
                                    guardrails,
                                    Guardrails.Phase.STREAM,
                                    exchange,
                                    text,
                                    config.guardrailsFailOpen(),
                                    verdict)));
            setHeaders(exchange, request, answeredNanos);
            callback.done(true);
            return true;
        }
        byte[] body = message.getBody(byte[].class);
        String text = text(body);
        state().guardrails()
                .check(guardrails, Guardrails.Phase.ANSWER, exchange, text, config.guardrailsFailOpen(), verdict -> {
                    finish(exchange, () -> {
                        String passed = verdict.text();
                        message.setBody(passed.equals(text) ? body : passed.getBytes(StandardCharsets.UTF_8));
                        setHeaders(exchange, request, answeredNanos);
                    });
                    callback.done(false);
                });
        return false;
    }

    private static String text(byte[] body) {
        try {
            return PlainJson.of(body);
        } catch (CharacterCodingException e) {
            throw Refusals.withheld("the answer is no UTF-8, so no guardrail can look at it", e);
        }
    }

    private static void setHeaders(Exchange exchange, GatewayRequest request, long answeredNanos) {
        Message message = exchange.getMessage();
        for (Repeated header : HEADERS) {
            Object value = message.getHeader(header.from());
            if (value != null) {
                message.setHeader(header.to(), value.toString());
            }
        }
        Object callId = message.getHeader(LlmConstants.CALL_ID);
        if (callId != null) {
            request.api().requestIdHeader().ifPresent(name -> message.setHeader(name, callId.toString()));
        }
        if (message.getHeader(LlmConstants.COST) instanceof BigDecimal cost) {
            message.setHeader(COST, cost.toPlainString());
        }
        Long calledNanos = exchange.getProperty(CALLED_NANOS, Long.class);
        if (calledNanos != null) {
            long own = calledNanos - request.receivedNanos() + System.nanoTime() - answeredNanos;
            message.setHeader(
                    OVERHEAD, BigDecimal.valueOf(own / NANOS_A_MICRO, 3).toPlainString());
        }
    }
}
