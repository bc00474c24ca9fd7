package io.github.camelllm.wire.openai;

import java.util.Arrays;
import java.util.Base64;

/**
 * Joins pieces of base64 that were encoded one by one into base64 of whole 3-byte groups, so that the pieces may simply be
 * appended. Not thread-safe.
 */
final class Base64Stream {
    private static final byte[] NONE = new byte[0];
    private byte[] left = NONE;

    /**
     * @return base64 of whole groups, possibly empty
     * @throws IllegalArgumentException if the piece is no base64
     */
    String append(String piece) {
        if (left.length == 0 && piece.length() % 4 == 0 && !piece.endsWith("=")) {
            return piece;
        }
        byte[] decoded = Base64.getDecoder().decode(piece);
        byte[] joined = Arrays.copyOf(left, left.length + decoded.length);
        System.arraycopy(decoded, 0, joined, left.length, decoded.length);
        int whole = joined.length - joined.length % 3;
        left = Arrays.copyOfRange(joined, whole, joined.length);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(joined, whole));
    }

    /** The last, incomplete group with its padding; empty if there is none. */
    String end() {
        String rest = Base64.getEncoder().encodeToString(left);
        left = NONE;
        return rest;
    }
}
