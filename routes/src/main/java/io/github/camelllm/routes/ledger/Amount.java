package io.github.camelllm.routes.ledger;

import io.github.camelllm.chat.Money;
import java.util.Optional;

/**
 * An amount as it is booked.
 *
 * @param nanos billionths of the currency
 * @param currency ISO 4217 code
 */
record Amount(long nanos, String currency) {
    private static final int CURRENCY_CHARS = 3;

    /** Empty for an amount that cannot be booked: beyond nine billion, or of something that is no currency. */
    static Optional<Amount> of(Money money) {
        try {
            return money.currency().length() > CURRENCY_CHARS
                    ? Optional.empty()
                    : Optional.of(new Amount(money.nanos(), money.currency()));
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }
}
