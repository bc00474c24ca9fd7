package io.github.camelllm.routes.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.math.BigDecimal;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What several calls took together, and the strategies that tell it. */
class UsageTest {
    private static DefaultCamelContext context;

    @BeforeAll
    static void open() {
        context = new DefaultCamelContext();
    }

    @AfterAll
    static void close() {
        context.stop();
    }

    private static Exchange answer(String body, @Nullable String cost) {
        Exchange exchange = new DefaultExchange(context);
        Message message = exchange.getMessage();
        message.setBody(body);
        message.setHeader(LlmConstants.CALL_ID, body);
        message.setHeader(LlmConstants.INPUT_TOKENS, 10L);
        message.setHeader(LlmConstants.OUTPUT_TOKENS, 3L);
        if (cost != null) {
            message.setHeader(LlmConstants.COST, new BigDecimal(cost));
            message.setHeader(LlmConstants.COST_CURRENCY, "USD");
        }
        return exchange;
    }

    private static Exchange refused() {
        Exchange exchange = answer("question", "9");
        exchange.setException(new LlmRateLimitedException(
                "busy", ErrorDetails.local("openai", "gpt-5-mini", "rate_limit_exceeded", true), null));
        return exchange;
    }

    private static Exchange timedOut() {
        Exchange exchange = answer("question", "9");
        exchange.setException(new LlmTimeoutException(
                "late", ErrorDetails.local("openai", "gpt-5-mini", "request_timeout", true), null));
        return exchange;
    }

    private static Exchange all(AggregationStrategy strategy, Exchange... parts) {
        Exchange result = null;
        for (Exchange part : parts) {
            result = strategy.aggregate(result, part);
        }
        strategy.onCompletion(result, new DefaultExchange(context));
        assertThat(result).isNotNull();
        return result;
    }

    private static @Nullable Object cost(Exchange exchange) {
        return exchange.getMessage().getHeader(LlmConstants.COST);
    }

    @Test
    void sumsToTheLastDigit() {
        Exchange sum =
                all(new SumUsage(), answer("a", "0.000000001"), answer("b", "1234567.1"), answer("c", "0.000000002"));

        assertThat(cost(sum)).isEqualTo(new BigDecimal("1234567.100000003"));
        assertThat(sum.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(30L);
        assertThat(sum.getMessage().getHeader(LlmConstants.OUTPUT_TOKENS)).isEqualTo(9L);
        assertThat(sum.getMessage().getHeader(LlmConstants.COST_CURRENCY)).isEqualTo("USD");
        assertThat(sum.getMessage().getBody()).isEqualTo("c");
    }

    @Test
    void doesNotKnowASumOfWhichAPartIsUnknown() {
        Exchange sum = all(new SumUsage(), answer("a", "1"), answer("b", null), answer("c", "1"));

        assertThat(cost(sum)).isNull();
        assertThat(sum.getMessage().getHeader(LlmConstants.COST_CURRENCY)).isNull();
        assertThat(sum.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(30L);
    }

    @Test
    void doesNotAddTwoCurrencies() {
        Exchange euros = answer("b", "1");
        euros.getMessage().setHeader(LlmConstants.COST_CURRENCY, "EUR");

        assertThat(cost(all(new SumUsage(), answer("a", "1"), euros))).isNull();
    }

    @Test
    void takesARefusedRequestAsFreeAndALateOneAsUnknown() {
        assertThat(cost(all(new SumUsage(), answer("a", "1"), refused()))).isEqualTo(new BigDecimal("1"));
        assertThat(cost(all(new SumUsage(), refused(), answer("a", "1")))).isEqualTo(new BigDecimal("1"));
        assertThat(cost(all(new SumUsage(), answer("a", "1"), timedOut()))).isNull();
        assertThat(cost(all(new SumUsage(), timedOut(), refused(), answer("a", "1"))))
                .isNull();
    }

    @Test
    void keepsAnAnswerIfALaterPartFails() {
        Exchange sum = all(new SumUsage(), answer("a", "1"), refused());

        assertThat(sum.getException()).isNull();
        assertThat(sum.getMessage().getBody()).isEqualTo("a");
    }

    @Test
    void aQuestionWithoutACallAddsNothing() {
        Exchange question = new DefaultExchange(context);
        question.getMessage().setBody("question");

        assertThat(cost(all(new SumUsage(), question, answer("a", "1")))).isEqualTo(new BigDecimal("1"));
    }

    @Test
    void takesTheCheapestAnswerAndTellsTheCostOfAll() {
        Exchange result = all(new CheapestAnswer(), answer("dear", "3"), refused(), answer("cheap", "1.0"));

        assertThat(result.getMessage().getBody()).isEqualTo("cheap");
        assertThat(cost(result)).isEqualTo(new BigDecimal("4.0"));
        assertThat(result.getMessage().getHeader(FailoverHeaders.ANSWER_COST)).isEqualTo(new BigDecimal("1.0"));
    }

    @Test
    void takesAnAnswerOfUnknownCostOnlyIfThereIsNoOther() {
        assertThat(all(new CheapestAnswer(), answer("unknown", null), answer("known", "5"))
                        .getMessage()
                        .getBody())
                .isEqualTo("known");
        assertThat(all(new CheapestAnswer(), answer("unknown", null), timedOut())
                        .getMessage()
                        .getBody())
                .isEqualTo("unknown");
    }

    @Test
    void worksInARouteByItsClassName() throws Exception {
        try (TemplateRun run =
                new TemplateRun(Simulator.builder().responder(Responders.always(ScriptedAnswer.text("four"))))) {
            run.with(new RouteBuilder() {
                        @Override
                        public void configure() {
                            from("direct:cheapest")
                                    .multicast()
                                    .aggregationStrategy("#class:io.github.camelllm.routes.failover.CheapestAnswer")
                                    .parallelProcessing()
                                    .to("llm:openai/gpt-5-mini", "llm:openai/gpt-5-nano");
                        }
                    })
                    .start();

            Exchange done = run.ask("direct:cheapest", "2 + 2?");

            assertThat(done.getMessage().getHeader(LlmConstants.REQUEST_MODEL)).isEqualTo("gpt-5-nano");
            assertThat(run.models()).containsExactlyInAnyOrder("gpt-5-mini", "gpt-5-nano");
        }
    }
}
