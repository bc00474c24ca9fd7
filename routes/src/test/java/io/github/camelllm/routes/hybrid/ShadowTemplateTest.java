package io.github.camelllm.routes.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.failover.FailoverHeaders;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.FaultPlan;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.util.Collections;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShadowTemplateTest {
    private static Simulator.Builder simulator(String candidate) {
        return Simulator.builder()
                .responder(Responders.rules()
                        .model("gpt-5-mini", ScriptedAnswer.text("Paris"))
                        .model("mistral-*", ScriptedAnswer.text(candidate))
                        .model("claude-*", ScriptedAnswer.text("{\"score\": 62}"))
                        .build());
    }

    private static TemplateRun run(Dsl dsl, Simulator.Builder simulator, String percent, String check)
            throws Exception {
        return new TemplateRun(simulator)
                .with(
                        dsl,
                        "llm-shadow",
                        new ShadowTemplate(),
                        "from",
                        "direct:ask",
                        "model",
                        "openai/gpt-5-mini",
                        "percent",
                        percent)
                .with(
                        dsl,
                        "llm-shadow-score",
                        new ShadowScoreTemplate(),
                        "model",
                        "mistral/mistral-small-2603",
                        "scores",
                        "mock:scores",
                        "good",
                        "${body} contains 'paris'",
                        "check",
                        check)
                .with(
                        dsl,
                        "llm-judge",
                        new JudgeTemplate(),
                        "from",
                        "direct:judge",
                        "model",
                        "anthropic/claude-haiku-4-5")
                .start();
    }

    private static Map<?, ?> onlyScore(TemplateRun run) throws Exception {
        MockEndpoint scores = run.mock("scores");
        scores.expectedMessageCount(1);
        scores.assertIsSatisfied();
        return scores.getExchanges().get(0).getMessage().getBody(Map.class);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void scoresTheCandidateByAPredicate(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, simulator("paris."), "100", "log:none?level=OFF")) {
            Exchange done = run.ask("direct:ask", "Name the capital of France", Map.of("LlmCorrelationId", "case-1"));

            assertThat(done.getMessage().getBody()).isEqualTo("Paris");
            Map<?, ?> score = onlyScore(run);
            assertThat(score.get("id")).isEqualTo("case-1");
            assertThat(score.get("liveModel")).isEqualTo("openai/gpt-5-mini");
            assertThat(score.get("candidateModel")).isEqualTo("mistral/mistral-small-2603");
            assertThat(score.get("score")).isEqualTo(100);
            assertThat(score.get("same")).isEqualTo(true);
            assertThat(score.get("failure")).isNull();
            assertThat(score.get("liveCost")).isInstanceOf(String.class);
            assertThat(score.get("candidateCost")).isInstanceOf(String.class);
            assertThat(score.toString()).doesNotContain("capital").doesNotContainIgnoringCase("paris");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void givesABadAnswerZero(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, simulator("Lyon"), "100", "log:none?level=OFF")) {
            run.ask("direct:ask", "Name the capital of France");

            Map<?, ?> score = onlyScore(run);
            assertThat(score.get("score")).isEqualTo(0);
            assertThat(score.get("same")).isEqualTo(false);
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void letsAJudgeScore(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, simulator("Lyon"), "100", "direct:judge")) {
            run.ask("direct:ask", "Name the capital of France");

            assertThat(onlyScore(run).get("score")).isEqualTo(62);
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void keepsTheFailureOfACandidateFromTheCaller(Dsl dsl) throws Exception {
        Simulator.Builder failing = simulator("Lyon")
                .faults(FaultPlan.builder()
                        .forModel("mistral-*", Fault.parse("status=500"))
                        .build());
        try (TemplateRun run = run(dsl, failing, "100", "log:none?level=OFF")) {
            Exchange done = run.ask("direct:ask", "Name the capital of France");

            assertThat(done.getException()).isNull();
            Map<?, ?> score = onlyScore(run);
            assertThat(score.get("score")).isEqualTo(0);
            assertThat(score.get("failure")).isEqualTo("LlmUnavailableException");
            assertThat(score.get("candidateModel")).isEqualTo("mistral/mistral-small-2603");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void asksTheCandidateForAShareOnly(Dsl dsl) throws Exception {
        try (TemplateRun none = run(dsl, simulator("Lyon"), "0", "log:none?level=OFF")) {
            for (int i = 0; i < 20; i++) {
                none.ask("direct:ask", "Question " + i);
            }
            assertThat(none.models()).containsOnly("gpt-5-mini");
        }
        try (TemplateRun half = run(dsl, simulator("Lyon"), "50", "log:none?level=OFF")) {
            for (int i = 0; i < 100; i++) {
                half.ask("direct:ask", "Question " + i);
            }
            assertThat(Collections.frequency(half.models(), "gpt-5-mini")).isEqualTo(100);
            // Fewer than 10 or more than 90 of 100 happens less often than once in 10^16 runs
            half.mock("scores").expectedMinimumMessageCount(10);
            half.mock("scores").assertIsSatisfied();
            assertThat(half.mock("scores").getReceivedCounter()).isLessThan(90);
        }
    }

    @Test
    void isAStepOfARouteAsKamelet() throws Exception {
        try (TemplateRun run = new TemplateRun(simulator("paris"))
                .with(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:in")
                                .to("kamelet:llm-shadow-action?model=openai/gpt-5-mini&percent=100"
                                        + "&shadow=direct:shadow");
                        from("direct:shadow")
                                .to("kamelet:llm-shadow-score-sink?model=mistral/mistral-small-2603"
                                        + "&scores=mock:scores");
                    }
                })
                .start()) {
            assertThat(run.ask("direct:in", "Hi", Map.of(FailoverHeaders.CORRELATION_ID, "case-2"))
                            .getMessage()
                            .getBody())
                    .isEqualTo("Paris");
            assertThat(onlyScore(run).get("score")).isEqualTo(100);
        }
    }
}
