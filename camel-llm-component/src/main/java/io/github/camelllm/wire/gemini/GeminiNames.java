package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.wire.Json;
import java.util.Map;
import java.util.Optional;

/** Names and small conversions that both directions of the dialect share. */
final class GeminiNames {
    static final String GROUNDING = "groundingMetadata";
    static final String CITATIONS = "citationMetadata";
    static final String PROMPT_FEEDBACK = "promptFeedback";

    /** Extension with the prompt tokens of server tools, which are a part of the input tokens. */
    static final String TOOL_USE_TOKENS = "toolUsePromptTokenCount";

    /**
     * Marks signed reasoning as Gemini's own in {@link io.github.camelllm.chat.ContentPart.Reasoning#json()}: another
     * provider's signature would be refused, so only marked signatures go back.
     */
    static final String OWN_REASONING = "{\"dialect\":\"gemini\"}";

    private static final String FILES = "https://generativelanguage.googleapis.com/v1beta/";

    private GeminiNames() {}

    /** Name of a candidate's member among the answer's extensions: its own for the first candidate. */
    static String extension(int choice, String member) {
        return choice == 0 ? member : "candidates[" + choice + "]." + member;
    }

    /** The source that a {@code fileUri} stands for: a file of the Files API, or any other address. */
    static MediaSource file(String uri, Optional<String> mediaType) {
        return uri.startsWith(FILES + "files/")
                ? new MediaSource.FileId(uri.substring(FILES.length()), mediaType)
                : new MediaSource.Url(uri, mediaType);
    }

    /** The {@code fileUri} of a file that was uploaded before. */
    static String fileUri(String id) {
        return id.startsWith("files/") ? FILES + id : id;
    }

    /** {@code mediaResolution.level} for an image's detail; empty for a detail that has none. */
    static Optional<String> detailToResolution(String detail) {
        switch (detail) {
            case "low":
                return Optional.of("MEDIA_RESOLUTION_LOW");
            case "medium":
                return Optional.of("MEDIA_RESOLUTION_MEDIUM");
            case "high":
                return Optional.of("MEDIA_RESOLUTION_HIGH");
            default:
                return Optional.empty();
        }
    }

    /** An image's detail for {@code mediaResolution.level}; empty for a level that has none. */
    static Optional<String> resolutionToDetail(String level) {
        switch (level) {
            case "MEDIA_RESOLUTION_LOW":
                return Optional.of("low");
            case "MEDIA_RESOLUTION_MEDIUM":
                return Optional.of("medium");
            case "MEDIA_RESOLUTION_HIGH":
                return Optional.of("high");
            default:
                return Optional.empty();
        }
    }

    /** Members beside and inside of a functionCall that this version does not know, to be sent back with it. */
    static String furtherMembers(Map<String, String> beside, Map<String, String> inside) {
        return "{\"" + GeminiDialect.NAME + "\":{\"part\":" + object(beside) + ",\"functionCall\":" + object(inside)
                + "}}";
    }

    static Citation groundingChunkToCitation(JsonNode chunk) {
        JsonNode source = chunk;
        for (String kind : new String[] {"web", "retrievedContext", "maps", "image"}) {
            if (chunk.path(kind).isObject()) {
                source = chunk.path(kind);
                break;
            }
        }
        return new Citation(
                Json.text(source, "uri"),
                Json.text(source, "title"),
                Json.text(source, "text"),
                Optional.of(chunk.toString()));
    }

    /** A JSON object of members that are JSON texts already. */
    static String object(Map<String, String> members) {
        StringBuilder json = new StringBuilder("{");
        members.forEach((name, value) -> json.append(json.length() == 1 ? "" : ",")
                .append(Json.MAPPER.getNodeFactory().textNode(name))
                .append(':')
                .append(value));
        return json.append('}').toString();
    }
}
