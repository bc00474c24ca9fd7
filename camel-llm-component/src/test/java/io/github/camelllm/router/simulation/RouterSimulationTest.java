package io.github.camelllm.router.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.router.Strategy;
import io.github.camelllm.testing.GeneratedTable;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each strategy is worth when a provider dies, turns slow or limits its callers, and the report that says so. */
class RouterSimulationTest {
    private static final String REPORT = "docs/benchmarks/router-simulation.md";
    private static final List<Workload.Request> REQUESTS = Workload.of(20_261_124);
    private static final Map<Policy, List<Simulation.Result>> RESULTS = runAll();

    private static Map<Policy, List<Simulation.Result>> runAll() {
        Map<Policy, List<Simulation.Result>> results = new LinkedHashMap<>();
        Stream.concat(Policy.blind().stream(), Policy.routers().stream())
                .forEach(policy -> results.put(policy, Simulation.run(policy, REQUESTS)));
        return results;
    }

    private static Outcome outcome(Policy policy, Phase phase) {
        return Outcome.of(phase, RESULTS.get(policy));
    }

    private static Outcome outcome(Strategy strategy, Phase phase) {
        return outcome(Policy.router(strategy), phase);
    }

    static List<Policy> policies() {
        return List.copyOf(RESULTS.keySet());
    }

    static List<Policy> routers() {
        return Policy.routers();
    }

    @Test
    void theReportIsUpToDate() throws IOException {
        for (Phase phase : Phase.values()) {
            GeneratedTable.check(REPORT, phase.title(), table(phase));
        }
    }

    private static String table(Phase phase) {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%s %d requests in %d seconds.%n%n"
                        + "| policy | answers/s | failed | cost | median | 99 %% | attempts | by `swift` |%n"
                        + "|---|---:|---:|---:|---:|---:|---:|---:|%n",
                phase.story(),
                outcome(Policy.FIRST, phase).requests(),
                phase.seconds()));
        for (Policy policy : RESULTS.keySet()) {
            Outcome outcome = outcome(policy, phase);
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f %% | %s | %s | %s | %.2f | %.0f %% |%n",
                    policy.name(),
                    outcome.successesPerSecond(),
                    outcome.failedPercent(),
                    number("%.2f", outcome.millisPerSuccess()),
                    number("%.1f s", outcome.latency(0.5)),
                    number("%.1f s", outcome.latency(0.99)),
                    outcome.attemptsPerRequest(),
                    outcome.answeredByPercent(Simulation.SWIFT)));
        }
        return table.toString().replace("\r\n", "\n");
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, format, value);
    }

    @Test
    void theSameSeedGivesTheSameResults() {
        Policy policy = Policy.router(Strategy.FASTEST);
        assertThat(Simulation.run(policy, REQUESTS)).isEqualTo(RESULTS.get(policy));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void everyRequestEndsOnce(Policy policy) {
        Set<Workload.Request> ended = new HashSet<>();
        RESULTS.get(policy)
                .forEach(result -> assertThat(ended.add(result.request())).isTrue());
        assertThat(ended).isEqualTo(Set.copyOf(REQUESTS));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void nobodyFailsAndHardlyAnyoneAsksTwiceWhileAllIsWell(Policy policy) {
        assertThat(outcome(policy, Phase.CALM).failedPercent()).isZero();
        assertThat(outcome(policy, Phase.CALM).attemptsPerRequest())
                .as("a few long answers time out")
                .isLessThan(1.005);
    }

    @Test
    void blindPoliciesLoseTheShareOfADeadTarget() {
        assertThat(outcome(Policy.FIRST, Phase.DEAD).failedPercent()).isEqualTo(100);
        assertThat(outcome(Policy.BLIND_TURNS, Phase.DEAD).failedPercent()).isBetween(30.0, 37.0);
        assertThat(outcome(Policy.BLIND_RANDOM, Phase.DEAD).failedPercent()).isBetween(30.0, 37.0);
    }

    @ParameterizedTest
    @MethodSource("routers")
    void routersLoseHardlyAnythingWhileATargetDies(Policy router) {
        assertThat(Outcome.ofLater(Phase.DYING, 10, RESULTS.get(router)).failedPercent())
                .isLessThan(1);
        assertThat(outcome(router, Phase.DEAD).failedPercent()).isLessThan(1);
    }

    @ParameterizedTest
    @MethodSource("routers")
    void routersDoNotAskADeadTargetAgainAndAgainAsFailoverAloneDoes(Policy router) {
        Outcome blind = outcome(Policy.BLIND_FAILOVER, Phase.DEAD);
        assertThat(blind.failedPercent()).isZero();
        assertThat(blind.attemptsPerRequest()).isGreaterThan(1.3);
        assertThat(blind.latency(0.99)).isGreaterThan(ScriptedProvider.TIMEOUT_MILLIS / 1000);
        assertThat(outcome(router, Phase.DEAD).attemptsPerRequest()).isLessThan(1.03);
        assertThat(outcome(router, Phase.DEAD).latency(0.99)).isLessThan(20);
    }

    @ParameterizedTest
    @MethodSource("routers")
    void aTargetThatIsWellAgainGetsItsShareBack(Policy router) {
        Outcome later = Outcome.ofLater(Phase.WELL_AGAIN, 60, RESULTS.get(router));
        assertThat(later.answeredByPercent(Simulation.SWIFT))
                .isGreaterThan(0.7 * outcome(router, Phase.CALM).answeredByPercent(Simulation.SWIFT));
    }

    @Test
    void strategiesThatLookAtLoadOrSpeedAvoidASlowTarget() {
        for (Strategy strategy : List.of(Strategy.FASTEST, Strategy.LEAST_BUSY)) {
            Outcome outcome = outcome(strategy, Phase.SLOW);
            assertThat(outcome.answeredByPercent(Simulation.SWIFT)).isLessThan(15);
            assertThat(outcome.latency(0.5))
                    .isLessThan(outcome(Policy.BLIND_TURNS, Phase.SLOW).latency(0.5));
        }
    }

    @Test
    void strategiesThatDoNotAskASlowTargetUntilItTimesOutUnlessAPreferenceSaysOtherwise() {
        double fastest = outcome(Strategy.FASTEST, Phase.SLOW).latency(0.5);
        for (Strategy strategy : List.of(Strategy.PRIORITY, Strategy.CHEAPEST, Strategy.CONDITIONAL)) {
            assertThat(outcome(strategy, Phase.SLOW).latency(0.5)).isGreaterThan(2 * fastest);
        }
        assertThat(outcome(Policy.CHEAPEST_UNLESS_SLOW, Phase.SLOW).latency(0.5))
                .isLessThan(outcome(Strategy.CHEAPEST, Phase.SLOW).latency(0.5) / 2);
    }

    @ParameterizedTest
    @MethodSource("routers")
    void aTargetThatIsFastAgainGetsItsShareBack(Policy router) {
        Outcome later = Outcome.ofLater(Phase.FAST_AGAIN, 60, RESULTS.get(router));
        assertThat(later.answeredByPercent(Simulation.SWIFT))
                .isGreaterThan(0.7 * outcome(router, Phase.CALM).answeredByPercent(Simulation.SWIFT));
    }

    @ParameterizedTest
    @MethodSource("routers")
    void routersWaitAsLongAsALimitSaysAndServeEverybodyElsewhere(Policy router) {
        assertThat(outcome(Policy.BLIND_TURNS, Phase.RUSH).failedPercent()).isGreaterThan(10);
        assertThat(outcome(Policy.BLIND_FAILOVER, Phase.RUSH).attemptsPerRequest())
                .isGreaterThan(1.1);
        assertThat(outcome(router, Phase.RUSH).failedPercent()).isLessThan(1);
        assertThat(outcome(router, Phase.RUSH).attemptsPerRequest()).isLessThan(1.03);
    }

    @ParameterizedTest
    @MethodSource("routers")
    void nothingIsCheaperThanTheCheapest(Policy router) {
        assertThat(outcome(Strategy.CHEAPEST, Phase.CALM).millisPerSuccess())
                .isLessThanOrEqualTo(outcome(router, Phase.CALM).millisPerSuccess());
    }

    @Test
    void fastestSpreadsLoadAndIsThereforeSlowerThanTheFastestTargetAlone() {
        assertThat(outcome(Strategy.FASTEST, Phase.CALM).latency(0.5))
                .isGreaterThan(outcome(Policy.FIRST, Phase.CALM).latency(0.5));
    }

    @Test
    void fastestIsFasterThanALotteryAndBestValueIsCheaperThanFastest() {
        assertThat(outcome(Strategy.FASTEST, Phase.CALM).latency(0.5))
                .isLessThan(outcome(Strategy.WEIGHTED, Phase.CALM).latency(0.5));
        assertThat(outcome(Strategy.BEST_VALUE, Phase.CALM).millisPerSuccess())
                .isLessThan(outcome(Strategy.FASTEST, Phase.CALM).millisPerSuccess());
    }

    @Test
    void conversationsThatStayAtATargetCostLess() {
        for (Phase phase : List.of(Phase.CALM, Phase.WELL_AGAIN, Phase.FAST_AGAIN)) {
            assertThat(outcome(Strategy.STICKY, phase).millisPerSuccess())
                    .isLessThan(outcome(Strategy.WEIGHTED, phase).millisPerSuccess());
        }
    }
}
