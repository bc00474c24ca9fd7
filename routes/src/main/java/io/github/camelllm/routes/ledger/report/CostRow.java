package io.github.camelllm.routes.ledger.report;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the attempts of one row took and cost.
 *
 * @param amounts by currency; several currencies have no sum
 */
public record CostRow(ReportKey key, Counts counts, SortedMap<String, Amounts> amounts) {
    public CostRow {
        amounts = Collections.unmodifiableSortedMap(new TreeMap<>(amounts));
    }

    /** This row with another one's attempts, under this row's key. */
    public CostRow plus(CostRow other) {
        SortedMap<String, Amounts> both = new TreeMap<>(amounts);
        other.amounts.forEach((currency, amount) -> both.merge(currency, amount, Amounts::plus));
        return new CostRow(key, counts.plus(other.counts), both);
    }

    /** What another one, of a part of these attempts, leaves of this row: no amount if only unknown costs are left. */
    CostRow minus(CostRow part) {
        SortedMap<String, Amounts> left = new TreeMap<>(amounts);
        part.amounts.forEach(
                (currency, amount) -> left.put(currency, amounts(currency).minus(amount)));
        Counts countsLeft = counts.minus(part.counts);
        if (countsLeft.unpriced == countsLeft.attempts) {
            left.values().removeIf(Amounts.NONE::equals);
        }
        return new CostRow(key, countsLeft, left);
    }

    /** Nothing in that currency is zero. */
    public Amounts amounts(String currency) {
        return amounts.getOrDefault(currency, Amounts.NONE);
    }

    /**
     * Billionths of one currency.
     *
     * @param costNanos what attempts cost when they were made
     * @param adjustedNanos what later corrections added, or took away
     * @param savedNanos what answers from our own cache would have cost
     * @param counts of the attempts that had their cost in this currency when they were made; those without a known cost have none
     */
    public record Amounts(long costNanos, long adjustedNanos, long savedNanos, Counts counts) {
        static final Amounts NONE = new Amounts(0, 0, 0, Counts.NONE);

        Amounts plus(Amounts other) {
            return new Amounts(
                    Math.addExact(costNanos, other.costNanos),
                    Math.addExact(adjustedNanos, other.adjustedNanos),
                    Math.addExact(savedNanos, other.savedNanos),
                    counts.plus(other.counts));
        }

        Amounts minus(Amounts other) {
            return new Amounts(
                    Math.subtractExact(costNanos, other.costNanos),
                    Math.subtractExact(adjustedNanos, other.adjustedNanos),
                    Math.subtractExact(savedNanos, other.savedNanos),
                    counts.minus(other.counts));
        }

        /** How many attempts had this cost when they were made, without answers from our own cache. */
        public long charged() {
            return counts.attempts - counts.cacheHits;
        }

        /** The cost as it is known today. */
        public long totalNanos() {
            return Math.addExact(costNanos, adjustedNanos);
        }
    }

    /**
     * How many there were.
     *
     * @param attempts all of them, answers from our own cache included
     * @param unpriced those that may have been charged, but whose price or usage is unknown
     * @param inputTokens all input tokens that are known, cached ones included
     */
    public record Counts(
            long attempts,
            long failed,
            long cancelled,
            long interrupted,
            long cacheHits,
            long unpriced,
            long inputTokens,
            long outputTokens,
            long cacheReadInputTokens,
            long reasoningOutputTokens) {
        /** No attempt. */
        public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        Counts plus(Counts other) {
            return new Counts(
                    attempts + other.attempts,
                    failed + other.failed,
                    cancelled + other.cancelled,
                    interrupted + other.interrupted,
                    cacheHits + other.cacheHits,
                    unpriced + other.unpriced,
                    inputTokens + other.inputTokens,
                    outputTokens + other.outputTokens,
                    cacheReadInputTokens + other.cacheReadInputTokens,
                    reasoningOutputTokens + other.reasoningOutputTokens);
        }

        Counts minus(Counts other) {
            return new Counts(
                    attempts - other.attempts,
                    failed - other.failed,
                    cancelled - other.cancelled,
                    interrupted - other.interrupted,
                    cacheHits - other.cacheHits,
                    unpriced - other.unpriced,
                    inputTokens - other.inputTokens,
                    outputTokens - other.outputTokens,
                    cacheReadInputTokens - other.cacheReadInputTokens,
                    reasoningOutputTokens - other.reasoningOutputTokens);
        }
    }
}
