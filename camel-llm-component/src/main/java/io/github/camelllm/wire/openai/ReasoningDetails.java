package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.wire.Json;
import java.util.Map;

/**
 * Collects the {@code reasoning_details} of one answer, which have to go back unchanged. In a stream an entry comes in
 * pieces that have the same {@code type} and {@code index}; their texts are joined. Not thread-safe.
 *
 * @see <a href="https://openrouter.ai/docs/use-cases/reasoning-tokens">OpenRouter, reasoning tokens</a>
 */
final class ReasoningDetails {
    private final ArrayNode entries = Json.MAPPER.createArrayNode();

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** @param whole whether the entries are complete, as in an answer that is no stream */
    void add(JsonNode details, boolean whole) {
        for (JsonNode detail : details) {
            JsonNode open = whole || !detail.path("index").isInt() ? null : openEntry(detail);
            if (open instanceof ObjectNode entry) {
                join(entry, detail);
            } else {
                entries.add(detail.deepCopy());
            }
        }
    }

    /** The readable words of the entries. */
    static String text(JsonNode details) {
        StringBuilder joined = new StringBuilder();
        for (JsonNode detail : details) {
            joined.append(detail.path("text").asText(""))
                    .append(detail.path("summary").asText(""));
        }
        return joined.toString();
    }

    /** All entries as a JSON array. */
    String json() {
        return entries.toString();
    }

    private JsonNode openEntry(JsonNode detail) {
        for (JsonNode entry : entries) {
            boolean same = entry.path("index").equals(detail.path("index"))
                    && entry.path("type").equals(detail.path("type"))
                    && (!entry.has("id") || !detail.has("id") || entry.get("id").equals(detail.get("id")));
            if (same) {
                return entry;
            }
        }
        return Json.MAPPER.missingNode();
    }

    private static void join(ObjectNode entry, JsonNode more) {
        for (Map.Entry<String, JsonNode> member : more.properties()) {
            String name = member.getKey();
            JsonNode value = member.getValue();
            boolean grows = name.equals("text") || name.equals("summary") || name.equals("data");
            if (grows && value.isTextual() && entry.path(name).isTextual()) {
                entry.put(name, entry.get(name).textValue() + value.textValue());
            } else if (!value.isNull() || !entry.has(name)) {
                entry.set(name, value);
            }
        }
    }
}
