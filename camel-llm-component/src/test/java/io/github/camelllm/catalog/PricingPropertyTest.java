package io.github.camelllm.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class PricingPropertyTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Pricing PRICING = Pricing.builtIn();
    private static final List<Listed> LISTED = PRICING.book().providers().stream()
            .flatMap(provider -> PRICING.book().models(provider).stream().map(model -> new Listed(provider, model)))
            .collect(Collectors.toUnmodifiableList());

    /** A model of the book. */
    record Listed(String provider, String model) {}

    @Provide
    Arbitrary<Listed> listed() {
        return Arbitraries.of(LISTED);
    }

    @Provide
    Arbitrary<Usage> usages() {
        Arbitrary<Long> tokens = Arbitraries.longs().between(0, 2_000_000);
        Arbitrary<Long> details = Arbitraries.longs().between(0, 500_000);
        return Combinators.combine(
                        tokens, tokens, details, details, details, details, Arbitraries.of("default", "batch"))
                .as((input, output, read, written, hour, reasoning, tier) -> Usage.builder()
                        .inputTokens(input)
                        .outputTokens(output)
                        .cacheReadInputTokens(read)
                        .cacheCreationInputTokens(written)
                        .cacheCreation1hInputTokens(Math.min(hour, written))
                        .reasoningOutputTokens(reasoning)
                        .inputAudioTokens(reasoning / 2)
                        .outputImageTokens(hour / 3)
                        .webSearchRequests(read % 4)
                        .serviceTier(tier)
                        .build());
    }

    @Property
    void partsSumToTheTotal(@ForAll("listed") Listed of, @ForAll("usages") Usage usage) {
        Cost cost = cost(of, usage);
        assertThat(cost.total().amount()).isEqualTo(cost.parts().sum());
        assertThat(cost.total().amount()).isNotNegative();
    }

    @Property
    void moreTokensNeverCostLess(
            @ForAll("listed") Listed of,
            @ForAll @LongRange(max = 2_000_000) long input,
            @ForAll @LongRange(max = 2_000_000) long output,
            @ForAll @LongRange(max = 500_000) long moreInput,
            @ForAll @LongRange(max = 500_000) long moreOutput) {
        Cost less = cost(of, Usage.of(input, output));
        Cost more = cost(of, Usage.of(input + moreInput, output + moreOutput));
        assertThat(more.total().amount()).isGreaterThanOrEqualTo(less.total().amount());
    }

    @Property
    void roundingTheExactTotalIsTheOnlyRounding(@ForAll("listed") Listed of, @ForAll("usages") Usage usage) {
        Cost cost = cost(of, usage);
        BigDecimal nanos = BigDecimal.valueOf(cost.nanos());
        BigDecimal exact = cost.total().amount().movePointRight(9);
        assertThat(nanos.subtract(exact).abs()).isLessThanOrEqualTo(new BigDecimal("0.5"));
        assertThat(nanos).isEqualByComparingTo(exact.setScale(0, RoundingMode.HALF_EVEN));
    }

    @Property
    void splittingACallBelowItsTiersCostsTheSame(
            @ForAll("listed") Listed of,
            @ForAll @LongRange(max = 10_000) long input,
            @ForAll @LongRange(max = 10_000) long output,
            @ForAll @LongRange(max = 10_000) long otherInput,
            @ForAll @LongRange(max = 10_000) long otherOutput) {
        BigDecimal together = cost(of, Usage.of(input + otherInput, output + otherOutput))
                .total()
                .amount();
        BigDecimal apart = cost(of, Usage.of(input, output))
                .total()
                .amount()
                .add(cost(of, Usage.of(otherInput, otherOutput)).total().amount());
        assertThat(apart).isEqualByComparingTo(together);
    }

    private static Cost cost(Listed of, Usage usage) {
        return PRICING.cost(usage, of.provider(), of.model(), NOW).orElseThrow();
    }
}
