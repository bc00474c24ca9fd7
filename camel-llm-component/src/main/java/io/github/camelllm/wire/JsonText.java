package io.github.camelllm.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Text gathered from JSON strings, escaped as it stands there until it is wanted. Not thread-safe. */
public final class JsonText {
    private final ByteArrayOutputStream escaped = new ByteArrayOutputStream(0);

    /** Adds what stands between the quotes of a string, or a whole part of it. */
    public void add(byte[] buffer, int from, int to) {
        escaped.write(buffer, from, to - from);
    }

    public boolean isEmpty() {
        return escaped.size() == 0;
    }

    /** The text; still escaped if it cannot be read, since then it is only measured. */
    public String text() {
        return text(escaped.toByteArray(), 0, escaped.size());
    }

    /** The text that stands between the quotes of a string. */
    public static String text(byte[] buffer, int from, int to) {
        String raw = new String(buffer, from, to - from, StandardCharsets.UTF_8);
        if (raw.indexOf('\\') < 0) {
            return raw;
        }
        try {
            return Json.MAPPER.readValue('"' + raw + '"', String.class);
        } catch (JsonProcessingException e) {
            // Half an escape, or one that there is not
            return raw;
        }
    }

    /** Tells the size only. */
    @Override
    public String toString() {
        return "JsonText[" + escaped.size() + " bytes]";
    }
}
