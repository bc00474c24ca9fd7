package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.Gate;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The exchange property {@code CamelLlmCancellation}. */
class CancellationTest extends LlmRouteTest {
    private final Cancellation cancellation = new Cancellation();
    private final Gate never = new Gate();

    @Override
    Map<String, String> properties() {
        return Map.of("llm.router.two.targets", "openai/" + MODEL + ",groq/llama-3.3-70b-versatile");
    }

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:chat").to("llm:openai/" + MODEL);
                from("direct:retrying").to("llm:openai/" + MODEL + "?maxRetries=2");
                from("direct:stream").to("llm:openai/" + MODEL + "?streaming=true");
                from("direct:router").to("llm:router/two");
                from("direct:cached").to("llm:openai/" + MODEL + "?cache=exact");
                from("direct:embeddings").to("llm:openai/" + MODEL + "?operation=embeddings");
                from("direct:models").to("llm:openai?operation=models");
            }
        };
    }

    private Exchange ask(String uri, Object body) {
        return template.send(uri, exchange -> {
            exchange.setProperty(LlmConstants.CANCELLATION, cancellation);
            exchange.getMessage().setBody(body);
        });
    }

    private static void assertCancelled(Exchange done) {
        assertThat(done.getException(LlmException.class)).isNotNull().satisfies(failure -> {
            assertThat(failure.getErrorType()).isEqualTo("cancelled");
            assertThat(failure.isRetryable()).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "retrying", "stream", "router", "cached", "embeddings", "models"})
    void endsACallThatIsUnderWay(String route) throws Exception {
        server.play(Answer.json(200, "{}").after(never));

        CompletableFuture<Exchange> asked = CompletableFuture.supplyAsync(() -> ask("direct:" + route, "Hi"));
        never.awaitReached();
        cancellation.cancel();

        assertCancelled(asked.join());
        assertThat(takeRecord().outcome()).isEqualTo(CallOutcome.CANCELLED);
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "retrying", "stream", "router", "cached", "embeddings", "models"})
    void letsNoCallBeSentAfterwards(String route) {
        cancellation.cancel();

        assertCancelled(ask("direct:" + route, "Hi"));

        assertThat(server.requests()).isEmpty();
    }

    @Test
    void doesNotKeepCallsThatAreOver() throws Exception {
        server.play(answer("Hello"));
        ask("direct:chat", "Hi");

        cancellation.cancel();

        assertThat(takeRecord().outcome()).isEqualTo(CallOutcome.SUCCEEDED);
        assertThat(records).isEmpty();
    }
}
