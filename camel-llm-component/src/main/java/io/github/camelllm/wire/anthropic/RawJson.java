package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** JSON values as text, cut out of a body without reading them, so that numbers and strings go back as they came. */
final class RawJson {
    private RawJson() {}

    /** A member of an object: its name, and where its value stands relative to the start of the parsed bytes. */
    record Slice(String name, int from, int to) {
        String json(byte[] buffer, int offset) {
            return compact(buffer, offset + from, offset + to);
        }
    }

    /** Skips the value that the parser stands at, and says where it stood. */
    static Slice skip(String name, JsonParser parser) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        return new Slice(name, from, end(parser));
    }

    /** Offset of the first byte after the value whose last token the parser stands at. */
    static int end(JsonParser parser) throws IOException {
        parser.finishToken();
        return (int) parser.currentLocation().getByteOffset();
    }

    /** Valid JSON as text without white space between its tokens. */
    static String compact(byte[] buffer, int from, int to) {
        byte[] out = new byte[to - from];
        int length = 0;
        boolean inString = false;
        for (int i = from; i < to; i++) {
            byte b = buffer[i];
            if (inString) {
                out[length++] = b;
                if (b == '\\' && i + 1 < to) {
                    out[length++] = buffer[++i];
                } else if (b == '"') {
                    inString = false;
                }
            } else if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                out[length++] = b;
                inString = b == '"';
            }
        }
        return new String(out, 0, length, StandardCharsets.UTF_8);
    }

    /** Whether the text is exactly one JSON object. */
    static boolean isObject(String text) {
        try (JsonParser parser = Json.FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JsonProcessingException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory could not be read", e);
        }
    }

    /** The members of an object with their values as compact JSON text, in order; empty if the text is no object. */
    static Map<String, String> members(String object) {
        byte[] bytes = object.getBytes(StandardCharsets.UTF_8);
        Map<String, String> members = new LinkedHashMap<>();
        try (JsonParser parser = Json.FACTORY.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Map.of();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                members.put(name, skip(name, parser).json(bytes, 0));
            }
            return parser.nextToken() == null ? members : Map.of();
        } catch (JsonProcessingException e) {
            return Map.of();
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory could not be read", e);
        }
    }

    /** An object of members whose values are valid JSON texts. */
    static String object(Map<String, String> members) {
        StringBuilder text = new StringBuilder().append('{');
        members.forEach((name, json) -> {
            if (text.length() > 1) {
                text.append(',');
            }
            text.append(string(name)).append(':').append(json);
        });
        return text.append('}').toString();
    }

    /** A text as a JSON string, quotes included. */
    static String string(String text) {
        return new String(Json.bytes(json -> json.writeString(text)), StandardCharsets.UTF_8);
    }

    /** The text that a JSON string stands for; the JSON itself if it is no string. */
    static String unquoted(String json) {
        if (json.isEmpty() || json.charAt(0) != '"') {
            return json;
        }
        try {
            return Json.MAPPER.readValue(json, String.class);
        } catch (JsonProcessingException e) {
            return json;
        }
    }

    /**
     * Arguments of a tool call as the object that {@code input} has to be. What is no JSON object is wrapped as
     * {@code {"INVALID_JSON": "…"}}, which is how invalid arguments are to be shown to the model
     * (https://platform.claude.com/docs/en/agents-and-tools/tool-use/fine-grained-tool-streaming).
     */
    static String toolInput(String arguments) {
        if (arguments.isBlank()) {
            return "{}";
        }
        return isObject(arguments) ? arguments : "{\"INVALID_JSON\":" + string(arguments) + "}";
    }

    /** Input of a call of a free-text tool: {@code {"input": "…"}}. */
    static String freeTextInput(String text) {
        return "{\"input\":" + string(text) + "}";
    }

    /** Writes members, their values being valid JSON texts. */
    static void write(JsonGenerator json, Map<String, String> members) throws IOException {
        for (Map.Entry<String, String> member : members.entrySet()) {
            json.writeFieldName(member.getKey());
            json.writeRawValue(member.getValue());
        }
    }
}
