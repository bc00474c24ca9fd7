package io.github.camelllm.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.catalog.Cost.Assumption;
import io.github.camelllm.chat.Money;
import io.github.camelllm.chat.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Worked examples, one for each kind of rate; the sums in the comments are in millionths of a dollar. */
class PricingTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Pricing PRICING = Pricing.builtIn();

    /** Every kind of rate, each a different power or digit, so that mistaking one shows. */
    private static final Pricing ACME =
            new Pricing(ProviderCatalog.builtIn(), PriceBook.builtIn().with(PriceBookTest.csv("""
                            provider,model,effective,input,output,cacheRead,cacheWrite,cacheWrite1h,inputAudio,inputImage,outputAudio,outputImage,reasoningOutput,webSearchPerThousand,batchDiscount,tiers
                            acme,full,2026-01-01,2,8,0.2,2.5,4,32,3,64,40,10,10,0.5,
                            acme,plain,2026-01-01,2,8,,,,,,,,,,,
                            acme,free,,0,0,,,,,,,,,,,
                            acme,tiered,,2,8,0.2,2.5,4,,,,,,,0.5,>1000 input=4 output=12; >2000 input=6 output=16 cacheRead=0.6 cacheWrite=7.5 cacheWrite1h=12
                            """)));

    @Test
    void chargesInputAndOutput() {
        // 176 · 1.25 + 1,024 · 0.125 + 340 · 10 = 220 + 128 + 3,400
        Cost cost = cost(PRICING, "openai", "gpt-5", usage(1_200, 340).cacheReadInputTokens(1_024));
        assertThat(cost.parts().input()).isEqualByComparingTo("0.00022");
        assertThat(cost.parts().cacheRead()).isEqualByComparingTo("0.000128");
        assertThat(cost.parts().output()).isEqualByComparingTo("0.0034");
        assertThat(cost.total().amount()).isEqualByComparingTo("0.003748");
        assertThat(cost.total().currency()).isEqualTo("USD");
        assertThat(cost.nanos()).isEqualTo(3_748_000);
        assertThat(cost.exact()).isTrue();
        assertThat(cost.priceBookVersion()).isEqualTo("2026-09-23");
        assertThat(cost.priceDate()).contains(LocalDate.of(2026, 9, 23));
        assertThat(cost.priceModel()).isEqualTo("gpt-5");
    }

    @Test
    void chargesCacheWritesByTheirLifetime() {
        // 100 · 3 + 5,000 · 0.3 + 600 · 3.75 + 400 · 6 + 50 · 15 = 300 + 1,500 + 2,250 + 2,400 + 750
        Cost cost = cost(
                PRICING,
                "anthropic",
                "claude-sonnet-4-6",
                usage(6_100, 50)
                        .cacheReadInputTokens(5_000)
                        .cacheCreationInputTokens(1_000)
                        .cacheCreation1hInputTokens(400));
        assertThat(cost.parts().cacheWrite()).isEqualByComparingTo("0.00465");
        assertThat(cost.total().amount()).isEqualByComparingTo("0.0072");
        assertThat(cost.exact()).isTrue();
    }

    @Test
    void chargesAudioImagesReasoningAndSearchesAtTheirRates() {
        // (1,000 − 200 − 100 − 300) · 2 + 200 · 0.2 + 100 · 32 + 300 · 3 = 800 + 40 + 3,200 + 900
        // (500 − 120 − 30 − 50) · 8 + 120 · 10 + 30 · 64 + 50 · 40 = 2,400 + 1,200 + 1,920 + 2,000; 3 · 10,000
        Cost cost = cost(
                ACME,
                "acme",
                "full",
                usage(1_000, 500)
                        .cacheReadInputTokens(200)
                        .inputAudioTokens(100)
                        .inputImageTokens(300)
                        .reasoningOutputTokens(120)
                        .outputAudioTokens(30)
                        .outputImageTokens(50)
                        .webSearchRequests(3));
        assertThat(cost.parts().input()).isEqualByComparingTo("0.0008");
        assertThat(cost.parts().inputAudio()).isEqualByComparingTo("0.0032");
        assertThat(cost.parts().inputImage()).isEqualByComparingTo("0.0009");
        assertThat(cost.parts().output()).isEqualByComparingTo("0.0024");
        assertThat(cost.parts().reasoning()).isEqualByComparingTo("0.0012");
        assertThat(cost.parts().outputAudio()).isEqualByComparingTo("0.00192");
        assertThat(cost.parts().outputImage()).isEqualByComparingTo("0.002");
        assertThat(cost.parts().webSearch()).isEqualByComparingTo("0.03");
        assertThat(cost.total().amount()).isEqualByComparingTo("0.04246");
        assertThat(cost.exact()).isTrue();
    }

    @Test
    void reasoningIsPartOfTheOutputWhereItHasNoRateOfItsOwn() {
        Cost with = cost(PRICING, "openai", "gpt-5", usage(10, 500).reasoningOutputTokens(400));
        assertThat(with.total())
                .isEqualTo(cost(PRICING, "openai", "gpt-5", usage(10, 500)).total());
        assertThat(with.parts().reasoning()).isZero();
        assertThat(with.exact()).isTrue();
    }

    @Test
    void takesTheBatchDiscountOffTokensOnly() {
        Cost standard = cost(
                ACME,
                "acme",
                "full",
                usage(1_000, 500).cacheReadInputTokens(100).webSearchRequests(2));
        Cost batch = cost(
                ACME,
                "acme",
                "full",
                usage(1_000, 500).cacheReadInputTokens(100).webSearchRequests(2).serviceTier("batch"));
        assertThat(batch.parts().webSearch())
                .isEqualByComparingTo(standard.parts().webSearch());
        assertThat(batch.total()
                                .amount()
                                .subtract(batch.parts().webSearch())
                                .movePointRight(6)
                                .intValueExact()
                        * 2)
                .isEqualTo(standard.total()
                        .amount()
                        .subtract(standard.parts().webSearch())
                        .movePointRight(6)
                        .intValueExact());
        assertThat(batch.exact()).isTrue();
    }

    @Test
    void longRequestsCostTheRatesOfTheirTierFromTheFirstToken() {
        // Gemini 2.5 Pro: up to 200,000 tokens 1.25 and 10, above 2.5 and 15, cached 0.25
        assertThat(amount(PRICING, "gemini", "gemini-2.5-pro", usage(200_000, 1_000)))
                .isEqualByComparingTo("0.26");
        assertThat(amount(PRICING, "gemini", "gemini-2.5-pro", usage(200_001, 1_000)))
                .isEqualByComparingTo("0.5150025");
        assertThat(amount(
                        PRICING,
                        "gemini",
                        "gemini-2.5-pro",
                        usage(300_000, 1_000).cacheReadInputTokens(200_000)))
                .isEqualByComparingTo("0.315");
    }

    @Test
    void marksRatesThatATierDoesNotState() {
        Cost middle = cost(ACME, "acme", "tiered", usage(1_500, 10).cacheReadInputTokens(1_000));
        assertThat(middle.total().amount()).isEqualByComparingTo("0.00232"); // 500 · 4 + 1,000 · 0.2 + 10 · 12
        assertThat(middle.assumptions()).containsExactly(Assumption.TIER_AT_BASE_RATE);
        Cost writes = cost(
                ACME,
                "acme",
                "tiered",
                usage(1_500, 0).cacheCreationInputTokens(500).cacheCreation1hInputTokens(200));
        assertThat(writes.total().amount()).isEqualByComparingTo("0.00555"); // 1,000 · 4 + 300 · 2.5 + 200 · 4
        assertThat(writes.assumptions()).containsExactly(Assumption.TIER_AT_BASE_RATE);
        Cost top = cost(ACME, "acme", "tiered", usage(2_001, 0).cacheReadInputTokens(2_000));
        assertThat(top.total().amount()).isEqualByComparingTo("0.001206");
        assertThat(top.exact()).isTrue();
    }

    @Test
    void chargesCachedInputAtTheInputRateWhereThereIsNoOther() {
        Cost cost = cost(
                ACME,
                "acme",
                "plain",
                usage(1_000, 10).cacheReadInputTokens(400).cacheCreationInputTokens(100));
        assertThat(cost.total().amount()).isEqualByComparingTo("0.00208");
        assertThat(cost.parts().cacheRead()).isEqualByComparingTo("0.0008");
        assertThat(cost.assumptions())
                .containsExactlyInAnyOrder(Assumption.CACHE_READ_AT_INPUT_RATE, Assumption.CACHE_WRITE_AT_INPUT_RATE);
        assertThat(cost.exact()).isFalse();
    }

    @Test
    void marksHourlyCacheWritesWithoutARate() {
        Cost cost = cost(ACME, "acme", "plain", usage(100, 0).cacheCreation1hInputTokens(100));
        assertThat(cost.total().amount()).isEqualByComparingTo("0.0002");
        assertThat(cost.assumptions())
                .containsExactlyInAnyOrder(
                        Assumption.CACHE_WRITE_1H_AT_SHORT_RATE, Assumption.CACHE_WRITE_AT_INPUT_RATE);
    }

    @Test
    void marksMediaAndSearchesWithoutARate() {
        Cost cost = cost(
                ACME,
                "acme",
                "plain",
                usage(100, 100)
                        .inputAudioTokens(50)
                        .outputImageTokens(20)
                        .inputImageTokens(10)
                        .webSearchRequests(1));
        assertThat(cost.total().amount()).isEqualByComparingTo("0.001");
        assertThat(cost.assumptions())
                .containsExactlyInAnyOrder(
                        Assumption.INPUT_AUDIO_AT_INPUT_RATE,
                        Assumption.OUTPUT_MEDIA_AT_OUTPUT_RATE,
                        Assumption.WEB_SEARCH_NOT_PRICED);
    }

    @Test
    void marksServiceTiersWithoutAPrice() {
        assertThat(cost(PRICING, "openai", "gpt-5", usage(1, 1).serviceTier("priority"))
                        .assumptions())
                .containsExactly(Assumption.SERVICE_TIER_AT_STANDARD_RATE);
        assertThat(cost(ACME, "acme", "plain", usage(1, 1).serviceTier("batch")).assumptions())
                .containsExactly(Assumption.SERVICE_TIER_AT_STANDARD_RATE);
        assertThat(cost(PRICING, "openai", "gpt-5", usage(1, 1).serviceTier("default"))
                        .exact())
                .isTrue();
        assertThat(cost(PRICING, "gemini", "gemini-2.5-pro", usage(1, 1).serviceTier("ON_DEMAND"))
                        .exact())
                .isTrue();
    }

    @Test
    void marksThePriceOfAFamily() {
        Cost cost = cost(PRICING, "openai", "gpt-5-mini-2027-01-31", usage(1_000_000, 0));
        assertThat(cost.priceModel()).isEqualTo("gpt-5-mini");
        assertThat(cost.assumptions()).contains(Assumption.FAMILY_PRICE);
    }

    @Test
    void marksCallsOlderThanTheOldestPrice() {
        Usage usage = usage(100, 10).build();
        Cost cost = PRICING.cost(usage, "openai", "gpt-5", Instant.parse("2026-01-01T00:00:00Z"))
                .orElseThrow();
        assertThat(cost.assumptions()).containsExactly(Assumption.CALL_BEFORE_PRICE);
        assertThat(ACME.cost(usage, "acme", "tiered", Instant.EPOCH)
                        .orElseThrow()
                        .exact())
                .isTrue();
    }

    @Test
    void chargesEachPartAsReportedWhenCountsDisagree() {
        Cost cost = cost(ACME, "acme", "full", usage(100, 10).cacheReadInputTokens(150));
        assertThat(cost.parts().input()).isZero();
        assertThat(cost.parts().cacheRead()).isEqualByComparingTo("0.00003");
        assertThat(cost.assumptions()).containsExactly(Assumption.COUNTS_DISAGREE);
    }

    @Test
    void unknownUsageHasNoCost() {
        assertThat(PRICING.cost(Usage.builder().build(), "openai", "gpt-5", NOW))
                .isEmpty();
        assertThat(PRICING.cost(Usage.builder().inputTokens(5).build(), "openai", "gpt-5", NOW))
                .isEmpty();
        assertThat(PRICING.cost(Usage.builder().outputTokens(5).build(), "openai", "gpt-5", NOW))
                .isEmpty();
        assertThat(PRICING.cost(Usage.of(-1, 5), "openai", "gpt-5", NOW)).isEmpty();
        assertThat(PRICING.cost(Usage.of(Long.MAX_VALUE, 5), "openai", "gpt-5", NOW))
                .isEmpty();
    }

    @Test
    void embeddingsNeedNoOutput() {
        Usage usage = Usage.builder().inputTokens(1_000).build();
        Cost cost = PRICING.cost(usage, "openai", "text-embedding-3-small", NOW).orElseThrow();
        assertThat(cost.total().amount()).isEqualByComparingTo("0.00002");
    }

    @Test
    void unknownPricesAreNotZero() {
        assertThat(PRICING.cost(Usage.of(1, 1), "openai", "gpt-99", NOW)).isEmpty();
        assertThat(PRICING.cost(Usage.of(1, 1), "ollama", "qwen3:8b", NOW)).isEmpty();
        assertThat(PRICING.cost(Usage.of(1, 1), "nobody", "gpt-5", NOW)).isEmpty();
        assertThat(PRICING.cost(Usage.of(1, 1), "openrouter", "openai/gpt-5-mini:free", NOW))
                .isEmpty();
        assertThat(cost(ACME, "acme", "free", usage(1_000, 1_000)).total().amount())
                .isZero();
    }

    @Test
    void findsPricesUnderThePriceKeyOfAProvider() {
        assertThat(PRICING.price("gemini", "models/gemini-2.5-flash", NOW)).isPresent();
        assertThat(PRICING.price("qwen", "qwen-plus", NOW)).isPresent();
        assertThat(PRICING.price("moonshot", "kimi-k2.6", NOW)).isPresent();
        assertThat(PRICING.price("azure-openai", "gpt-4o-2024-08-06", NOW))
                .map(Price::provider)
                .contains("azure");
        assertThat(PRICING.price("bedrock", "eu.anthropic.claude-haiku-4-5-20251001-v1:0", NOW))
                .isPresent();
        assertThat(PRICING.price("openrouter", "openai/gpt-5-mini:floor", NOW)).isPresent();
    }

    @Test
    void theProvidersOwnStatementDoesNotChangeTheCost() {
        Cost cost = cost(PRICING, "openai", "gpt-5", usage(100, 10).reportedCost(Money.usd("99")));
        assertThat(cost).isEqualTo(cost(PRICING, "openai", "gpt-5", usage(100, 10)));
    }

    @Test
    void roundsOnceHalfToEven() {
        Pricing pricing = new Pricing(
                ProviderCatalog.builtIn(),
                PriceBook.builtIn()
                        .with(PriceBookTest.csv(
                                "provider,model,input,output\nacme,tiny,0.0005,0.0005\nacme,mini,0.0015,0\n")));
        // Half a nano-dollar each, one together: rounding the parts would give 0
        assertThat(cost(pricing, "acme", "tiny", usage(1, 1)).nanos()).isEqualTo(1);
        assertThat(cost(pricing, "acme", "tiny", usage(1, 0)).nanos()).isZero();
        assertThat(cost(pricing, "acme", "mini", usage(1, 0)).nanos()).isEqualTo(2);
    }

    @Test
    void theMostHoldsTheFeeOfEachSearch() {
        // 1,000 · 2 + 100 · 10 millionths, and 3 searches at 10 a thousand
        Money most = most("full", OptionalLong.of(3)).orElseThrow();
        Cost cost = cost(
                ACME,
                "acme",
                "full",
                usage(1_000, 100).reasoningOutputTokens(100).webSearchRequests(3));

        assertThat(most.amount()).isEqualByComparingTo("0.033");
        assertThat(cost.total().amount()).isEqualByComparingTo(most.amount());
    }

    @Test
    void searchesWithoutABoundHaveNoMostWhereTheyAreCharged() {
        assertThat(most("full", OptionalLong.empty())).isEmpty();
        assertThat(most("plain", OptionalLong.empty())).isPresent();
    }

    @Test
    void numbersBelowZeroHaveNoMost() {
        assertThat(ACME.most("acme", "full", -1, 100, false, false, OptionalLong.of(0), NOW))
                .isEmpty();
        assertThat(ACME.most("acme", "full", 1_000, -2_000_000, false, false, OptionalLong.of(0), NOW))
                .isEmpty();
        assertThat(most("full", OptionalLong.of(-1))).isEmpty();
    }

    private static Optional<Money> most(String model, OptionalLong searches) {
        return ACME.most("acme", model, 1_000, 100, false, false, searches, NOW);
    }

    private static Usage.Builder usage(long input, long output) {
        return Usage.builder().inputTokens(input).outputTokens(output);
    }

    private static Cost cost(Pricing pricing, String provider, String model, Usage.Builder usage) {
        Optional<Cost> cost = pricing.cost(usage.build(), provider, model, NOW);
        assertThat(cost).isPresent();
        return cost.orElseThrow();
    }

    private static BigDecimal amount(Pricing pricing, String provider, String model, Usage.Builder usage) {
        return cost(pricing, provider, model, usage).total().amount();
    }
}
