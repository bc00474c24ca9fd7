package io.github.camelllm.simulator;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Bodies of what is no chat: lists of models, embeddings, token counts. */
final class OtherAnswers {
    /** When the simulated models came to be; any fixed date will do. */
    private static final long CREATED = 1_735_689_600;

    private static final String CREATED_TEXT = "2025-01-01T00:00:00Z";
    private static final int MAX_DIMENSIONS = 16_384;
    private static final int MAX_INPUTS = 2_048;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private OtherAnswers() {}

    /** The request is wrong; the message says what was expected and what came. */
    static final class WrongRequestException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongRequestException(String message) {
            super(message);
        }
    }

    /**
     * A page of the list of models. OpenAI gives all at once; Anthropic pages with {@code limit} and {@code after_id},
     * Gemini with {@code pageSize} and {@code pageToken}.
     *
     * @param query names and values of the request's query
     */
    static byte[] models(SimulatedDialect dialect, List<String> models, Map<String, String> query) {
        boolean gemini = dialect == SimulatedDialect.GEMINI;
        int from = dialect == SimulatedDialect.OPENAI
                ? 0
                : gemini
                        ? number(query, "pageToken", 0, 0, models.size())
                        : models.indexOf(query.getOrDefault("after_id", "")) + 1;
        int limit = dialect == SimulatedDialect.OPENAI
                ? models.size()
                : number(query, gemini ? "pageSize" : "limit", gemini ? 50 : 20, 1, 1_000);
        int to = Math.min(models.size(), from + limit);
        List<String> page = models.subList(from, to);
        ObjectNode list = NODES.objectNode();
        if (dialect == SimulatedDialect.OPENAI) {
            list.put("object", "list");
        }
        ArrayNode items = list.putArray(gemini ? "models" : "data");
        page.forEach(model -> items.add(modelNode(dialect, model)));
        if (dialect == SimulatedDialect.ANTHROPIC) {
            list.put("has_more", to < models.size());
            list.put("first_id", page.isEmpty() ? null : page.get(0));
            list.put("last_id", page.isEmpty() ? null : page.get(page.size() - 1));
        } else if (gemini && to < models.size()) {
            list.put("nextPageToken", String.valueOf(to));
        }
        return bytes(list);
    }

    private static int number(Map<String, String> query, String name, int otherwise, int least, int most) {
        String text = query.getOrDefault(name, "");
        if (text.isEmpty()) {
            return otherwise;
        }
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw new WrongRequestException(name + ": expected a whole number from " + least + " to " + most);
        }
        return Integer.parseInt(text);
    }

    static byte[] model(SimulatedDialect dialect, String model) {
        return bytes(modelNode(dialect, model));
    }

    private static ObjectNode modelNode(SimulatedDialect dialect, String model) {
        ObjectNode node = NODES.objectNode();
        switch (dialect) {
            case OPENAI:
                return node.put("id", model)
                        .put("object", "model")
                        .put("created", CREATED)
                        .put("owned_by", "simulator");
            case ANTHROPIC:
                return node.put("type", "model")
                        .put("id", model)
                        .put("display_name", model)
                        .put("created_at", CREATED_TEXT);
            default:
                node.put("name", "models/" + model).put("displayName", model);
                node.putArray("supportedGenerationMethods")
                        .add("generateContent")
                        .add("countTokens")
                        .add("embedContent");
                return node;
        }
    }

    static byte[] tokenCount(SimulatedDialect dialect, long tokens) {
        return bytes(
                NODES.objectNode().put(dialect == SimulatedDialect.GEMINI ? "totalTokens" : "input_tokens", tokens));
    }

    /** The body of Anthropic's count as the body of a chat, so that the chat's codec reads it: it lacks the output limit. */
    static byte[] chatOfCount(SimulatedDialect dialect, byte[] body) {
        if (dialect == SimulatedDialect.ANTHROPIC
                && tree(body) instanceof ObjectNode object
                && !object.has("max_tokens")) {
            return bytes(object.put("max_tokens", 1));
        }
        return body;
    }

    /**
     * Embeddings asked for.
     *
     * @param dimensions 0 if the request does not say
     */
    record EmbeddingsQuery(String model, List<String> inputs, int dimensions, boolean base64, boolean single) {
        EmbeddingsQuery {
            inputs = List.copyOf(inputs);
        }

        long tokens() {
            return inputs.stream().mapToLong(TokenCounts::count).sum();
        }
    }

    static EmbeddingsQuery embeddingsQuery(Endpoint endpoint, byte[] body) {
        JsonNode tree = tree(body);
        return endpoint.dialect() == SimulatedDialect.GEMINI ? geminiQuery(endpoint, tree) : openAiQuery(tree);
    }

    private static EmbeddingsQuery openAiQuery(JsonNode tree) {
        String model = Json.text(tree, "model")
                .orElseThrow(() -> new WrongRequestException("model: expected the name of a model"));
        JsonNode input = tree.path("input");
        List<String> inputs = new ArrayList<>();
        if (input.isTextual()) {
            inputs.add(input.textValue());
        } else if (input.isArray() && !input.isEmpty() && input.get(0).isNumber()) {
            inputs.add(input.toString());
        } else if (input.isArray()) {
            input.forEach(each -> inputs.add(each.isTextual() ? each.textValue() : each.toString()));
        }
        String encoding = Json.text(tree, "encoding_format").orElse("float");
        if (!encoding.equals("float") && !encoding.equals("base64")) {
            throw new WrongRequestException("encoding_format: expected float or base64");
        }
        return new EmbeddingsQuery(
                model, checked(inputs), dimensions(tree.path("dimensions")), encoding.equals("base64"), false);
    }

    private static EmbeddingsQuery geminiQuery(Endpoint endpoint, JsonNode tree) {
        List<String> inputs = new ArrayList<>();
        boolean single = endpoint.action().equals("embedContent");
        JsonNode first = single ? tree : tree.path("requests").path(0);
        if (single) {
            inputs.add(geminiText(tree));
        } else {
            tree.path("requests").forEach(each -> inputs.add(geminiText(each)));
        }
        return new EmbeddingsQuery(
                endpoint.model(), checked(inputs), dimensions(first.path("outputDimensionality")), false, single);
    }

    private static String geminiText(JsonNode request) {
        StringBuilder text = new StringBuilder();
        request.path("content")
                .path("parts")
                .forEach(part -> text.append(part.path("text").asText()));
        return text.toString();
    }

    private static List<String> checked(List<String> inputs) {
        if (inputs.isEmpty() || inputs.size() > MAX_INPUTS || inputs.stream().anyMatch(String::isEmpty)) {
            throw new WrongRequestException(
                    "input: expected 1 to " + MAX_INPUTS + " texts that are not empty, got " + inputs.size());
        }
        return inputs;
    }

    private static int dimensions(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return 0;
        }
        if (!node.isInt() || node.intValue() < 1 || node.intValue() > MAX_DIMENSIONS) {
            throw new WrongRequestException("dimensions: expected a whole number from 1 to " + MAX_DIMENSIONS);
        }
        return node.intValue();
    }

    static byte[] embeddings(SimulatedDialect dialect, EmbeddingsQuery query, int defaultDimensions, boolean usage) {
        int dimensions = query.dimensions() == 0 ? defaultDimensions : query.dimensions();
        List<float[]> vectors = query.inputs().stream()
                .map(input -> EmbeddingVectors.vector(input, dimensions))
                .toList();
        return Json.bytes(json -> {
            json.writeStartObject();
            if (dialect == SimulatedDialect.GEMINI) {
                if (query.single()) {
                    json.writeObjectFieldStart("embedding");
                    writeValues(json, "values", vectors.get(0));
                    json.writeEndObject();
                } else {
                    json.writeArrayFieldStart("embeddings");
                    for (float[] vector : vectors) {
                        json.writeStartObject();
                        writeValues(json, "values", vector);
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                }
            } else {
                json.writeStringField("object", "list");
                json.writeArrayFieldStart("data");
                for (int i = 0; i < vectors.size(); i++) {
                    json.writeStartObject();
                    json.writeStringField("object", "embedding");
                    json.writeNumberField("index", i);
                    if (query.base64()) {
                        json.writeStringField("embedding", base64(vectors.get(i)));
                    } else {
                        writeValues(json, "embedding", vectors.get(i));
                    }
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeStringField("model", query.model());
                if (usage) {
                    json.writeObjectFieldStart("usage");
                    json.writeNumberField("prompt_tokens", query.tokens());
                    json.writeNumberField("total_tokens", query.tokens());
                    json.writeEndObject();
                }
            }
            json.writeEndObject();
        });
    }

    private static void writeValues(JsonGenerator json, String name, float[] vector) throws IOException {
        json.writeArrayFieldStart(name);
        for (float value : vector) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }

    /** Little-endian float32 values, as OpenAI packs them. */
    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : vector) {
            bytes.putFloat(value);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** What Gemini answers to a prompt that its filter refuses. */
    static byte[] geminiBlocked(ChatRequest request, boolean stream) {
        ObjectNode blocked = NODES.objectNode();
        blocked.putObject("promptFeedback").put("blockReason", "SAFETY");
        long tokens = TokenCounts.input(request);
        blocked.putObject("usageMetadata").put("promptTokenCount", tokens).put("totalTokenCount", tokens);
        blocked.put("modelVersion", request.model());
        return stream ? ("data: " + blocked + "\r\n\r\n").getBytes(StandardCharsets.UTF_8) : bytes(blocked);
    }

    private static JsonNode tree(byte[] body) {
        try {
            return Json.tree(body, 0, body.length);
        } catch (JsonProcessingException e) {
            throw new WrongRequestException("the body is no JSON at " + Json.where(e));
        }
    }

    private static byte[] bytes(JsonNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }
}
