package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.util.Optional;

/** Citations in the form of {@code annotations}. */
final class Annotations {
    private Annotations() {}

    /**
     * Writes one annotation: the very object that came, if it came in this form, else a {@code url_citation}.
     *
     * @param start where the cited text begins in the content, in characters
     * @param end where it ends
     */
    static void write(Citation citation, int start, int end, JsonGenerator json) throws IOException {
        if (citation.json().isPresent()) {
            JsonNode own = tree(citation.json().get());
            String type = own.path("type").asText("");
            if (type.equals("url_citation") || type.equals("file")) {
                json.writeTree(own);
                return;
            }
        }
        json.writeStartObject();
        json.writeStringField("type", "url_citation");
        json.writeObjectFieldStart("url_citation");
        json.writeStringField("url", citation.url().orElse(""));
        json.writeStringField("title", citation.title().orElse(""));
        json.writeNumberField("start_index", start);
        json.writeNumberField("end_index", end);
        if (citation.citedText().isPresent()) {
            json.writeStringField("content", citation.citedText().get());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    /** Reads one annotation and keeps it whole. */
    static Citation read(JsonNode annotation) {
        JsonNode source = annotation.path("url_citation");
        return new Citation(
                Json.text(source, "url"),
                Json.text(source, "title").or(() -> Json.text(annotation.path("file"), "name")),
                Json.text(source, "content"),
                Optional.of(annotation.toString()));
    }

    private static JsonNode tree(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            // Not this dialect's object then; what the citation says is written instead.
            return Json.MAPPER.missingNode();
        }
    }
}
