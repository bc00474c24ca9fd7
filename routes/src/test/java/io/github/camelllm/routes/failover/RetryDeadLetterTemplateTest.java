package io.github.camelllm.routes.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetryDeadLetterTemplateTest {
    private static TemplateRun run(Dsl dsl, String deadLetter) throws Exception {
        return new TemplateRun(Simulator.builder().responder(Responders.always(ScriptedAnswer.text("at last"))))
                .with(
                        dsl,
                        "llm-retry-dead-letter",
                        new RetryDeadLetterTemplate(),
                        "from",
                        "direct:ask",
                        "model",
                        "openai/gpt-5-mini",
                        "to",
                        "mock:answers",
                        "deadLetter",
                        deadLetter,
                        "redeliveries",
                        "2",
                        "delay",
                        "1")
                .start();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void asksAgainUntilTheProviderAnswers(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, "mock:dead")) {
            run.mock("answers").expectedBodiesReceived("at last");
            run.mock("dead").expectedMessageCount(0);
            run.simulator().failNext(Fault.parse("status=429;retry-after-ms=5"));
            run.simulator().failNext(Fault.parse("status=503"));

            run.ask("direct:ask", "Hi");

            run.mock("answers").assertIsSatisfied();
            run.mock("dead").assertIsSatisfied();
            assertThat(run.simulator().requestCount()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void keepsTheQuestionWithTheReasonOnceItHasAskedOftenEnough(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, "mock:dead")) {
            run.simulator().failNext(3, Fault.parse("status=503;retry-after-ms=1"));

            Exchange done = run.ask("direct:ask", "Hi", Map.of("order", 7));

            assertThat(done.getException()).isNull();
            run.mock("dead").expectedBodiesReceived("Hi");
            run.mock("dead").assertIsSatisfied();
            Message dead = run.mock("dead").getExchanges().get(0).getMessage();
            assertThat(dead.getHeaders())
                    .containsEntry("order", 7)
                    .containsEntry(FailoverHeaders.FAILURE, "LlmUnavailableException")
                    .containsEntry(FailoverHeaders.FAILURE_STATUS, 503)
                    .containsEntry(FailoverHeaders.FAILURE_RETRYABLE, true)
                    .containsEntry(FailoverHeaders.FAILURE_MODEL, "openai/gpt-5-mini")
                    .containsEntry(FailoverHeaders.FAILURE_ATTEMPTS, 3)
                    .containsKeys(
                            FailoverHeaders.FAILURE_TYPE,
                            FailoverHeaders.FAILURE_MESSAGE,
                            FailoverHeaders.FAILURE_TIME,
                            FailoverHeaders.FAILURE_REQUEST_ID)
                    .doesNotContainKey(Exchange.REDELIVERY_DELAY);
            assertThat(run.simulator().requestCount()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void doesNotAskAgainWhatFailsAgain(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, "mock:dead")) {
            run.mock("dead").expectedBodiesReceived("Hi");
            run.simulator().failNext(Fault.parse("status=400"));

            run.ask("direct:ask", "Hi");

            run.mock("dead").assertIsSatisfied();
            Message dead = run.mock("dead").getExchanges().get(0).getMessage();
            assertThat(dead.getHeader(FailoverHeaders.FAILURE)).isEqualTo("LlmInvalidRequestException");
            assertThat(dead.getHeader(FailoverHeaders.FAILURE_ATTEMPTS)).isEqualTo(1);
            assertThat(run.simulator().requestCount()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void keepsTheQuestionIfItsAnswerCannotBeDelivered(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, "mock:dead")) {
            run.mock("dead").expectedBodiesReceived("Hi");
            run.mock("answers").whenAnyExchangeReceived(exchange -> {
                throw new IllegalStateException("Hi is what the table refuses");
            });

            run.ask("direct:ask", "Hi");

            run.mock("dead").assertIsSatisfied();
            Message dead = run.mock("dead").getExchanges().get(0).getMessage();
            assertThat(dead.getHeader(FailoverHeaders.FAILURE)).isEqualTo("IllegalStateException");
            assertThat(dead.getHeader(FailoverHeaders.FAILURE_MESSAGE, String.class))
                    .doesNotContain("Hi");
            // The answer is paid for once: only its delivery is tried again
            assertThat(run.simulator().requestCount()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void failsIfTheDeadLetterCannotBeWritten(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl, "direct:full").with(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:full").throwException(new IllegalStateException("disk full"));
            }
        })) {
            run.simulator().failNext(Fault.parse("status=400"));

            assertThat(run.ask("direct:ask", "Hi").getException()).hasMessageContaining("disk full");
        }
    }

    @Test
    void neverComesBackBeforeTheProviderAllows() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            for (int i = 0; i < 200; i++) {
                Exchange exchange = new DefaultExchange(context);
                exchange.setException(new io.github.camelllm.chat.LlmRateLimitedException(
                        "busy", ErrorDetails.local("openai", "gpt-5-mini", "rate_limit_exceeded", true), null));
                exchange.getMessage().setHeader(Exchange.REDELIVERY_DELAY, 1000L);

                new AskAgainLater().process(exchange);

                assertThat(exchange.getMessage().getHeader(Exchange.REDELIVERY_DELAY, Long.class))
                        .isBetween(1000L, 1200L);
                assertThat(exchange.getExchangeExtension().isRedeliveryExhausted())
                        .isFalse();
            }
        }
    }

    @Test
    void endsTheRedeliveriesOfWhatIsNotRetryable() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(context);
            exchange.setException(new LlmAuthenticationException(
                    "no", ErrorDetails.local("openai", "gpt-5-mini", "invalid_api_key", false), null));

            new AskAgainLater().process(exchange);

            assertThat(exchange.getExchangeExtension().isRedeliveryExhausted()).isTrue();
        }
    }
}
