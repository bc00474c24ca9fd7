package io.github.camelllm.catalog;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one model costs at one provider from a day on, at the standard service tier and before tax.
 *
 * @param provider the price book's name of who bills the call; a reseller has its own prices
 * @param model the id that the book lists
 * @param currency ISO 4217 code
 * @param effectiveFrom first day (UTC) of this price, or the day it was read from price lists; empty for "since ever"
 * @param rates for requests below all tiers
 * @param tiers rates for long requests, ascending
 * @param batchDiscount fraction that the provider's batch interface takes off, such as 0.5; empty if unknown
 * @param webSearchPerThousand price of a thousand searches that the provider runs; empty if unknown
 * @param sourcesAgreeing how many independent price lists gave this input and output rate; empty for a user's own
 */
public record Price(
        String provider,
        String model,
        String currency,
        Optional<LocalDate> effectiveFrom,
        Rates rates,
        List<Tier> tiers,
        Optional<BigDecimal> batchDiscount,
        Optional<BigDecimal> webSearchPerThousand,
        OptionalInt sourcesAgreeing,
        Optional<String> note) {
    public Price {
        tiers = List.copyOf(tiers);
    }

    /**
     * Rates that replace the base ones for a whole request.
     *
     * @param aboveInputTokens for requests with more input tokens than this, cached ones included
     * @param rates empty ones are not stated for the tier
     */
    public record Tier(long aboveInputTokens, Rates rates) {}

    /** The tier that a request of this size falls into; empty for the base rates. */
    public Optional<Tier> tierFor(long inputTokens) {
        for (int i = tiers.size() - 1; i >= 0; i--) {
            if (inputTokens > tiers.get(i).aboveInputTokens()) {
                return Optional.of(tiers.get(i));
            }
        }
        return Optional.empty();
    }
}
