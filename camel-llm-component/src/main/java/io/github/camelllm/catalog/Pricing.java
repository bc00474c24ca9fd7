package io.github.camelllm.catalog;

import io.github.camelllm.catalog.Cost.Assumption;
import io.github.camelllm.catalog.Cost.Parts;
import io.github.camelllm.chat.Money;
import io.github.camelllm.chat.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Computes what calls cost. Exact decimal arithmetic, no division, nothing rounded; immutable and thread-safe.
 *
 * <p>With all rates per million tokens, and the rates of the {@link Price.Tier} that the input falls into:
 *
 * <pre>
 * uncached = inputTokens − cacheReadInputTokens − cacheCreationInputTokens
 * total    = ( (uncached − audio) · input + audio · inputAudio
 *            + cacheRead · cacheRead + cacheWrite · cacheWrite + cacheWrite1h · cacheWrite1h
 *            + (outputTokens − reasoning − media) · output + reasoning · reasoningOutput + media · outputMedia
 *            ) / 1,000,000 · (1 − batchDiscount, for batch calls) + searches · webSearchPerThousand / 1,000
 * </pre>
 *
 * Audio, images and reasoning are charged with the rest of their side where they have no rate of their own.
 *
 * <p>Worked example: at input 1.25, cache read 0.125 and output 10 dollars, a prompt of 1,200 tokens of which 1,024 came
 * from the cache, answered with 340 tokens, costs 176 · 1.25 + 1,024 · 0.125 + 340 · 10 = 220 + 128 + 3,400 millionths =
 * 0.003748 dollars = 3,748,000 nano-dollars.
 *
 * <p>What a provider itself says that a call cost ({@link Usage#reportedCost()}) is not looked at: it is another
 * statement about the same call, kept beside this one.
 */
public final class Pricing {
    /** Counts above this are no counts; it keeps every total within a {@code long} of nano-units. */
    private static final long MOST_TOKENS = 100_000_000L;

    private static final long MOST_SEARCHES = 1_000_000L;

    private static final Set<String> STANDARD_TIERS =
            Set.of("", "default", "standard", "standard_only", "auto", "on_demand", "on-demand", "unspecified");

    private final ProviderCatalog providers;
    private final PriceBook book;

    public Pricing(ProviderCatalog providers, PriceBook book) {
        this.providers = providers;
        this.book = book;
    }

    /** Shipped providers at shipped prices. */
    public static Pricing builtIn() {
        return new Pricing(ProviderCatalog.builtIn(), PriceBook.builtIn());
    }

    /** These prices with a user's on top, which win. */
    public Pricing with(ModelTable table) {
        return new Pricing(providers, book.with(table));
    }

    public PriceBook book() {
        return book;
    }

    /**
     * The price of a model.
     *
     * @param provider id of a provider, or the price book's own name of one
     * @return empty if the model has no price
     */
    public Optional<Price> price(String provider, String model, Instant at) {
        return listing(provider, model).map(listing -> listing.at(at.getEpochSecond()));
    }

    /**
     * What a call costs.
     *
     * @param provider id of a provider, or the price book's own name of one
     * @param model the model that answered if the provider tells, else the one asked. At Azure, where one asks for a
     *     deployment, only the model that answered has a price
     * @param at when the call began
     * @return empty if the price is unknown or the usage lacks input or output tokens; never zero for either
     */
    public Optional<Cost> cost(Usage usage, String provider, String model, Instant at) {
        Optional<PriceBook.Listing> listing = listing(provider, model);
        if (listing.isEmpty()) {
            return Optional.empty();
        }
        long epochSecond = at.getEpochSecond();
        Price price = listing.get().at(epochSecond);
        long input = count(usage.inputTokens());
        // Embeddings have no output, and say so by leaving it out.
        boolean outputIsFree = price.rates().output().signum() == 0;
        long output = usage.outputTokens().isEmpty() && outputIsFree ? 0 : count(usage.outputTokens());
        if (input < 0 || output < 0) {
            return Optional.empty();
        }
        Charge charge = new Charge(price, input);
        if (!listing.get().exact()) {
            charge.assume(Assumption.FAMILY_PRICE);
        }
        if (listing.get().isBefore(epochSecond)) {
            charge.assume(Assumption.CALL_BEFORE_PRICE);
        }
        charge.tier(usage.serviceTier());
        Parts parts = charge.parts(usage, input, output);
        return Optional.of(new Cost(
                new Money(parts.sum(), price.currency()),
                parts,
                book.version(),
                price.model(),
                price.effectiveFrom(),
                charge.assumptions));
    }

    /**
     * The most that a request of a size can cost: all input at the dearest rate that input can have, all output likewise,
     * in the dearest tier that a request of up to this size can fall into, and the fee of each search.
     *
     * @param provider id of a provider, or the price book's own name of one
     * @param inputTokens number that the input does not exceed
     * @param outputTokens number that all answers together do not exceed
     * @param cacheWrites whether some input may be written to the provider's prompt cache
     * @param media whether some input or output may be images or audio
     * @param searches number that the searches run by the provider do not exceed; empty if they have no bound
     * @return empty if the price is unknown, a number is negative or too large to be one of tokens, or searches are charged
     *     without a bound; never negative
     */
    public Optional<Money> most(
            String provider,
            String model,
            long inputTokens,
            long outputTokens,
            boolean cacheWrites,
            boolean media,
            OptionalLong searches,
            Instant at) {
        Optional<Price> price = price(provider, model, at);
        if (price.isEmpty() || !isCount(inputTokens) || !isCount(outputTokens) || searches.orElse(0) < 0) {
            return Optional.empty();
        }
        Price listed = price.get();
        if (listed.webSearchPerThousand().isPresent() && searches.isEmpty()) {
            return Optional.empty();
        }
        BigDecimal input = dearestInput(listed.rates(), cacheWrites, media);
        BigDecimal output = dearestOutput(listed.rates(), media);
        for (Price.Tier tier : listed.tiers()) {
            if (inputTokens > tier.aboveInputTokens()) {
                input = input.max(dearestInput(tier.rates(), cacheWrites, media));
                output = output.max(dearestOutput(tier.rates(), media));
            }
        }
        return Optional.of(new Money(
                BigDecimal.valueOf(inputTokens)
                        .multiply(input)
                        .add(BigDecimal.valueOf(outputTokens).multiply(output))
                        .movePointLeft(6)
                        .add(searchFee(listed, searches.orElse(0))),
                listed.currency()));
    }

    /** Nothing if searches have no rate. */
    private static BigDecimal searchFee(Price price, long searches) {
        return price.webSearchPerThousand()
                .map(rate -> BigDecimal.valueOf(Math.min(MOST_SEARCHES, searches))
                        .multiply(rate)
                        .movePointLeft(3))
                .orElse(BigDecimal.ZERO);
    }

    private static BigDecimal dearestInput(Rates rates, boolean cacheWrites, boolean media) {
        BigDecimal most = max(rates.input(), rates.cacheRead());
        if (cacheWrites) {
            most = max(max(most, rates.cacheWrite()), rates.cacheWrite1h());
        }
        return media ? max(max(most, rates.inputAudio()), rates.inputImage()) : most;
    }

    private static BigDecimal dearestOutput(Rates rates, boolean media) {
        BigDecimal most = max(rates.output(), rates.reasoningOutput());
        return media ? max(max(most, rates.outputAudio()), rates.outputImage()) : most;
    }

    private static BigDecimal max(BigDecimal one, Optional<BigDecimal> other) {
        return other.isPresent() ? one.max(other.get()) : one;
    }

    private Optional<PriceBook.Listing> listing(String provider, String model) {
        Optional<ProviderDescriptor> descriptor = providers.find(provider);
        if (descriptor.isEmpty()) {
            return book.listing(provider, model);
        }
        ProviderDescriptor.PriceKey key = descriptor.get().prices();
        return book.listing(key.provider(), key.modelOf(model));
    }

    private static boolean isCount(long tokens) {
        return tokens >= 0 && tokens <= MOST_TOKENS;
    }

    /** −1 for a count that is unknown or none. */
    private static long count(OptionalLong tokens) {
        long count = tokens.orElse(-1);
        return isCount(count) ? count : -1;
    }

    /** 0 for a detail that is unknown or none: it is then charged with the rest. */
    private static long detail(OptionalLong tokens) {
        return Math.max(0, count(tokens));
    }

    /** The charge for one call. */
    private static final class Charge {
        private final Price price;
        private final Rates rates;
        private final boolean inTier;
        /** What a discount leaves of each amount; null without one. */
        private @Nullable BigDecimal factor;

        private Set<Assumption> assumptions = Set.of();

        Charge(Price price, long inputTokens) {
            this.price = price;
            Optional<Price.Tier> tier = price.tiers().isEmpty() ? Optional.empty() : price.tierFor(inputTokens);
            this.inTier = tier.isPresent();
            this.rates = tier.isPresent() ? tier.get().rates() : price.rates();
        }

        void assume(Assumption assumption) {
            if (assumptions.isEmpty()) {
                assumptions = EnumSet.of(assumption);
            } else {
                assumptions.add(assumption);
            }
        }

        void tier(Optional<String> serviceTier) {
            if (serviceTier.isEmpty()) {
                return;
            }
            String name = serviceTier.get().toLowerCase(Locale.ROOT);
            if (name.equals("batch") && price.batchDiscount().isPresent()) {
                factor = BigDecimal.ONE.subtract(price.batchDiscount().get());
            } else if (!STANDARD_TIERS.contains(name)) {
                assume(Assumption.SERVICE_TIER_AT_STANDARD_RATE);
            }
        }

        Parts parts(Usage usage, long input, long output) {
            long read = detail(usage.cacheReadInputTokens());
            long hour = detail(usage.cacheCreation1hInputTokens());
            long written = Math.max(hour, detail(usage.cacheCreationInputTokens()));
            long uncached = rest(input, read + written);
            long audioIn =
                    apart(rates.inputAudio(), uncached, usage.inputAudioTokens(), Assumption.INPUT_AUDIO_AT_INPUT_RATE);
            // Images count as plain input at most providers, so that no rate is no gap.
            long imageIn =
                    rates.inputImage().isEmpty() ? 0 : Math.min(uncached - audioIn, detail(usage.inputImageTokens()));
            long reasoning = rates.reasoningOutput().isEmpty() ? 0 : detail(usage.reasoningOutputTokens());
            long audioOut = apart(
                    rates.outputAudio(), output, usage.outputAudioTokens(), Assumption.OUTPUT_MEDIA_AT_OUTPUT_RATE);
            long imageOut = apart(
                    rates.outputImage(), output, usage.outputImageTokens(), Assumption.OUTPUT_MEDIA_AT_OUTPUT_RATE);
            return new Parts(
                    amount(uncached - audioIn - imageIn, rates.input()),
                    read == 0 ? BigDecimal.ZERO : amount(read, cacheReadRate()),
                    written == 0 ? BigDecimal.ZERO : writes(written - hour, hour),
                    amount(audioIn, rates.inputAudio()),
                    amount(imageIn, rates.inputImage()),
                    amount(rest(output, reasoning + audioOut + imageOut), rates.output()),
                    amount(reasoning, rates.reasoningOutput()),
                    amount(audioOut, rates.outputAudio()),
                    amount(imageOut, rates.outputImage()),
                    searches(detail(usage.webSearchRequests())));
        }

        private long rest(long whole, long parts) {
            if (parts > whole) {
                assume(Assumption.COUNTS_DISAGREE);
                return 0;
            }
            return whole - parts;
        }

        /** Tokens to be charged at a rate of their own; none, with a mark, if there is no such rate. */
        private long apart(Optional<BigDecimal> rate, long most, OptionalLong tokens, Assumption otherwise) {
            long count = Math.min(most, detail(tokens));
            if (count > 0 && rate.isEmpty()) {
                assume(otherwise);
                return 0;
            }
            return count;
        }

        private BigDecimal cacheReadRate() {
            if (rates.cacheRead().isPresent()) {
                return rates.cacheRead().get();
            }
            if (inTier && price.rates().cacheRead().isPresent()) {
                assume(Assumption.TIER_AT_BASE_RATE);
                return price.rates().cacheRead().get();
            }
            assume(Assumption.CACHE_READ_AT_INPUT_RATE);
            return rates.input();
        }

        private BigDecimal writes(long brief, long hour) {
            BigDecimal sum = brief == 0 ? BigDecimal.ZERO : amount(brief, cacheWriteRate());
            return hour == 0 ? sum : sum.add(amount(hour, cacheWrite1hRate()));
        }

        private BigDecimal cacheWriteRate() {
            if (rates.cacheWrite().isPresent()) {
                return rates.cacheWrite().get();
            }
            if (inTier && price.rates().cacheWrite().isPresent()) {
                assume(Assumption.TIER_AT_BASE_RATE);
                return price.rates().cacheWrite().get();
            }
            assume(Assumption.CACHE_WRITE_AT_INPUT_RATE);
            return rates.input();
        }

        private BigDecimal cacheWrite1hRate() {
            if (rates.cacheWrite1h().isPresent()) {
                return rates.cacheWrite1h().get();
            }
            if (inTier && price.rates().cacheWrite1h().isPresent()) {
                assume(Assumption.TIER_AT_BASE_RATE);
                return price.rates().cacheWrite1h().get();
            }
            assume(Assumption.CACHE_WRITE_1H_AT_SHORT_RATE);
            return cacheWriteRate();
        }

        private BigDecimal searches(long requests) {
            if (requests == 0) {
                return BigDecimal.ZERO;
            }
            if (price.webSearchPerThousand().isEmpty()) {
                assume(Assumption.WEB_SEARCH_NOT_PRICED);
            }
            return searchFee(price, requests);
        }

        private BigDecimal amount(long tokens, Optional<BigDecimal> ratePerMillion) {
            return tokens == 0 || ratePerMillion.isEmpty() ? BigDecimal.ZERO : amount(tokens, ratePerMillion.get());
        }

        private BigDecimal amount(long tokens, BigDecimal ratePerMillion) {
            if (tokens == 0) {
                return BigDecimal.ZERO;
            }
            BigDecimal amount =
                    BigDecimal.valueOf(tokens).multiply(ratePerMillion).movePointLeft(6);
            return factor == null ? amount : amount.multiply(factor);
        }
    }
}
