package io.github.camelllm.budget;

import io.github.camelllm.chat.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Amounts of money in billionths of a budget's currency. */
final class Amounts {
    /** The largest limit and the largest amount of one attempt. They are billionths in a long, and two must have a sum. */
    static final BigDecimal MOST = BigDecimal.valueOf(4_000_000_000L);

    private static final BigDecimal MOST_NANOS = MOST.movePointRight(9);

    private Amounts() {}

    /**
     * The least number of billionths that is not below an amount; empty if there is no rate for its currency, or it is above
     * {@link #MOST}.
     */
    static OptionalLong upward(Money amount, BudgetDefinition budget) {
        BigDecimal nanos = nanos(amount, budget);
        return nanos == null || nanos.compareTo(MOST_NANOS) > 0
                ? OptionalLong.empty()
                : rounded(nanos, RoundingMode.CEILING);
    }

    /** As {@link #upward}, but of all above {@link #MOST} that. */
    static OptionalLong upwardOrMost(Money amount, BudgetDefinition budget) {
        return orMost(amount, budget, RoundingMode.CEILING);
    }

    /** An amount in billionths, rounded half-even, at most {@link #MOST}; empty if there is no rate for its currency. */
    static OptionalLong nearest(Money amount, BudgetDefinition budget) {
        return orMost(amount, budget, RoundingMode.HALF_EVEN);
    }

    private static OptionalLong orMost(Money amount, BudgetDefinition budget, RoundingMode rounding) {
        BigDecimal nanos = nanos(amount, budget);
        return nanos == null ? OptionalLong.empty() : rounded(nanos.min(MOST_NANOS), rounding);
    }

    private static OptionalLong rounded(BigDecimal nanos, RoundingMode rounding) {
        return OptionalLong.of(nanos.setScale(0, rounding).longValueExact());
    }

    /** Null if there is no rate for its currency. */
    private static @Nullable BigDecimal nanos(Money amount, BudgetDefinition budget) {
        if (amount.currency().equals(budget.limit().currency())) {
            return amount.amount().movePointRight(9);
        }
        BigDecimal rate = budget.exchangeRates().get(amount.currency());
        return rate == null ? null : amount.amount().multiply(rate).movePointRight(9);
    }

    static Money money(long nanos, BudgetDefinition budget) {
        return new Money(
                BigDecimal.valueOf(nanos, 9).stripTrailingZeros(),
                budget.limit().currency());
    }
}
