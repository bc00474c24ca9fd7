package io.github.camelllm.routes.enrichment;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/**
 * Puts a model's answer into the record as one field, as text. The record is a {@code Map} or a JSON object (text, bytes,
 * file, tree) and stays what it is; a field of that name is replaced. The headers that tell what the call cost are copied.
 * Thread-safe.
 *
 * <p>For {@code enrich}. If it fails, the record is as it was.
 */
public final class AppendField implements AggregationStrategy {
    private final String field;

    /** @param field name of the field */
    public AppendField(String field) {
        this.field = field;
    }

    @Override
    public Exchange aggregate(Exchange record, Exchange answer) {
        String text = Answer.text("AppendField", answer);
        JsonRecord.change("AppendField", record.getMessage(), fields -> fields.put(field, text));
        Answer.copyHeaders(answer, record.getMessage());
        return record;
    }
}
