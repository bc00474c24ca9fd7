package io.github.camelllm.routes.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.FaultPlan;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CascadeTemplateTest {
    private static Simulator.Builder simulator(String cheap) {
        return Simulator.builder()
                .responder(Responders.rules()
                        .model("gpt-5-nano", ScriptedAnswer.text(cheap))
                        .model("gpt-5-mini", ScriptedAnswer.text("from the larger one"))
                        .when(
                                request -> request.model().startsWith("claude"),
                                1,
                                request -> ScriptedAnswer.text("{\"score\": 35}"))
                        .model("claude-haiku-4-5", ScriptedAnswer.text("{\"score\": 90}"))
                        .build());
    }

    private static TemplateRun run(Dsl dsl, Simulator.Builder simulator, String... more) throws Exception {
        List<String> parameters = new ArrayList<>(
                List.of("from", "direct:ask", "model", "openai/gpt-5-nano", "larger", "openai/gpt-5-mini"));
        parameters.addAll(List.of(more));
        return new TemplateRun(simulator)
                .with(dsl, "llm-cascade", new CascadeTemplate(), parameters.toArray(new String[0]));
    }

    private static BigDecimal costOf(TemplateRun run, String model, String question) throws Exception {
        run.with(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:" + model).to("llm:openai/" + model);
            }
        });
        return run.ask("direct:" + model, question).getMessage().getHeader(LlmConstants.COST, BigDecimal.class);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void staysWithTheCheapModelIfItsAnswerIsAccepted(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, simulator("42")).start()) {
            Exchange done = run.ask("direct:ask", "How many?");

            assertThat(done.getMessage().getBody()).isEqualTo("42");
            assertThat(done.getMessage().getHeader(HybridHeaders.ESCALATED)).isEqualTo(false);
            assertThat(run.models()).containsExactly("gpt-5-nano");
            assertThat(done.getVariables()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void asksTheLargerModelTheSameQuestionAndAddsTheCosts(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, simulator("no idea"), "accept", "${body} !contains 'no idea'")
                .start()) {
            BigDecimal both = costOf(run, "gpt-5-nano", "How many?").add(costOf(run, "gpt-5-mini", "How many?"));
            run.simulator().clearRequests();

            Exchange done = run.ask("direct:ask", "How many?");

            assertThat(done.getException()).isNull();
            assertThat(done.getMessage().getBody()).isEqualTo("from the larger one");
            assertThat(done.getMessage().getHeader(HybridHeaders.ESCALATED)).isEqualTo(true);
            assertThat(done.getMessage().getHeader(LlmConstants.COST, BigDecimal.class))
                    .isEqualByComparingTo(both);
            assertThat(done.getMessage().getHeader(LlmConstants.REQUEST_MODEL)).isEqualTo("gpt-5-mini");
            assertThat(run.models()).containsExactly("gpt-5-nano", "gpt-5-mini");
            assertThat(run.simulator().requests().get(1).chat().orElseThrow().messages())
                    .last()
                    .satisfies(message -> assertThat(message.text()).isEqualTo("How many?"));
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void escalatesIfTheAnswerDoesNotConformToTheSchema(Dsl dsl) throws Exception {
        Simulator.Builder simulator = Simulator.builder()
                .responder(Responders.rules()
                        .model("gpt-5-nano", ScriptedAnswer.text("not JSON"))
                        .model("gpt-5-mini", ScriptedAnswer.text("{\"n\":42}"))
                        .build());
        try (TemplateRun run = run(dsl, simulator).start()) {
            Exchange done = run.ask(
                    "direct:ask",
                    "How many?",
                    Map.of(
                            LlmConstants.JSON_SCHEMA,
                            "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}"));

            assertThat(done.getMessage().getBody()).isEqualTo("{\"n\":42}");
            assertThat(done.getMessage().getHeader(HybridHeaders.ESCALATED)).isEqualTo(true);
            // The unreadable answers were billed, and the exception does not say how much
            assertThat(done.getMessage().getHeader(LlmConstants.COST)).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void escalatesIfTheCheapModelIsAwayAndKnowsThatThisWasFree(Dsl dsl) throws Exception {
        FaultPlan faults = FaultPlan.builder()
                .forModel("gpt-5-nano", Fault.parse("status=503"))
                .build();
        try (TemplateRun run = run(dsl, simulator("42").faults(faults)).start()) {
            Exchange done = run.ask("direct:ask", "How many?");

            assertThat(done.getMessage().getBody()).isEqualTo("from the larger one");
            assertThat(done.getMessage().getHeader(LlmConstants.COST, BigDecimal.class))
                    .isPositive();
            assertThat(done.getMessage().getHeader(LlmConstants.OUTPUT_TOKENS))
                    .isEqualTo(run.simulator().bill().outputTokens());
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void doesNotHideAWrongKey(Dsl dsl) throws Exception {
        FaultPlan faults = FaultPlan.builder()
                .forModel("gpt-5-nano", Fault.parse("status=401"))
                .build();
        try (TemplateRun run = run(dsl, simulator("42").faults(faults)).start()) {
            Exchange done = run.ask("direct:ask", "How many?");

            assertThat(done.getException()).isInstanceOf(LlmAuthenticationException.class);
            assertThat(run.models()).containsExactly("gpt-5-nano");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void letsAJudgeDecide(Dsl dsl) throws Exception {
        try (TemplateRun run = run(
                        dsl, simulator("about 40"), "check", "direct:judge", "accept", "${header.CamelLlmScore} >= 70")
                .with(
                        dsl,
                        "llm-judge",
                        new JudgeTemplate(),
                        "from",
                        "direct:judge",
                        "model",
                        "anthropic/claude-haiku-4-5")
                .start()) {
            // A stream is read by the cheap model, the judge and the larger one
            Exchange poor =
                    run.ask("direct:ask", new ByteArrayInputStream("How many?".getBytes(StandardCharsets.UTF_8)));
            assertThat(poor.getMessage().getBody()).isEqualTo("from the larger one");
            assertThat(poor.getMessage().getHeader(HybridHeaders.SCORE)).isEqualTo(35);
            assertThat(poor.getMessage().getHeader(LlmConstants.OUTPUT_TOKENS))
                    .isEqualTo(run.simulator().bill().outputTokens());
            assertThat(run.models()).containsExactly("gpt-5-nano", "claude-haiku-4-5", "gpt-5-mini");
            assertThat(run.simulator().requests().get(2).chat().orElseThrow().messages())
                    .last()
                    .satisfies(message -> assertThat(message.text()).isEqualTo("How many?"));
            assertThat(run.simulator().requests().get(1).chat().orElseThrow().messages())
                    .last()
                    .satisfies(message -> assertThat(message.text())
                            .contains("Question:\nHow many?")
                            .contains("Answer:\nabout 40"));

            Exchange good = run.ask("direct:ask", "How many?");
            assertThat(good.getMessage().getBody()).isEqualTo("about 40");
            assertThat(good.getMessage().getHeader(HybridHeaders.SCORE)).isEqualTo(90);
            assertThat(good.getMessage().getHeader(LlmConstants.REQUEST_MODEL)).isEqualTo("gpt-5-nano");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void readsTheConfidenceThatTheModelPutsIntoItsAnswer(Dsl dsl) throws Exception {
        String accept = "${bean:type:io.github.camelllm.routes.hybrid.Confidence?method=percent} >= 80";
        try (TemplateRun run = run(dsl, simulator("{\"n\":42,\"confidence\":0.9}"), "accept", accept)
                .start()) {
            assertThat(run.ask("direct:ask", "How many?").getMessage().getHeader(HybridHeaders.ESCALATED))
                    .isEqualTo(false);
        }
        try (TemplateRun run = run(dsl, simulator("{\"n\":42,\"confidence\":0.7}"), "accept", accept)
                .start()) {
            assertThat(run.ask("direct:ask", "How many?").getMessage().getHeader(HybridHeaders.ESCALATED))
                    .isEqualTo(true);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"confidence\": 0.85}',85",
        "'{\"confidence\": 1}',100",
        "'{\"confidence\": 73}',73",
        "'{\"confidence\": -3}',0",
        "'{\"confidence\": 1e9}',100",
        "'{\"confidence\": \"high\"}',0",
        "'{}',0",
        "sure,0"
    })
    void takesAModelThatDoesNotSayForUnsure(String answer, int percent) {
        assertThat(new Confidence().percent(answer)).isEqualTo(percent);
    }

    @Test
    void isAStepOfARouteAsKamelet() throws Exception {
        try (TemplateRun run = new TemplateRun(simulator("no idea"))
                .with(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:in")
                                .to("kamelet:llm-cascade-action?model=openai/gpt-5-nano&larger=openai/gpt-5-mini"
                                        + "&check=direct:judge&accept=RAW(${header.CamelLlmScore} >= 70)");
                        from("direct:judge").to("kamelet:llm-judge-action?model=anthropic/claude-haiku-4-5");
                    }
                })
                .start()) {
            assertThat(run.ask("direct:in", "How many?").getMessage().getBody()).isEqualTo("from the larger one");
        }
    }
}
