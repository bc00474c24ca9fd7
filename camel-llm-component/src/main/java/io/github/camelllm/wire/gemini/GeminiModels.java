package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ModelInfo;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.ModelsClientCodec;
import io.github.camelllm.wire.WireTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code GET /models}: {@code models} of the Developer API and {@code publisherModels} of Vertex AI. */
final class GeminiModels implements ModelsClientCodec {
    /** The most that the API gives at once. */
    private static final int PAGE_SIZE = 1000;

    @Override
    public EncodedRequest encode(Optional<String> pageToken, WireTarget target) {
        String token = pageToken
                .map(value -> "&pageToken=" + GeminiPaths.queryValue(value))
                .orElse("");
        return EncodedRequest.get("/models?pageSize=" + PAGE_SIZE + token);
    }

    @Override
    public Page decode(byte[] body, WireTarget target) {
        JsonNode answer = GeminiEmbeddings.answer(body, "models", target);
        JsonNode list = answer.has("publisherModels") ? answer.get("publisherModels") : answer.path("models");
        List<ModelInfo> models = new ArrayList<>(list.size());
        for (JsonNode model : list) {
            String name = Json.text(model, "name")
                    .orElseThrow(() -> GeminiErrors.malformed(
                            "models: expected models[" + models.size() + "].name, got none", target));
            models.add(new ModelInfo(
                    GeminiPaths.id(name),
                    Json.text(model, "displayName"),
                    Optional.empty(),
                    Optional.empty(),
                    Json.number(model, "inputTokenLimit"),
                    Json.number(model, "outputTokenLimit")));
        }
        return new Page(models, Json.text(answer, "nextPageToken").filter(token -> !token.isEmpty()));
    }
}
