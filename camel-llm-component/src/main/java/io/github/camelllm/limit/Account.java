package io.github.camelllm.limit;

import io.github.camelllm.call.AttemptSize;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One account of a limit, and who waits for it. Changed under the lock of its {@link Turnstile} only. */
final class Account {
    private static final long FIRST_EXPECTED_OUTPUT = 500;

    final LimitDefinition definition;
    final String name;
    final List<Rate> rates;
    final OptionalLong places;
    final TreeSet<Waiter> queue = new TreeSet<>();
    private final Map<Rate, LimitBucket> buckets = new ConcurrentHashMap<>();

    @Nullable
    Runnable wakeup;

    long wakeupNanos;
    /** When the first of those that wait will have waited too long. */
    long expiryNanos;

    private double outputTokens = -1;
    private volatile long left;
    private volatile boolean waitedFor;

    Account(LimitDefinition definition, String name, List<Rate> rates, OptionalLong places) {
        this.definition = definition;
        this.name = name;
        this.rates = List.copyOf(rates);
        this.places = places;
    }

    boolean isExact() {
        return definition.reserve() == LimitDefinition.Reserve.MOST;
    }

    /** Output tokens to reckon with. */
    long outputOf(AttemptSize size) {
        OptionalLong most = size.mostOutputTokens();
        if (isExact() && most.isPresent()) {
            return most.getAsLong();
        }
        long expected = outputTokens < 0 ? FIRST_EXPECTED_OUTPUT : (long) Math.ceil(outputTokens * 1.5);
        return Math.min(expected, most.orElse(Long.MAX_VALUE));
    }

    /** An answer has had so many output tokens. */
    void answered(long tokens) {
        outputTokens = outputTokens < 0 ? tokens : outputTokens * 0.9 + tokens * 0.1;
    }

    /** How many have given back a place so far. */
    long left() {
        return left;
    }

    void leave() {
        left = left + 1;
    }

    /** The bucket of one of its rates at a moment. */
    LimitBucket bucket(Rate rate, LimitSettings settings, Instant now) {
        LimitBucket known = buckets.get(rate);
        if (known == null || !known.end().isAfter(now)) {
            known = rate.bucket(name, definition.pace(), settings, definition.zone(), now);
            buckets.put(rate, known);
        }
        return known;
    }

    void add(Waiter waiter) {
        queue.add(waiter);
        waitedFor = true;
    }

    void remove(Waiter waiter) {
        queue.remove(waiter);
        waitedFor = !queue.isEmpty();
    }

    /** Whether somebody is in the queue. May be asked without the lock: whoever joins it after a no sees what is there then. */
    boolean isWaitedFor() {
        return waitedFor;
    }

    boolean isIdle() {
        return queue.isEmpty();
    }

    @Override
    public String toString() {
        return name;
    }
}
