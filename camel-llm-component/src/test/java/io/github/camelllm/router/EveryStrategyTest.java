package io.github.camelllm.router;

import static io.github.camelllm.router.Shares.FACTS;
import static io.github.camelllm.router.Shares.assertShare;
import static io.github.camelllm.router.Shares.busy;
import static io.github.camelllm.router.Shares.firsts;
import static io.github.camelllm.router.Shares.measured;
import static io.github.camelllm.router.Shares.shares;
import static io.github.camelllm.router.Specimens.candidate;
import static io.github.camelllm.router.Specimens.choose;
import static io.github.camelllm.router.Specimens.constraints;
import static io.github.camelllm.router.Specimens.names;
import static io.github.camelllm.router.Specimens.priced;
import static io.github.camelllm.router.Specimens.router;
import static io.github.camelllm.router.Specimens.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for all strategies: fallbacks, preferences and circuits. */
class EveryStrategyTest {
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
        Candidate.Single dead = candidate("a").withSnapshot(snapshot().open(100).build());
        assertThat(names(choose(strategy, List.of(dead, candidate("spare", 0)), FACTS, 1)
                        .ranked()))
                .containsExactly("spare");
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void openCircuitsAreRejected(Strategy strategy) {
        Candidate.Single dead = candidate("a").withSnapshot(snapshot().open(100).build());
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
        Candidate.Single waited = candidate("a").withSnapshot(snapshot().open(0).build());
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
