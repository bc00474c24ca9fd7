package io.github.camelllm.routes.gateway.keys;

import io.github.camelllm.call.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * The SHA-256 of a secret, which is all that is kept of it.
 *
 * @param hex 64 hex digits, lower case
 */
record KeyHash(String hex) {
    static final String EXPECTED = "the SHA-256 of a key in 64 hex digits";

    private static final int DIGITS = 64;

    /** @throws IllegalArgumentException if it is none; the message does not quote it */
    KeyHash {
        if (hex.length() != DIGITS || !isHex(hex)) {
            throw new IllegalArgumentException("expected " + EXPECTED + ", but it has " + hex.length() + " characters");
        }
    }

    private static boolean isHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    static KeyHash of(String secret) {
        return new KeyHash(Fingerprint.whole(secret));
    }

    /** Whether both are the same, in a time that does not depend on where they differ. */
    boolean matches(KeyHash other) {
        return MessageDigest.isEqual(
                hex.getBytes(StandardCharsets.US_ASCII), other.hex.getBytes(StandardCharsets.US_ASCII));
    }

    /** A hash is no secret, but lets a guess be checked. */
    @Override
    public String toString() {
        return "KeyHash[…]";
    }
}
