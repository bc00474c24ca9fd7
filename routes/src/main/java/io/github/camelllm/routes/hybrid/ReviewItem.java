package io.github.camelllm.routes.hybrid;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.routes.failover.FailoverHeaders;
import io.github.camelllm.routes.failover.Question;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Makes a JSON document of a question and its answer that a person can decide about: {@code id}, {@code correlationId}, {@code
 * created}, {@code reason}, {@code model}, {@code question}, {@code answer}, and {@code decision} and {@code reviewer}, which are
 * empty. The person writes {@code approved}, {@code changed} (with another answer) or {@code rejected} as decision. The file is
 * named after the id.
 */
public final class ReviewItem implements Processor {
    /** Variable that says why a person must look at it. */
    public static final String REASON = "llmReason";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Override
    public void process(Exchange exchange) throws IOException {
        Message message = exchange.getMessage();
        String id = exchange.getExchangeId();
        ObjectNode item = MAPPER.createObjectNode();
        item.put("id", id);
        item.put("correlationId", message.getHeader(FailoverHeaders.CORRELATION_ID, id, String.class));
        item.put("created", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        item.put("reason", exchange.getVariable(REASON, String.class));
        item.put("model", AnswerToCheck.model(message));
        item.put("question", new Question().text(exchange));
        item.put("answer", message.getBody(String.class));
        item.put("decision", "");
        item.put("reviewer", "");
        message.setBody(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(item));
        message.setHeader(HybridHeaders.REVIEW_ID, id);
        message.setHeader(Exchange.FILE_NAME, id + ".json");
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    }
}
