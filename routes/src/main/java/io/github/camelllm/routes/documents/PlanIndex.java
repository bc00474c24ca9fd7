package io.github.camelllm.routes.documents;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Cuts the document in the body into chunks and compares them with what the database has. Variables: in {@code llmKnown}, rows
 * with the {@code hash} of each chunk that is stored; out {@code llmChunks}, all chunks, and {@code llmTexts}, the texts that
 * need an embedding. Thread-safe.
 */
public final class PlanIndex implements Processor {
    private final String model;
    private final int chunkChars;
    private final int maxDocumentChars;

    /**
     * @param model the embedding model: another model means other vectors, so every chunk is embedded anew
     * @param chunkChars the longest chunk
     * @param maxDocumentChars the longest document
     */
    public PlanIndex(String model, int chunkChars, int maxDocumentChars) {
        this.model = model;
        this.chunkChars = chunkChars;
        this.maxDocumentChars = maxDocumentChars;
    }

    @Override
    public void process(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        String document = body == null ? "" : exchange.getMessage().getBody(String.class);
        if (document == null) {
            throw new IllegalArgumentException("llm-index-documents: expected text as body, got "
                    + body.getClass().getName());
        }
        if (document.length() > maxDocumentChars) {
            throw new IllegalArgumentException("llm-index-documents: expected at most " + maxDocumentChars
                    + " characters, got " + document.length());
        }
        Set<Object> known = rows(exchange).stream().map(row -> row.get("hash")).collect(Collectors.toSet());
        // The same words twice in a document are one chunk
        Map<String, Map<String, Object>> chunks = new LinkedHashMap<>();
        List<String> texts = new ArrayList<>();
        for (Chunk chunk : Chunk.of(document, chunkChars)) {
            String hash = chunk.hash(model);
            if (chunks.containsKey(hash)) {
                continue;
            }
            boolean isNew = !known.contains(hash);
            chunks.put(
                    hash,
                    Map.of(
                            "ordinal",
                            chunks.size() + 1,
                            "hash",
                            hash,
                            "title",
                            chunk.title(),
                            "content",
                            chunk.text(),
                            "new",
                            isNew));
            if (isNew) {
                texts.add(chunk.embedded());
            }
        }
        exchange.setVariable("llmChunks", List.copyOf(chunks.values()));
        exchange.setVariable("llmTexts", texts);
        exchange.setVariable("llmVectors", List.of());
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> rows(Exchange exchange) {
        return exchange.getVariable("llmKnown", List.class);
    }
}
