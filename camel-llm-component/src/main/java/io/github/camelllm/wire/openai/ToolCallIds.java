package io.github.camelllm.wire.openai;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Ids of tool calls in the form that a provider takes. The same id always becomes the same other one. */
final class ToolCallIds {
    private static final int LENGTH = 9;
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private ToolCallIds() {}

    /** The id itself if it is nine letters or digits, else nine that follow from it. */
    static String alphanumeric(String id) {
        if (id.length() == LENGTH && id.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0)) {
            return id;
        }
        byte[] digest = sha256(id);
        StringBuilder made = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            int pair = (digest[2 * i] & 0xff) << 8 | digest[2 * i + 1] & 0xff;
            made.append(ALPHABET.charAt(pair % ALPHABET.length()));
        }
        return made.toString();
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
