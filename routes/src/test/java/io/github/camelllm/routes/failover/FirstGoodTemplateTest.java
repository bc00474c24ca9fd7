package io.github.camelllm.routes.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.FaultPlan;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.math.BigDecimal;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FirstGoodTemplateTest {
    private static final String MODELS = "openai/gpt-5-mini, anthropic/claude-haiku-4-5";

    private static Simulator.Builder simulator(FaultPlan faults) {
        return Simulator.builder()
                .responder(Responders.rules()
                        .model("gpt-*", ScriptedAnswer.text("no idea"))
                        .model("claude-*", ScriptedAnswer.text("yes, it is"))
                        .build())
                .faults(faults);
    }

    private static TemplateRun run(Dsl dsl, FaultPlan faults, String good) throws Exception {
        return new TemplateRun(simulator(faults))
                .with(
                        dsl,
                        "llm-first-good",
                        new FirstGoodTemplate(),
                        "from",
                        "direct:ask",
                        "models",
                        MODELS,
                        "good",
                        good,
                        "totals",
                        "mock:totals")
                .start();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void doesNotWaitForTheOthers(Dsl dsl) throws Exception {
        FaultPlan slow =
                FaultPlan.builder().forModel("gpt-*", Fault.parse("stall=head")).build();
        try (TemplateRun run = run(dsl, slow, "${body} != ''")) {
            run.mock("totals").expectedMessageCount(1);

            Exchange done = run.ask("direct:ask", "Is it?");

            assertThat(done.getMessage().getBody()).isEqualTo("yes, it is");
            assertThat(done.getMessage().getHeader(FailoverHeaders.RUNNING_CALLS))
                    .isEqualTo(1);
            assertThat(done.getMessage().getHeader(LlmConstants.COST)).isNull();
            BigDecimal own = done.getMessage().getHeader(FailoverHeaders.ANSWER_COST, BigDecimal.class);
            assertThat(own).isPositive();

            run.awaitStalled(1);
            run.simulator().releaseStalls();
            run.mock("totals").assertIsSatisfied(20_000);
            Map<?, ?> totals =
                    run.mock("totals").getExchanges().get(0).getMessage().getBody(Map.class);
            assertThat(totals.get("id")).isEqualTo(done.getExchangeId());
            assertThat(totals.get("calls")).isEqualTo(2);
            assertThat(totals.get("failed")).isEqualTo(0);
            assertThat(new BigDecimal(totals.get("cost").toString())).isGreaterThan(own);
            assertThat(totals.get("outputTokens"))
                    .isEqualTo(run.simulator().bill().outputTokens());
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void passesOverAnswersThatAreNotGood(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, FaultPlan.none(), "${body} contains 'yes'")) {
            Exchange done = run.ask("direct:ask", "Is it?");

            assertThat(done.getMessage().getBody()).isEqualTo("yes, it is");
            assertThat(done.getMessage().getHeader(LlmConstants.PROVIDER)).isEqualTo("anthropic");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void failsIfNoAnswerIsGood(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, FaultPlan.none(), "${body} contains 'maybe'")) {
            Exchange done = run.ask("direct:ask", "Is it?");

            assertThat(done.getException())
                    .isInstanceOf(NoAnswerException.class)
                    .hasMessageContaining("one of 2 models");
            assertThat(done.getMessage().getBody()).isEqualTo("Is it?");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void failsAsTheFirstModelIfAllFail(Dsl dsl) throws Exception {
        FaultPlan faults = FaultPlan.builder()
                .forModel("gpt-*", Fault.parse("status=503"))
                .forModel("claude-*", Fault.parse("status=400"))
                .build();
        try (TemplateRun run = run(dsl, faults, "${body} != ''")) {
            assertThat(run.ask("direct:ask", "Is it?").getException()).isInstanceOf(LlmUnavailableException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void sumsTheCostOfAllThatHaveEnded(Dsl dsl) throws Exception {
        // The refused one is free and there before the good one
        FaultPlan faults = FaultPlan.builder()
                .forModel("gpt-*", Fault.parse("status=429"))
                .forModel("claude-*", Fault.parse("delay=300ms"))
                .build();
        try (TemplateRun run = run(dsl, faults, "${body} contains 'yes'")) {
            Exchange done = run.ask("direct:ask", "Is it?");

            assertThat(done.getMessage().getHeader(FailoverHeaders.RUNNING_CALLS))
                    .isEqualTo(0);
            assertThat(done.getMessage().getHeader(LlmConstants.COST))
                    .isEqualTo(done.getMessage().getHeader(FailoverHeaders.ANSWER_COST));
            assertThat(done.getMessage().getHeader(LlmConstants.OUTPUT_TOKENS))
                    .isEqualTo(run.simulator().bill().outputTokens());
        }
    }

    @Test
    void saysAtTheStartThatModelsAreMissing() throws Exception {
        try (TemplateRun run = new TemplateRun(simulator(FaultPlan.none()))
                .with(Dsl.YAML, "llm-first-good", new FirstGoodTemplate(), "from", "direct:ask", "models", " , ")) {
            assertThatThrownBy(run::start).rootCause().hasMessageContaining("models: expected provider/model");
        }
    }

    @Test
    void isAStepOfARouteAsKamelet() throws Exception {
        try (TemplateRun run = new TemplateRun(simulator(FaultPlan.none()))
                .with(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:in")
                                .to("kamelet:llm-first-good-action?models=openai/gpt-5-mini,anthropic/claude-haiku-4-5"
                                        + "&good=RAW(${body} contains 'yes')");
                    }
                })
                .start()) {
            assertThat(run.ask("direct:in", "Is it?").getMessage().getBody()).isEqualTo("yes, it is");
        }
    }
}
