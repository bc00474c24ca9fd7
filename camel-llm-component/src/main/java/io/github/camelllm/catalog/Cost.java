package io.github.camelllm.catalog;

import io.github.camelllm.chat.Money;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What one call costs by the price book, exact to the last digit.
 *
 * @param total sum of the parts, not rounded
 * @param parts what the total is made of
 * @param priceBookVersion {@link PriceBook#version()} of the book used
 * @param priceModel the id whose price was used; differs from the model asked for a family's price
 * @param priceDate {@link Price#effectiveFrom()} of the price used
 * @param assumptions what had to be assumed; empty if price book and usage settle everything
 */
public record Cost(
        Money total,
        Parts parts,
        String priceBookVersion,
        String priceModel,
        Optional<LocalDate> priceDate,
        Set<Assumption> assumptions) {
    public Cost {
        assumptions = Set.copyOf(assumptions);
    }

    /** What a call costs that was not made. */
    public static Cost nothing(String currency, String priceBookVersion, String priceModel) {
        return new Cost(
                new Money(BigDecimal.ZERO, currency),
                Parts.NOTHING,
                priceBookVersion,
                priceModel,
                Optional.empty(),
                Set.of());
    }

    /** The total in billionths of the currency, rounded once, half-even: the unit of the ledger. */
    public long nanos() {
        return total.nanos();
    }

    /**
     * Both together; book, model and date are this one's.
     *
     * @throws IllegalArgumentException if the currencies differ
     */
    public Cost plus(Cost other) {
        if (!hasCurrencyOf(other)) {
            throw new IllegalArgumentException(
                    "amounts in " + total.currency() + " and " + other.total.currency() + " have no sum");
        }
        Set<Assumption> both = EnumSet.noneOf(Assumption.class);
        both.addAll(assumptions);
        both.addAll(other.assumptions);
        return new Cost(
                new Money(total.amount().add(other.total.amount()), total.currency()),
                parts.plus(other.parts),
                priceBookVersion,
                priceModel,
                priceDate,
                both);
    }

    /** Whether the two have a sum. */
    public boolean hasCurrencyOf(Cost other) {
        return total.currency().equals(other.total.currency());
    }

    /** Whether nothing had to be assumed. */
    public boolean exact() {
        return assumptions.isEmpty();
    }

    /**
     * Amounts in the currency of the total; zero for what there was none of. Batch discounts are taken off already.
     *
     * @param input input tokens charged at the plain input rate
     * @param cacheRead input tokens read from the prompt cache
     * @param cacheWrite input tokens written to the prompt cache, all lifetimes
     * @param inputAudio audio input, where it has a rate of its own
     * @param inputImage image input, where it has a rate of its own
     * @param output output tokens charged at the plain output rate
     * @param reasoning reasoning output, where it has a rate of its own
     * @param outputAudio audio output, where it has a rate of its own
     * @param outputImage image output, where it has a rate of its own
     * @param webSearch searches run by the provider
     */
    public record Parts(
            BigDecimal input,
            BigDecimal cacheRead,
            BigDecimal cacheWrite,
            BigDecimal inputAudio,
            BigDecimal inputImage,
            BigDecimal output,
            BigDecimal reasoning,
            BigDecimal outputAudio,
            BigDecimal outputImage,
            BigDecimal webSearch) {
        static final Parts NOTHING = new Parts(
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO);

        Parts plus(Parts other) {
            return new Parts(
                    input.add(other.input),
                    cacheRead.add(other.cacheRead),
                    cacheWrite.add(other.cacheWrite),
                    inputAudio.add(other.inputAudio),
                    inputImage.add(other.inputImage),
                    output.add(other.output),
                    reasoning.add(other.reasoning),
                    outputAudio.add(other.outputAudio),
                    outputImage.add(other.outputImage),
                    webSearch.add(other.webSearch));
        }

        /** All parts together. */
        public BigDecimal sum() {
            return input.add(cacheRead)
                    .add(cacheWrite)
                    .add(inputAudio)
                    .add(inputImage)
                    .add(output)
                    .add(reasoning)
                    .add(outputAudio)
                    .add(outputImage)
                    .add(webSearch);
        }
    }

    /** Something that price book or usage leave open, and what was done about it. */
    public enum Assumption {
        /** The dated model is not listed; the price is that of its family. */
        FAMILY_PRICE,
        /** The call is older than the oldest price known. */
        CALL_BEFORE_PRICE,
        /** The model has no rate for cached input; the input rate was used. */
        CACHE_READ_AT_INPUT_RATE,
        /** The model has no rate for cache writes; the input rate was used. */
        CACHE_WRITE_AT_INPUT_RATE,
        /** The model has no rate for one-hour cache writes; the rate of the short lifetime was used. */
        CACHE_WRITE_1H_AT_SHORT_RATE,
        /** The long-context tier does not state a rate; the base one was used. */
        TIER_AT_BASE_RATE,
        /** The model has no rate for audio input; the input rate was used. */
        INPUT_AUDIO_AT_INPUT_RATE,
        /** The model has no rate for audio or image output; the output rate was used. */
        OUTPUT_MEDIA_AT_OUTPUT_RATE,
        /** The service tier (priority, flex; batch without a known discount) has no price; the standard one was used. */
        SERVICE_TIER_AT_STANDARD_RATE,
        /** Searches run by the provider have no price; they are missing in the total. */
        WEB_SEARCH_NOT_PRICED,
        /** Parts of the input or output are larger than the whole; each part was charged as reported. */
        COUNTS_DISAGREE
    }
}
