package io.github.camelllm.examples.benchmark.gateway;

import java.util.Locale;

/**
 * A number that was aimed at, and what came of it.
 *
 * @param what it is of
 * @param limit what it is to stay within
 * @param isMost whether the limit is the most, or the least
 * @param reached what was measured
 */
record Goal(String what, String unit, double limit, boolean isMost, double reached) {
    static Goal atMost(String what, double limit, String unit, double reached) {
        return new Goal(what, unit, limit, true, reached);
    }

    static Goal atLeast(String what, double limit, String unit, double reached) {
        return new Goal(what, unit, limit, false, reached);
    }

    boolean isMet() {
        return isMost ? reached <= limit : reached >= limit;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-52s %-8s %8.2f%-3s %9.2f%-3s %s",
                what,
                isMost ? "at most" : "at least",
                limit,
                unit,
                reached,
                unit,
                isMet() ? "met" : "MISSED");
    }
}
