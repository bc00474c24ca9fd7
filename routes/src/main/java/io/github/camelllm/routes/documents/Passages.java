package io.github.camelllm.routes.documents;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;

/** What was found for a question, numbered for the prompt, and afterwards which of it the answer cites. */
public final class Passages {
    /**
     * Header: {@code List<Map>}, the best first, with {@code number}, {@code document}, {@code title}, {@code part} (1 for the
     * document's first), {@code score} (1 is the same direction) and, after the answer, {@code cited}.
     */
    public static final String SOURCES = "CamelLlmSources";

    /**
     * From the rows in the variable {@code llmRows} to the header and, as text and followed by the question in
     * {@code llmQuestion}, the variable {@code llmPassages}.
     */
    public void number(Exchange exchange) {
        List<Map<String, Object>> sources = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (Object each : exchange.getVariable("llmRows", List.class)) {
            Map<?, ?> row = (Map<?, ?>) each;
            Map<String, Object> source = new LinkedHashMap<>();
            source.put("number", sources.size() + 1);
            source.put("document", row.get("document"));
            source.put("title", row.get("title"));
            source.put("part", row.get("ordinal"));
            source.put("score", row.get("score") instanceof Number score ? score.doubleValue() : 0.0);
            sources.add(source);
            text.append('[').append(sources.size()).append("] ").append(row.get("document"));
            if (!String.valueOf(row.get("title")).isEmpty()) {
                text.append(": ").append(row.get("title"));
            }
            text.append('\n').append(row.get("content")).append("\n\n");
        }
        text.append("Question: ").append(exchange.getVariable("llmQuestion", String.class));
        exchange.setVariable("llmPassages", text.toString());
        exchange.getMessage().setHeader(SOURCES, sources);
    }

    /** Marks the sources whose number in brackets is in the answer. */
    public void mark(Exchange exchange) {
        String answer = exchange.getMessage().getBody(String.class);
        List<Map<String, Object>> marked = new ArrayList<>();
        for (Object each : exchange.getMessage().getHeader(SOURCES, List.class)) {
            Map<String, Object> source = new LinkedHashMap<>();
            ((Map<?, ?>) each).forEach((key, value) -> source.put((String) key, value));
            source.put("cited", answer != null && answer.contains("[" + source.get("number") + "]"));
            marked.add(source);
        }
        exchange.getMessage().setHeader(SOURCES, marked);
    }

    /** A vector as PostgreSQL reads it. */
    public String vector(List<?> numbers) {
        return numbers.toString();
    }
}
