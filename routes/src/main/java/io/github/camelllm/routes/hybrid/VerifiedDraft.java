package io.github.camelllm.routes.hybrid;

import io.github.camelllm.routes.failover.FailoverHeaders;
import io.github.camelllm.routes.failover.MajorityVote;
import java.util.Map;
import org.apache.camel.Exchange;

/** What the verifying model said about a draft, which the variable {@value #DRAFT} holds as {@link AnswerToCheck} made it. */
public final class VerifiedDraft {
    /** Variable with the draft and its question. */
    public static final String DRAFT = "llmDraft";

    private static final String AGREED = "ok";

    /** Whether the body is another answer than the draft. The word OK, and the draft said again, are none. */
    public boolean isCorrection(Exchange exchange) {
        String said = MajorityVote.normalised(exchange.getMessage().getBody(String.class));
        return !said.isEmpty()
                && !said.equals(AGREED)
                && !said.equals(MajorityVote.normalised(value(exchange, "answer")));
    }

    /** Marks the message with the id of its draft. */
    public void mark(Exchange exchange) {
        exchange.getMessage().setHeader(FailoverHeaders.CORRELATION_ID, value(exchange, "id"));
    }

    private static String value(Exchange exchange, String name) {
        Map<?, ?> draft = exchange.getVariable(DRAFT, Map.class);
        Object value = draft == null ? null : draft.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "Expected a Map with id, question and answer as body, '" + name + "' is missing");
        }
        return value.toString();
    }
}
