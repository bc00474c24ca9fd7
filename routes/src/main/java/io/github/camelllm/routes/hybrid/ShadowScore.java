package io.github.camelllm.routes.hybrid;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.failover.MajorityVote;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;

/**
 * Makes one row of a candidate's answer and the live one, which the variable {@value #LIVE} holds as {@link AnswerToCheck} made
 * it. The row holds no prompts and no answers: {@code id}, {@code liveModel}, {@code candidateModel}, {@code score}, {@code
 * same}, and as far as known {@code liveCost}, {@code candidateCost}, {@code liveLatencyMillis}, {@code
 * candidateLatencyMillis}; after a failure of the candidate {@code failure}, with score 0.
 */
public final class ShadowScore implements Processor {
    /** Variable with the live answer and its question. */
    public static final String LIVE = "llmLive";

    @Override
    public void process(Exchange exchange) {
        Map<?, ?> live = exchange.getVariable(LIVE, Map.class);
        if (live == null) {
            throw new IllegalArgumentException("Expected a Map with id, question, answer and model as body, got none");
        }
        Message message = exchange.getMessage();
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        LlmException failure = ObjectHelper.getException(LlmException.class, caught);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", live.get("id"));
        row.put("liveModel", live.get("model"));
        if (failure != null) {
            row.put("candidateModel", failure.getProvider() + "/" + failure.getModel());
            row.put("score", 0);
            row.put("same", false);
            row.put("failure", failure.getClass().getSimpleName());
        } else {
            row.put("candidateModel", AnswerToCheck.model(message));
            row.put("score", message.getHeader(HybridHeaders.SCORE, 0, Integer.class));
            row.put(
                    "same",
                    MajorityVote.normalised(message.getBody(String.class))
                            .equals(MajorityVote.normalised(String.valueOf(live.get("answer")))));
            BigDecimal cost = message.getHeader(LlmConstants.COST, BigDecimal.class);
            put(row, "candidateCost", cost == null ? null : cost.toPlainString());
            put(row, "candidateLatencyMillis", message.getHeader(LlmConstants.LATENCY_MILLIS, Long.class));
        }
        put(row, "liveCost", live.get("cost"));
        put(row, "liveLatencyMillis", live.get("latencyMillis"));
        message.setBody(row);
    }

    private static void put(Map<String, Object> row, String name, @Nullable Object value) {
        if (value != null) {
            row.put(name, value);
        }
    }
}
