package io.github.camelllm.routes.splitting;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;

/** The body of an exchange as characters, read as it is needed. */
final class TextInput {
    /** Stands for bytes that are not of the character set. Unicode keeps it free for such uses. */
    static final char UNREADABLE = '\uFFFF';

    private static final byte[] UTF_8_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] UTF_16BE_MARK = {(byte) 0xFE, (byte) 0xFF};
    private static final byte[] UTF_16LE_MARK = {(byte) 0xFF, (byte) 0xFE};

    private TextInput() {}

    /** @param charset of bytes without a byte order mark */
    static Reader open(Exchange exchange, Charset charset) throws InvalidPayloadException, IOException {
        if (exchange.getMessage().getBody() instanceof String text) {
            return new StringReader(text);
        }
        return reader(exchange.getMessage().getMandatoryBody(InputStream.class), charset);
    }

    static Reader reader(InputStream bytes, Charset charset) throws IOException {
        InputStream in = new BufferedInputStream(bytes, 1 << 16);
        Charset found = charset;
        if (skips(in, UTF_8_MARK)) {
            found = StandardCharsets.UTF_8;
        } else if (skips(in, UTF_16BE_MARK)) {
            found = StandardCharsets.UTF_16BE;
        } else if (skips(in, UTF_16LE_MARK)) {
            found = StandardCharsets.UTF_16LE;
        }
        return new BufferedReader(
                new InputStreamReader(
                        in,
                        found.newDecoder()
                                .onMalformedInput(CodingErrorAction.REPLACE)
                                .onUnmappableCharacter(CodingErrorAction.REPLACE)
                                .replaceWith(String.valueOf(UNREADABLE))),
                1 << 16);
    }

    private static boolean skips(InputStream in, byte[] mark) throws IOException {
        in.mark(mark.length);
        for (byte expected : mark) {
            if ((byte) in.read() != expected) {
                in.reset();
                return false;
            }
        }
        return true;
    }

    /** Whether bytes in this text were not of the character set. */
    static boolean isUnreadable(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == UNREADABLE) {
                return true;
            }
        }
        return false;
    }
}
