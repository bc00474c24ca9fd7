package io.github.camelllm.routes.gateway;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * JSON as whoever looks for words in it expects it: each character stands as itself, but for those that JSON must escape, which have
 * their short escape. {@code "\u0063at\/\u0022"} becomes <code>"cat/\""</code>. All else stays as it is, white space included.
 */
final class PlainJson {
    private static final int UNICODE_ESCAPE = 6;

    private PlainJson() {}

    /** @throws CharacterCodingException if the bytes are no UTF-8, so that readers may differ in what they say */
    static String of(byte[] utf8) throws CharacterCodingException {
        return of(StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(utf8))
                .toString());
    }

    static String of(String json) {
        int escape = json.indexOf('\\');
        if (escape < 0) {
            return json;
        }
        StringBuilder plain = new StringBuilder(json.length());
        int from = 0;
        while (escape >= 0) {
            plain.append(json, from, escape);
            from = append(json, escape, plain);
            escape = json.indexOf('\\', from);
        }
        return plain.append(json, from, json.length()).toString();
    }

    /** @return where the escape ends */
    private static int append(String json, int escape, StringBuilder plain) {
        int unicodeEnd = escape + UNICODE_ESCAPE;
        if (json.startsWith("u", escape + 1) && unicodeEnd <= json.length() && isHex(json, escape + 2, unicodeEnd)) {
            char named = (char) HexFormat.fromHexDigits(json, escape + 2, unicodeEnd);
            JsonStringEncoder.getInstance().quoteAsString(String.valueOf(named), plain);
            return unicodeEnd;
        }
        int end = Math.min(escape + 2, json.length());
        plain.append(json, json.startsWith("/", escape + 1) ? escape + 1 : escape, end);
        return end;
    }

    private static boolean isHex(String json, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!HexFormat.isHexDigit(json.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
