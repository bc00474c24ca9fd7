package io.github.camelllm.routes.hybrid;

import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.failover.FailoverHeaders;
import io.github.camelllm.routes.failover.Question;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Makes a message of an answer that another route can check later, also on the other side of a queue: a Map with {@code id},
 * {@code question}, {@code answer}, {@code model} and, if known, {@code latencyMillis} and {@code cost}. The question is taken
 * from the variable {@value #QUESTION}, the id from {@link FailoverHeaders#CORRELATION_ID}. For {@code onPrepare} of a wire
 * tap.
 */
public final class AnswerToCheck implements Processor {
    /** Variable that holds the question while a route works on its answer. */
    public static final String QUESTION = Question.VARIABLE;

    private final Question question = new Question();

    @Override
    public void process(Exchange exchange) throws IOException {
        Message message = exchange.getMessage();
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("id", message.getHeader(FailoverHeaders.CORRELATION_ID, exchange.getExchangeId(), String.class));
        item.put("question", question.text(exchange));
        item.put("answer", answer(message));
        item.put("model", model(message));
        Long latency = message.getHeader(LlmConstants.LATENCY_MILLIS, Long.class);
        if (latency != null) {
            item.put("latencyMillis", latency);
        }
        BigDecimal cost = message.getHeader(LlmConstants.COST, BigDecimal.class);
        if (cost != null) {
            item.put("cost", cost.toPlainString());
        }
        message.setBody(item);
    }

    private static String answer(Message message) {
        String answer = message.getBody(String.class);
        if (answer == null) {
            throw new IllegalArgumentException("Expected text in the body, got nothing that is or becomes text");
        }
        return answer;
    }

    /** The model that a message's headers name, as provider/model. */
    static String model(Message message) {
        return message.getHeader(LlmConstants.PROVIDER, String.class)
                + "/"
                + message.getHeader(LlmConstants.REQUEST_MODEL, String.class);
    }
}
