package io.github.camelllm.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** Keeps values on the heap of this process, bounded by their bytes; what is asked for least goes first. */
public final class MemoryCacheStore implements CacheStore {
    /** What an entry takes beside its value: key, maps and objects. */
    private static final int OVERHEAD_BYTES = 256;

    private final Cache<String, Entry> entries;
    private final LongSupplier nanoTime;

    private record Entry(byte[] value, long untilNanos) {}

    /**
     * @param maxBytes most bytes kept, keys included
     * @param nanoTime as {@link System#nanoTime()}
     */
    public MemoryCacheStore(long maxBytes, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        entries = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((String key, Entry entry) -> entry.value().length + OVERHEAD_BYTES)
                .ticker(nanoTime::getAsLong)
                // On the thread that writes: a write is rare beside a call, and no pool must be shared
                .executor(Runnable::run)
                .expireAfter(Expiry.writing(
                        (String key, Entry entry) -> Duration.ofNanos(entry.untilNanos() - nanoTime.getAsLong())))
                .build();
    }

    @Override
    public CompletableFuture<Optional<byte[]>> get(String key) {
        return CompletableFuture.completedFuture(
                Optional.ofNullable(entries.getIfPresent(key)).map(Entry::value));
    }

    @Override
    public CompletableFuture<Void> put(String key, byte[] value, Duration ttl) {
        entries.put(key, new Entry(value, nanoTime.getAsLong() + ttl.toNanos()));
        return CompletableFuture.completedFuture(null);
    }

    /** Bytes kept now, about. */
    long weight() {
        entries.cleanUp();
        return entries.policy().eviction().orElseThrow().weightedSize().orElse(0);
    }
}
