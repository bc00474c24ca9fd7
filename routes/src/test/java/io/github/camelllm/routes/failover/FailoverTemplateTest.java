package io.github.camelllm.routes.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.FaultPlan;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.builder.DeadLetterChannelBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailoverTemplateTest {
    private static Simulator.Builder simulator(FaultPlan faults) {
        return Simulator.builder()
                .responder(Responders.rules()
                        .model("gpt-*", ScriptedAnswer.text("from the first"))
                        .model("claude-*", ScriptedAnswer.text("from the second"))
                        .model("mistral-*", ScriptedAnswer.text("from the third"))
                        .build())
                .faults(faults);
    }

    private static TemplateRun run(Dsl dsl, FaultPlan faults) throws Exception {
        return new TemplateRun(simulator(faults))
                .with(
                        dsl,
                        "llm-failover",
                        new FailoverTemplate(),
                        "from",
                        "direct:ask",
                        "model1",
                        "openai/gpt-5-mini",
                        "model2",
                        "anthropic/claude-haiku-4-5",
                        "model3",
                        "mistral/mistral-small-2603");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void asksOnlyTheFirstModelWhileItAnswers(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, FaultPlan.none()).start()) {
            Exchange done = run.ask("direct:ask", "Hi");

            assertThat(done.getMessage().getBody()).isEqualTo("from the first");
            assertThat(done.getMessage().getHeader(FailoverHeaders.ATTEMPTS)).isEqualTo(1);
            assertThat(run.models()).containsExactly("gpt-5-mini");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void goesOnFromModelToModelWithTheSameQuestion(Dsl dsl) throws Exception {
        FaultPlan faults = FaultPlan.builder()
                .forModel("gpt-*", Fault.parse("status=503"))
                .forModel("claude-*", Fault.parse("status=429;retry-after=30"))
                .build();
        try (TemplateRun run = run(dsl, faults).start()) {
            Exchange done = run.ask("direct:ask", "Hi");

            assertThat(done.getException()).isNull();
            assertThat(done.getMessage().getBody()).isEqualTo("from the third");
            assertThat(done.getMessage().getHeader(FailoverHeaders.ATTEMPTS)).isEqualTo(3);
            assertThat(done.getMessage().getHeader(LlmConstants.PROVIDER)).isEqualTo("mistral");
            assertThat(done.getMessage().getHeader(Exchange.REDELIVERY_DELAY)).isNull();
            assertThat(run.models()).containsExactly("gpt-5-mini", "claude-haiku-4-5", "mistral-small-2603");
            assertThat(run.simulator().requests())
                    .extracting(request -> request.chat().orElseThrow().messages())
                    .allSatisfy(messages -> assertThat(messages).isEqualTo(List.of(ChatMessage.User.of("Hi"))));
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void doesNotPassAnInvalidRequestOn(Dsl dsl) throws Exception {
        FaultPlan faults =
                FaultPlan.builder().forModel("gpt-*", Fault.parse("status=400")).build();
        try (TemplateRun run = run(dsl, faults).start()) {
            Exchange done = run.ask("direct:ask", "Hi");

            assertThat(done.getException()).isInstanceOf(LlmInvalidRequestException.class);
            assertThat(run.models()).containsExactly("gpt-5-mini");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void failsWithTheLastFailureAndTheQuestionIfNoModelAnswers(Dsl dsl) throws Exception {
        FaultPlan faults = FaultPlan.builder()
                .forModel("gpt-*", Fault.parse("status=503"))
                .forModel("claude-*", Fault.parse("reset"))
                .forModel("mistral-*", Fault.parse("status=504"))
                .build();
        try (TemplateRun run = run(dsl, faults).start()) {
            Exchange done = run.ask("direct:ask", "Hi");

            assertThat(done.getException()).isInstanceOf(LlmUnavailableException.class);
            assertThat(((LlmUnavailableException) done.getException()).getProvider())
                    .isEqualTo("mistral");
            assertThat(done.getMessage().getBody()).isEqualTo("Hi");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void keepsTheErrorHandlerOfTheApplicationOutOfTheModels(Dsl dsl) throws Exception {
        FaultPlan faults =
                FaultPlan.builder().forModel("gpt-*", Fault.parse("status=503")).build();
        try (TemplateRun run = new TemplateRun(simulator(faults))) {
            run.context()
                    .getCamelContextExtension()
                    .setErrorHandlerFactory(new DeadLetterChannelBuilder("mock:dead")
                            .maximumRedeliveries(3)
                            .redeliveryDelay(0));
            run.mock("dead").expectedMessageCount(0);
            run.with(
                            dsl,
                            "llm-failover",
                            new FailoverTemplate(),
                            "from",
                            "direct:ask",
                            "model1",
                            "openai/gpt-5-mini",
                            "model2",
                            "anthropic/claude-haiku-4-5",
                            "model3",
                            "mistral/mistral-small-2603")
                    .start();

            Exchange done = run.ask("direct:ask", "Hi");

            assertThat(done.getMessage().getBody()).isEqualTo("from the second");
            assertThat(run.models()).containsExactly("gpt-5-mini", "claude-haiku-4-5");
            run.mock("dead").assertIsSatisfied();
        }
    }

    @Test
    void isAStepOfARouteAsKamelet() throws Exception {
        FaultPlan faults =
                FaultPlan.builder().forModel("gpt-*", Fault.parse("status=503")).build();
        try (TemplateRun run = new TemplateRun(simulator(faults))
                .with(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:in")
                                .to("kamelet:llm-failover-action?model1=openai/gpt-5-mini"
                                        + "&model2=anthropic/claude-haiku-4-5&model3=mistral/mistral-small-2603")
                                .setBody(simple("${body}, after ${header.CamelLlmAttempts}"));
                    }
                })
                .start()) {
            assertThat(run.ask("direct:in", "Hi").getMessage().getBody()).isEqualTo("from the second, after 2");
        }
    }

    @Test
    void leavesWhatNoModelCouldDoToTheErrorHandlerOfTheRouteThatUsesTheKamelet() throws Exception {
        FaultPlan faults =
                FaultPlan.builder().forModel("*", Fault.parse("status=503")).build();
        try (TemplateRun run = new TemplateRun(simulator(faults))
                .with(new RouteBuilder() {
                    @Override
                    public void configure() {
                        errorHandler(deadLetterChannel("mock:dead")
                                .maximumRedeliveries(1)
                                .redeliveryDelay(0));
                        from("direct:in")
                                .to("kamelet:llm-failover-action?model1=openai/gpt-5-mini"
                                        + "&model2=anthropic/claude-haiku-4-5&model3=mistral/mistral-small-2603");
                    }
                })
                .start()) {
            run.mock("dead").expectedBodiesReceived("Hi");

            run.ask("direct:in", "Hi");

            run.mock("dead").assertIsSatisfied();
            assertThat(run.models()).hasSize(6);
        }
    }

    @Test
    void lastFailureOfAllIsUnavailableIfTheProvidersAreAway() throws Exception {
        try (TemplateRun run = run(Dsl.YAML, FaultPlan.none()).start()) {
            run.simulator().refuseConnections();

            assertThat(run.ask("direct:ask", "Hi").getException()).isInstanceOf(LlmUnavailableException.class);
        }
    }
}
