package io.github.camelllm.router;

import static io.github.camelllm.router.Shares.DRAWS;
import static io.github.camelllm.router.Shares.FACTS;
import static io.github.camelllm.router.Shares.assertShare;
import static io.github.camelllm.router.Shares.busy;
import static io.github.camelllm.router.Shares.firsts;
import static io.github.camelllm.router.Shares.measured;
import static io.github.camelllm.router.Shares.shares;
import static io.github.camelllm.router.Specimens.candidate;
import static io.github.camelllm.router.Specimens.choose;
import static io.github.camelllm.router.Specimens.facts;
import static io.github.camelllm.router.Specimens.names;
import static io.github.camelllm.router.Specimens.priced;
import static io.github.camelllm.router.Specimens.router;
import static io.github.camelllm.router.Specimens.snapshot;
import static io.github.camelllm.router.Specimens.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.camelllm.tokens.TokenCount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The order of each strategy. */
class StrategyTest {
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
}
