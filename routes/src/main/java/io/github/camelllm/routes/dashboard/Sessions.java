package io.github.camelllm.routes.dashboard;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Sessions that are kept by their owners: a token says until when it holds and is signed (HMAC-SHA-256), so that every node
 * with the same secret knows it and a new secret ends all of them. Thread-safe.
 */
final class Sessions {
    private static final String ALGORITHM = "HmacSHA256";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final byte[] secretDigest;
    private final SecretKeySpec key;
    private final Duration lifetime;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Sessions(String secret, Duration lifetime, Clock clock) {
        this.secretDigest = sha256(secret);
        // Not the secret itself: what signs tokens is of no use to sign in
        this.key = new SecretKeySpec(
                hmac(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM), "llm-dashboard-session"),
                ALGORITHM);
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /** Whether it is the secret. Takes as long for a wrong one as for the right one. */
    boolean isSecret(String candidate) {
        return MessageDigest.isEqual(sha256(candidate), secretDigest);
    }

    /** A new session. */
    String begin() {
        byte[] nonce = new byte[12];
        random.nextBytes(nonce);
        String claims = clock.instant().plus(lifetime).getEpochSecond() + "." + BASE64.encodeToString(nonce);
        return claims + "." + signature(claims);
    }

    /** Whether a token was made by {@link #begin} with the same secret and still holds. */
    boolean isValid(String token) {
        int end = token.lastIndexOf('.');
        int point = token.indexOf('.');
        if (point <= 0 || end <= point || token.length() > 200) {
            return false;
        }
        String claims = token.substring(0, end);
        boolean signed = MessageDigest.isEqual(
                signature(claims).getBytes(StandardCharsets.UTF_8),
                token.substring(end + 1).getBytes(StandardCharsets.UTF_8));
        // Only what is signed is read
        return signed
                && Long.parseLong(claims.substring(0, point)) > clock.instant().getEpochSecond();
    }

    private String signature(String claims) {
        return BASE64.encodeToString(hmac(key, claims));
    }

    private static byte[] hmac(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is part of every JDK", e);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
