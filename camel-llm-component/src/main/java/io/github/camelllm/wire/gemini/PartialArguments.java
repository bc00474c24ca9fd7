package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts together the arguments of a function call that is streamed in pieces
 * ({@code streamFunctionCallArguments}). Each piece is {@code {"jsonPath": "$.recipe.steps[0]", "stringValue": "Boil",
 * "willContinue": true}}, or has {@code numberValue}, {@code boolValue} or {@code nullValue}; strings that continue are
 * appended to. Not thread-safe.
 */
final class PartialArguments {
    /** Arrays grow by one element at a time on the wire; a gap beyond this is no sane path. */
    private static final int MAX_INDEX = 100_000;

    private static final int MAX_DEPTH = 200;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ObjectNode root = NODES.objectNode();
    private Optional<String> openPath = Optional.empty();
    private final StringBuilder openText = new StringBuilder();

    /** Arguments that came whole, beside or before pieces. */
    void whole(ObjectNode arguments) {
        root = arguments;
    }

    /** @throws IllegalArgumentException if the piece's path is none; the message does not quote it */
    void add(JsonNode piece) {
        String path = piece.path("jsonPath").asText("");
        JsonNode string = piece.get("stringValue");
        if (string == null || !string.isTextual()) {
            closeString();
            set(path, valueOf(piece));
            return;
        }
        if (openPath.isEmpty() || !openPath.get().equals(path)) {
            closeString();
            openPath = Optional.of(path);
        }
        openText.append(string.textValue());
        if (!piece.path("willContinue").asBoolean()) {
            closeString();
        }
    }

    /** The arguments so far as JSON text. */
    String toJson() {
        closeString();
        return root.toString();
    }

    private void closeString() {
        if (openPath.isPresent()) {
            String path = openPath.get();
            openPath = Optional.empty();
            String text = openText.toString();
            openText.setLength(0);
            set(path, NODES.textNode(text));
        }
    }

    private static JsonNode valueOf(JsonNode piece) {
        if (piece.has("numberValue")) {
            return piece.get("numberValue");
        }
        if (piece.has("boolValue")) {
            return piece.get("boolValue");
        }
        if (piece.has("nullValue")) {
            return NODES.nullNode();
        }
        throw new IllegalArgumentException("partialArgs element without a value");
    }

    private void set(String path, JsonNode value) {
        List<Object> steps = parse(path);
        JsonNode at = root;
        for (int i = 0; i < steps.size(); i++) {
            boolean last = i == steps.size() - 1;
            JsonNode child;
            if (last) {
                child = value;
            } else {
                child = child(at, steps.get(i));
                boolean wantsArray = steps.get(i + 1) instanceof Integer;
                if (wantsArray ? !child.isArray() : !child.isObject()) {
                    child = wantsArray ? NODES.arrayNode() : NODES.objectNode();
                }
            }
            put(at, steps.get(i), child);
            at = child;
        }
    }

    private static JsonNode child(JsonNode parent, Object step) {
        return step instanceof Integer index ? parent.path(index) : parent.path((String) step);
    }

    private static void put(JsonNode parent, Object step, JsonNode child) {
        if (step instanceof Integer index && parent instanceof ArrayNode array) {
            while (array.size() <= index) {
                array.addNull();
            }
            array.set(index, child);
        } else if (step instanceof String name && parent instanceof ObjectNode object) {
            object.set(name, child);
        } else {
            throw new IllegalArgumentException("partialArgs jsonPath that does not fit the arguments before it");
        }
    }

    /** Steps of {@code $.name[0]['other name']}: strings and integers, at least one, the first a string. */
    private static List<Object> parse(String path) {
        List<Object> steps = new ArrayList<>(4);
        int at = path.startsWith("$") ? 1 : fail();
        while (at < path.length()) {
            char c = path.charAt(at);
            int end;
            if (c == '.') {
                end = at + 1;
                while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
                    end++;
                }
                if (end == at + 1) {
                    fail();
                }
                steps.add(path.substring(at + 1, end));
            } else if (c == '['
                    && at + 1 < path.length()
                    && (path.charAt(at + 1) == '\'' || path.charAt(at + 1) == '"')) {
                StringBuilder name = new StringBuilder();
                end = quoted(path, at + 1, name);
                steps.add(name.toString());
            } else if (c == '[') {
                int close = path.indexOf(']', at);
                String digits = close < 0 ? "" : path.substring(at + 1, close);
                int index = digits.matches("\\d{1,6}") ? Integer.parseInt(digits) : fail();
                if (index > MAX_INDEX) {
                    fail();
                }
                steps.add(index);
                end = close + 1;
            } else {
                end = fail();
            }
            at = end;
        }
        if (steps.isEmpty() || steps.size() > MAX_DEPTH) {
            fail();
        }
        return steps;
    }

    /** Reads a quoted name and its bracket; gives the position behind it. */
    private static int quoted(String path, int open, StringBuilder name) {
        char quote = path.charAt(open);
        int at = open + 1;
        while (at < path.length() && path.charAt(at) != quote) {
            if (path.charAt(at) == '\\' && at + 1 < path.length()) {
                at++;
            }
            name.append(path.charAt(at++));
        }
        return at + 1 < path.length() && path.charAt(at + 1) == ']' ? at + 2 : fail();
    }

    private static int fail() {
        throw new IllegalArgumentException("partialArgs jsonPath of unknown form");
    }
}
