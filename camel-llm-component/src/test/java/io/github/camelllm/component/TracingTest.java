package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.Call;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallTrace;
import io.github.camelllm.call.CallTracing;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.testing.Answer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

/** What somebody hears who follows calls. */
class TracingTest extends LlmRouteTest {
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private boolean readsContent;

    @Override
    Map<String, String> properties() {
        return Map.of("llm.router.pair.targets", "openai/" + MODEL + ", groq/llama-3.3-70b-versatile");
    }

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        context.getRegistry().bind("tracing", CallTracing.class, new Writing());
        return context;
    }

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:ask").to("llm:openai/" + MODEL + "?maxRetries=1&retryBackoff=1ms");
                from("direct:stream")
                        .to("llm:openai/" + MODEL + "?streaming=true")
                        .convertBodyTo(String.class);
                from("direct:route").to("llm:router/pair");
                from("direct:cache").to("llm:openai/" + MODEL + "?cache=exact");
                from("direct:wire").to("llm:openai/" + MODEL + "?wireFormat=openai-chat");
                from("direct:embed").to("llm:openai/" + MODEL + "?operation=embeddings");
            }
        };
    }

    /** Writes down what it hears. */
    private final class Writing implements CallTracing {
        @Override
        public CallTrace begin(Asked asked, Function<String, Optional<String>> headers) {
            heard.add("begin " + asked
                    + headers.apply("traceparent").map(text -> " from " + text).orElse("")
                    + (asked.request().isPresent() ? " decoded" : ""));
            return new CallTrace() {
                private int attempts;

                @Override
                public Map<String, String> sending(Call<?> attempt) {
                    attempts++;
                    heard.add("send " + attempt.target());
                    return Map.of("traceparent", "attempt-" + attempts);
                }

                @Override
                public void ended(CallRecord attempt) {
                    heard.add("attempt " + attempt.outcome());
                }

                @Override
                public void completed(Optional<String> id, Optional<ChatResponse> answer, CallRecord total) {
                    heard.add("completed " + id.orElse("") + " after " + total.attempts()
                            + answer.map(known -> " with " + known.text()).orElse(""));
                }

                @Override
                public void failed(LlmException failure, CallRecord total) {
                    heard.add("failed " + failure.getErrorType());
                }
            };
        }

        @Override
        public boolean readsContent() {
            return readsContent;
        }
    }

    private static Answer unavailable() {
        return Answer.json(503, "{\"error\":{\"type\":\"server_error\",\"message\":\"x\"}}");
    }

    private Exchange ask(String uri, Object body) {
        Exchange done = template.send(uri, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeader("traceparent", "caller");
        });
        return done;
    }

    @Test
    void hearsOfEachAttemptAndGivesItHeaders() {
        server.play(unavailable(), answer("Hello"));

        ask("direct:ask", "Hi");

        assertThat(heard)
                .containsExactly(
                        "begin chat openai/gpt-5-mini from caller decoded",
                        "send openai/gpt-5-mini",
                        "attempt FAILED",
                        "send openai/gpt-5-mini",
                        "attempt SUCCEEDED",
                        "completed chatcmpl-1 after 2 with Hello");
        assertThat(server.requests())
                .extracting(request -> request.header("traceparent").orElse(""))
                .containsExactly("attempt-1", "attempt-2");
    }

    @Test
    void hearsOfAFailureForGood() {
        server.play(unavailable(), unavailable());

        assertThat(ask("direct:ask", "Hi").getException()).isInstanceOf(LlmException.class);

        assertThat(heard).last().asString().startsWith("failed ");
    }

    @Test
    void hearsOfTheEndOfAStream() {
        server.play(stream("Hel", "lo").chunk(streamEnd()));

        assertThat(ask("direct:stream", "Hi").getMessage().getBody()).isEqualTo("Hello");

        assertThat(heard)
                .containsExactly(
                        "begin chat openai/gpt-5-mini from caller decoded",
                        "send openai/gpt-5-mini",
                        "attempt SUCCEEDED",
                        "completed c1 after 1 with Hello");
    }

    @Test
    void followsOneCallThroughTheTargetsOfARouter() {
        server.play(unavailable(), answer("Hello"));

        ask("direct:route", "Hi");

        assertThat(heard)
                .containsExactly(
                        "begin chat router/pair from caller decoded",
                        "send openai/gpt-5-mini",
                        "attempt FAILED",
                        "send groq/llama-3.3-70b-versatile",
                        "attempt SUCCEEDED",
                        "completed chatcmpl-1 after 2 with Hello");
    }

    @Test
    void hearsOfAnswersFromTheCache() {
        server.play(answer("Hello"));

        ask("direct:cache", "Hi");
        heard.clear();
        ask("direct:cache", "Hi");

        assertThat(heard)
                .containsExactly(
                        "begin chat openai/gpt-5-mini from caller decoded", "completed chatcmpl-1 after 0 with Hello");
    }

    @Test
    void leavesRequestsAsTheyAreUnlessContentIsRead() {
        String question = "{\"model\":\"gpt-5-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        server.play(answer("Hello"), answer("Hello"));

        ask("direct:wire", question);
        readsContent = true;
        ask("direct:wire", question);

        assertThat(heard)
                .containsExactly(
                        "begin chat openai/gpt-5-mini from caller",
                        "send openai/gpt-5-mini",
                        "attempt SUCCEEDED",
                        "completed chatcmpl-1 after 1",
                        "begin chat openai/gpt-5-mini from caller decoded",
                        "send openai/gpt-5-mini",
                        "attempt SUCCEEDED",
                        "completed chatcmpl-1 after 1 with Hello");
    }

    @Test
    void hearsOfEmbeddings() {
        server.play(
                Answer.json(
                        200,
                        "{\"object\":\"list\",\"model\":\"m\",\"data\":[{\"index\":0,\"embedding\":[0.5]}],\"usage\":{\"prompt_tokens\":1,\"total_tokens\":1}}"));

        ask("direct:embed", "Hi");

        assertThat(heard)
                .containsExactly(
                        "begin embeddings openai/gpt-5-mini from caller",
                        "send openai/gpt-5-mini",
                        "attempt SUCCEEDED",
                        "completed  after 1");
        assertThat(records).extracting(CallRecord::outcome).containsExactly(CallOutcome.SUCCEEDED);
    }
}
