package io.github.camelllm.routes.quality;

import io.github.camelllm.component.AnswerSchema;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Scores 1 if the answer conforms to the JSON Schema that was asked for, else 0; nothing if none was, or for an answer without
 * text that is no refusal: it only calls tools, and the answer comes later.
 */
public final class SchemaScore implements Processor {
    @Override
    public void process(Exchange exchange) {
        Optional<String> schema = ScoredVariable.text(exchange, "schema");
        String answer = Objects.requireNonNullElse(exchange.getMessage().getBody(String.class), "");
        boolean says = !answer.isBlank() || ScoredVariable.isRefused(exchange);
        if (schema.isPresent() && says) {
            ScoredVariable.score(exchange, AnswerSchema.of(schema.get()).accepts(answer) ? 1 : 0);
        }
    }
}
