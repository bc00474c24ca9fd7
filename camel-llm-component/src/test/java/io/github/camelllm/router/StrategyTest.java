package io.github.camelllm.router;

import static io.github.camelllm.router.Specimens.candidate;
import static io.github.camelllm.router.Specimens.choose;
import static io.github.camelllm.router.Specimens.constraints;
import static io.github.camelllm.router.Specimens.facts;
import static io.github.camelllm.router.Specimens.names;
import static io.github.camelllm.router.Specimens.priced;
import static io.github.camelllm.router.Specimens.router;
import static io.github.camelllm.router.Specimens.snapshot;
import static io.github.camelllm.router.Specimens.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.camelllm.tokens.TokenCount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The order of each strategy, and what holds for all of them. */
class StrategyTest {
    private static final int DRAWS = 20_000;
    private static final RequestFacts FACTS = facts(1000);

    /** How often each target is first (or at another position) in many choices. */
    private static Map<String, Double> shares(int position, LongFunction<RouterChoice> choice) {
        Map<String, Double> shares = new HashMap<>();
        for (long seed = 0; seed < DRAWS; seed++) {
            shares.merge(names(choice.apply(seed).ranked()).get(position), 1.0 / DRAWS, Double::sum);
        }
        return shares;
    }

    private static Map<String, Double> firsts(Strategy strategy, List<Candidate.Single> candidates) {
        return shares(0, seed -> choose(strategy, candidates, FACTS, seed));
    }

    /** Within what 20,000 draws vary: five standard deviations are at most 0.018. */
    private static void assertShare(Map<String, Double> shares, String name, double share) {
        assertThat(shares.getOrDefault(name, 0.0)).as(name).isCloseTo(share, within(0.018));
    }

    private static Candidate.Single measured(String name, double latency) {
        return candidate(name)
                .withSnapshot(snapshot().latency(latency, latency / 10).build());
    }

    private static Candidate.Single busy(String name, double weight, int underWay) {
        return candidate(name, weight)
                .withSnapshot(snapshot().underWay(underWay).build());
    }

    @Test
    void priorityKeepsTheOrderOfTheDefinition() {
        assertThat(names(choose(Strategy.PRIORITY, List.of(candidate("c"), candidate("a"), candidate("b")), FACTS, 1)
                        .ranked()))
                .containsExactly("c", "a", "b");
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void targetsWhoseConditionDoesNotHoldAreLeftOutOfEveryStrategy(Strategy strategy) {
        RouterChoice choice = choose(strategy, List.of(candidate("a").withWhen(false), candidate("b")), FACTS, 1);
        assertThat(names(choice.ranked())).containsExactly("b");
        assertThat(choice.rejected()).extracting(Rejection::reason).containsExactly(Rejection.Reason.CONDITION);
    }

    @Test
    void conditionalTakesThoseWhoseConditionHoldsInOrder() {
        assertThat(names(choose(
                                Strategy.CONDITIONAL,
                                List.of(candidate("a").withWhen(false), candidate("c"), candidate("b")),
                                FACTS,
                                1)
                        .ranked()))
                .containsExactly("c", "b");
    }

    @Nested
    class Weighted {
        private final List<Candidate.Single> candidates =
                List.of(candidate("a", 6), candidate("b", 3), candidate("c", 1));

        @Test
        void firstTargetsAreDrawnInProportionToTheirWeights() {
            Map<String, Double> shares = firsts(Strategy.WEIGHTED, candidates);
            assertShare(shares, "a", 0.6);
            assertShare(shares, "b", 0.3);
            assertShare(shares, "c", 0.1);
        }

        @Test
        void fallbacksAreDrawnInProportionToTheWeightsLeft() {
            Map<String, Double> seconds = shares(1, seed -> choose(Strategy.WEIGHTED, candidates, FACTS, seed));
            // Where a is first b follows in 3 of 4 cases, where c is first in 3 of 9.
            assertShare(seconds, "b", 0.6 * 3 / 4 + 0.1 * 3 / 9);
        }
    }

    @Nested
    class RoundRobin {
        private List<String> turns(List<Candidate.Single> candidates, long from, int count) {
            return LongStream.range(from, from + count)
                    .mapToObj(turn -> names(RouterChoice.choose(
                                            router(Strategy.ROUND_ROBIN, candidates),
                                            Candidates.of(candidates),
                                            FACTS,
                                            ChoiceInputs.of(7, turn))
                                    .ranked())
                            .get(0))
                    .toList();
        }

        @Test
        void takesTurns() {
            assertThat(turns(List.of(candidate("a"), candidate("b"), candidate("c")), 0, 7))
                    .containsExactly("a", "b", "c", "a", "b", "c", "a");
        }

        @Test
        void spreadsTheTurnsOfHeavyTargets() {
            assertThat(turns(List.of(candidate("a", 5), candidate("b", 1), candidate("c", 1)), 0, 14))
                    .containsExactly("a", "a", "a", "b", "c", "a", "a", "a", "a", "a", "b", "c", "a", "a");
        }

        @Test
        void neverIsFarFromTheShareOfAWeight() {
            List<Candidate.Single> candidates = List.of(candidate("a", 0.7), candidate("b", 2.9), candidate("c", 1.4));
            List<String> turns = turns(candidates, 0, 3000);
            for (Candidate.Single candidate : candidates) {
                double share = candidate.target().weight() / 5;
                int taken = 0;
                for (int turn = 1; turn <= turns.size(); turn++) {
                    taken +=
                            turns.get(turn - 1).equals(names(List.of(candidate)).get(0)) ? 1 : 0;
                    assertThat(taken)
                            .as("turns of %s in %d", candidate, turn)
                            .isCloseTo((int) (turn * share), within(2));
                }
            }
        }

        @Test
        void fallbacksAreThoseWhoseTurnIsNext() {
            assertThat(names(RouterChoice.choose(
                                    router(
                                            Strategy.ROUND_ROBIN,
                                            List.of(candidate("a"), candidate("b"), candidate("c"))),
                                    Candidates.of(List.of(candidate("a"), candidate("b"), candidate("c"))),
                                    FACTS,
                                    ChoiceInputs.of(7, 4))
                            .ranked()))
                    .containsExactly("b", "c", "a");
        }

        @Test
        void theTurnsOfAMissingTargetGoToAllOthers() {
            List<Candidate.Single> candidates =
                    List.of(candidate("a").withSnapshot(snapshot().open(100).build()), candidate("b"), candidate("c"));
            assertThat(turns(candidates, 0, 4)).containsExactly("b", "c", "b", "c");
        }

        @Test
        void countsOnAfterMoreTurnsThanAnyoneTakes() {
            List<String> turns = turns(List.of(candidate("a"), candidate("b", 2)), Long.MAX_VALUE - 3, 3);
            assertThat(turns).containsOnlyOnce("a");
        }
    }

    @Nested
    class LeastBusy {
        @Test
        void prefersFewestCallsUnderWay() {
            assertThat(names(choose(
                                    Strategy.LEAST_BUSY,
                                    List.of(busy("a", 1, 3), busy("b", 1, 1), busy("c", 1, 2)),
                                    FACTS,
                                    1)
                            .ranked()))
                    .containsExactly("b", "c", "a");
        }

        @Test
        void aTargetOfTwiceTheWeightTakesTwiceTheCalls() {
            assertThat(names(choose(Strategy.LEAST_BUSY, List.of(busy("a", 1, 3), busy("b", 4, 8)), FACTS, 1)
                            .ranked()))
                    .containsExactly("b", "a");
        }

        @Test
        void drawsBetweenTheEquallyBusy() {
            Map<String, Double> shares =
                    firsts(Strategy.LEAST_BUSY, List.of(busy("a", 1, 2), busy("b", 1, 2), busy("c", 1, 3)));
            assertShare(shares, "a", 0.5);
            assertShare(shares, "b", 0.5);
        }
    }

    @Nested
    class Fastest {
        @Test
        void prefersTheFasterOfTwo() {
            Map<String, Double> shares = firsts(Strategy.FASTEST, List.of(measured("a", 900), measured("b", 300)));
            assertShare(shares, "b", 1 - TargetOrder.RECHECK_SHARE / 2);
        }

        @Test
        void comparesTwoOfManySoThatNotAllRunToTheFastest() {
            Map<String, Double> shares =
                    firsts(Strategy.FASTEST, List.of(measured("a", 900), measured("b", 300), measured("c", 500)));
            assertShare(shares, "b", 2.0 / 3);
            assertShare(shares, "c", 1.0 / 3);
            assertThat(shares.get("a")).isPositive().isLessThan(0.01);
        }

        @Test
        void fallbacksAreFasterFirst() {
            RouterChoice choice = choose(
                    Strategy.FASTEST, List.of(measured("a", 900), measured("b", 300), measured("c", 500)), FACTS, 3);
            List<String> rest = names(choice.ranked()).subList(1, 3);
            assertThat(rest).isSortedAccordingTo((one, two) -> "bca".indexOf(one) - "bca".indexOf(two));
        }

        @Test
        void callsUnderWayCountAsMuchAsLatency() {
            Candidate.Single crowded = candidate("b")
                    .withSnapshot(snapshot().latency(300, 30).underWay(5).build());
            Map<String, Double> shares = firsts(Strategy.FASTEST, List.of(measured("a", 900), crowded));
            assertShare(shares, "a", 1 - TargetOrder.RECHECK_SHARE / 2);
        }

        @Test
        void streamsAreComparedByTheirFirstPiece() {
            Candidate.Single eager =
                    candidate("a").withSnapshot(snapshot().latency(5000, 100).build());
            Candidate.Single brief =
                    candidate("b").withSnapshot(snapshot().latency(1000, 800).build());
            List<Candidate.Single> both = List.of(eager, brief);
            assertShare(shares(0, seed -> choose(Strategy.FASTEST, both, facts(10, true), seed)), "a", 0.995);
            assertShare(shares(0, seed -> choose(Strategy.FASTEST, both, facts(10, false), seed)), "b", 0.995);
        }

        @Test
        void aBoundedShareGoesToTargetsNeverMeasured() {
            Map<String, Double> shares =
                    firsts(Strategy.FASTEST, List.of(measured("a", 900), measured("b", 300), candidate("new")));
            assertShare(shares, "new", TargetOrder.UNMEASURED_SHARE + TargetOrder.RECHECK_SHARE / 3);
        }

        @Test
        void aTargetThatComesBackIsMeasuredAnewHoweverSlowItWas() {
            Candidate.Single back = candidate("back")
                    .withSnapshot(snapshot().latency(90_000, 90_000).halfOpen().build());
            Map<String, Double> shares = firsts(Strategy.FASTEST, List.of(back, measured("a", 300)));
            assertThat(shares.get("back")).isBetween(0.015, 0.035);
        }

        @Test
        void drawsByWeightWhileNothingIsMeasured() {
            Map<String, Double> shares = firsts(Strategy.FASTEST, List.of(candidate("a", 3), candidate("b", 1)));
            assertShare(shares, "a", 0.75);
        }
    }

    @Nested
    class Cheapest {
        @Test
        void comparesTheCostOfThisVeryRequest() {
            Candidate.Single cheapInput = priced(candidate("in"), "1", "20", "");
            Candidate.Single cheapOutput = priced(candidate("out"), "2", "4", "");
            List<Candidate.Single> both = List.of(cheapInput, cheapOutput);
            assertThat(names(choose(Strategy.CHEAPEST, both, facts(100_000, 100), 1)
                            .ranked()))
                    .containsExactly("in", "out");
            assertThat(names(
                            choose(Strategy.CHEAPEST, both, facts(100, 4000), 1).ranked()))
                    .containsExactly("out", "in");
        }

        @Test
        void putsUnknownPricesLast() {
            assertThat(names(choose(
                                    Strategy.CHEAPEST,
                                    List.of(candidate("unknown"), priced(candidate("dear"), "100", "500", "")),
                                    FACTS,
                                    1)
                            .ranked()))
                    .containsExactly("dear", "unknown");
        }

        @Test
        void countsTheCachedShareAtTheCachesRate() {
            Candidate.Single cached = priced(candidate("cached"), "3", "15", "0.3")
                    .withSnapshot(snapshot()
                            .tokens(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.of(0.9))
                            .build());
            Candidate.Single plain = priced(candidate("plain"), "2", "15", "");
            assertThat(names(choose(Strategy.CHEAPEST, List.of(plain, cached), facts(50_000, 100), 1)
                            .ranked()))
                    .containsExactly("cached", "plain");
        }

        @Test
        void aTalkativeTargetCostsMoreThanItsPriceTells() {
            Candidate.Single talkative = priced(candidate("talkative"), "1", "5", "")
                    .withSnapshot(snapshot()
                            .tokens(OptionalDouble.empty(), OptionalDouble.of(3000), OptionalDouble.empty())
                            .build());
            Candidate.Single brief = priced(candidate("brief"), "1", "10", "")
                    .withSnapshot(snapshot()
                            .tokens(OptionalDouble.empty(), OptionalDouble.of(200), OptionalDouble.empty())
                            .build());
            List<Candidate.Single> both = List.of(talkative, brief);
            assertThat(names(choose(Strategy.CHEAPEST, both, FACTS, 1).ranked()))
                    .containsExactly("brief", "talkative");
            assertThat(names(
                            choose(Strategy.CHEAPEST, both, facts(1000, 100), 1).ranked()))
                    .as("an answer that is cut short costs no more than that")
                    .containsExactly("talkative", "brief");
        }

        @Test
        void aTargetNeverAskedIsExpectedToAnswerAsLongAsTheOthers() {
            Candidate.Single asked = priced(candidate("asked"), "2", "2", "")
                    .withSnapshot(snapshot()
                            .tokens(OptionalDouble.empty(), OptionalDouble.of(20), OptionalDouble.empty())
                            .build());
            Candidate.Single never = priced(candidate("never"), "1", "2", "");
            assertThat(names(choose(Strategy.CHEAPEST, List.of(asked, never), FACTS, 1)
                            .ranked()))
                    .containsExactly("never", "asked");
        }

        @Test
        void severalAnswersCostSeveralTimesTheOutput() {
            Candidate.Single cheapInput = priced(candidate("in"), "1", "3", "");
            Candidate.Single cheapOutput = priced(candidate("out"), "2", "2", "");
            List<Candidate.Single> both = List.of(cheapInput, cheapOutput);
            RequestFacts one =
                    new RequestFacts(Set.of(), new TokenCount(1000, true, "x"), OptionalInt.of(500), 1, false, "k");
            RequestFacts five =
                    new RequestFacts(Set.of(), new TokenCount(1000, true, "x"), OptionalInt.of(500), 5, false, "k");
            assertThat(names(choose(Strategy.CHEAPEST, both, one, 1).ranked())).containsExactly("in", "out");
            assertThat(names(choose(Strategy.CHEAPEST, both, five, 1).ranked())).containsExactly("out", "in");
        }

        @Test
        void doesNotCompareAmountsOfTwoCurrencies() {
            assertThat(names(choose(
                                    Strategy.CHEAPEST,
                                    List.of(
                                            priced(candidate("dear"), "5", "9", ""),
                                            priced(candidate("yuan"), "CNY", "1", "1", ""),
                                            priced(candidate("cheap"), "4", "9", "")),
                                    FACTS,
                                    1)
                            .ranked()))
                    .containsExactly("cheap", "dear", "yuan");
        }
    }

    @Nested
    class BestValue {
        private Candidate.Single rated(String name, double quality, String price, double latency) {
            return priced(Candidate.Single.of(target(name, 1, OptionalDouble.of(quality))), price, price, "")
                    .withSnapshot(snapshot().latency(latency, latency).build());
        }

        private void assertMostlyFirst(String name, Candidate.Single... candidates) {
            Map<String, Double> shares = firsts(Strategy.BEST_VALUE, List.of(candidates));
            assertThat(shares.get(name)).as("share of %s in %s", name, shares).isGreaterThan(0.85);
        }

        @Test
        void multipliesCostAndLatencyAndDividesByQuality() {
            // 1 · 900 / 0.3 = 3000, 2 · 900 / 0.9 = 2000, 4 · 400 / 0.9 = 1778
            assertMostlyFirst(
                    "dear", rated("poor", 0.3, "1", 900), rated("good", 0.9, "2", 900), rated("dear", 0.9, "4", 400));
            assertMostlyFirst("good", rated("poor", 0.3, "1", 900), rated("good", 0.9, "2", 900));
        }

        @Test
        void putsUnknownPricesLast() {
            Candidate.Single unknown = Candidate.Single.of(target("unknown", 1, OptionalDouble.of(1)))
                    .withSnapshot(snapshot().latency(1, 1).build());
            assertMostlyFirst("known", unknown, rated("known", 0.1, "100", 9000));
        }

        @Test
        void unknownQualityCountsAsTheMean() {
            Candidate.Single unrated = priced(candidate("unrated"), "1", "1", "")
                    .withSnapshot(snapshot().latency(500, 500).build());
            assertMostlyFirst("best", unrated, rated("best", 0.9, "1", 500), rated("worst", 0.3, "1", 500));
            RouterChoice choice = choose(
                    Strategy.BEST_VALUE,
                    List.of(rated("worst", 0.3, "1", 500), unrated, rated("best", 0.9, "1", 500)),
                    FACTS,
                    1);
            assertThat(names(choice.ranked())).containsExactly("best", "unrated", "worst");
        }

        @Test
        void aTargetNeverMeasuredGetsABoundedShareBesideWhatItsPriceEarns() {
            Candidate.Single dear = priced(candidate("new"), "50", "50", "");
            Map<String, Double> shares = firsts(Strategy.BEST_VALUE, List.of(rated("known", 0.5, "1", 500), dear));
            assertShare(shares, "new", TargetOrder.UNMEASURED_SHARE + TargetOrder.RECHECK_SHARE / 2);
        }

        @Test
        void comparesWhatIsFreeByLatencyAndQuality() {
            assertMostlyFirst(
                    "quick", rated("slow", 0.8, "0", 900), rated("quick", 0.8, "0", 300), rated("paid", 1, "1", 1));
        }
    }

    @Nested
    class Sticky {
        private String first(List<Candidate.Single> candidates, String key) {
            return names(RouterChoice.choose(
                                    router(Strategy.STICKY, candidates),
                                    Candidates.of(candidates),
                                    FACTS,
                                    new ChoiceInputs(key.hashCode(), 5, Optional.of(key)))
                            .ranked())
                    .get(0);
        }

        @Test
        void keysAreSpreadByWeight() {
            List<Candidate.Single> candidates = List.of(candidate("a", 6), candidate("b", 3), candidate("c", 1));
            Map<String, Double> shares = new HashMap<>();
            for (int i = 0; i < DRAWS; i++) {
                shares.merge(first(candidates, "conversation " + i), 1.0 / DRAWS, Double::sum);
            }
            assertShare(shares, "a", 0.6);
            assertShare(shares, "b", 0.3);
            assertShare(shares, "c", 0.1);
        }

        @Test
        void theKeysOfATargetThatDropsOutAreSpreadOverTheOthersAndComeBack() {
            List<Candidate.Single> healthy = List.of(candidate("a"), candidate("b"), candidate("c"));
            List<Candidate.Single> without = List.of(
                    candidate("a"),
                    candidate("b").withSnapshot(snapshot().open(500).build()),
                    candidate("c"));
            List<String> moved = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                String before = first(healthy, "key " + i);
                String during = first(without, "key " + i);
                if (before.equals("b")) {
                    moved.add(during);
                } else {
                    assertThat(during).isEqualTo(before);
                }
            }
            assertThat(moved).contains("a", "c").doesNotContain("b");
        }

        @Test
        void withoutAKeyTheConversationIsTheKey() {
            List<Candidate.Single> candidates = List.of(candidate("a"), candidate("b"), candidate("c"));
            assertThat(choose(Strategy.STICKY, candidates, FACTS, 1).ranked())
                    .isEqualTo(RouterChoice.choose(
                                    router(Strategy.STICKY, candidates),
                                    Candidates.of(candidates),
                                    FACTS,
                                    new ChoiceInputs(99, 99, Optional.of(FACTS.conversation())))
                            .ranked());
        }
    }

    /** What holds for all strategies: fallbacks, preferences and circuits. */
    @Nested
    class EveryStrategy {
        @ParameterizedTest
        @EnumSource(Strategy.class)
        void aTargetOfWeightZeroIsOnlyAFallback(Strategy strategy) {
            Candidate.Single spare = priced(candidate("spare", 0), "0", "0", "")
                    .withSnapshot(snapshot().latency(1, 1).build());
            List<Candidate.Single> candidates = List.of(spare, busy("a", 1, 4), busy("b", 1, 5));
            for (long seed = 0; seed < 300; seed++) {
                assertThat(names(choose(strategy, candidates, FACTS, seed).ranked()))
                        .endsWith("spare")
                        .hasSize(3);
            }
        }

        @ParameterizedTest
        @EnumSource(Strategy.class)
        void fallbacksServeWhenNothingElseIsLeft(Strategy strategy) {
            Candidate.Single dead =
                    candidate("a").withSnapshot(snapshot().open(100).build());
            assertThat(names(choose(strategy, List.of(dead, candidate("spare", 0)), FACTS, 1)
                            .ranked()))
                    .containsExactly("spare");
        }

        @ParameterizedTest
        @EnumSource(Strategy.class)
        void openCircuitsAreRejected(Strategy strategy) {
            Candidate.Single dead =
                    candidate("a").withSnapshot(snapshot().open(100).build());
            RouterChoice choice = choose(strategy, List.of(dead, candidate("b")), FACTS, 1);
            assertThat(names(choice.ranked())).containsExactly("b");
            assertThat(choice.rejected()).singleElement().satisfies(rejection -> {
                assertThat(rejection.reason()).isEqualTo(Rejection.Reason.CIRCUIT_OPEN);
                assertThat(rejection).hasToString("acme/a (circuit: expected closed, is open for 100 ms)");
            });
        }

        @Test
        void halfOpenTargetsComeLastButForAShareOfProbes() {
            Candidate.Single recovering =
                    candidate("a").withSnapshot(snapshot().halfOpen().build());
            List<Candidate.Single> candidates = List.of(recovering, candidate("b"), candidate("spare", 0));
            Map<String, Double> firsts = firsts(Strategy.PRIORITY, candidates);
            assertShare(firsts, "a", TargetOrder.PROBE_SHARE);
            assertShare(firsts, "b", 1 - TargetOrder.PROBE_SHARE);
            assertShare(
                    shares(2, seed -> choose(Strategy.PRIORITY, candidates, FACTS, seed)),
                    "a",
                    1 - TargetOrder.PROBE_SHARE);
        }

        @Test
        void aHalfOpenTargetIsNotProbedWhereItsTurnWouldNotBe() {
            List<Candidate.Single> candidates = List.of(
                    candidate("a"),
                    candidate("b").withSnapshot(snapshot().halfOpen().build()));
            assertThat(firsts(Strategy.PRIORITY, candidates)).containsOnlyKeys("a");
        }

        @Test
        void anOpenCircuitWhoseWaitIsOverCountsAsHalfOpen() {
            Candidate.Single waited =
                    candidate("a").withSnapshot(snapshot().open(0).build());
            RouterChoice choice = choose(Strategy.PRIORITY, List.of(waited), FACTS, 1);
            assertThat(names(choice.ranked())).containsExactly("a");
        }

        @Test
        void targetsSlowerThanPreferredComeAfterAllFasterOnes() {
            List<Candidate.Single> candidates =
                    List.of(measured("slow", 3000), measured("slower", 9000), measured("a", 500));
            RouterDefinition router = router(
                    Strategy.PRIORITY,
                    constraints().preferredMaxLatency(Duration.ofSeconds(2)).build(),
                    candidates);
            Map<String, Double> firsts = shares(
                    0, seed -> RouterChoice.choose(router, Candidates.of(candidates), FACTS, ChoiceInputs.of(seed, 0)));
            assertShare(firsts, "a", 1 - TargetOrder.RECHECK_SHARE);
            assertThat(firsts.get("slow"))
                    .as("looked at again, so that it is noticed when it is fast again")
                    .isPositive();
            assertThat(names(RouterChoice.choose(router, Candidates.of(candidates), FACTS, ChoiceInputs.of(1, 0))
                            .ranked()))
                    .containsExactly("a", "slow", "slower");
        }

        @Test
        void aTargetThatComesBackIsProbedHoweverSlowItWasBefore() {
            Candidate.Single slow = candidate("slow")
                    .withSnapshot(snapshot().latency(9000, 9000).halfOpen().build());
            List<Candidate.Single> candidates = List.of(slow, measured("a", 500));
            RouterDefinition router = router(
                    Strategy.PRIORITY,
                    constraints().preferredMaxLatency(Duration.ofSeconds(2)).build(),
                    candidates);
            assertShare(
                    shares(
                            0,
                            seed -> RouterChoice.choose(
                                    router, Candidates.of(candidates), FACTS, ChoiceInputs.of(seed, 0))),
                    "slow",
                    TargetOrder.PROBE_SHARE);
        }

        @Test
        void targetsOfLessThroughputThanPreferredComeAfterAllOthers() {
            Candidate.Single slow = candidate("slow")
                    .withSnapshot(snapshot()
                            .tokens(OptionalDouble.of(12), OptionalDouble.empty(), OptionalDouble.empty())
                            .build());
            List<Candidate.Single> candidates = List.of(slow, candidate("unmeasured"));
            RouterDefinition router = router(
                    Strategy.PRIORITY, constraints().preferredMinThroughput(30).build(), candidates);
            assertThat(names(RouterChoice.choose(router, Candidates.of(candidates), FACTS, ChoiceInputs.of(1, 0))
                            .ranked()))
                    .containsExactly("unmeasured", "slow");
        }
    }
}
