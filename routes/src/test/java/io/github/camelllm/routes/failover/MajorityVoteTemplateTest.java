package io.github.camelllm.routes.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.LlmUnavailableException;
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
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.DeadLetterChannelBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MajorityVoteTemplateTest {
    private static final String MODELS = "openai/gpt-5-mini, anthropic/claude-haiku-4-5, mistral/mistral-small-2603";

    private static Simulator.Builder simulator(String first, String second, String third) {
        return Simulator.builder()
                .responder(Responders.rules()
                        .model("gpt-*", ScriptedAnswer.text(first))
                        .model("claude-*", ScriptedAnswer.text(second))
                        .model("mistral-*", ScriptedAnswer.text(third))
                        .build());
    }

    private static TemplateRun run(Dsl dsl, Simulator.Builder simulator, String... more) throws Exception {
        String[] parameters = new String[4 + more.length];
        System.arraycopy(new String[] {"from", "direct:ask", "models", MODELS}, 0, parameters, 0, 4);
        System.arraycopy(more, 0, parameters, 4, more.length);
        return new TemplateRun(simulator).with(dsl, "llm-majority-vote", new MajorityVoteTemplate(), parameters);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void takesWhatMostModelsSay(Dsl dsl) throws Exception {
        try (TemplateRun run =
                run(dsl, simulator("Lyon", "Paris.", " \"paris\"")).start()) {
            Exchange done = run.ask("direct:ask", "Name the capital of France");

            assertThat(done.getException()).isNull();
            assertThat(done.getMessage().getBody()).isEqualTo("Paris.");
            assertThat(done.getMessage().getHeader(FailoverHeaders.VOTES)).isEqualTo(2);
            assertThat(done.getMessage().getHeader(FailoverHeaders.AGREEMENT)).isEqualTo(new BigDecimal("0.66"));
            assertThat(done.getMessage().getHeader(LlmConstants.PROVIDER)).isEqualTo("anthropic");
            assertThat(done.getMessage().getHeader(LlmConstants.OUTPUT_TOKENS))
                    .isEqualTo(run.simulator().bill().outputTokens());
            assertThat(run.models()).containsExactlyInAnyOrder("gpt-5-mini", "claude-haiku-4-5", "mistral-small-2603");
            assertThat(done.getVariables()).doesNotContainKeys("llmQuestion", "llmModel");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void sumsTheCostExactly(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, simulator("a", "b", "c")).start()) {
            BigDecimal sum = BigDecimal.ZERO;
            run.with(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:one").toD("llm:${header.which}");
                }
            });
            for (String model : MODELS.split(", ")) {
                Exchange one = run.ask("direct:one", "Hi", Map.of("which", model));
                sum = sum.add(one.getMessage().getHeader(LlmConstants.COST, BigDecimal.class));
            }

            Exchange done = run.ask("direct:ask", "Hi");

            assertThat(done.getMessage().getHeader(LlmConstants.COST, BigDecimal.class))
                    .isEqualByComparingTo(sum);
            assertThat(done.getMessage().getHeader(LlmConstants.COST_CURRENCY)).isEqualTo("USD");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void takesTheFirstInTheListIfVotesAreTied(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, simulator("one", "two", "three")).start()) {
            Exchange done = run.ask("direct:ask", "How many?");

            assertThat(done.getMessage().getBody()).isEqualTo("one");
            assertThat(done.getMessage().getHeader(FailoverHeaders.AGREEMENT)).isEqualTo(new BigDecimal("0.33"));
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void failsIfVotesAreTiedAndTheRuleSaysSo(Dsl dsl) throws Exception {
        try (TemplateRun run =
                run(dsl, simulator("one", "two", "three"), "tie", "fail").start()) {
            assertThat(run.ask("direct:ask", "How many?").getException())
                    .isInstanceOf(NoAnswerException.class)
                    .hasMessageContaining("3 different answers");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void countsModelsThatFailAsAskedButNotAsVotes(Dsl dsl) throws Exception {
        FaultPlan faults =
                FaultPlan.builder().forModel("gpt-*", Fault.parse("status=503")).build();
        try (TemplateRun run = run(dsl, simulator("", "yes", "yes").faults(faults))) {
            // An error handler that takes the question for dead must not make the question an answer
            run.context()
                    .getCamelContextExtension()
                    .setErrorHandlerFactory(new DeadLetterChannelBuilder("mock:dead").maximumRedeliveries(0));
            run.mock("dead").expectedMessageCount(0);
            run.start();

            Exchange done = run.ask("direct:ask", "yes");

            assertThat(done.getMessage().getHeader(FailoverHeaders.VOTES)).isEqualTo(2);
            assertThat(done.getMessage().getHeader(FailoverHeaders.AGREEMENT)).isEqualTo(new BigDecimal("0.66"));
            run.mock("dead").assertIsSatisfied();
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void failsAsTheFirstModelIfAllFail(Dsl dsl) throws Exception {
        FaultPlan faults =
                FaultPlan.builder().forModel("*", Fault.parse("status=503")).build();
        try (TemplateRun run = run(dsl, simulator("", "", "").faults(faults)).start()) {
            Exchange done = run.ask("direct:ask", "How many?");

            assertThat(done.getException()).isInstanceOf(LlmUnavailableException.class);
            assertThat(((LlmUnavailableException) done.getException()).getProvider())
                    .isEqualTo("openai");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void comparesWhatTheExpressionTakesFromTheAnswers(Dsl dsl) throws Exception {
        try (TemplateRun run = run(
                        dsl,
                        simulator("7 because of A", "8 because of B", "7 as C says"),
                        "vote",
                        "${body.substring(0, 1)}")
                .start()) {
            assertThat(run.ask("direct:ask", "How many?").getMessage().getBody())
                    .isEqualTo("7 because of A");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void asksEachModelTheWholeQuestionIfItIsAStream(Dsl dsl) throws Exception {
        try (TemplateRun run =
                run(dsl, Simulator.builder().responder(Responders.echo())).start()) {
            byte[] question = "word ".repeat(1_000).getBytes(StandardCharsets.UTF_8);

            // The threads that ask meet at the stream only now and then
            for (int i = 0; i < 20; i++) {
                Exchange done = run.ask("direct:ask", new ByteArrayInputStream(question));

                assertThat(done.getMessage().getHeader(FailoverHeaders.VOTES)).isEqualTo(3);
                assertThat(done.getMessage().getBody(String.class))
                        .isEqualTo(new String(question, StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void isAStepOfARouteAsKameletThatAsksOneModelSeveralTimes() throws Exception {
        try (TemplateRun run = new TemplateRun(Simulator.builder()
                        .responder(Responders.scripted(
                                ScriptedAnswer.text("red"), ScriptedAnswer.text("blue"), ScriptedAnswer.text("red"))))
                .with(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:in")
                                .to("kamelet:llm-majority-vote-action"
                                        + "?models=openai/gpt-5-mini,openai/gpt-5-mini,openai/gpt-5-mini");
                    }
                })
                .start()) {
            assertThat(run.ask("direct:in", "Which colour?").getMessage().getBody())
                    .isEqualTo("red");
        }
    }

    @ParameterizedTest
    @CsvSource({"'Paris.',paris", "' \"PARIS\"  ',paris", "'New   York',new york", "1.5,1.5", "'++','++'", "'- 5 -',5"})
    void comparesAnswersWithoutWhatSurroundsThem(String answer, String normalised) {
        assertThat(MajorityVote.normalised(answer)).isEqualTo(normalised);
    }
}
