package io.github.camelllm.routes.ledger.adjust;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * An amount that is added to what the ledger holds as spent, or taken away from it.
 *
 * @param id made with {@link NamedUuid}: the same adjustment is entered once
 * @param attemptId of the attempt that it belongs to; empty if it belongs to a day
 * @param at when what is adjusted was used; its sums are the ones that change
 * @param model as the rollups name it
 * @param operation empty text if it belongs to no operation
 * @param currency of the amount
 * @param nanos billionths of the currency; negative if too much had been booked
 * @param priceBook version of the price book that it follows from; empty if it follows from what a provider says
 * @param tags of the attempt; the sums of each change too
 * @param pricesUnpriced whether the attempt's cost was unknown until now
 * @param reason why
 * @param actor who or what did it
 */
public record Adjustment(
        UUID id,
        Optional<UUID> attemptId,
        Instant at,
        String provider,
        String model,
        String operation,
        String currency,
        long nanos,
        Optional<String> priceBook,
        Map<String, String> tags,
        boolean pricesUnpriced,
        String reason,
        String actor) {
    public Adjustment {
        tags = Map.copyOf(tags);
    }

    /** This adjustment, where another one of the attempt already makes its cost known. */
    public Adjustment withoutPricing() {
        return new Adjustment(
                id, attemptId, at, provider, model, operation, currency, nanos, priceBook, tags, false, reason, actor);
    }

    /** Without tags: their values may name people. */
    @Override
    public String toString() {
        return "adjustment " + id + " of " + nanos + " nanos " + currency + " at " + at + " for " + provider + "/"
                + model;
    }
}
