package io.github.camelllm.cache;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps bytes under a key for a while. Thread-safe; methods return at once and never wait for a network. What is kept may be
 * gone at any time. Failures go into the futures.
 */
public interface CacheStore {
    /** What is kept under a key; empty if nothing is, or its time is up. */
    CompletableFuture<Optional<byte[]>> get(String key);

    /**
     * Keeps a value in place of what is there.
     *
     * @param key up to 64 characters
     * @param value not changed by anybody afterwards
     * @param ttl how long, above zero
     */
    CompletableFuture<Void> put(String key, byte[] value, Duration ttl);
}
