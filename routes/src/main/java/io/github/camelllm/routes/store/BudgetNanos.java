package io.github.camelllm.routes.store;

/** Sums of amounts that stop at the largest number in place of turning over. */
final class BudgetNanos {
    private BudgetNanos() {}

    static long sum(long left, long right) {
        long sum = left + right;
        if (((left ^ sum) & (right ^ sum)) < 0) {
            return left < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return sum;
    }
}
