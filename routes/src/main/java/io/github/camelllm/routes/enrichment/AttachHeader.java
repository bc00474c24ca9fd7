package io.github.camelllm.routes.enrichment;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/**
 * Puts a model's answer into a header and leaves the body alone, whatever it is. The headers that tell what the call cost
 * are copied. Thread-safe.
 *
 * <p>For {@code enrich}.
 */
public final class AttachHeader implements AggregationStrategy {
    private final String header;

    /** @param header name of the header */
    public AttachHeader(String header) {
        this.header = header;
    }

    @Override
    public Exchange aggregate(Exchange record, Exchange answer) {
        String text = Answer.text("AttachHeader", answer);
        Answer.copyHeaders(answer, record.getMessage());
        record.getMessage().setHeader(header, text);
        return record;
    }
}
