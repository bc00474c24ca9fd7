package io.github.camelllm.routes.hybrid;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.routes.failover.FailoverHeaders;
import java.util.List;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Reads a document of {@link ReviewItem} that a person has decided about. The answer becomes the body, the question the variable
 * {@code llmQuestion}, id, decision and reviewer become headers.
 */
public final class ReviewDecision implements Processor {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> DECISIONS = List.of("approved", "changed", "rejected");

    /** @throws IllegalArgumentException if it is no such document, or not decided; the message is left as it was */
    @Override
    public void process(Exchange exchange) {
        JsonNode item = read(exchange.getMessage().getBody(String.class));
        String id = text(item, "id", "a reviewed item");
        String decision = text(item, "decision", id).strip().toLowerCase(Locale.ROOT);
        if (!DECISIONS.contains(decision)) {
            throw new IllegalArgumentException("Review item " + id + ": expected one of " + DECISIONS + " as decision"
                    + (decision.isEmpty() ? ", it is still empty" : ", got another word"));
        }
        String answer = text(item, "answer", id);
        if (answer.isBlank() && !decision.equals("rejected")) {
            throw new IllegalArgumentException(
                    "Review item " + id + ": expected an answer, as it is " + decision + "; to give none, reject it");
        }
        Message message = exchange.getMessage();
        exchange.setVariable(AnswerToCheck.QUESTION, text(item, "question", id));
        message.setHeader(HybridHeaders.REVIEW_ID, id);
        message.setHeader(HybridHeaders.REVIEW_DECISION, decision);
        message.setHeader(HybridHeaders.REVIEWER, item.path("reviewer").asText());
        message.setHeader(
                FailoverHeaders.CORRELATION_ID, item.path("correlationId").asText(id));
        message.setBody(answer);
    }

    private static JsonNode read(@Nullable String json) {
        try {
            JsonNode item = json == null ? null : MAPPER.readTree(json);
            if (item != null && item.isObject()) {
                return item;
            }
        } catch (JsonProcessingException e) {
            // Without the words of the document, which Jackson's own message quotes
            throw new IllegalArgumentException("Expected a review item, got no JSON: error in line "
                    + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr());
        }
        throw new IllegalArgumentException("Expected a review item, got no JSON object");
    }

    private static String text(JsonNode item, String name, String id) {
        JsonNode value = item.path(name);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(
                    "Review item " + id + ": expected text in '" + name + "', it is missing");
        }
        return value.asText();
    }
}
