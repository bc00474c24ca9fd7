package io.github.camelllm.router;

import java.util.HexFormat;
import java.util.SplittableRandom;

/** The FNV-1a hash of 64 bits over UTF-16 units: the same on every machine and in every version of Java. */
final class StableHash {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private long state = OFFSET;

    /** Adds a text and its end, so that {@code ab, c} differs from {@code a, bc}. */
    StableHash add(CharSequence text) {
        return add(text, text.length());
    }

    /** Likewise, but looks only at so many of its first characters and at its length. */
    StableHash add(CharSequence text, int most) {
        int end = Math.min(most, text.length());
        for (int i = 0; i < end; i++) {
            add(text.charAt(i));
        }
        add(text.length());
        return this;
    }

    private void add(int value) {
        state = (state ^ value) * PRIME;
    }

    String hex() {
        return HexFormat.of().toHexDigits(state);
    }

    /** A number evenly spread over 0 (inclusive) to 1 (exclusive), also for inputs that differ little. */
    double share() {
        return new SplittableRandom(state).nextDouble();
    }
}
