package io.github.camelllm.routes.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.router.RouterDefinition;
import io.github.camelllm.router.RouterDefinitions;
import io.github.camelllm.routes.quality.Leaderboard.Cost;
import io.github.camelllm.routes.quality.Leaderboard.Key;
import io.github.camelllm.routes.quality.Leaderboard.Row;
import io.github.camelllm.routes.quality.Leaderboard.Sums;
import io.github.camelllm.routes.quality.Rebalance.Proposal;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RebalanceTest {
    private static final Map<String, Double> EVEN = Map.of("openai/a", 1.0, "openai/b", 1.0);

    private static RouterDefinition router(String yaml) {
        return RouterDefinitions.NONE
                .withYaml("test", new StringReader("id: r\nstrategy: bestValue\ntargets: " + yaml))
                .get("r");
    }

    private static RebalanceSettings settings(String... keysAndValues) {
        Map<String, String> properties = new TreeMap<>();
        properties.put("r.every", "never");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put("r." + keysAndValues[i], keysAndValues[i + 1]);
        }
        return RebalanceSettings.all(properties).get("r");
    }

    /** Scores that are all the same, each call of one dollar's millionth times {@code micros}. */
    private static Row row(String model, long scores, int score, long micros, long millis) {
        return new Row(
                new Key("", "", "openai", model),
                new Sums(scores, 0, 0, scores * score, scores * score * score),
                new TreeMap<>(Map.of("USD", new Cost(scores, scores * micros * 1000))),
                Duration.ofMillis(millis));
    }

    private static List<String> weights(Proposal proposal) {
        return proposal.targets().stream()
                .map(target -> target.name() + " " + target.before() + " " + target.after())
                .toList();
    }

    /**
     * No prior, nothing shared evenly: a has 0.8 ÷ (2 × 1000) = 0.0004, b 0.6 ÷ (1 × 500) = 0.0012, so 25 and 75 %. A tenth
     * shared evenly is 5 each: 5 + 0.9 × 25 = 27.5.
     */
    @Test
    void weightsAreInProportionToQualityByCostAndLatency() {
        RouterDefinition router = router("[openai/a, openai/b]");
        List<Row> rows = List.of(row("a", 100, 8_000, 2, 1000), row("b", 100, 6_000, 1, 500));

        assertThat(weights(Rebalance.propose(router, EVEN, rows, settings("priorScores", "0", "explorePercent", "0"))))
                .containsExactly("openai/a 50.00 25.00", "openai/b 50.00 75.00");
        Proposal explored = Rebalance.propose(router, EVEN, rows, settings("priorScores", "0"));
        assertThat(weights(explored)).containsExactly("openai/a 50.00 27.50", "openai/b 50.00 72.50");
        assertThat(explored.why())
                .isEqualTo("By value, which is quality^1 ÷ (cost^1 × latency^1), after 10 % were shared evenly");
        assertThat(explored.targets().get(0).why())
                .isEqualTo(
                        "100 scores with the mean 0.800; 0.000002 USD and 1000 ms a call; 25.0 % of the value of those"
                                + " compared");
    }

    /** Quality alone, squared: 0.8² and 0.4² are 0.64 and 0.16, so 80 and 20 %. */
    @Test
    void exponentsSayWhatCounts() {
        List<Row> rows = List.of(row("a", 100, 8_000, 900, 9000), row("b", 100, 4_000, 1, 1));
        assertThat(weights(Rebalance.propose(
                        router("[openai/a, openai/b]"),
                        EVEN,
                        rows,
                        settings(
                                "priorScores",
                                "0",
                                "explorePercent",
                                "0",
                                "quality",
                                "2",
                                "cost",
                                "0",
                                "latency",
                                "0"))))
                .containsExactly("openai/a 50.00 80.00", "openai/b 50.00 20.00");
    }

    /**
     * Of 30 scores of 1 and 90 of 0.6 the mean is (30 + 54) / 120 = 0.7. With 30 scores of it a has (30 + 21) / 60 = 0.85, b
     * (54 + 21) / 120 = 0.625: 57.63 and 42.37 %.
     */
    @Test
    void fewScoresAreDrawnToTheMeanOfAll() {
        List<Row> rows = List.of(row("a", 30, 10_000, 1, 1), row("b", 90, 6_000, 1, 1));
        Proposal proposal = Rebalance.propose(
                router("[openai/a, openai/b]"), EVEN, rows, settings("priorScores", "30", "explorePercent", "0"));
        assertThat(weights(proposal)).containsExactly("openai/a 50.00 57.63", "openai/b 50.00 42.37");
        assertThat(proposal.targets().get(0).why())
                .startsWith("30 scores with the mean 1.000, counted as 0.850 with the prior as 30 scores;");
    }

    /** (30 × 1 + 30 × 0.5) / 60 = 0.75, and b (30 × 0.25 + 30 × 0.25) / 60 = 0.25. */
    @Test
    void aTargetsOwnQualityIsItsPrior() {
        List<Row> rows = List.of(row("a", 30, 10_000, 1, 1), row("b", 30, 2_500, 1, 1));
        assertThat(weights(Rebalance.propose(
                        router("[{model: openai/a, quality: 0.5}, {model: openai/b, quality: 0.25}]"),
                        EVEN,
                        rows,
                        settings("priorScores", "30", "explorePercent", "0"))))
                .containsExactly("openai/a 50.00 75.00", "openai/b 50.00 25.00");
    }

    /** c keeps its half; a and b share the other half as 1 to 3. */
    @Test
    void aTargetWithTooFewScoresKeepsItsShare() {
        List<Row> rows = List.of(row("a", 30, 3_000, 1, 1), row("b", 30, 9_000, 1, 1), row("c", 29, 10_000, 1, 1));
        Proposal proposal = Rebalance.propose(
                router("[openai/a, openai/b, {model: openai/c, weight: 2}]"),
                Map.of("openai/a", 1.0, "openai/b", 1.0, "openai/c", 2.0),
                rows,
                settings("priorScores", "0", "explorePercent", "0"));
        assertThat(weights(proposal))
                .containsExactly("openai/a 25.00 12.50", "openai/b 25.00 37.50", "openai/c 50.00 50.00");
        assertThat(proposal.targets().get(2).why()).isEqualTo("keeps its share: 29 scores of the 30 that it takes");
    }

    @Test
    void nothingChangesWhereThereIsNothingToCompare() {
        Proposal proposal =
                Rebalance.propose(router("[openai/a, openai/b]"), EVEN, List.of(row("a", 99, 1, 1, 1)), settings());
        assertThat(proposal.changes()).isFalse();
        assertThat(proposal.why())
                .isEqualTo("Nothing changes: there must be two targets or more to compare, but there is 1");
    }

    @Test
    void answersThatAreWorthNothingChangeNothing() {
        Proposal proposal = Rebalance.propose(
                router("[openai/a, openai/b]"),
                EVEN,
                List.of(row("a", 99, 0, 1, 1), row("b", 99, 0, 1, 1)),
                settings());
        assertThat(proposal.changes()).isFalse();
        assertThat(proposal.why()).isEqualTo("Nothing changes: no target's answers are worth anything");
    }

    @Test
    void noTargetStarvesUnlessItIsToldTo() {
        List<Row> rows = List.of(row("a", 99, 10_000, 1, 1), row("b", 99, 0, 1_000_000, 60_000));
        RouterDefinition router = router("[openai/a, openai/b]");
        assertThat(weights(Rebalance.propose(router, EVEN, rows, settings("priorScores", "0"))))
                .containsExactly("openai/a 50.00 95.00", "openai/b 50.00 5.00");
        assertThat(weights(Rebalance.propose(router, EVEN, rows, settings("priorScores", "0", "explorePercent", "0"))))
                .containsExactly("openai/a 50.00 100.00", "openai/b 50.00 0.00");
    }

    @Test
    void whatIsFreeSharesWhatIsNotSharedEvenly() {
        List<Row> rows = List.of(row("a", 99, 5_000, 0, 1), row("b", 99, 10_000, 1, 1));
        assertThat(weights(Rebalance.propose(router("[openai/a, openai/b]"), EVEN, rows, settings("priorScores", "0"))))
                .containsExactly("openai/a 50.00 95.00", "openai/b 50.00 5.00");
    }

    @Test
    void unknownCostIsNotZero() {
        Row unknown = new Row(
                new Key("", "", "openai", "b"), new Sums(99, 99, 99, 990_000, 1), new TreeMap<>(), Duration.ZERO);
        Proposal proposal = Rebalance.propose(
                router("[openai/a, openai/b]"), EVEN, List.of(row("a", 99, 1, 1, 1), unknown), settings());
        assertThat(proposal.changes()).isFalse();
        assertThat(proposal.targets().get(1).why())
                .isEqualTo("keeps its share: nobody knows what its calls cost in USD");
    }

    @Test
    void fallbacksAndRoutersAreLeftAlone() {
        RouterDefinition router =
                RouterDefinitions.NONE.withYaml("test", new StringReader("""
                        - {id: other, targets: [openai/a]}
                        - id: r
                          strategy: weighted
                          targets: [openai/a, openai/b, router/other, {model: openai/c, weight: 0}]
                        """)).get("r");
        Proposal proposal = Rebalance.propose(
                router,
                Map.of("openai/a", 1.0, "openai/b", 1.0, "router/other", 2.0, "openai/c", 0.0),
                List.of(row("a", 99, 9_000, 1, 1), row("b", 99, 3_000, 1, 1), row("c", 99, 10_000, 1, 1)),
                settings("priorScores", "0", "explorePercent", "0"));
        assertThat(weights(proposal))
                .containsExactly(
                        "openai/a 25.00 37.50",
                        "openai/b 25.00 12.50",
                        "router/other 50.00 50.00",
                        "openai/c 0.00 0.00");
    }

    @Test
    void sharesAddUpToTheWhole() {
        Proposal proposal = Rebalance.propose(
                router("[openai/a, openai/b, openai/c]"),
                Map.of("openai/a", 1.0, "openai/b", 1.0, "openai/c", 1.0),
                List.of(),
                settings());
        assertThat(weights(proposal))
                .containsExactly("openai/a 33.34 33.34", "openai/b 33.33 33.33", "openai/c 33.33 33.33");
    }

    @Test
    void refusesSettingsThatAreWrong() {
        assertThatThrownBy(() -> settings("explorePercent", "101"))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("explorePercent")
                .hasMessageContaining("0 to 100");
        assertThatThrownBy(() -> settings("quality", "-1")).hasMessageContaining("expected a number from 0 to 10");
        assertThatThrownBy(() -> settings("every", "1s")).hasMessageContaining("at least 1m");
        assertThatThrownBy(() -> settings("explor", "1")).hasMessageContaining("explorePercent");
        assertThatThrownBy(() -> RebalanceSettings.all(Map.of("every", "1h")))
                .hasMessageContaining("expected the name of a router and a key");
    }
}
