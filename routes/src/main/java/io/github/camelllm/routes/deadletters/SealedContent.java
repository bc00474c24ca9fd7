package io.github.camelllm.routes.deadletters;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.UUID;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Contents of dead letters, encrypted with AES-256-GCM by a key that comes of a secret (HMAC-SHA-256), each bound to its dead
 * letter's id: a nonce of 12 bytes, then the ciphertext with its tag. Thread-safe.
 */
final class SealedContent {
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final String MAC = "HmacSHA256";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    SealedContent(String secret) {
        key = new SecretKeySpec(derived(secret, "llm-dead-letter"), "AES");
    }

    /** A key that comes of a secret; other purposes have others, of which none tells another. */
    static byte[] derived(String secret, String purpose) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), MAC));
            return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(MAC + " is part of every JDK", e);
        }
    }

    byte[] seal(UUID id, byte[] content) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] text = cipher(Cipher.ENCRYPT_MODE, id, nonce).doFinal(content);
            return ByteBuffer.allocate(NONCE_BYTES + text.length)
                    .put(nonce)
                    .put(text)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a content cannot be encrypted", e);
        }
    }

    /** @throws DeadLetterException if it was sealed with another secret or for another id, or was changed */
    byte[] open(UUID id, byte[] sealed) {
        if (sealed.length < NONCE_BYTES) {
            throw new DeadLetterException("the content is damaged", null);
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, id, Arrays.copyOf(sealed, NONCE_BYTES))
                    .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
        } catch (AEADBadTagException e) {
            throw new DeadLetterException(
                    "the content cannot be read: it was kept with another " + DeadLetterSettings.PREFIX
                            + "secret, or changed",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the content cannot be decrypted", e);
        }
    }

    private Cipher cipher(int mode, UUID id, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(id.toString().getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
