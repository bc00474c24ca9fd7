package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.testing.RecordedRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AggregationStrategies;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The component inside Camel's enterprise integration patterns. */
class EipTest extends LlmRouteTest {
    private static final String LLM = "llm:openai/" + MODEL;

    private final List<Object> delays = Collections.synchronizedList(new ArrayList<>());

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:redelivery")
                        .onException(LlmException.class)
                        .onWhen(simple("${exception.retryable}"))
                        .maximumRedeliveries(2)
                        .redeliveryDelay(60_000)
                        .onExceptionOccurred(
                                exchange -> delays.add(exchange.getMessage().getHeader(Exchange.REDELIVERY_DELAY)))
                        .end()
                        .to(LLM + "?maxRedeliveryDelay=5ms");
                from("direct:deadLetter")
                        .errorHandler(deadLetterChannel("mock:dead").maximumRedeliveries(0))
                        .to(LLM);
                from("direct:failover")
                        .loadBalance()
                        .failover(LlmRateLimitedException.class, LlmUnavailableException.class)
                        .to("direct:first", "direct:second");
                from("direct:first").errorHandler(noErrorHandler()).to(LLM);
                from("direct:second").errorHandler(noErrorHandler()).to("llm:openai/gpt-5");
                from("direct:breaker")
                        .circuitBreaker()
                        .to(LLM)
                        .onFallback()
                        .transform(simple("fallback for ${body}"))
                        .end();
                from("direct:ignoring")
                        .circuitBreaker()
                        .resilience4jConfiguration()
                        .ignoreException(LlmInvalidRequestException.class)
                        .end()
                        .to(LLM)
                        .onFallback()
                        .transform(simple("fallback for ${body}"))
                        .end();
                from("direct:recording")
                        .circuitBreaker()
                        .resilience4jConfiguration()
                        .recordException(LlmUnavailableException.class)
                        .end()
                        .to(LLM)
                        .onFallback()
                        .transform(simple("fallback for ${body}"))
                        .end();
                from("direct:multicast")
                        .multicast(AggregationStrategies.string(";"))
                        .parallelProcessing()
                        .to("direct:upper", "direct:lower")
                        .end();
                from("direct:upper").to(LLM).transform(simple("A:${body}"));
                from("direct:lower").to(LLM).transform(simple("B:${body}"));
                from("direct:tap").wireTap(LLM).end().setBody(simple("main ${body}"));
                from("direct:enrich").enrich(LLM, (original, resource) -> {
                    original.getMessage()
                            .setHeader("answer", resource.getMessage().getBody());
                    return original;
                });
                from("direct:variable").toV(LLM, null, "answer");
                from("direct:recipients")
                        .recipientList(constant(LLM + "," + LLM), ",")
                        .parallelProcessing();
                from("direct:seda").to("seda:work?waitForTaskToComplete=Always");
                from("seda:work?pollTimeout=20").to(LLM);
                from("direct:async").threads(2).to(LLM).to("mock:async");
                from("direct:dynamic").toD("llm:openai/${header.which}");
            }
        };
    }

    @Test
    void retryAfterBecomesTheDelayOfRedelivery() {
        server.play(error(429, "requests", "rate_limit_exceeded").header("retry-after", "30"));
        server.play(error(503, "server_error", "overloaded").header("retry-after-ms", "2"));
        server.play(answer("at last"));

        Exchange done = template.request(
                "direct:redelivery", exchange -> exchange.getMessage().setBody("Hi"));

        assertThat(done.getMessage().getBody()).isEqualTo("at last");
        assertThat(delays).containsExactly(5L, 2L);
        assertThat(done.getMessage().getHeaders()).doesNotContainKey(Exchange.REDELIVERY_DELAY);
        assertThat(done.getProperty(LlmConstants.RETRY_AFTER_MILLIS)).isNull();
        assertThat(server.requests()).extracting(RecordedRequest::text).allMatch(text -> text.contains("\"Hi\""));
        assertThat(records).hasSize(3);
    }

    @Test
    void whatCannotSucceedIsNotRedelivered() {
        server.play(error(400, "invalid_request_error", "invalid_value"));

        Exchange failed = template.request(
                "direct:redelivery", exchange -> exchange.getMessage().setBody("Hi"));

        assertThat(failed.getException()).isInstanceOf(LlmInvalidRequestException.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void deadLetterChannelGetsTheQuestionAndTheReason() throws Exception {
        server.play(error(400, "invalid_request_error", "invalid_value"));
        MockEndpoint dead = getMockEndpoint("mock:dead");
        dead.expectedBodiesReceived("Hi");

        template.sendBody("direct:deadLetter", "Hi");

        dead.assertIsSatisfied();
        Exchange letter = dead.getReceivedExchanges().get(0);
        assertThat(letter.getProperty(Exchange.EXCEPTION_CAUGHT, LlmException.class)
                        .getErrorType())
                .isEqualTo("invalid_value");
        assertThat(letter.getProperty(LlmConstants.ERROR_CATEGORY)).isEqualTo("VALIDATION");
    }

    @Test
    void failoverGoesOnForWhatAnotherModelMayAnswer() {
        server.play(error(503, "server_error", "overloaded"));
        server.play(answer("from the second"));

        assertThat(template.requestBody("direct:failover", "Hi", String.class)).isEqualTo("from the second");
        assertThat(server.requests())
                .extracting(RecordedRequest::text)
                .last()
                .asString()
                .contains("\"gpt-5\"");
    }

    @Test
    void failoverStopsAtWhatIsWrongEverywhere() {
        server.play(error(400, "invalid_request_error", "invalid_value"));

        Exchange failed = template.request(
                "direct:failover", exchange -> exchange.getMessage().setBody("Hi"));

        assertThat(failed.getException()).isInstanceOf(LlmInvalidRequestException.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void circuitBreakerFallsBackWithTheOriginalQuestion() {
        server.play(error(500, "server_error", "server_error"));

        assertThat(template.requestBody("direct:breaker", "Hi", String.class)).isEqualTo("fallback for Hi");
        assertThat(records).hasSize(1);
    }

    @Test
    void circuitBreakerPassesAnswersThrough() {
        server.play(answer("fine"));

        assertThat(template.requestBody("direct:breaker", "Hi", String.class)).isEqualTo("fine");
    }

    /** Camel's way, and a trap: docs/errors-and-retries.md warns of it. */
    @ParameterizedTest
    @ValueSource(strings = {"direct:ignoring", "direct:recording"})
    void circuitBreakerThatIgnoresAFailureGoesOnWithTheQuestion(String route) {
        server.play(error(400, "invalid_request_error", "invalid_value"));

        Exchange done =
                template.request(route, exchange -> exchange.getMessage().setBody("Hi"));

        assertThat(done.getException()).isNull();
        assertThat(done.getMessage().getBody()).isEqualTo("Hi");
    }

    @Test
    void parallelMulticastAsksSeveralAtOnce() {
        server.otherwise(answer("x"));

        assertThat(template.requestBody("direct:multicast", "Hi", String.class).split(";"))
                .containsExactlyInAnyOrder("A:x", "B:x");
    }

    @Test
    void parallelRecipientListAsksSeveralAtOnce() {
        server.otherwise(answer("x"));

        assertThat(template.requestBody("direct:recipients", "Hi", String.class))
                .isEqualTo("x");
        assertThat(records).hasSize(2);
    }

    @Test
    void wireTapLeavesTheMainRouteAlone() throws Exception {
        server.play(answer("tapped"));

        assertThat(template.requestBody("direct:tap", "Hi", String.class)).isEqualTo("main Hi");
        takeRecord();
    }

    @Test
    void enrichKeepsTheOriginal() {
        server.play(answer("extra"));

        Exchange done = template.request(
                "direct:enrich", exchange -> exchange.getMessage().setBody("Hi"));

        assertThat(done.getMessage().getBody()).isEqualTo("Hi");
        assertThat(done.getMessage().getHeader("answer")).isEqualTo("extra");
    }

    @Test
    void answerCanGoIntoAVariable() {
        server.play(answer("extra"));

        Exchange done = template.request(
                "direct:variable", exchange -> exchange.getMessage().setBody("Hi"));

        assertThat(done.getMessage().getBody()).isEqualTo("Hi");
        assertThat(done.getVariable("answer")).isEqualTo("extra");
    }

    @Test
    void worksAcrossSeda() {
        server.play(answer("queued"));

        assertThat(template.requestBody("direct:seda", "Hi", String.class)).isEqualTo("queued");
    }

    @Test
    void worksAfterThreads() throws Exception {
        server.play(answer("threaded"));
        MockEndpoint mock = getMockEndpoint("mock:async");
        mock.expectedBodiesReceived("threaded");

        template.sendBody("direct:async", "Hi");

        mock.assertIsSatisfied();
    }

    @Test
    void dynamicUriPicksTheModelPerMessage() {
        server.otherwise(answer("ok"));

        template.requestBodyAndHeader("direct:dynamic", "Hi", "which", "gpt-5", String.class);
        template.requestBodyAndHeader("direct:dynamic", "Hi", "which", "ft:gpt-4o:acme/x:1", String.class);

        assertThat(server.requests().get(0).text()).contains("\"gpt-5\"");
        assertThat(server.requests().get(1).text()).contains("\"ft:gpt-4o:acme/x:1\"");
    }
}
