package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** JSON texts that pass through unread: numbers keep all their digits and strings their escapes. */
final class RawJson {
    private RawJson() {}

    /**
     * The value the parser stands at, with all below it, without the white space between its tokens. The parser then
     * stands at the value's last token.
     *
     * @param buffer the bytes that the parser reads
     * @param offset where it began to read
     */
    static String copy(JsonParser parser, byte[] buffer, int offset) throws IOException {
        int from = offset + (int) parser.currentTokenLocation().getByteOffset();
        parser.finishToken();
        parser.skipChildren();
        int to = offset + (int) parser.currentLocation().getByteOffset();
        return compact(buffer, from, to);
    }

    /** Bytes of valid JSON as text, without white space outside of strings. */
    static String compact(byte[] buffer, int from, int to) {
        byte[] kept = new byte[to - from];
        int length = 0;
        boolean inString = false;
        for (int i = from; i < to; i++) {
            byte b = buffer[i];
            if (inString) {
                kept[length++] = b;
                if (b == '\\' && i + 1 < to) {
                    kept[length++] = buffer[++i];
                } else if (b == '"') {
                    inString = false;
                }
            } else if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                kept[length++] = b;
                inString = b == '"';
            }
        }
        return new String(kept, 0, length, StandardCharsets.UTF_8);
    }

    /** Whether the text is one JSON object and nothing else. */
    static boolean isObject(String text) {
        int start = 0;
        while (start < text.length() && text.charAt(start) <= ' ') {
            start++;
        }
        return start < text.length() && text.charAt(start) == '{' && isValid(text);
    }

    /** Whether the text is one JSON value and nothing else. */
    static boolean isValid(String text) {
        if (text.equals("{}")) {
            return true;
        }
        try (JsonParser parser = Json.FACTORY.createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (IOException e) {
            // Answering "is it valid" is what the exception says.
            return false;
        }
    }

    /** Writes a JSON text that is known to be valid. */
    static void write(JsonGenerator json, String text) throws IOException {
        json.writeRawValue(text);
    }
}
