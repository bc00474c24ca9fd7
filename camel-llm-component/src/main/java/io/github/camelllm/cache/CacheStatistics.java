package io.github.camelllm.cache;

import java.util.concurrent.atomic.LongAdder;

/** Counts what the cache did since the start. Thread-safe. */
public final class CacheStatistics {
    final LongAdder hits = new LongAdder();
    final LongAdder semanticHits = new LongAdder();
    final LongAdder coalesced = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder bypassed = new LongAdder();
    final LongAdder kept = new LongAdder();
    final LongAdder storeFailures = new LongAdder();

    /**
     * The counts at one moment.
     *
     * @param hits requests answered with what was kept
     * @param semanticHits requests answered with the answer to a similar question
     * @param coalesced requests that shared an answer under way
     * @param misses requests for which a provider was asked
     * @param bypassed requests for which a provider was asked without a look at the cache
     * @param kept answers put into the store
     * @param storeFailures reads and writes that the store did not do, or not in time
     */
    public record Counts(
            long hits, long semanticHits, long coalesced, long misses, long bypassed, long kept, long storeFailures) {}

    public Counts counts() {
        return new Counts(
                hits.sum(),
                semanticHits.sum(),
                coalesced.sum(),
                misses.sum(),
                bypassed.sum(),
                kept.sum(),
                storeFailures.sum());
    }
}
