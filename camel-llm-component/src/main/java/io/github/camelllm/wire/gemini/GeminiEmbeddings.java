package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.EmbeddingsClientCodec;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.UnsupportedOptions;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Embeddings by {@code batchEmbedContents}, {@code embedContent} or Vertex AI's {@code predict}, as the option
 * {@code embeddings} says; an answer of any of the three is read. Members of {@code extra} go into each item of a batch
 * ({@code title}), and into the body of {@code predict}, where {@code parameters} are merged; they win. Vectors shorter than the model's own are not
 * of unit length. Many answers report no usage.
 */
final class GeminiEmbeddings implements EmbeddingsClientCodec {
    private static final String BATCH = "batchEmbedContents";
    private static final String SINGLE = "embedContent";
    private static final String PREDICT = "predict";

    /** Limit of batchEmbedContents; see https://ai.google.dev/gemini-api/docs/embeddings. */
    private static final int MAX_BATCH = 100;

    /** Limit of predict; see https://cloud.google.com/vertex-ai/generative-ai/docs/embeddings/get-text-embeddings. */
    private static final int MAX_INSTANCES = 250;

    @Override
    public int maxInputs(WireTarget target) {
        switch (method(target)) {
            case SINGLE:
                return 1;
            case PREDICT:
                return MAX_INSTANCES;
            default:
                return MAX_BATCH;
        }
    }

    @Override
    public EncodedRequest encode(EmbeddingsRequest request, WireTarget target) {
        UnsupportedOptions unsupported = new UnsupportedOptions(target);
        if (request.user().isPresent()) {
            unsupported.knob("user");
        }
        String method = method(target);
        if (request.inputs().size() > maxInputs(target)) {
            throw GeminiErrors.invalid(
                    "inputs has " + request.inputs().size() + " texts, " + method + " takes at most "
                            + maxInputs(target),
                    target);
        }
        boolean dimensions = request.dimensions().isPresent();
        if (dimensions && target.profile().omits("outputDimensionality")) {
            unsupported.meaning("dimensions");
            dimensions = false;
        }
        boolean task = request.taskType().isPresent();
        if (task && target.profile().omits("taskType")) {
            unsupported.knob("taskType");
            task = false;
        }
        Item item = new Item(request, target, dimensions, task);
        byte[] body = bytes(target, json -> {
            if (method.equals(PREDICT)) {
                item.writePrediction(json);
            } else if (method.equals(SINGLE)) {
                item.write(
                        json, request.inputs().isEmpty() ? "" : request.inputs().get(0), false);
            } else {
                json.writeStartObject();
                json.writeArrayFieldStart("requests");
                for (String input : request.inputs()) {
                    item.write(json, input, true);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
        });
        return EncodedRequest.post(GeminiPaths.of(request.model(), method, target), body, unsupported.dropped());
    }

    private static byte[] bytes(WireTarget target, Json.Writer writer) {
        try {
            return Json.bytes(writer);
        } catch (UncheckedIOException e) {
            throw GeminiErrors.invalid("extra holds a value that is no JSON", target);
        }
    }

    private static String method(WireTarget target) {
        return target.profile().option("embeddings", BATCH);
    }

    private record Item(EmbeddingsRequest request, WireTarget target, boolean dimensions, boolean task) {
        void write(JsonGenerator json, String input, boolean named) throws IOException {
            json.writeStartObject();
            if (named) {
                json.writeStringField("model", GeminiPaths.resource(request.model(), target));
            }
            json.writeObjectFieldStart("content");
            json.writeArrayFieldStart("parts");
            json.writeStartObject();
            json.writeStringField("text", input);
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
            if (task) {
                json.writeStringField(
                        target.profile().nameOf("taskType"), request.taskType().orElseThrow());
            }
            if (dimensions) {
                json.writeNumberField(
                        "outputDimensionality", request.dimensions().orElseThrow());
            }
            writeExtra(json, Set.of());
            json.writeEndObject();
        }

        void writePrediction(JsonGenerator json) throws IOException {
            json.writeStartObject();
            json.writeArrayFieldStart("instances");
            for (String input : request.inputs()) {
                json.writeStartObject();
                json.writeStringField("content", input);
                if (task) {
                    json.writeStringField("task_type", request.taskType().orElseThrow());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            Map<String, Object> parameters = new LinkedHashMap<>();
            if (dimensions) {
                parameters.put("outputDimensionality", request.dimensions().orElseThrow());
            }
            if (request.extra().get("parameters") instanceof Map<?, ?> more) {
                more.forEach((name, value) -> parameters.put(String.valueOf(name), value));
            }
            if (!parameters.isEmpty()) {
                json.writeFieldName("parameters");
                RawJson.write(json, Json.MAPPER.writeValueAsString(parameters));
            }
            writeExtra(json, Set.of("parameters"));
            json.writeEndObject();
        }

        private void writeExtra(JsonGenerator json, Set<String> written) throws IOException {
            for (Map.Entry<String, Object> member : request.extra().entrySet()) {
                if (!written.contains(member.getKey())) {
                    json.writeFieldName(member.getKey());
                    RawJson.write(json, Json.MAPPER.writeValueAsString(member.getValue()));
                }
            }
        }
    }

    @Override
    public EmbeddingsResponse decode(byte[] body, int inputs, WireTarget target) {
        JsonNode answer = answer(body, "embeddings", target);
        List<float[]> vectors = new ArrayList<>(inputs);
        Optional<Usage> usage = Optional.empty();
        if (answer.path("embeddings").isArray()) {
            for (JsonNode embedding : answer.get("embeddings")) {
                vectors.add(vector(embedding, target));
            }
        } else if (answer.path("embedding").isObject()) {
            vectors.add(vector(answer.get("embedding"), target));
        } else if (answer.path("predictions").isArray()) {
            long tokens = 0;
            boolean counted = true;
            for (JsonNode prediction : answer.get("predictions")) {
                JsonNode embedding = prediction.path("embeddings");
                vectors.add(vector(embedding, target));
                counted &= embedding.path("statistics").has("token_count");
                tokens += embedding.path("statistics").path("token_count").asLong();
            }
            usage = counted ? Optional.of(Usage.builder().inputTokens(tokens).build()) : usage;
        } else {
            throw GeminiErrors.malformed("embeddings: expected embeddings, embedding or predictions, got none", target);
        }
        if (vectors.size() != inputs) {
            throw GeminiErrors.malformed("embeddings: expected " + inputs + " vectors, got " + vectors.size(), target);
        }
        if (answer.has("usageMetadata")) {
            usage = GeminiUsage.ofInput(answer.get("usageMetadata"));
        }
        return new EmbeddingsResponse(Optional.empty(), vectors, usage);
    }

    private static float[] vector(JsonNode embedding, WireTarget target) {
        JsonNode values = embedding.path("values");
        if (!values.isArray()) {
            throw GeminiErrors.malformed("embeddings: a vector without values", target);
        }
        float[] vector = new float[values.size()];
        for (int i = 0; i < vector.length; i++) {
            if (!values.get(i).isNumber()) {
                throw GeminiErrors.malformed("embeddings: values[" + i + "] is no number", target);
            }
            vector[i] = values.get(i).floatValue();
        }
        return vector;
    }

    /** The JSON object of an answer that is no chat; fails if it is none or reports an error. */
    static JsonNode answer(byte[] body, String what, WireTarget target) {
        JsonNode answer;
        try {
            answer = Json.tree(body, 0, body.length);
        } catch (JsonProcessingException e) {
            throw GeminiErrors.unreadable(what, e, target);
        }
        JsonNode error = GeminiErrors.errorIn(answer);
        if (error != null) {
            throw GeminiErrors.inAnswer(error, target);
        }
        if (!answer.isObject()) {
            throw GeminiErrors.malformed(what + ": expected a JSON object", target);
        }
        return answer;
    }
}
