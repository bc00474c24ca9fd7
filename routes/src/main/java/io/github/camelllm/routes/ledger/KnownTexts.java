package io.github.camelllm.routes.ledger;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Texts that were read lately, such as names of models: one that comes again and again is there once. Not thread-safe.
 */
final class KnownTexts {
    /** A power of two. */
    private static final int PLACES = 1024;

    private static final int MOST_BYTES = 64;

    private final @Nullable String[] known = new String[PLACES];

    /** A text that is there as UTF-8. */
    String of(byte[] bytes, int from, int length) {
        if (length > MOST_BYTES) {
            return new String(bytes, from, length, StandardCharsets.UTF_8);
        }
        int hash = length;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        int place = (hash ^ hash >>> 16) & PLACES - 1;
        String text = known[place];
        if (text == null || !isSame(text, bytes, from, length)) {
            text = new String(bytes, from, length, StandardCharsets.UTF_8);
            known[place] = text;
        }
        return text;
    }

    /** Only ASCII is known again: all else has more bytes than characters. */
    private static boolean isSame(String text, byte[] bytes, int from, int length) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) != bytes[from + i]) {
                return false;
            }
        }
        return true;
    }
}
