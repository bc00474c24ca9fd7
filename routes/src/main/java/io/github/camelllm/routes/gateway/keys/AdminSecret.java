package io.github.camelllm.routes.gateway.keys;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the admin API wants to see. Only its hash is kept. */
public final class AdminSecret {
    private static final String BEARER = "bearer ";

    private final KeyHash hash;

    public AdminSecret(String secret) {
        hash = KeyHash.of(secret);
    }

    /** Whether a header {@code Authorization} holds it. Compared in constant time, whatever the lengths. */
    public boolean isIn(@Nullable String authorization) {
        return authorization != null
                && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)
                && hash.matches(
                        KeyHash.of(authorization.substring(BEARER.length()).strip()));
    }
}
