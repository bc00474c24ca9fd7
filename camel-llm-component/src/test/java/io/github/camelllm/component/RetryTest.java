package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.Gate;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.util.ObjectHelper;
import org.junit.jupiter.api.Test;

/** The option {@code maxRetries} in routes. */
class RetryTest extends LlmRouteTest {
    /** Opened when the route has got a stream. */
    private final Gate streaming = new Gate();

    @Override
    Map<String, String> properties() {
        return Map.of("llm.provider.openai.idempotencyHeader", "Idempotency-Key");
    }

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                String retrying = "llm:openai/" + MODEL + "?maxRetries=2&retryBackoff=1ms";
                from("direct:once").to("llm:openai/" + MODEL);
                from("direct:ask").to(retrying);
                from("direct:soon").to(retrying + "&deadline=300ms");
                from("direct:stream")
                        .to(retrying + "&streaming=true")
                        .process(exchange -> streaming.open())
                        .convertBodyTo(String.class);
                from("direct:embed").to(retrying + "&operation=embeddings");
            }
        };
    }

    private Exchange ask(String uri) {
        return template.send(uri, exchange -> exchange.getMessage().setBody("Hi"));
    }

    @Test
    void asksOnceByDefault() {
        server.play(error(503, "server_error", "x"));

        assertThat(ask("direct:once").getException()).isInstanceOf(LlmException.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void asksAgainAndSumsUpTheAttempts() throws Exception {
        server.play(
                error(429, "rate_limit_error", "rate_limit_exceeded").header("retry-after-ms", "2"),
                error(503, "server_error", "x"),
                answer("at last"));

        Exchange done = ask("direct:ask");

        assertThat(done.getMessage().getBody()).isEqualTo("at last");
        assertThat(done.getMessage().getHeader(LlmConstants.ATTEMPTS)).isEqualTo(3);
        assertThat(done.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(1000L);
        assertThat(done.getMessage().getHeader(Exchange.REDELIVERY_DELAY)).isNull();
        CallRecord first = takeRecord();
        CallRecord second = takeRecord();
        CallRecord third = takeRecord();
        assertThat(first.outcome()).isEqualTo(CallOutcome.FAILED);
        assertThat(first.billable()).isFalse();
        assertThat(third.billable()).isTrue();
        assertThat(first.callId()).isEqualTo(second.callId()).isEqualTo(third.callId());
        assertThat(first.id()).isNotEqualTo(second.id());
    }

    @Test
    void sendsTheSameIdempotencyKeyWithEachAttempt() {
        server.play(error(503, "server_error", "x"), answer("one"), answer("two"));

        ask("direct:ask");
        ask("direct:ask");

        String key = server.takeRequest().header("Idempotency-Key").orElseThrow();
        assertThat(server.takeRequest().header("Idempotency-Key")).contains(key);
        assertThat(server.takeRequest().header("Idempotency-Key")).isPresent().isNotEqualTo(key);
    }

    @Test
    void givesUpAtOnceOnWhatCannotSucceed() {
        server.play(error(400, "invalid_request_error", "bad"));

        assertThat(ask("direct:ask").getException()).isInstanceOf(LlmInvalidRequestException.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void doesNotWaitPastTheDeadline() {
        server.play(error(429, "rate_limit_error", "rate_limit_exceeded").header("retry-after", "30"));

        Exception failure = ask("direct:soon").getException();

        assertThat(failure).isInstanceOf(LlmRateLimitedException.class);
        assertThat(((LlmException) failure).getRetryAfterMillis()).isEqualTo(30_000);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void noCallGoesOnAfterTheDeadline() {
        server.otherwise(Answer.none());

        assertThat(ask("direct:soon").getException()).isInstanceOf(LlmTimeoutException.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void asksForAStreamAgainThatFailsBeforeItsFirstPiece() {
        server.play(Answer.sse().chunk(": wait\n\n").cut(), stream("Hello").chunk(streamEnd()));

        assertThat(ask("direct:stream").getMessage().getBody()).isEqualTo("Hello");
    }

    @Test
    void doesNotAskForAStreamAgainThatHasBegun() {
        server.play(stream("Hel").await(streaming).cut());

        assertThat(ObjectHelper.getException(
                        LlmException.class, ask("direct:stream").getException()))
                .isNotNull();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void retriesEmbeddingsToo() {
        server.play(error(503, "server_error", "x"), Answer.json(200, """
                {"object":"list","model":"e","data":[{"object":"embedding","index":0,"embedding":[0.5,0.25]}],
                 "usage":{"prompt_tokens":2,"total_tokens":2}}"""));

        Exchange done = ask("direct:embed");

        assertThat(done.getException()).isNull();
        assertThat(done.getMessage().getHeader(LlmConstants.ATTEMPTS)).isEqualTo(2);
    }
}
