package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.wire.Json;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of one object of a client's request: by their name or the same name in snake_case, and at the end those that
 * nobody asked for. A member that is null counts as absent. Not thread-safe.
 */
final class Members {
    private final ObjectNode object;
    private final String path;
    private final Set<String> taken = new HashSet<>();

    private Members(ObjectNode object, String path) {
        this.object = object;
        this.path = path;
    }

    /** @param path where the object stands, for messages; empty for the body */
    static Members of(JsonNode node, String path) {
        if (node instanceof ObjectNode object) {
            return new Members(object, path);
        }
        throw expected(path.isEmpty() ? "body" : path, "an object", node);
    }

    @Nullable
    JsonNode take(String name) {
        JsonNode value = object.get(name);
        String found = name;
        if (value == null) {
            found = snake(name);
            value = object.get(found);
        }
        if (value == null) {
            return null;
        }
        taken.add(found);
        return value.isNull() ? null : value;
    }

    /** Leaves a member among those that nobody asked for. */
    void putBack(String name) {
        taken.remove(name);
        taken.remove(snake(name));
    }

    Optional<Members> object(String name) {
        JsonNode value = take(name);
        return value == null ? Optional.empty() : Optional.of(of(value, at(name)));
    }

    /** The elements of an array; none if it is absent. The API takes an object for an array of it. */
    JsonNode array(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return Json.MAPPER.createArrayNode();
        }
        if (value.isObject()) {
            return Json.MAPPER.createArrayNode().add(value);
        }
        if (!value.isArray()) {
            throw expected(at(name), "an array", value);
        }
        return value;
    }

    Optional<String> text(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw expected(at(name), "a string", value);
        }
        return Optional.of(value.textValue());
    }

    String requiredText(String name) {
        return text(name).orElseThrow(() -> expected(at(name), "a string", null));
    }

    Optional<Boolean> bool(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            throw expected(at(name), "a boolean", value);
        }
        return Optional.of(value.booleanValue());
    }

    OptionalDouble decimal(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return OptionalDouble.empty();
        }
        if (!value.isNumber()) {
            throw expected(at(name), "a number", value);
        }
        return OptionalDouble.of(value.doubleValue());
    }

    OptionalInt integer(String name) {
        OptionalLong value = whole(name);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (value.getAsLong() != (int) value.getAsLong()) {
            throw expected(at(name), "an integer of 32 bits", object.get(name));
        }
        return OptionalInt.of((int) value.getAsLong());
    }

    /** A number of things, which is at least 1. */
    OptionalInt count(String name) {
        OptionalInt count = integer(name);
        if (count.isPresent() && count.getAsInt() < 1) {
            throw invalid(at(name) + ": expected at least 1, got " + count.getAsInt());
        }
        return count;
    }

    OptionalLong whole(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        boolean isWhole =
                value.isNumber() && value.canConvertToLong() && value.doubleValue() == Math.rint(value.doubleValue());
        if (!isWhole) {
            throw expected(at(name), "an integer", value);
        }
        return OptionalLong.of(value.longValue());
    }

    /** Members that were not taken, under the names that the client gave them; null counts as absent. */
    ObjectNode rest() {
        ObjectNode rest = Json.MAPPER.createObjectNode();
        object.properties().forEach(member -> {
            if (!taken.contains(member.getKey()) && !member.getValue().isNull()) {
                rest.set(member.getKey(), member.getValue());
            }
        });
        return rest;
    }

    /** The rest as JSON texts by name. */
    Map<String, String> restAsTexts() {
        Map<String, String> texts = new LinkedHashMap<>();
        rest().properties()
                .forEach(member -> texts.put(member.getKey(), member.getValue().toString()));
        return texts;
    }

    ObjectNode node() {
        return object;
    }

    /** Where a member stands. */
    String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** A complaint that names the place and what came, never the content. */
    static LlmInvalidRequestException expected(String where, String what, @Nullable JsonNode got) {
        String came = got == null ? "nothing" : got.getNodeType().name().toLowerCase(Locale.ROOT);
        return invalid(where + ": expected " + what + ", got " + came);
    }

    static LlmInvalidRequestException invalid(String what) {
        return new LlmInvalidRequestException(
                what, ErrorDetails.local(GeminiDialect.NAME, "", "invalid_request", false), null);
    }

    private static String snake(String name) {
        StringBuilder snake = new StringBuilder(name.length() + 4);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                snake.append('_').append((char) (c + 32));
            } else {
                snake.append(c);
            }
        }
        return snake.toString();
    }
}
