package io.github.camelllm.routes.dashboard;

import io.github.camelllm.call.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Sessions that are kept by their owners: a token says until when it holds and is signed (HMAC-SHA-256), so that every node
 * with the same secret knows it and a new secret ends all of them. Thread-safe.
 */
final class Sessions {
    private static final String ALGORITHM = "HmacSHA256";
    private static final String SECRET_HOLDER = "the secret";
    private static final String LOOKS = "look";
    private static final String ADMINISTERS = "administer";
    private static final int MOST_NAME_CHARS = 100;
    private static final int MOST_TOKEN_CHARS = 2000;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final byte[] secretDigest;
    private final SecretKeySpec key;
    private final Duration lifetime;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Sessions(String secret, Duration lifetime, Clock clock) {
        this.secretDigest = Fingerprint.bytes(secret);
        // Not the secret itself: what signs tokens is of no use to sign in
        this.key = new SecretKeySpec(
                hmac(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM), "llm-dashboard-session"),
                ALGORITHM);
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /** Whether it is the secret. Takes as long for a wrong one as for the right one. */
    boolean isSecret(String candidate) {
        return MessageDigest.isEqual(Fingerprint.bytes(candidate), secretDigest);
    }

    /** A new session of somebody who knows the secret. */
    String begin() {
        return begin(Visitor.administrator(SECRET_HOLDER), lifetime);
    }

    String begin(Visitor visitor, Duration holds) {
        String name = visitor.name().substring(0, Math.min(visitor.name().length(), MOST_NAME_CHARS));
        return sealed(
                visitor.administers() ? ADMINISTERS : LOOKS,
                BASE64.encodeToString(name.getBytes(StandardCharsets.UTF_8)),
                holds);
    }

    /** Whether a token was made by {@link #begin} with the same secret and still holds. */
    boolean isValid(String token) {
        return visitor(token).isPresent();
    }

    /** Whose session it is; empty if it is none that holds. */
    Optional<Visitor> visitor(String token) {
        return opened(token)
                .filter(parts -> parts.get(0).equals(LOOKS) || parts.get(0).equals(ADMINISTERS))
                .map(parts -> new Visitor(
                        new String(Base64.getUrlDecoder().decode(parts.get(1)), StandardCharsets.UTF_8),
                        parts.get(0).equals(ADMINISTERS)));
    }

    /**
     * A text that only {@link #opened} of a node with the same secret takes, and only for a while. Anybody can read it.
     *
     * @param kind what it is for; letters
     * @param text without points
     */
    String sealed(String kind, String text, Duration holds) {
        byte[] nonce = new byte[12];
        random.nextBytes(nonce);
        String claims = clock.instant().plus(holds).getEpochSecond() + "." + BASE64.encodeToString(nonce) + "." + kind
                + "." + text;
        return claims + "." + signature(claims);
    }

    /** Kind and text of what was sealed; empty if it was not here, or does not hold any more. */
    Optional<List<String>> opened(String token) {
        int end = token.lastIndexOf('.');
        if (end < 0 || token.length() > MOST_TOKEN_CHARS) {
            return Optional.empty();
        }
        String claims = token.substring(0, end);
        boolean signed = MessageDigest.isEqual(
                signature(claims).getBytes(StandardCharsets.UTF_8),
                token.substring(end + 1).getBytes(StandardCharsets.UTF_8));
        if (!signed) {
            return Optional.empty();
        }
        // Only what is signed is read
        String[] parts = claims.split("\\.", -1);
        return Long.parseLong(parts[0]) > clock.instant().getEpochSecond()
                ? Optional.of(List.of(parts[2], parts[3]))
                : Optional.empty();
    }

    /** What forms of a session must bring along, so that no other site can have made them. */
    String formToken(String session) {
        return signature("form." + session);
    }

    boolean isFormToken(String session, String token) {
        return MessageDigest.isEqual(
                formToken(session).getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
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
}
