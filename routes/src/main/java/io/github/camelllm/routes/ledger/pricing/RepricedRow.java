package io.github.camelllm.routes.ledger.pricing;

import java.time.LocalDate;

/**
 * What the attempts of a day and model cost before and after, in one currency.
 *
 * @param day in UTC
 * @param attempts all that may have been charged; of several currencies each in the row of its new one
 * @param oldNanos billionths of the currency, earlier adjustments included
 * @param newNanos by the other prices; as before for what these cannot price
 * @param newlyPriced attempts whose cost was unknown before
 * @param unpriced attempts whose cost stays unknown
 * @param settled attempts left as they are, because the provider said what it charged
 * @param reconciled attempts of a day and model for which a provider's export was entered; a correction leaves them as they are
 */
public record RepricedRow(
        LocalDate day,
        String provider,
        String model,
        String currency,
        long attempts,
        long oldNanos,
        long newNanos,
        long newlyPriced,
        long unpriced,
        long settled,
        long reconciled) {
    RepricedRow plus(RepricedRow other) {
        return new RepricedRow(
                day,
                provider,
                model,
                currency,
                attempts + other.attempts,
                Math.addExact(oldNanos, other.oldNanos),
                Math.addExact(newNanos, other.newNanos),
                newlyPriced + other.newlyPriced,
                unpriced + other.unpriced,
                settled + other.settled,
                reconciled + other.reconciled);
    }

    /** What the other prices add, or take away. */
    public long deltaNanos() {
        return Math.subtractExact(newNanos, oldNanos);
    }
}
