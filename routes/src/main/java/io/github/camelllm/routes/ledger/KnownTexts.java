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

    private final byte[] @Nullable [] known = new byte[PLACES][];
    private final @Nullable String[] texts = new String[PLACES];

    /** A text that is there as UTF-8. */
    String of(byte[] bytes, int from, int length) {
        if (length > MOST_BYTES) {
            return new String(bytes, from, length, StandardCharsets.UTF_8);
        }
        int place = place(bytes, from, length);
        byte[] before = known[place];
        String text = texts[place];
        if (before == null || text == null || !Arrays.equals(before, 0, before.length, bytes, from, from + length)) {
            text = new String(bytes, from, length, StandardCharsets.UTF_8);
            known[place] = Arrays.copyOfRange(bytes, from, from + length);
            texts[place] = text;
        }
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
