package io.github.camelllm.routes.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.FaultPlan;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.util.Collections;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CircuitBreakerTemplateTest {
    private static Simulator.Builder simulator(String fault) {
        return Simulator.builder()
                .responder(Responders.rules()
                        .model("gpt-*", ScriptedAnswer.text("from the first"))
                        .model("claude-*", ScriptedAnswer.text("from the fallback"))
                        .build())
                .faults(
                        fault.isEmpty()
                                ? FaultPlan.none()
                                : FaultPlan.builder()
                                        .forModel("gpt-*", Fault.parse(fault))
                                        .build());
    }

    private static TemplateRun run(Dsl dsl, String fault) throws Exception {
        return new TemplateRun(simulator(fault))
                .with(
                        dsl,
                        "llm-circuit-breaker",
                        new CircuitBreakerTemplate(),
                        "from",
                        "direct:ask",
                        "model",
                        "openai/gpt-5-mini",
                        "fallback",
                        "anthropic/claude-haiku-4-5",
                        "slidingWindowSize",
                        "4",
                        "minimumNumberOfCalls",
                        "2",
                        "waitDurationInOpenState",
                        "600")
                .start();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void doesNotNeedTheFallbackWhileTheModelWorks(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, "")) {
            Exchange done = run.ask("direct:ask", "Hi");

            assertThat(done.getMessage().getBody()).isEqualTo("from the first");
            assertThat(done.getMessage().getHeader(FailoverHeaders.FALLBACK_REASON))
                    .isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void stopsAskingAModelThatFailsTooOften(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, "status=500")) {
            for (int i = 0; i < 2; i++) {
                Exchange done = run.ask("direct:ask", "Hi");
                assertThat(done.getMessage().getBody()).isEqualTo("from the fallback");
                assertThat(done.getMessage().getHeader(FailoverHeaders.FALLBACK_REASON))
                        .isEqualTo("LlmUnavailableException");
            }
            Exchange open = run.ask("direct:ask", "Hi");

            assertThat(open.getMessage().getBody()).isEqualTo("from the fallback");
            assertThat(open.getMessage().getHeader(FailoverHeaders.FALLBACK_REASON))
                    .isEqualTo("CircuitOpen");
            assertThat(Collections.frequency(run.models(), "gpt-5-mini")).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void failsAWrongQuestionWithoutBlamingTheProvider(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, "status=400")) {
            for (int i = 0; i < 5; i++) {
                Exchange done = run.ask("direct:ask", "Hi");
                assertThat(done.getException()).isInstanceOf(LlmInvalidRequestException.class);
                assertThat(done.getMessage().getBody()).isEqualTo("Hi");
            }

            assertThat(run.models()).hasSize(5).containsOnly("gpt-5-mini");
        }
    }

    @Test
    void isAStepOfARouteAsKamelet() throws Exception {
        try (TemplateRun run = new TemplateRun(simulator("status=500"))
                .with(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:in")
                                .to("kamelet:llm-circuit-breaker-action?model=openai/gpt-5-mini"
                                        + "&fallback=anthropic/claude-haiku-4-5")
                                .setBody(simple("${body} because of ${header.CamelLlmFallbackReason}"));
                    }
                })
                .start()) {
            assertThat(run.ask("direct:in", "Hi").getMessage().getBody())
                    .isEqualTo("from the fallback because of LlmUnavailableException");
        }
    }
}
