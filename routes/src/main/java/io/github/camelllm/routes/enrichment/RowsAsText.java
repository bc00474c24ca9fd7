package io.github.camelllm.routes.enrichment;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.camelllm.wire.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Handler;

/** Writes rows of a database for a prompt: one JSON object a line, values as the database writes them. */
public final class RowsAsText {
    /**
     * @param rows what {@code sql:} returns
     * @param maxChars the longest text
     * @return {@code (none)} if there are no rows
     * @throws IllegalArgumentException if the text would be longer: half a table in a prompt is a wrong answer
     */
    @Handler
    public String text(List<Map<String, Object>> rows, int maxChars) {
        StringBuilder text = new StringBuilder();
        for (Map<String, Object> row : rows) {
            text.append(json(row)).append('\n');
            if (text.length() > maxChars) {
                throw new IllegalArgumentException("RowsAsText: expected at most " + maxChars + " characters from "
                        + rows.size() + " rows, got more: select fewer columns or rows, or raise maxChars");
            }
        }
        return text.length() == 0 ? "(none)" : text.toString().stripTrailing();
    }

    private static String json(Map<String, Object> row) {
        Map<String, Object> values = new LinkedHashMap<>();
        row.forEach((column, value) -> values.put(
                column,
                value == null || value instanceof Number || value instanceof Boolean ? value : value.toString()));
        try {
            return Json.MAPPER.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a row cannot be written as JSON", e);
        }
    }
}
