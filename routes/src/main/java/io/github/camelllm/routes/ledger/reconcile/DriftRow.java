package io.github.camelllm.routes.ledger.reconcile;

import java.time.LocalDate;
import java.util.OptionalLong;

/**
 * What provider and ledger say about one day, model and currency. Amounts are billionths of the currency.
 *
 * @param model the ledger's name, else the provider's; {@code *} for a day that can only be compared as a whole
 * @param currency empty text if neither side has a cost
 * @param providerNanos empty if the export says no costs
 * @param ledgerNanos adjustments included
 * @param providerInputTokens empty if the export does not count tokens; likewise the others
 * @param ledgerInputTokens of the model in all currencies; likewise the others
 * @param adjustedNanos what was entered to make the ledger's cost the provider's; 0 if nothing was
 */
public record DriftRow(
        LocalDate day,
        String model,
        String currency,
        OptionalLong providerNanos,
        long ledgerNanos,
        OptionalLong providerInputTokens,
        long ledgerInputTokens,
        OptionalLong providerOutputTokens,
        long ledgerOutputTokens,
        OptionalLong providerRequests,
        long ledgerAttempts,
        Status status,
        long adjustedNanos) {

    /** How the two sides compare. */
    public enum Status {
        /** The costs are the same, or where there are none the tokens. */
        MATCH,
        DRIFT,
        /** The ledger knows nothing of it. */
        ONLY_PROVIDER,
        /** The export says nothing of it. */
        ONLY_LEDGER,
        /** The day is not over in UTC, so that both sides still grow. Nothing is entered for it. */
        OPEN
    }

    /** What the provider charged beyond what the ledger knows; negative if it charged less. Empty without costs. */
    public OptionalLong driftNanos() {
        return providerNanos.isPresent()
                ? OptionalLong.of(Math.subtractExact(providerNanos.getAsLong(), ledgerNanos))
                : OptionalLong.empty();
    }
}
