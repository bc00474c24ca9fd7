package io.github.camelllm.call;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Stands for a text that is too long to be shown, or must not be: the same for the same text, on all nodes. */
public final class Fingerprint {
    private static final int SHORT_CHARS = 12;

    private Fingerprint() {}

    /** SHA-256 of the text as UTF-8: 32 bytes. */
    public static byte[] bytes(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** SHA-256 in 64 hexadecimal digits, lower case. */
    public static String whole(String text) {
        return HexFormat.of().formatHex(bytes(text));
    }

    /** The first 12 hexadecimal digits of SHA-256: enough to tell some thousand texts apart, too few to tell the text. */
    public static String of(String text) {
        return whole(text).substring(0, SHORT_CHARS);
    }
}
