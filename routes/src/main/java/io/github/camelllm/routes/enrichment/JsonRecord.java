package io.github.camelllm.routes.enrichment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.camelllm.wire.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.Message;

/** A record in a message body: a {@code Map}, or JSON as text, bytes, file or tree. It keeps its form. */
final class JsonRecord {
    private static final ObjectReader READER = Json.MAPPER
            .readerForMapOf(Object.class)
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonRecord() {}

    /**
     * Replaces the body by a changed copy of it.
     *
     * @param who named in the message of the error
     * @throws IllegalArgumentException if the body is no record; the body is then as it was
     */
    static void change(String who, Message message, Consumer<Map<String, Object>> change) {
        Object body = message.getBody();
        if (body instanceof Map<?, ?> map) {
            message.setBody(changed(copy(who, map), change));
        } else if (body instanceof JsonNode node) {
            Map<String, Object> fields = read(who, "the body", node.toString());
            message.setBody(Json.MAPPER.<JsonNode>valueToTree(changed(fields, change)));
        } else {
            String text = message.getBody(String.class);
            if (text == null) {
                throw new IllegalArgumentException(
                        who + ": expected a Map or a JSON object as body, got " + kind(body));
            }
            message.setBody(write(changed(read(who, "the body", text), change)));
        }
    }

    /** @throws IllegalArgumentException if the text is no JSON object; it is not quoted */
    static Map<String, Object> read(String who, String where, String json) {
        try {
            Map<String, Object> fields = READER.readValue(json);
            if (fields != null) {
                return fields;
            }
        } catch (JsonProcessingException e) {
            // Jackson's message repeats the input, and so would a cause
            throw new IllegalArgumentException(
                    who + ": expected a JSON object in " + where + ", got text that is none at " + Json.where(e));
        }
        throw new IllegalArgumentException(who + ": expected a JSON object in " + where + ", got nothing");
    }

    private static Map<String, Object> changed(Map<String, Object> fields, Consumer<Map<String, Object>> change) {
        change.accept(fields);
        return fields;
    }

    private static Map<String, Object> copy(String who, Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (!(key instanceof String name)) {
                throw new IllegalArgumentException(who + ": expected names as keys of the Map, got " + kind(key));
            }
            copy.put(name, value);
        });
        return copy;
    }

    private static String write(Map<String, Object> fields) {
        try {
            return Json.MAPPER.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a record cannot be written as JSON", e);
        }
    }

    private static String kind(Object value) {
        return value == null ? "nothing" : value.getClass().getName();
    }
}
