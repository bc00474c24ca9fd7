package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.camelllm.chat.ModelInfo;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** The server half of {@code GET /models} and {@code GET /models/{id}}. Stateless. */
public final class OpenAiModelsServer {
    private OpenAiModelsServer() {}

    /** Writes a list of models as UTF-8 JSON. */
    public static byte[] encode(List<ModelInfo> models) {
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("object", "list");
            json.writeArrayFieldStart("data");
            for (ModelInfo model : models) {
                write(model, json);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** Writes one model as UTF-8 JSON. */
    public static byte[] encode(ModelInfo model) {
        return Json.bytes(json -> write(model, json));
    }

    private static void write(ModelInfo model, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", model.id());
        json.writeStringField("object", "model");
        // OpenAI always has these two; 0 and the empty name are what compatible servers send that do not know them.
        json.writeNumberField(
                "created", model.created().map(Instant::getEpochSecond).orElse(0L));
        json.writeStringField("owned_by", model.ownedBy().orElse(""));
        if (model.displayName().isPresent()) {
            json.writeStringField("display_name", model.displayName().get());
        }
        if (model.contextWindowTokens().isPresent()) {
            json.writeNumberField("context_length", model.contextWindowTokens().getAsLong());
        }
        if (model.maxOutputTokens().isPresent()) {
            json.writeNumberField("max_output_tokens", model.maxOutputTokens().getAsLong());
        }
        json.writeEndObject();
    }
}
