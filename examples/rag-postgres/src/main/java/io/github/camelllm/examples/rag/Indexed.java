package io.github.camelllm.examples.rag;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Adds up what became of each document. */
final class Indexed implements AggregationStrategy {
    private int documents;
    private int chunks;
    private int embedded;

    @Override
    public Exchange aggregate(@Nullable Exchange before, Exchange document) {
        if (document.getException() == null) {
            documents++;
            chunks += document.getMessage().getHeader("CamelLlmChunks", 0, Integer.class);
            embedded += document.getMessage().getHeader("CamelLlmEmbeddedChunks", 0, Integer.class);
        }
        return document;
    }

    @Override
    public String toString() {
        return documents + " documents, " + chunks + " chunks, " + embedded + " of them embedded now";
    }
}
