package io.github.camelllm.cache;

import java.time.Duration;

/**
 * What holds for the whole cache.
 *
 * @param storeTimeout how long a store may take before it is passed by
 * @param storePause how long a store that failed is left alone
 * @param semanticTimeout how long the search for a similar question may take
 * @param maxWaiting most calls that wait for one equal call; those beyond go to the provider
 */
public record CacheSettings(Duration storeTimeout, Duration storePause, Duration semanticTimeout, int maxWaiting) {
    public static final CacheSettings DEFAULT =
            new CacheSettings(Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(1), 1_000);
}
