package io.github.camelllm.chat;

import java.time.Duration;
import java.util.Optional;

/**
 * Marks the end of a prompt prefix that the provider should keep in its prompt cache.
 *
 * @param ttl how long the prefix should live; empty for the provider's default (5 minutes at Anthropic)
 */
public record CacheHint(Optional<Duration> ttl) {
    /** A hint with the provider's default lifetime. */
    public static final CacheHint DEFAULT = new CacheHint(Optional.empty());

    public static CacheHint of(Duration ttl) {
        return new CacheHint(Optional.of(ttl));
    }
}
