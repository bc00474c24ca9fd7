package io.github.camelllm.routes.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.failover.FailoverHeaders;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.FaultPlan;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.NotifyBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DraftThenVerifyTemplateTest {
    private static Simulator.Builder simulator(String verified) {
        return Simulator.builder()
                .responder(Responders.rules()
                        .model("gpt-5-nano", ScriptedAnswer.text("14 days"))
                        .model("claude-*", ScriptedAnswer.text(verified))
                        .build());
    }

    private static TemplateRun run(Dsl dsl, Simulator.Builder simulator) throws Exception {
        return new TemplateRun(simulator)
                .with(
                        dsl,
                        "llm-draft-then-verify",
                        new DraftThenVerifyTemplate(),
                        "from",
                        "direct:ask",
                        "model",
                        "openai/gpt-5-nano")
                .with(
                        dsl,
                        "llm-verify-draft",
                        new VerifyDraftTemplate(),
                        "model",
                        "anthropic/claude-sonnet-4-5",
                        "corrections",
                        "mock:corrections",
                        "unverified",
                        "mock:unverified")
                .start();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void answersAtOnceAndCorrectsLater(Dsl dsl) throws Exception {
        try (TemplateRun run = run(
                dsl,
                simulator("30 days")
                        .faults(FaultPlan.builder()
                                .forModel("claude-*", Fault.parse("stall=head"))
                                .build()))) {
            MockEndpoint corrections = run.mock("corrections");
            corrections.expectedBodiesReceived("30 days");

            Exchange done = run.ask("direct:ask", "How long may I return it?");

            assertThat(done.getMessage().getBody()).isEqualTo("14 days");
            assertThat(done.getVariables()).doesNotContainKey("llmQuestion");
            Object id = done.getMessage().getHeader(FailoverHeaders.CORRELATION_ID);
            assertThat(id).isEqualTo(done.getExchangeId());
            run.awaitStalled(1);
            assertThat(corrections.getReceivedCounter()).isZero();
            run.simulator().releaseStalls();
            corrections.assertIsSatisfied();
            Message correction = corrections.getExchanges().get(0).getMessage();
            assertThat(correction.getHeader(FailoverHeaders.CORRELATION_ID)).isEqualTo(id);
            assertThat(correction.getHeader(LlmConstants.REQUEST_MODEL)).isEqualTo("claude-sonnet-4-5");
            assertThat(corrections.getExchanges().get(0).getVariable("llmDraft", Map.class))
                    .containsEntry("answer", "14 days")
                    .containsEntry("model", "openai/gpt-5-nano");
            assertThat(run.simulator().requests().get(1).chat().orElseThrow().messages())
                    .last()
                    .satisfies(message -> assertThat(message.text())
                            .contains("Question:\nHow long may I return it?")
                            .contains("Draft answer:\n14 days"));
        }
    }

    @ParameterizedTest
    @CsvSource({"YAML,OK", "JAVA,ok.", "YAML,14 days", "JAVA,'14 Days.'"})
    void sendsNothingIfTheDraftIsRight(Dsl dsl, String verified) throws Exception {
        try (TemplateRun run = run(dsl, simulator(verified))) {
            run.mock("corrections").expectedMessageCount(0);
            run.mock("unverified").expectedMessageCount(0);
            NotifyBuilder verifying = new NotifyBuilder(run.context())
                    .from("seda:llm-verify-draft*")
                    .whenDone(1)
                    .create();

            run.ask("direct:ask", "How long may I return it?");

            assertThat(verifying.matches(20, TimeUnit.SECONDS)).isTrue();
            run.mock("corrections").assertIsSatisfied();
            run.mock("unverified").assertIsSatisfied();
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void tellsWhichDraftsCouldNotBeVerified(Dsl dsl) throws Exception {
        try (TemplateRun run = run(
                dsl,
                simulator("30 days")
                        .faults(FaultPlan.builder()
                                .forModel("claude-*", Fault.parse("status=529"))
                                .build()))) {
            MockEndpoint unverified = run.mock("unverified");
            unverified.expectedMessageCount(1);
            run.mock("corrections").expectedMessageCount(0);

            Exchange done = run.ask("direct:ask", "How long?", Map.of(FailoverHeaders.CORRELATION_ID, "case-7"));

            assertThat(done.getMessage().getBody()).isEqualTo("14 days");
            unverified.assertIsSatisfied();
            Message left = unverified.getExchanges().get(0).getMessage();
            assertThat(left.getBody(Map.class))
                    .containsEntry("id", "case-7")
                    .containsEntry("question", "How long?")
                    .containsEntry("answer", "14 days");
            assertThat(left.getHeader(FailoverHeaders.FAILURE)).isEqualTo("LlmUnavailableException");
            run.mock("corrections").assertIsSatisfied();
        }
    }

    @Test
    void isAStepOfARouteAsKamelet() throws Exception {
        try (TemplateRun run = new TemplateRun(simulator("30 days"))
                .with(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:in")
                                .to("kamelet:llm-draft-then-verify-action?model=openai/gpt-5-nano"
                                        + "&verifier=direct:verify");
                        from("direct:verify")
                                .to("kamelet:llm-verify-draft-sink?model=anthropic/claude-sonnet-4-5"
                                        + "&corrections=mock:corrections");
                    }
                })
                .start()) {
            run.mock("corrections").expectedBodiesReceived("30 days");

            assertThat(run.ask("direct:in", "How long?").getMessage().getBody()).isEqualTo("14 days");
            run.mock("corrections").assertIsSatisfied();
        }
    }
}
