package io.github.camelllm.call;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many repetitions a provider may be sent, all routes together: a share of its calls, so that a provider in trouble gets
 * little more than its usual load. Thread-safe.
 */
public final class RetryBudgets {
    private static final long UNIT = 100;

    private final int percent;
    private final long reserve;
    private final ConcurrentHashMap<String, Budget> byProvider = new ConcurrentHashMap<>();

    /**
     * @param percent repetitions for a hundred calls
     * @param reserve repetitions that a provider may have before that, and the most that are saved up ten times over
     */
    public RetryBudgets(int percent, int reserve) {
        this.percent = percent;
        this.reserve = reserve;
    }

    /** There is one for each provider that is configured, so the number is bounded by these. */
    Budget of(String provider) {
        Budget known = byProvider.get(provider);
        return known == null ? byProvider.computeIfAbsent(provider, absent -> new Budget()) : known;
    }

    /** Repetitions left at one provider. */
    final class Budget {
        /** In hundredths of a repetition. */
        private final AtomicLong left = new AtomicLong(reserve * UNIT);

        /** A call is made, which earns a part of a repetition. */
        void deposit() {
            if (left.get() < reserve * UNIT * 10) {
                left.addAndGet(percent);
            }
        }

        /** Whether a repetition is granted, which then is spent. */
        boolean tryWithdraw() {
            return left.getAndUpdate(now -> now >= UNIT ? now - UNIT : now) >= UNIT;
        }
    }
}
