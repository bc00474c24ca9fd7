package io.github.camelllm.router;

import static io.github.camelllm.router.Specimens.candidate;
import static io.github.camelllm.router.Specimens.constraints;
import static io.github.camelllm.router.Specimens.facts;
import static io.github.camelllm.router.Specimens.model;
import static io.github.camelllm.router.Specimens.priced;
import static io.github.camelllm.router.Specimens.router;
import static io.github.camelllm.router.Specimens.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.TargetSnapshot;
import io.github.camelllm.call.TargetSnapshot.Circuit;
import io.github.camelllm.catalog.Cost;
import io.github.camelllm.chat.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class RouterChoicePropertyTest {
    /** Prices are read from a table, so a few are made once. */
    private static final List<Candidate.Single> PRICED = IntStream.range(0, 12)
            .mapToObj(i -> priced(
                    candidate("m" + i), "0." + (i * 7 % 11 + 1), Integer.toString(i * 5 % 7 + 1), "0.0" + (i % 3 + 1)))
            .toList();

    /** What differs between candidates at random. */
    record Trait(double weight, TargetSnapshot snapshot, boolean priced, boolean holds, long window) {}

    @Provide
    Arbitrary<List<Candidate.Single>> candidates() {
        Arbitrary<Trait> traits = Combinators.combine(
                        Arbitraries.of(0.0, 0.5, 1.0, 1.0, 3.0),
                        snapshots(),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, true, true, false),
                        Arbitraries.of(0L, 500L, 8000L, 1_000_000L))
                .as(Trait::new);
        return traits.list().ofMinSize(1).ofMaxSize(8).map(list -> {
            List<Candidate.Single> candidates = new ArrayList<>();
            for (int i = 0; i < list.size(); i++) {
                candidates.add(with(list.get(i), i));
            }
            return candidates;
        });
    }

    private static Candidate.Single with(Trait trait, int i) {
        Candidate.Single candidate = candidate("m" + i, trait.weight())
                .withSnapshot(trait.snapshot())
                .withWhen(trait.holds());
        if (trait.priced()) {
            candidate =
                    candidate.withPricing(PRICED.get(i).price(), PRICED.get(i).pricing());
        }
        return trait.window() > 0 ? candidate.withModel(model(trait.window(), Set.of())) : candidate;
    }

    private static Arbitrary<TargetSnapshot> snapshots() {
        Arbitrary<OptionalDouble> maybe = Arbitraries.doubles()
                .between(1, 20_000)
                .injectNull(0.3)
                .map(value -> value == null ? OptionalDouble.empty() : OptionalDouble.of(value));
        return Combinators.combine(
                        Arbitraries.of(Circuit.CLOSED, Circuit.CLOSED, Circuit.OPEN, Circuit.HALF_OPEN),
                        Arbitraries.integers().between(0, 50),
                        maybe,
                        maybe,
                        maybe,
                        Arbitraries.doubles().between(0, 1))
                .as((circuit, underWay, latency, throughput, output, cached) -> new TargetSnapshot(
                        circuit,
                        circuit == Circuit.OPEN ? Optional.of(Duration.ofMillis(underWay)) : Optional.empty(),
                        underWay,
                        100,
                        3,
                        latency,
                        latency,
                        throughput,
                        output,
                        OptionalDouble.of(cached),
                        Optional.empty(),
                        Optional.empty()));
    }

    private static RouterChoice choose(Strategy strategy, List<Candidate.Single> candidates, long seed) {
        Constraints constraints = constraints()
                .preferredMaxLatency(Duration.ofSeconds(3))
                .deny("*/m3")
                .build();
        return RouterChoice.choose(
                router(strategy, constraints, candidates),
                Candidates.of(candidates),
                facts(1000, 400),
                new ChoiceInputs(seed, seed >>> 8, Optional.of("key " + seed % 10)));
    }

    @Property
    void everyTargetIsEitherRankedOrRejectedAndOnlyOnce(
            @ForAll Strategy strategy, @ForAll("candidates") List<Candidate.Single> candidates, @ForAll long seed) {
        RouterChoice choice = choose(strategy, candidates, seed);
        List<Candidate.Single> all = new ArrayList<>(choice.ranked());
        choice.rejected().forEach(rejection -> all.add(rejection.candidate()));
        assertThat(all).containsExactlyInAnyOrderElementsOf(candidates);
    }

    @Property
    void theSameArgumentsGiveTheSameChoice(
            @ForAll Strategy strategy, @ForAll("candidates") List<Candidate.Single> candidates, @ForAll long seed) {
        RouterChoice one = choose(strategy, candidates, seed);
        RouterChoice two = choose(strategy, candidates, seed);
        assertThat(two.ranked()).isEqualTo(one.ranked());
        assertThat(two.rejected()).isEqualTo(one.rejected());
    }

    @Property
    void noOrderPutsATargetThatIsNotWellBeforeOneThatIsUnlessItProbesIt(
            @ForAll Strategy strategy, @ForAll("candidates") List<Candidate.Single> candidates, @ForAll long seed) {
        List<Candidate.Single> ranked = choose(strategy, candidates, seed).ranked();
        assertThat(ranked).noneMatch(candidate -> ConstraintCheck.isOpen(candidate.snapshot()));
        List<Boolean> halfOpen = ranked.stream()
                .skip(1)
                .map(candidate -> ConstraintCheck.isHalfOpen(candidate.snapshot()))
                .toList();
        assertThat(halfOpen).isSorted();
    }

    @Property
    void theOrderDoesNotDependOnTheStateOfRejectedTargets(
            @ForAll Strategy strategy, @ForAll("candidates") List<Candidate.Single> candidates, @ForAll long seed) {
        RouterChoice choice = choose(strategy, candidates, seed);
        List<Candidate.Single> changed = candidates.stream()
                .map(candidate -> choice.ranked().contains(candidate)
                        ? candidate
                        : candidate
                                .withWhen(false)
                                .withSnapshot(snapshot()
                                        .underWay(7)
                                        .tokens(
                                                OptionalDouble.empty(),
                                                candidate.snapshot().outputTokens(),
                                                OptionalDouble.empty())
                                        .build()))
                .toList();
        assertThat(choose(strategy, changed, seed).ranked()).isEqualTo(choice.ranked());
    }

    @Property
    void addingATargetMovesOnlyKeysToIt(
            @ForAll @IntRange(min = 1, max = 7) int targets,
            @ForAll @Size(max = 50) List<@AlphaChars @StringLength(max = 12) String> keys,
            @ForAll @IntRange(min = 1, max = 5) int weight) {
        List<Candidate.Single> before = new ArrayList<>();
        for (int i = 0; i < targets; i++) {
            before.add(candidate("t" + i, 1 + i % 3));
        }
        List<Candidate.Single> after = new ArrayList<>(before);
        Candidate.Single added = candidate("new", weight);
        after.add(0, added);
        for (String key : keys) {
            List<Candidate.Single> without = sticky(before, key);
            List<Candidate.Single> with = sticky(after, key);
            assertThat(with.stream().filter(candidate -> candidate != added)).containsExactlyElementsOf(without);
        }
    }

    private static List<Candidate.Single> sticky(List<Candidate.Single> candidates, String key) {
        return RouterChoice.choose(
                        router(Strategy.STICKY, candidates),
                        Candidates.of(candidates),
                        facts(10),
                        new ChoiceInputs(0, 0, Optional.of(key)))
                .ranked();
    }

    @Property
    void cheapestIsWhatTryingAllPricesFinds(
            @ForAll @IntRange(min = 1, max = 200_000) int input,
            @ForAll @IntRange(min = 1, max = 20_000) int output,
            @ForAll @Size(min = 1, max = 12) Set<@IntRange(max = 11) Integer> indexes) {
        List<Candidate.Single> candidates = indexes.stream().map(PRICED::get).toList();
        Comparator<Candidate.Single> byCost =
                Comparator.comparing(candidate -> cost(candidate, Usage.of(input, Math.min(output, 500))));
        List<BigDecimal> expected = candidates.stream()
                .sorted(byCost)
                .map(candidate -> cost(candidate, Usage.of(input, Math.min(output, 500))))
                .toList();
        List<BigDecimal> actual = RouterChoice.choose(
                        router(Strategy.CHEAPEST, candidates),
                        Candidates.of(candidates),
                        facts(input, output),
                        ChoiceInputs.of(1, 1))
                .ranked()
                .stream()
                .map(candidate -> cost(candidate, Usage.of(input, Math.min(output, 500))))
                .toList();
        assertThat(actual).isEqualTo(expected);
    }

    private static BigDecimal cost(Candidate.Single candidate, Usage usage) {
        return candidate.pricing().apply(usage).map(Cost::total).orElseThrow().amount();
    }

    @Property
    void roundRobinGivesEachTargetItsShareOfEveryStretch(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 20) Integer> weights,
            @ForAll @IntRange(max = 1_000_000_000) int from) {
        List<Candidate.Single> candidates = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            candidates.add(candidate("t" + i, weights.get(i)));
        }
        int round = weights.stream().mapToInt(Integer::intValue).sum();
        int[] taken = new int[weights.size()];
        for (int turn = from; turn < from + round; turn++) {
            Candidate.Single first = RouterChoice.choose(
                            router(Strategy.ROUND_ROBIN, candidates),
                            Candidates.of(candidates),
                            facts(10),
                            ChoiceInputs.of(0, turn))
                    .ranked()
                    .get(0);
            taken[candidates.indexOf(first)]++;
        }
        assertThat(taken)
                .containsExactly(weights.stream().mapToInt(Integer::intValue).toArray());
    }

    @Property
    void patternsWithStarsMatchAsRegularExpressionsDo(
            @ForAll("patterns") String pattern, @ForAll("texts") String text) {
        String regex = String.join(
                ".*",
                Stream.of(pattern.split("\\*", -1))
                        .map(java.util.regex.Pattern::quote)
                        .toList());
        assertThat(ConstraintCheck.matches(pattern, text)).isEqualTo(text.matches(regex));
    }

    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.strings().withChars("ab/*").ofMaxLength(6);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars("ab/").ofMaxLength(8);
    }

    @Property(tries = 200)
    void conversationsHardlyEverShareAKey(
            @ForAll @Size(min = 50, max = 50) List<@AlphaChars @StringLength(max = 8) String> texts) {
        Set<String> distinct = new HashSet<>(texts);
        Set<String> keys = new HashSet<>();
        for (String text : distinct) {
            keys.add(new StableHash().add(text).hex());
        }
        assertThat(keys).hasSameSizeAs(distinct);
    }
}
