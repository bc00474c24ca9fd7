package io.github.camelllm.examples.quickstart;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Bytes of a text file to text: UTF-8, UTF-16 if marked so, else Windows-1252, which much office software still writes. */
final class TextDecoder {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /** One control character in so many means that it is no text. */
    private static final int CHARS_PER_CONTROL = 200;

    private TextDecoder() {}

    /** @throws UnreadableDocumentException if the bytes are no text */
    static String decode(byte[] bytes) throws UnreadableDocumentException {
        String text = withoutMark(new String(bytes, charset(bytes)));
        int controls = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) && !Character.isWhitespace(c) && c != '\u001B' && c != '\b') {
                controls++;
            }
        }
        if (controls > text.length() / CHARS_PER_CONTROL) {
            throw new UnreadableDocumentException(
                    "binary data, no text: " + controls + " control characters among " + text.length() + " characters");
        }
        return text;
    }

    private static Charset charset(byte[] bytes) {
        if (bytes.length >= 2 && bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF
                || bytes.length >= 2 && bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE) {
            return StandardCharsets.UTF_16;
        }
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes));
            return StandardCharsets.UTF_8;
        } catch (CharacterCodingException notUtf8) {
            return Charset.forName("windows-1252");
        }
    }

    private static String withoutMark(String text) {
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }
}
