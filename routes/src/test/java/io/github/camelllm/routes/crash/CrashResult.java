package io.github.camelllm.routes.crash;

import java.util.Locale;

/**
 * What became of a case.
 *
 * @param billed requests that the simulator charges
 * @param lost of them, those that the ledger does not have
 * @param doubled attempts that are in the ledger's sums more than once
 * @param overspentNanos what was billed beyond the budget
 * @param driftNanos ledger minus bill, once the ledger was reconciled with it; 0 if they agree exactly
 * @param leakedNanos set aside in the budget although nothing is under way
 * @param interrupted attempts of killed workers
 * @param spentNanos what was billed
 * @param limitNanos of the budget
 */
record CrashResult(
        long billed,
        long lost,
        long doubled,
        long overspentNanos,
        long driftNanos,
        long leakedNanos,
        long interrupted,
        long spentNanos,
        long limitNanos) {
    /** What of the budget was billed, as a share of 1; less than it holds where killed processes were charged whole. */
    double utilisation() {
        return (double) spentNanos / limitNanos;
    }

    boolean isGood() {
        return lost == 0 && doubled == 0 && overspentNanos == 0 && driftNanos == 0 && leakedNanos == 0 && billed > 0;
    }

    @Override
    public String toString() {
        return "billed " + billed + ", interrupted " + interrupted + ", lost " + lost + ", doubled " + doubled
                + ", overspent " + overspentNanos + ", drift " + driftNanos + ", leaked " + leakedNanos
                + String.format(Locale.ROOT, ", utilisation %.1f%%", 100 * utilisation());
    }
}
