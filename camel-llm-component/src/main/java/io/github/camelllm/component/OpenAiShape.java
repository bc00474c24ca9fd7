package io.github.camelllm.component;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.wire.ChatServerCodec;
import io.github.camelllm.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads requests and tools, and writes tool calls, in the JSON shape of OpenAI's chat completions. */
final class OpenAiShape {
    private final ChatServerCodec codec;

    /** @param codec server half of the OpenAI dialect */
    OpenAiShape(ChatServerCodec codec) {
        this.codec = codec;
    }

    /**
     * A request from a Map, a List or a JSON tree with {@code messages}.
     *
     * @param model used where the value names none
     * @throws io.github.camelllm.chat.LlmInvalidRequestException if it is no such request; the message names the member
     */
    ChatRequest request(Object value, String model) {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        JsonNode given = Json.MAPPER.valueToTree(value);
        tree.put("model", model);
        if (given.isObject()) {
            tree.setAll((ObjectNode) given);
        } else {
            tree.set("messages", given);
        }
        return codec.decode("/chat/completions", tree.toString().getBytes(StandardCharsets.UTF_8))
                .request();
    }

    /**
     * Tools from a JSON array as text, or from a List.
     *
     * @throws IllegalArgumentException if the text is no JSON array
     */
    List<Tool> tools(Object value) {
        JsonNode array;
        try {
            array = value instanceof String text ? Json.MAPPER.readTree(text) : Json.MAPPER.valueToTree(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "tools must be a JSON array of tools; it is no JSON at " + Json.where(e));
        }
        if (!array.isArray()) {
            throw new IllegalArgumentException("tools must be a JSON array of tools in OpenAI's shape, not a JSON "
                    + array.getNodeType().name().toLowerCase(java.util.Locale.ROOT));
        }
        Map<String, Object> carrier = new LinkedHashMap<>();
        carrier.put("messages", List.of(Map.of("role", "user", "content", "")));
        carrier.put("tools", array);
        return request(carrier, "none").tools();
    }

    /** Tool calls as JDK values: {@code id}, {@code name}, {@code arguments} (a Map, or the text if it is no JSON object). */
    static List<Map<String, Object>> toolCalls(List<ContentPart.ToolCall> calls) {
        List<Map<String, Object>> values = new ArrayList<>(calls.size());
        for (ContentPart.ToolCall call : calls) {
            Map<String, Object> value = new LinkedHashMap<>();
            value.put("id", call.id());
            value.put("name", call.name());
            value.put("arguments", arguments(call));
            values.add(value);
        }
        return values;
    }

    private static Object arguments(ContentPart.ToolCall call) {
        if (call.custom()) {
            return call.argumentsJson();
        }
        try {
            JsonNode tree = Json.MAPPER.readTree(call.argumentsJson());
            return tree != null && tree.isObject() ? Json.MAPPER.convertValue(tree, Map.class) : call.argumentsJson();
        } catch (JsonProcessingException e) {
            // The model wrote no JSON: the route gets what it wrote and decides.
            return call.argumentsJson();
        }
    }
}
