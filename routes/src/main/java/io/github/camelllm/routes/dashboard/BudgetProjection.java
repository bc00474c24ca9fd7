package io.github.camelllm.routes.dashboard;

import io.github.camelllm.budget.BudgetState;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a budget will be spent if it goes on as it did since its window began, or lately.
 *
 * @param perSecond amount that was spent in a second, in the budget's currency
 * @param exhausted when nothing is left; empty if that is not before its window ends, or not within ten years
 */
record BudgetProjection(BigDecimal perSecond, Optional<Instant> exhausted) {
    private static final BigDecimal MOST_SECONDS =
            BigDecimal.valueOf(Duration.ofDays(3653).toSeconds());

    /** @param from when what is spent began to be spent; empty result if that is not before now */
    static Optional<BudgetProjection> of(BudgetState state, Instant from, Instant now) {
        long elapsed = Duration.between(from, now).toSeconds();
        if (elapsed <= 0) {
            return Optional.empty();
        }
        BigDecimal perSecond = state.spent().amount().divide(BigDecimal.valueOf(elapsed), MathContext.DECIMAL64);
        return Optional.of(at(perSecond, state, now));
    }

    /** If it goes on at a pace. */
    static BudgetProjection at(BigDecimal perSecond, BudgetState state, Instant now) {
        BigDecimal left = left(state);
        if (left.signum() <= 0) {
            return new BudgetProjection(perSecond, Optional.of(now));
        }
        if (perSecond.signum() <= 0) {
            return new BudgetProjection(BigDecimal.ZERO, Optional.empty());
        }
        BigDecimal seconds = left.divide(perSecond, MathContext.DECIMAL64);
        Optional<Instant> exhausted = seconds.compareTo(MOST_SECONDS) > 0
                ? Optional.empty()
                : Optional.of(now.plusSeconds(seconds.longValue()));
        return new BudgetProjection(
                perSecond,
                exhausted.filter(at -> state.resetsAt().isEmpty()
                        || at.isBefore(state.resetsAt().get())));
    }

    /** What is neither spent nor set aside. May be below zero where a limit was lowered, or a budget is soft. */
    static BigDecimal left(BudgetState state) {
        return state.limit()
                .amount()
                .subtract(state.spent().amount())
                .subtract(state.reserved().amount());
    }
}
