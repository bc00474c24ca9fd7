package io.github.camelllm.limit;

import java.time.Duration;
import java.time.Instant;

/**
 * A token bucket in a store, full at first; or, if it has an end, an amount that can be used once until then.
 *
 * @param key names it. A bucket with other numbers has another key; for an amount, what was used counts whatever its numbers are
 * @param refill how much flows in evenly in the period
 * @param capacity how much it holds
 * @param end when another one takes its place; {@link Instant#MAX} for never
 */
public record LimitBucket(String key, long refill, Duration period, long capacity, Instant end) {
    /** Whether it is used up until its end, and not filled as time goes by. */
    public boolean isFixed() {
        return !end.equals(Instant.MAX);
    }

    /** How long it takes until so much has flowed in. */
    long nanosFor(long amount) {
        return (long) Math.ceil(period.toNanos() * (double) amount / refill);
    }

    /**
     * The part of one of several nodes, that together stay below this one; to be empty at first if it is filled.
     *
     * @param left how much of one that is not filled may still be used by all nodes
     */
    LimitBucket share(int nodes, String suffix, long left) {
        if (isFixed()) {
            return new LimitBucket(key + suffix, refill, period, Math.max(0, left / nodes), end);
        }
        Duration longer = Duration.ofNanos((long) (period.toNanos() / 0.9 * nodes));
        return new LimitBucket(key + suffix, refill, longer, Math.max(1, capacity / nodes), end);
    }

    /** Whether it holds so much that what was used elsewhere must be taken from it later. */
    boolean isLarge() {
        return capacity >= refill;
    }
}
