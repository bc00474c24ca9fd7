package io.github.camelllm.chat;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * An amount in one currency.
 *
 * @param amount exact amount, in whole units of the currency
 * @param currency ISO 4217 code, such as {@code USD}
 */
public record Money(BigDecimal amount, String currency) {
    public static Money usd(String amount) {
        return new Money(new BigDecimal(amount), "USD");
    }

    /**
     * The amount in billionths of the currency, rounded half-even: the unit in which amounts are stored.
     *
     * @throws ArithmeticException if it does not fit a {@code long} (more than 9 billion units)
     */
    public long nanos() {
        // Amounts come from providers too: 1e999999999 must not be written out to be found too large, or too small.
        long integerDigits = (long) amount.precision() - amount.scale();
        if (amount.signum() == 0 || integerDigits < -9) {
            return 0;
        }
        if (integerDigits > 10) {
            throw new ArithmeticException("an amount of " + integerDigits + " integer digits does not fit nanos");
        }
        return amount.movePointRight(9).setScale(0, RoundingMode.HALF_EVEN).longValueExact();
    }
}
