package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmInvalidRequestException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads of members of a client's request. An explicit null is as good as absent. Errors name the member, never its
 * content.
 */
final class Members {
    private Members() {}

    static LlmInvalidRequestException invalid(String path, String expected, JsonNode got) {
        return invalid(path + ": expected " + expected + ", got " + kind(got));
    }

    static LlmInvalidRequestException invalid(String message) {
        return invalid(message, "invalid_request_error");
    }

    static LlmInvalidRequestException invalid(String message, String errorType) {
        return new LlmInvalidRequestException(
                message, ErrorDetails.local(AnthropicDialect.NAME, "", errorType, false), null);
    }

    private static String kind(JsonNode node) {
        return node.isMissingNode() ? "nothing" : node.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    static boolean has(JsonNode object, String member) {
        return object.hasNonNull(member);
    }

    /** Whether an object has no members but these. */
    static boolean hasOnly(JsonNode object, Set<String> members) {
        Iterator<String> names = object.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            if (!members.contains(name) && object.hasNonNull(name)) {
                return false;
            }
        }
        return true;
    }

    static String text(JsonNode object, String member, String path) {
        JsonNode value = object.path(member);
        if (!value.isTextual()) {
            throw invalid(path + "." + member, "a string", value);
        }
        return value.textValue();
    }

    static Optional<String> optionalText(JsonNode object, String member, String path) {
        return has(object, member) ? Optional.of(text(object, member, path)) : Optional.empty();
    }

    static int integer(JsonNode object, String member, String path) {
        JsonNode value = object.path(member);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw invalid(path.isEmpty() ? member : path + "." + member, "an integer", value);
        }
        return value.intValue();
    }

    static double number(JsonNode object, String member) {
        JsonNode value = object.path(member);
        if (!value.isNumber()) {
            throw invalid(member, "a number", value);
        }
        return value.doubleValue();
    }

    static boolean bool(JsonNode object, String member, String path) {
        JsonNode value = object.path(member);
        if (!value.isBoolean()) {
            throw invalid(path.isEmpty() ? member : path + "." + member, "a boolean", value);
        }
        return value.booleanValue();
    }
}
