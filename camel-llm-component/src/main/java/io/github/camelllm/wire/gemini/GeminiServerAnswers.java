package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.ModelInfo;
import io.github.camelllm.wire.EmbeddingsServerCodec;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a server of this dialect answers beside chat: token counts, embeddings and the list of models. Stateless. */
public final class GeminiServerAnswers {
    private GeminiServerAnswers() {}

    /** The answer of {@code countTokens}. */
    public static byte[] tokenCount(long totalTokens) {
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeNumberField("totalTokens", totalTokens);
            json.writeArrayFieldStart("promptTokensDetails");
            json.writeStartObject();
            json.writeStringField("modality", "TEXT");
            json.writeNumberField("tokenCount", totalTokens);
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** One page of {@code GET /models}. */
    public static byte[] models(List<ModelInfo> models, Optional<String> nextPageToken) {
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("models");
            for (ModelInfo model : models) {
                write(model, json);
            }
            json.writeEndArray();
            if (nextPageToken.isPresent()) {
                json.writeStringField("nextPageToken", nextPageToken.get());
            }
            json.writeEndObject();
        });
    }

    /** The answer of {@code GET /models/{model}}. */
    public static byte[] model(ModelInfo model) {
        return Json.bytes(json -> write(model, json));
    }

    private static void write(ModelInfo model, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", model.id().indexOf('/') >= 0 ? model.id() : "models/" + model.id());
        json.writeStringField("displayName", model.displayName().orElse(model.id()));
        if (model.contextWindowTokens().isPresent()) {
            json.writeNumberField("inputTokenLimit", model.contextWindowTokens().getAsLong());
        }
        if (model.maxOutputTokens().isPresent()) {
            json.writeNumberField("outputTokenLimit", model.maxOutputTokens().getAsLong());
        }
        json.writeArrayFieldStart("supportedGenerationMethods");
        json.writeString(GeminiPaths.GENERATE);
        json.writeString(GeminiPaths.COUNT);
        json.writeEndArray();
        json.writeEndObject();
    }

    /**
     * Whether the path asks for embeddings, so that {@link #decodeEmbeddings} takes it.
     *
     * @param path path and query of the request
     */
    public static boolean isEmbeddings(String path) {
        return GeminiPaths.parse(path)
                .filter(call -> call.method().equals("batchEmbedContents")
                        || call.method().equals("embedContent"))
                .isPresent();
    }

    /**
     * Reads a request of {@code batchEmbedContents} or {@code embedContent}.
     *
     * @throws io.github.camelllm.chat.LlmInvalidRequestException if it is none, or task type, dimensions or further members are not
     *     the same for all texts
     */
    public static EmbeddingsRequest decodeEmbeddings(String path, byte[] body) {
        GeminiPaths.Call call = GeminiPaths.parse(path)
                .orElseThrow(() -> Members.invalid("path: expected …/models/{model}:{method}, got another path"));
        Members members = Members.of(RequestReader.tree(body), "");
        List<Members> items = new ArrayList<>();
        if (call.method().equals("embedContent")) {
            items.add(members);
        } else if (call.method().equals("batchEmbedContents")) {
            JsonNode requests = members.array("requests");
            for (int i = 0; i < requests.size(); i++) {
                items.add(Members.of(requests.get(i), "requests[" + i + "]"));
            }
        } else {
            throw Members.invalid("path: expected batchEmbedContents or embedContent, got another method");
        }
        List<String> inputs = new ArrayList<>(items.size());
        OptionalInt dimensions = OptionalInt.empty();
        Optional<String> task = Optional.empty();
        Map<String, Object> extra = new LinkedHashMap<>();
        for (Members item : items) {
            item.take("model");
            inputs.add(input(item));
            OptionalInt itsDimensions = item.integer("outputDimensionality");
            Optional<String> itsTask = item.text("taskType");
            Map<String, Object> itsExtra = new LinkedHashMap<>();
            item.rest()
                    .properties()
                    .forEach(member ->
                            itsExtra.put(member.getKey(), Json.MAPPER.convertValue(member.getValue(), Object.class)));
            if (inputs.size() == 1) {
                dimensions = itsDimensions;
                task = itsTask;
                extra.putAll(itsExtra);
            } else {
                requireSame(item, "outputDimensionality", dimensions, itsDimensions);
                requireSame(item, "taskType", task, itsTask);
                Set<String> names = new LinkedHashSet<>(extra.keySet());
                names.addAll(itsExtra.keySet());
                names.forEach(name -> requireSame(item, name, extra.get(name), itsExtra.get(name)));
            }
        }
        return new EmbeddingsRequest(call.model(), inputs, dimensions, task, Optional.empty(), extra);
    }

    private static void requireSame(Members item, String name, @Nullable Object first, @Nullable Object its) {
        if (!Objects.equals(first, its)) {
            throw Members.invalid(
                    item.at(name) + ": expected the same as in requests[0], got something else; texts that are"
                            + " embedded in other ways need a request of their own");
        }
    }

    /** Likewise, with the answer that the path asks for. */
    static EmbeddingsServerCodec.Served servedEmbeddings(String path, byte[] body) {
        EmbeddingsRequest request = decodeEmbeddings(path, body);
        return new EmbeddingsServerCodec.Served() {
            @Override
            public EmbeddingsRequest request() {
                return request;
            }

            @Override
            public byte[] encode(EmbeddingsResponse response) {
                return embeddings(response, path);
            }
        };
    }

    private static String input(Members item) {
        Members content =
                item.object("content").orElseThrow(() -> Members.expected(item.at("content"), "an object", null));
        StringBuilder text = new StringBuilder();
        JsonNode parts = content.array("parts");
        for (int i = 0; i < parts.size(); i++) {
            text.append(Members.of(parts.get(i), content.at("parts[" + i + "]")).requiredText("text"));
        }
        return text.toString();
    }

    /**
     * The answer of {@code batchEmbedContents} or, if the path names it, of {@code embedContent}.
     *
     * @param path path and query of the request
     */
    public static byte[] embeddings(EmbeddingsResponse response, String path) {
        boolean single = GeminiPaths.parse(path)
                .filter(call -> call.method().equals("embedContent"))
                .isPresent();
        return Json.bytes(json -> {
            json.writeStartObject();
            if (!single) {
                json.writeArrayFieldStart("embeddings");
            }
            for (float[] vector : response.vectors()) {
                if (single) {
                    json.writeObjectFieldStart("embedding");
                } else {
                    json.writeStartObject();
                }
                json.writeArrayFieldStart("values");
                for (float value : vector) {
                    json.writeNumber(value);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            if (!single) {
                json.writeEndArray();
            }
            if (response.usage().isPresent()
                    && response.usage().get().inputTokens().isPresent()) {
                json.writeObjectFieldStart("usageMetadata");
                json.writeNumberField(
                        "promptTokenCount", response.usage().get().inputTokens().getAsLong());
                json.writeEndObject();
            }
            json.writeEndObject();
        });
    }
}
