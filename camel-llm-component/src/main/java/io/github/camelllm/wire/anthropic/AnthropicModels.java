package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ModelInfo;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.ModelsClientCodec;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * {@code GET /models}, paged by {@code after_id} (https://platform.claude.com/docs/en/api/models-list). The wire
 * writes an unknown release date as 1970-01-01; here it is empty. Stateless and thread-safe.
 */
public final class AnthropicModels implements ModelsClientCodec {
    /** The most that one page may hold. */
    private static final int PAGE_SIZE = 1000;

    AnthropicModels() {}

    @Override
    public EncodedRequest encode(Optional<String> pageToken, WireTarget target) {
        String after = pageToken
                .map(token -> "&after_id=" + URLEncoder.encode(token, StandardCharsets.UTF_8))
                .orElse("");
        EncodedRequest get = EncodedRequest.get("/models?limit=" + PAGE_SIZE + after);
        return new EncodedRequest(
                get.method(), get.path(), AnthropicClientCodec.headers(target.profile()), get.body(), get.dropped());
    }

    @Override
    public Page decode(byte[] body, WireTarget target) {
        try {
            JsonNode root = Json.tree(body, 0, body.length);
            if (root.hasNonNull("error")) {
                throw AnthropicErrors.read(OptionalInt.empty(), root).toException(WireHeaders.NONE, target);
            }
            JsonNode data = root.path("data");
            if (!data.isArray()) {
                throw AnthropicErrors.malformed(target, "the list of models has no array 'data'");
            }
            List<ModelInfo> models = new ArrayList<>(data.size());
            for (JsonNode model : data) {
                models.add(model(model, models.size(), target));
            }
            Optional<String> next = root.path("has_more").asBoolean() ? Json.text(root, "last_id") : Optional.empty();
            return new Page(models, next);
        } catch (JsonProcessingException e) {
            throw AnthropicErrors.malformed(target, "the list of models is no JSON, " + Json.where(e));
        }
    }

    private static ModelInfo model(JsonNode model, int index, WireTarget target) {
        String id = Json.text(model, "id")
                .orElseThrow(() -> AnthropicErrors.malformed(target, "data[" + index + "] has no text 'id'"));
        return new ModelInfo(
                id,
                Json.text(model, "display_name"),
                Optional.empty(),
                Json.text(model, "created_at").flatMap(AnthropicModels::instant),
                known(Json.number(model, "max_input_tokens")),
                known(Json.number(model, "max_tokens")));
    }

    private static OptionalLong known(OptionalLong tokens) {
        return tokens.orElse(0) > 0 ? tokens : OptionalLong.empty();
    }

    private static Optional<Instant> instant(String text) {
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            return instant.equals(Instant.EPOCH) ? Optional.empty() : Optional.of(instant);
        } catch (DateTimeException e) {
            // A date in another form is of no use to anybody; the model is.
            return Optional.empty();
        }
    }

    /**
     * A page as the server half answers it, as UTF-8 JSON.
     *
     * @param models the models of this page
     * @param hasMore whether another page follows
     */
    public byte[] encodeAnswer(List<ModelInfo> models, boolean hasMore) {
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("data");
            for (ModelInfo model : models) {
                write(json, model);
            }
            json.writeEndArray();
            json.writeBooleanField("has_more", hasMore);
            writeId(json, "first_id", models, 0);
            writeId(json, "last_id", models, models.size() - 1);
            json.writeEndObject();
        });
    }

    /** One model as the server half answers it, as UTF-8 JSON. */
    public byte[] encodeAnswer(ModelInfo model) {
        return Json.bytes(json -> write(json, model));
    }

    private static void write(JsonGenerator json, ModelInfo model) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "model");
        json.writeStringField("id", model.id());
        json.writeStringField("display_name", model.displayName().orElse(model.id()));
        json.writeStringField(
                "created_at", model.created().orElse(Instant.EPOCH).toString());
        if (model.contextWindowTokens().isPresent()) {
            json.writeNumberField(
                    "max_input_tokens", model.contextWindowTokens().getAsLong());
        }
        if (model.maxOutputTokens().isPresent()) {
            json.writeNumberField("max_tokens", model.maxOutputTokens().getAsLong());
        }
        json.writeEndObject();
    }

    private static void writeId(JsonGenerator json, String member, List<ModelInfo> models, int index)
            throws IOException {
        json.writeFieldName(member);
        if (models.isEmpty()) {
            json.writeNull();
        } else {
            json.writeString(models.get(index).id());
        }
    }
}
