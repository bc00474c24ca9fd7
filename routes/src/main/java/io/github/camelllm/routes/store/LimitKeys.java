package io.github.camelllm.routes.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names of buckets and accounts as stores can keep them. */
final class LimitKeys {
    private static final int MOST_CHARS = 400;

    private LimitKeys() {}

    /** The name itself, or if it is too long its beginning and what tells it from others. */
    static String of(String name) {
        if (name.length() <= MOST_CHARS) {
            return name;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return name.substring(0, MOST_CHARS) + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
