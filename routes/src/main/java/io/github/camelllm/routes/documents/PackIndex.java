package io.github.camelllm.routes.documents;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.wire.Json;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Writes all chunks of a document as one JSON text, so that one SQL statement stores them: all or none. Variables: in
 * {@code llmChunks} and {@code llmVectors}, out {@code llmPacked}. Thread-safe.
 */
public final class PackIndex implements Processor {
    @Override
    public void process(Exchange exchange) {
        List<?> vectors = exchange.getVariable("llmVectors", List.class);
        ArrayNode packed = Json.MAPPER.createArrayNode();
        int next = 0;
        for (Object each : exchange.getVariable("llmChunks", List.class)) {
            Map<?, ?> chunk = (Map<?, ?>) each;
            ObjectNode row = packed.addObject();
            row.put("ordinal", (Integer) chunk.get("ordinal"));
            row.put("hash", (String) chunk.get("hash"));
            if (Boolean.TRUE.equals(chunk.get("new"))) {
                if (next == vectors.size()) {
                    break;
                }
                row.put("title", (String) chunk.get("title"));
                row.put("content", (String) chunk.get("content"));
                row.put("embedding", vectors.get(next++).toString());
            }
        }
        int asked = exchange.getVariable("llmTexts", List.class).size();
        if (next != asked || next != vectors.size()) {
            throw new IllegalStateException(
                    "llm-index-documents: expected " + asked + " embeddings, got " + vectors.size());
        }
        exchange.setVariable("llmPacked", packed.toString());
    }
}
