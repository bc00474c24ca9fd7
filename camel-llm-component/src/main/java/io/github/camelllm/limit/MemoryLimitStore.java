package io.github.camelllm.limit;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BandwidthBuilder;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.camelllm.call.Timer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/** Limits of one process. Beyond a hundred thousand buckets the one that was used longest ago is forgotten. Thread-safe. */
public final class MemoryLimitStore implements LimitStore {
    private static final int MOST_BUCKETS = 100_000;

    private final TimeMeter time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Bucket> buckets = bounded();
    /** Of those that have an end. */
    private final Map<String, Long> used = bounded();

    private final Map<String, Long> inside = new HashMap<>();

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > MOST_BUCKETS;
            }
        };
    }

    public MemoryLimitStore(Timer timer) {
        this.time = new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return timer.nanoTime();
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        };
    }

    /** How Bucket4j describes a bucket without an end. */
    public static Bandwidth bandwidth(LimitBucket bucket, long initial) {
        return BandwidthBuilder.builder()
                .capacity(Math.max(1, bucket.capacity()))
                .refillGreedy(bucket.refill(), bucket.period())
                .initialTokens(initial)
                .build();
    }

    private Bucket bucketOf(LimitBucket bucket) {
        return bucketOf(bucket, bucket.capacity());
    }

    private Bucket bucketOf(LimitBucket bucket, long initial) {
        lock.lock();
        try {
            return buckets.computeIfAbsent(bucket.key(), absent -> Bucket.builder()
                    .addLimit(bandwidth(bucket, initial))
                    .withCustomTimePrecision(time)
                    .build());
        } finally {
            lock.unlock();
        }
    }

    /** Makes a bucket that holds less than it could at first, unless it is there. */
    void create(LimitBucket bucket, long initial) {
        if (!bucket.isFixed()) {
            bucketOf(bucket, initial);
        }
    }

    /** Uses a part of an amount if there is so much. */
    private Taken use(LimitBucket bucket, long amount) {
        lock.lock();
        try {
            long left = bucket.capacity() - used.getOrDefault(bucket.key(), 0L);
            if (amount > left) {
                return new Taken(false, bucket.period().toNanos(), left);
            }
            used.merge(bucket.key(), amount, Long::sum);
            return new Taken(true, 0, left - amount);
        } finally {
            lock.unlock();
        }
    }

    /** Puts a part of an amount back, or uses a negative one in any case. */
    private void release(LimitBucket bucket, long amount) {
        lock.lock();
        try {
            used.put(bucket.key(), Math.max(0, used.getOrDefault(bucket.key(), 0L) - amount));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletableFuture<Long> reserve(LimitBucket bucket, long amount) {
        if (bucket.isFixed()) {
            release(bucket, -amount);
            return CompletableFuture.completedFuture(0L);
        }
        return CompletableFuture.completedFuture(bucketOf(bucket).consumeIgnoringRateLimits(amount));
    }

    @Override
    public CompletableFuture<Taken> take(LimitBucket bucket, long amount) {
        if (bucket.isFixed()) {
            return CompletableFuture.completedFuture(use(bucket, amount));
        }
        ConsumptionProbe probe = bucketOf(bucket).tryConsumeAndReturnRemaining(amount);
        return CompletableFuture.completedFuture(
                new Taken(probe.isConsumed(), probe.getNanosToWaitForRefill(), probe.getRemainingTokens()));
    }

    @Override
    public boolean takeAtOnce(LimitBucket bucket, long amount) {
        return bucket.isFixed() ? use(bucket, amount).taken() : bucketOf(bucket).tryConsume(amount);
    }

    @Override
    public CompletableFuture<Void> adjust(LimitBucket bucket, long amount) {
        if (bucket.isFixed()) {
            release(bucket, amount);
        } else if (amount > 0) {
            bucketOf(bucket).addTokens(amount);
        } else if (amount < 0) {
            bucketOf(bucket).consumeIgnoringRateLimits(-amount);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Long> level(LimitBucket bucket) {
        return CompletableFuture.completedFuture(
                bucket.isFixed()
                        ? level(bucket.key(), bucket.capacity())
                        : bucketOf(bucket).getAvailableTokens());
    }

    private long level(String key, long amount) {
        lock.lock();
        try {
            return amount - used.getOrDefault(key, 0L);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletableFuture<Boolean> enter(String account, long places) {
        lock.lock();
        try {
            long taken = inside.getOrDefault(account, 0L);
            if (taken < places) {
                inside.put(account, taken + 1);
            }
            return CompletableFuture.completedFuture(taken < places);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletableFuture<Void> leave(String account) {
        lock.lock();
        try {
            inside.computeIfPresent(account, (name, taken) -> taken > 1 ? taken - 1 : null);
            return CompletableFuture.completedFuture(null);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String kind() {
        return "memory";
    }

    @Override
    public void close() {}
}
