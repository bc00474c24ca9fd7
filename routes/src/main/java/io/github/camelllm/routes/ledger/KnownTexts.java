package io.github.camelllm.routes.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Texts that were read lately, such as names of models: one that comes again and again is there once. Not thread-safe.
 */
final class KnownTexts {
    /** A power of two. */
    private static final int PLACES = 1024;

    private static final int MOST_BYTES = 64;

    /** Bytes at each end by which texts are told apart at first. */
    private static final int SAMPLE = 4;

    private final @Nullable Known[] known = new Known[PLACES];

    private record Known(byte[] bytes, String text) {
        boolean stands(byte[] in, int from, int length) {
            return Arrays.equals(bytes, 0, bytes.length, in, from, from + length);
        }
    }

    /** A text that is there as UTF-8. */
    String of(byte[] bytes, int from, int length) {
        if (length > MOST_BYTES) {
            return new String(bytes, from, length, StandardCharsets.UTF_8);
        }
        int place = place(bytes, from, length);
        Known before = known[place];
        if (before != null && before.stands(bytes, from, length)) {
            return before.text();
        }
        String text = new String(bytes, from, length, StandardCharsets.UTF_8);
        known[place] = new Known(Arrays.copyOfRange(bytes, from, from + length), text);
        return text;
    }

    private static int place(byte[] bytes, int from, int length) {
        int end = from + length;
        int hash = length;
        for (int i = from; i < Math.min(from + SAMPLE, end); i++) {
            hash = 31 * hash + bytes[i];
        }
        for (int i = Math.max(from + SAMPLE, end - SAMPLE); i < end; i++) {
            hash = 31 * hash + bytes[i];
        }
        return (hash ^ hash >>> 16) & PLACES - 1;
    }
}
