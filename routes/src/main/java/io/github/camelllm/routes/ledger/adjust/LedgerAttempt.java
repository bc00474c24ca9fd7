package io.github.camelllm.routes.ledger.adjust;

import io.github.camelllm.chat.Usage;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;

/**
 * An attempt as the ledger holds it, with all adjustments so far.
 *
 * @param usage empty if it is unknown
 * @param nanos what it cost by all that is entered, by currency
 * @param known whether anything is known about its cost
 * @param adjustments how many there are
 * @param settled whether an adjustment says what the provider charged for this attempt
 */
public record LedgerAttempt(
        UUID id,
        Instant startedAt,
        String operation,
        String provider,
        String requestModel,
        Optional<String> responseModel,
        Optional<String> requestId,
        boolean billable,
        Optional<Usage> usage,
        Map<String, String> tags,
        SortedMap<String, Long> nanos,
        boolean known,
        int adjustments,
        boolean settled) {
    public LedgerAttempt {
        tags = Map.copyOf(tags);
    }

    /** As the rollups name its model. */
    public String model() {
        return requestModel;
    }

    /** Without tags: their values may name people. */
    @Override
    public String toString() {
        return "attempt " + id + " at " + startedAt + " of " + provider + "/" + requestModel;
    }

    /**
     * What makes the attempt cost an amount from now on. The id counts the adjustments before it, so that it is one for the
     * same correction of the same state, and another one for each later correction.
     *
     * @param cause what it follows from, as part of its id
     */
    public Adjustment adjustment(
            String cause, String currency, long delta, Optional<String> priceBook, String reason, String actor) {
        return new Adjustment(
                NamedUuid.of("attempt", id, cause, currency, adjustments),
                Optional.of(id),
                startedAt,
                provider,
                model(),
                operation,
                currency,
                delta,
                priceBook,
                tags,
                !known && billable,
                reason,
                actor);
    }
}
