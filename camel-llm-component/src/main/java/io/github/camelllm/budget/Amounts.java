package io.github.camelllm.budget;

import io.github.camelllm.chat.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.OptionalLong;

/** Amounts of money in billionths of a budget's currency. */
final class Amounts {
    private Amounts() {}

    /** The least number of billionths that is not below an amount; empty if there is no rate for its currency. */
    static OptionalLong upward(Money amount, BudgetDefinition budget) {
        return in(amount, budget, RoundingMode.CEILING);
    }

    /** An amount in billionths, rounded half-even; empty if there is no rate for its currency. */
    static OptionalLong nearest(Money amount, BudgetDefinition budget) {
        return in(amount, budget, RoundingMode.HALF_EVEN);
    }

    private static OptionalLong in(Money amount, BudgetDefinition budget, RoundingMode rounding) {
        Optional<BigDecimal> rate = amount.currency().equals(budget.limit().currency())
                ? Optional.of(BigDecimal.ONE)
                : Optional.ofNullable(budget.exchangeRates().get(amount.currency()));
        return rate.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(amount.amount()
                        .multiply(rate.get())
                        .movePointRight(9)
                        .setScale(0, rounding)
                        .longValueExact());
    }

    static Money money(long nanos, BudgetDefinition budget) {
        return new Money(
                BigDecimal.valueOf(nanos, 9).stripTrailingZeros(),
                budget.limit().currency());
    }
}
