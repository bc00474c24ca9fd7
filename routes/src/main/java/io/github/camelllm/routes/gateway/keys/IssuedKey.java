package io.github.camelllm.routes.gateway.keys;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * A key with its secret, which is shown this one time.
 *
 * @param secret {@code sk-llm-} and 256 random bits in 43 characters
 */
record IssuedKey(VirtualKey key, String secret) {
    /** What every secret begins with, so that scanners of source code find it. */
    static final String PREFIX = "sk-llm-";

    static final int SECRET_CHARS = PREFIX.length() + 43;

    private static final int HINT_CHARS = PREFIX.length() + 4;
    private static final SecureRandom RANDOM = new SecureRandom();

    static String newSecret() {
        byte[] bits = new byte[32];
        RANDOM.nextBytes(bits);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    /** How a secret begins: enough for people to tell keys apart. */
    static String hint(String secret) {
        return secret.substring(0, HINT_CHARS) + "…";
    }

    @Override
    public String toString() {
        return "IssuedKey[" + key.id() + ", " + key.hint() + "]";
    }
}
