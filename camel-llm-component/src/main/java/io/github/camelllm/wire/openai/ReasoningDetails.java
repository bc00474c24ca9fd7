package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.wire.Json;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Collects the {@code reasoning_details} of one answer, which have to go back unchanged. In a stream an entry comes in
 * pieces that have the same {@code type} and {@code index}; their texts are joined. Not thread-safe.
 *
 * @see <a href="https://openrouter.ai/docs/use-cases/reasoning-tokens">OpenRouter, reasoning tokens</a>
 */
final class ReasoningDetails {
    /** {@code format} of what Claude signed or encrypted. */
    static final String CLAUDE = "anthropic-claude-v1";

    private static final String GEMINI = "google-gemini-v1";
    private static final Set<String> CLAUDES_TYPES = Set.of("thinking", "redacted_thinking");
    private static final Set<String> READ_MEMBERS = Set.of("type", "text", "signature", "data", "format", "index");

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

    /**
     * The {@code format} of an entry, after what other dialects keep beside reasoning: Gemini and Claude their own objects,
     * Claude mostly nothing.
     */
    static Optional<String> format(JsonNode json) {
        if (json.path("dialect").asText().equals("gemini")) {
            return Optional.of(GEMINI);
        }
        return json.isMissingNode() || CLAUDES_TYPES.contains(json.path("type").asText())
                ? Optional.of(CLAUDE)
                : Optional.empty();
    }

    /** Whether an entry is wholly said by signature or encrypted data of Claude's, with which it can go back to Claude itself. */
    static boolean isClaudes(JsonNode detail) {
        boolean known = true;
        for (Map.Entry<String, JsonNode> member : detail.properties()) {
            known &= READ_MEMBERS.contains(member.getKey()) || member.getValue().isNull();
        }
        return known
                && detail.path("format").asText().equals(CLAUDE)
                && (detail.path("signature").isTextual() || detail.path("data").isTextual());
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
