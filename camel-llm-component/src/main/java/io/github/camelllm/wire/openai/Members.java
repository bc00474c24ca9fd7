package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The members of one object of a client's request. What has the wrong type is refused with its path, the type expected and
 * the type that came; null counts as absent.
 *
 * @param object the object
 * @param path where it is in the request; empty for the request itself
 */
record Members(JsonNode object, String path) {
    private static final ObjectReader READER =
            Json.MAPPER.reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    /** Reads a request's body. */
    static Members ofBody(byte[] body) {
        JsonNode root;
        try {
            root = READER.readTree(body);
        } catch (IOException e) {
            throw invalid("body: expected JSON, got something else at " + Json.where(Json.asProcessing(e)));
        }
        if (!root.isObject()) {
            throw invalid("body: expected an object, got " + kind(root));
        }
        return new Members(root, "");
    }

    static LlmInvalidRequestException invalid(String what) {
        return new LlmInvalidRequestException(
                what, ErrorDetails.local(OpenAiChatDialect.NAME, "", "invalid_request", false), null);
    }

    LlmInvalidRequestException wrong(String member, String expected) {
        return invalid(at(member) + ": expected " + expected + ", got " + kind(object.path(member)));
    }

    String at(String member) {
        return path.isEmpty() ? member : path + "." + member;
    }

    /** The member; {@link com.fasterxml.jackson.databind.node.MissingNode} if it is absent or null. */
    JsonNode get(String member) {
        JsonNode value = object.path(member);
        return value.isNull() ? Json.MAPPER.missingNode() : value;
    }

    boolean has(String member) {
        return object.hasNonNull(member);
    }

    Optional<String> text(String member) {
        JsonNode value = get(member);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw wrong(member, "a string");
        }
        return Optional.of(value.textValue());
    }

    String neededText(String member) {
        return text(member).orElseThrow(() -> wrong(member, "a string"));
    }

    Optional<Boolean> flag(String member) {
        JsonNode value = get(member);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            throw wrong(member, "a boolean");
        }
        return Optional.of(value.booleanValue());
    }

    OptionalInt integer(String member) {
        JsonNode value = get(member);
        if (value.isMissingNode()) {
            return OptionalInt.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(member, "a whole number of at most 31 bits");
        }
        return OptionalInt.of(value.intValue());
    }

    /** A number of things, which is at least 1. */
    OptionalInt count(String member) {
        OptionalInt count = integer(member);
        if (count.isPresent() && count.getAsInt() < 1) {
            throw invalid(at(member) + ": expected at least 1, got " + count.getAsInt());
        }
        return count;
    }

    OptionalLong longInteger(String member) {
        JsonNode value = get(member);
        if (value.isMissingNode()) {
            return OptionalLong.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(member, "a whole number of at most 63 bits");
        }
        return OptionalLong.of(value.longValue());
    }

    OptionalDouble number(String member) {
        JsonNode value = get(member);
        if (value.isMissingNode()) {
            return OptionalDouble.empty();
        }
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw wrong(member, "a number");
        }
        return OptionalDouble.of(value.doubleValue());
    }

    /** An object; empty if it is absent or null. */
    Optional<Members> members(String member) {
        JsonNode value = get(member);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isObject()) {
            throw wrong(member, "an object");
        }
        return Optional.of(new Members(value, at(member)));
    }

    Members neededMembers(String member) {
        return members(member).orElseThrow(() -> wrong(member, "an object"));
    }

    /** Whether it has no members but these; null counts as absent. */
    boolean hasOnly(Set<String> known) {
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            if (isOther(member, known)) {
                return false;
            }
        }
        return true;
    }

    /** Goes through the members that are not among those that are known; null counts as absent. */
    void forEachOther(Set<String> known, BiConsumer<String, JsonNode> use) {
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            if (isOther(member, known)) {
                use.accept(member.getKey(), member.getValue());
            }
        }
    }

    private static boolean isOther(Map.Entry<String, JsonNode> member, Set<String> known) {
        return !known.contains(member.getKey()) && !member.getValue().isNull();
    }

    /** A list; an empty one if it is absent or null. */
    JsonNode list(String member) {
        JsonNode value = get(member);
        if (value.isMissingNode()) {
            return Json.MAPPER.createArrayNode();
        }
        if (!value.isArray()) {
            throw wrong(member, "an array");
        }
        return value;
    }

    /** An entry of a list, which has to be an object. */
    Members entry(String member, int index) {
        JsonNode value = object.path(member).path(index);
        if (!value.isObject()) {
            throw invalid(at(member) + "[" + index + "]: expected an object, got " + kind(value));
        }
        return new Members(value, at(member) + "[" + index + "]");
    }

    private static String kind(JsonNode value) {
        switch (value.getNodeType()) {
            case ARRAY:
                return "an array";
            case OBJECT:
                return "an object";
            case STRING:
                return "a string";
            case NUMBER:
                return "a number";
            case BOOLEAN:
                return "a boolean";
            default:
                return value.isNull() ? "null" : "nothing";
        }
    }
}
