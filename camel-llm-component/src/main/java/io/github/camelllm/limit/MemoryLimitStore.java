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
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MOST_BUCKETS;
        }
    };
    private final Map<String, Long> inside = new HashMap<>();

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

    /** How Bucket4j describes a bucket. */
    public static Bandwidth bandwidth(LimitBucket bucket, long initial) {
        BandwidthBuilder.BandwidthBuilderRefillStage stage =
                BandwidthBuilder.builder().capacity(Math.max(1, bucket.capacity()));
        return (bucket.isFixed()
                        ? stage.refillIntervally(Math.max(1, bucket.capacity()), bucket.period())
                        : stage.refillGreedy(bucket.refill(), bucket.period()))
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
        bucketOf(bucket, initial);
    }

    @Override
    public CompletableFuture<Long> reserve(LimitBucket bucket, long amount) {
        return CompletableFuture.completedFuture(bucketOf(bucket).consumeIgnoringRateLimits(amount));
    }

    @Override
    public CompletableFuture<Taken> take(LimitBucket bucket, long amount) {
        ConsumptionProbe probe = bucketOf(bucket).tryConsumeAndReturnRemaining(amount);
        return CompletableFuture.completedFuture(
                new Taken(probe.isConsumed(), probe.getNanosToWaitForRefill(), probe.getRemainingTokens()));
    }

    @Override
    public boolean takeAtOnce(LimitBucket bucket, long amount) {
        return bucketOf(bucket).tryConsume(amount);
    }

    @Override
    public CompletableFuture<Void> adjust(LimitBucket bucket, long amount) {
        if (amount > 0) {
            bucketOf(bucket).addTokens(amount);
        } else if (amount < 0) {
            bucketOf(bucket).consumeIgnoringRateLimits(-amount);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Long> level(LimitBucket bucket) {
        return CompletableFuture.completedFuture(bucketOf(bucket).getAvailableTokens());
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
