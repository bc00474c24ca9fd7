package io.github.camelllm.call;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Stands for a text that is too long to be shown, or must not be: the same for the same text, on all nodes. */
public final class Fingerprint {
    private static final int SHORT_CHARS = 12;

    /** Characters of {@link #whole}. */
    public static final int CHARS = 64;

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

    /**
     * A name as a store can keep it: itself, or if it is longer than {@code most} characters its first {@code kept} ones and then the
     * SHA-256 of the whole, which tells it from others that begin alike.
     */
    public static String within(String name, int most, int kept) {
        if (name.length() <= most) {
            return name;
        }
        // Databases take no half of a character
        int end = Character.isHighSurrogate(name.charAt(kept - 1)) ? kept - 1 : kept;
        return name.substring(0, end) + whole(name);
    }

    /** The first 12 hexadecimal digits of SHA-256: enough to tell some thousand texts apart, too few to tell the text. */
    public static String of(String text) {
        return whole(text).substring(0, SHORT_CHARS);
    }
}
