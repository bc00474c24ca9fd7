package io.github.camelllm.routes.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.quality.RouterBalancer.Result;
import io.github.camelllm.routes.quality.WeightsChange.Kind;
import io.github.camelllm.routes.testing.ManualClock;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Simulator;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RouterBalancerTest {
    private static final String MINI = "openai/gpt-5-mini";
    private static final String HAIKU = "anthropic/claude-haiku-4-5";

    private final Simulator simulator = Simulator.started();
    private final ManualClock clock = new ManualClock();
    private TestLedger ledger;
    private SimulatedContext context;
    private SimulatedContext otherContext;

    private RouterBalancer on(Server server, String... settings) throws Exception {
        ledger = TestLedger.on(server);
        context = context();
        otherContext = context();
        return balancer(context, settings);
    }

    private SimulatedContext context() {
        Properties properties = new Properties();
        properties.setProperty("llm.router.support.strategy", "bestValue");
        properties.setProperty("llm.router.support.targets", MINI + "," + HAIKU);
        properties.setProperty("llm.router.ordered.targets", MINI + "," + HAIKU);
        SimulatedContext made = new SimulatedContext(simulator, properties);
        made.start();
        return made;
    }

    private RouterBalancer balancer(SimulatedContext in, String... settings) {
        Properties all = new Properties();
        all.setProperty("support.priorScores", "0");
        all.setProperty("ordered.every", "never");
        for (int i = 0; i < settings.length; i += 2) {
            all.setProperty("support." + settings[i], settings[i + 1]);
        }
        Map<String, String> properties = new TreeMap<>();
        all.stringPropertyNames().forEach(name -> properties.put(name, all.getProperty(name)));
        return new RouterBalancer(in, RebalanceSettings.all(properties), ledger.database(), clock);
    }

    @AfterEach
    void close() throws Exception {
        if (ledger != null) {
            context.close();
            otherContext.close();
            ledger.close();
        }
        simulator.close();
    }

    /** Scores of so many calls that each cost a millionth dollar and took a second. */
    private void scores(String provider, String model, int scores, int score) throws Exception {
        ledger.execute("delete from llm_score_sum where model = '" + model + "'");
        ledger.execute(
                "insert into llm_score_sum (bucket, task, name, provider, model, currency, scores, yes_or_no, yes,"
                        + " score_sum, square_sum, cost_nanos, latency_micros) values (timestamp with time zone '2026-11-25"
                        + " 00:00:00+00', 'letters', 'feedback', '" + provider + "', '" + model + "', 'USD', " + scores
                        + ", 0, 0, " + scores * score + ", " + (long) scores * score * score + ", " + scores * 1000L
                        + ", "
                        + scores * 1_000_000L + ")");
    }

    private Map<String, Double> weights(SimulatedContext in) {
        Map<String, Double> weights = new TreeMap<>();
        in.getComponent("llm", LlmComponent.class)
                .routerWeights()
                .inUse("support")
                .orElseThrow()
                .targets()
                .forEach(target -> weights.put(target.name(), target.weight()));
        return weights;
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void changesWeightsSaysWhyAndGoesBack(Server server) throws Exception {
        RouterBalancer balancer = on(server);
        scores("openai", "gpt-5-mini", 50, 9_000);
        scores("anthropic", "claude-haiku-4-5", 50, 3_000);

        Result first = balancer.rebalance("support", "alice", false);

        // 0.9 and 0.3 are 75 and 25 %; 5 + 0.9 × 75 = 72.5
        assertThat(first.changed()).isTrue();
        assertThat(weights(context)).isEqualTo(Map.of(MINI, 72.5, HAIKU, 27.5));
        WeightsChange kept = balancer.history("support", 10).get(0);
        assertThat(kept.version()).isEqualTo(1);
        assertThat(kept.actor()).isEqualTo("alice");
        assertThat(kept.reasons().get(0).why()).startsWith("50 scores with the mean 0.900");
        assertThat(kept.reasons().get(0).before().orElseThrow()).isEqualByComparingTo("50");

        Result back = balancer.restore("support", Optional.empty(), "bob");

        assertThat(back.change().kind()).isEqualTo(Kind.RESET);
        assertThat(weights(context)).isEqualTo(Map.of(MINI, 1.0, HAIKU, 1.0));
        balancer.restore("support", Optional.of(1L), "bob");
        assertThat(weights(context)).isEqualTo(Map.of(MINI, 72.5, HAIKU, 27.5));
        assertThat(balancer.history("support", 10))
                .extracting(WeightsChange::version)
                .containsExactly(3L, 2L, 1L);
    }

    @Test
    void anotherNodeUsesTheSameWeights() throws Exception {
        RouterBalancer balancer = on(Server.H2);
        RouterBalancer other = balancer(otherContext);
        scores("openai", "gpt-5-mini", 50, 9_000);
        scores("anthropic", "claude-haiku-4-5", 50, 3_000);
        balancer.rebalance("support", "alice", false);

        other.look();

        assertThat(weights(otherContext)).isEqualTo(Map.of(MINI, 72.5, HAIKU, 27.5));
    }

    @Test
    void aDryRunChangesNothing() throws Exception {
        RouterBalancer balancer = on(Server.H2);
        scores("openai", "gpt-5-mini", 50, 9_000);
        scores("anthropic", "claude-haiku-4-5", 50, 3_000);

        Result result = balancer.rebalance("support", "alice", true);

        assertThat(result.changed()).isFalse();
        assertThat(result.change().weights()).containsEntry(MINI, 72.5);
        assertThat(balancer.history("support", 10)).isEmpty();
        assertThat(weights(context)).isEqualTo(Map.of(MINI, 1.0, HAIKU, 1.0));
    }

    @Test
    void withTooFewScoresNothingIsEntered() throws Exception {
        RouterBalancer balancer = on(Server.H2);
        scores("openai", "gpt-5-mini", 29, 9_000);
        scores("anthropic", "claude-haiku-4-5", 29, 3_000);
        assertThat(balancer.rebalance("support", "alice", false).changed()).isFalse();
        assertThat(balancer.history("support", 10)).isEmpty();
    }

    @Test
    void onlyScoresOfTheTaskAndNameCount() throws Exception {
        RouterBalancer balancer = on(Server.H2, "task", "letters", "scores", "judge,feedback");
        scores("openai", "gpt-5-mini", 50, 9_000);
        scores("anthropic", "claude-haiku-4-5", 50, 3_000);
        ledger.execute(
                "insert into llm_score_sum select bucket, 'mail', name, provider, model, currency, 900, 0, 0, 1, 1,"
                        + " 1, 1 from llm_score_sum");
        ledger.execute(
                "insert into llm_score_sum select bucket, task, 'refusal', provider, model, currency, 900, 0, 0, 1,"
                        + " 1, 1, 1 from llm_score_sum where task = 'letters'");
        balancer.rebalance("support", "alice", false);
        assertThat(weights(context)).isEqualTo(Map.of(MINI, 72.5, HAIKU, 27.5));
    }

    @Test
    void aScheduleChangesWeightsWhenItsTimeHasComeAndRestsOnceSomebodyWentBack() throws Exception {
        RouterBalancer balancer = on(Server.H2, "every", "6h");
        scores("openai", "gpt-5-mini", 50, 9_000);
        scores("anthropic", "claude-haiku-4-5", 50, 3_000);
        balancer.look();
        assertThat(weights(context)).containsEntry(MINI, 72.5);

        scores("anthropic", "claude-haiku-4-5", 50, 9_000);
        clock.advance(Duration.ofHours(5));
        balancer.look();
        assertThat(weights(context)).containsEntry(MINI, 72.5);
        clock.advance(Duration.ofHours(1));
        balancer.look();
        assertThat(weights(context)).isEqualTo(Map.of(MINI, 50.0, HAIKU, 50.0));
        assertThat(balancer.history("support", 1).get(0).actor()).isEqualTo("schedule");

        balancer.restore("support", Optional.empty(), "bob");
        assertThat(weights(context)).containsEntry(MINI, 72.5);
        clock.advance(Duration.ofHours(7));
        balancer.look();
        assertThat(weights(context)).containsEntry(MINI, 72.5);

        balancer.rebalance("support", "bob", false);
        assertThat(weights(context)).containsEntry(MINI, 50.0);
    }

    @Test
    void saysWhatCannotBeDone() throws Exception {
        RouterBalancer balancer = on(Server.H2);
        assertThatThrownBy(() -> balancer.rebalance("nothing", "a", false))
                .hasMessageContaining("router 'nothing' does not follow its scores")
                .hasMessageContaining("ordered, support");
        assertThatThrownBy(() -> balancer.rebalance("ordered", "a", false))
                .hasMessageContaining("expected the strategy bestValue, weighted or roundRobin");
        assertThatThrownBy(() -> balancer.restore("support", Optional.empty(), "a"))
                .hasMessageContaining("has the weights of its definition already");
        scores("openai", "gpt-5-mini", 50, 9_000);
        scores("anthropic", "claude-haiku-4-5", 50, 3_000);
        balancer.rebalance("support", "a", false);
        assertThatThrownBy(() -> balancer.restore("support", Optional.of(7L), "a"))
                .hasMessageContaining("has no change 7; expected 0 to 1");
        ledger.execute("update llm_router_weights set weights = '{\"openai/gpt-4\":1.0}'");
        assertThatThrownBy(() -> balancer.restore("support", Optional.of(1L), "a"))
                .hasMessageContaining("has other targets now than those that change 1 is about");
    }
}
