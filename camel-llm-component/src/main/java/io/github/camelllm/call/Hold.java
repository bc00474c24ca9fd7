package io.github.camelllm.call;

import java.util.OptionalLong;

/**
 * An amount of a budget that is set aside for one attempt.
 *
 * @param account names the budget and whose it is, such as {@code team-month/team=billing}
 * @param period when the part of the account began that the amount is booked in, in seconds since 1970
 * @param currency ISO 4217 code
 * @param nanos billionths of the currency; the most that the attempt can cost
 */
public record Hold(String account, long period, String currency, long nanos) {
    /**
     * What is finally taken from the budget: nothing if nothing can have been charged, the cost if it is known in this
     * currency, else all that was set aside.
     *
     * @param costNanos the attempt's cost in the currency of this hold; empty if it is unknown
     */
    public long charge(CallRecord record, OptionalLong costNanos) {
        if (!record.billable()) {
            return 0;
        }
        return costNanos.orElse(nanos);
    }
}
