package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ModelInfo;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.ErrorBody;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.ModelsClientCodec;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireTarget;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Lists of models: OpenAI's {@code {"data":[…]}}, and the bare lists and other names that some providers have. */
final class OpenAiModelsClientCodec implements ModelsClientCodec {
    private static final long LAST_SECOND = 253_402_300_799L;

    @Override
    public EncodedRequest encode(Optional<String> pageToken, WireTarget target) {
        String path = target.profile().option(OpenAiOptions.MODELS_PATH, "/models");
        return EncodedRequest.get(pageToken
                .map(token -> path + (path.contains("?") ? "&" : "?") + "after="
                        + URLEncoder.encode(token, StandardCharsets.UTF_8))
                .orElse(path));
    }

    @Override
    public Page decode(byte[] body, WireTarget target) {
        JsonNode root;
        try {
            root = Json.tree(body, 0, body.length);
        } catch (JsonProcessingException e) {
            throw Malformed.json(target, "a list of models", body, 0, body.length, e);
        }
        if (ErrorBody.isError(root)) {
            throw ErrorBody.read(OptionalInt.empty(), root).toException(WireHeaders.NONE, target);
        }
        JsonNode list = root.isArray() ? root : root.path("data").isArray() ? root.path("data") : root.path("models");
        if (!list.isArray()) {
            throw Malformed.answer(target, "expected member 'data' in the list of models, got none");
        }
        List<ModelInfo> models = new ArrayList<>(list.size());
        for (JsonNode model : list) {
            models.add(model(model, models.size(), target));
        }
        boolean more = root.path("has_more").asBoolean(false);
        return new Page(models, more ? Json.text(root, "last_id") : Optional.empty());
    }

    private static ModelInfo model(JsonNode model, int index, WireTarget target) {
        String id = first(model, "id", "model_id", "name")
                .orElseThrow(() -> Malformed.answer(target, "expected member 'data[" + index + "].id', got none"));
        OptionalLong output = count(model, "max_completion_tokens", "max_output_tokens");
        return new ModelInfo(
                id,
                first(model, "display_name", "name").filter(name -> !name.equals(id)),
                first(model, "owned_by", "organization", "publisher"),
                created(model),
                count(model, "context_length", "max_context_length", "context_window", "max_model_len"),
                output.isPresent() ? output : count(model.path("top_provider"), "max_completion_tokens"));
    }

    private static Optional<String> first(JsonNode model, String... members) {
        for (String member : members) {
            Optional<String> text = Json.text(model, member).filter(value -> !value.isEmpty());
            if (text.isPresent()) {
                return text;
            }
        }
        return Optional.empty();
    }

    /** Seconds since 1970; 0 means that the provider does not know. */
    private static Optional<Instant> created(JsonNode model) {
        long second = model.path("created").asLong(0);
        return second > 0 && second <= LAST_SECOND ? Optional.of(Instant.ofEpochSecond(second)) : Optional.empty();
    }

    private static OptionalLong count(JsonNode model, String... members) {
        for (String member : members) {
            OptionalLong number = Json.number(model, member);
            if (number.isPresent()) {
                return number;
            }
        }
        return OptionalLong.empty();
    }
}
