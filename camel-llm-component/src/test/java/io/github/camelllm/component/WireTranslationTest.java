package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.RecordedRequest;
import io.github.camelllm.wire.Json;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

/** Requests and answers that are decoded and written anew: for another dialect, or where an option changes them. */
class WireTranslationTest extends WireRouteTest {
    private static final Answer ANTHROPIC_ANSWER = Answer.json(200, """
            {"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5-20251001",
             "content":[{"type":"text","text":"Bonjour"}],"stop_reason":"end_turn","stop_sequence":null,
             "usage":{"input_tokens":10,"output_tokens":2}}""");

    @Override
    Map<String, String> properties() {
        return Map.of(
                "llm.router.mixed.targets", "anthropic/claude-haiku-4-5,openai/" + MODEL,
                "llm.router.otherWay.targets", "openai/" + MODEL + ",anthropic/claude-haiku-4-5");
    }

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:capped").to(OPENAI + "&maxTokens=7");
                from("direct:anthropic-cached")
                        .to("llm:anthropic/claude-haiku-4-5?wireFormat=anthropic&cache=exact&maxTokens=7");
                from("direct:anthropic-to-openai").to("llm:openai/" + MODEL + "?wireFormat=anthropic");
                from("direct:openai-to-anthropic").to("llm:anthropic/claude-haiku-4-5?wireFormat=openai-chat");
                from("direct:mixed").to("llm:router/mixed?wireFormat=openai-chat");
                from("direct:other-way").to("llm:router/otherWay?wireFormat=openai-chat");
            }
        };
    }

    @Test
    void translatesForAModelOfAnotherDialect() throws Exception {
        server.play(ANTHROPIC_ANSWER);

        JsonNode answer = Json.MAPPER.readTree(body(ask("direct:openai-to-anthropic", REQUEST)));

        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("Bonjour");
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(10);
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void asksForTheClientsFeaturesAlsoWhereItsRequestIsWrittenAnew() {
        server.play(ANTHROPIC_ANSWER, ANTHROPIC_ANSWER, answer("Hello"), answer("Hello"));
        String request = """
                {"model":"claude","max_tokens":50,"context_management":{"edits":[]},
                 "messages":[{"role":"user","content":"Hi"}]}""";

        body(ask(
                "direct:anthropic-cached",
                request,
                Map.of("Anthropic-Beta", "one", "anthropic-version", "2023-01-01")));
        body(ask(
                "direct:anthropic-cached",
                request,
                Map.of("Anthropic-Beta", "two", "anthropic-version", "2023-01-01")));
        body(ask(
                "direct:anthropic-cached",
                request,
                Map.of("Anthropic-Beta", "two", "anthropic-version", "2023-06-01")));
        body(ask("direct:capped", REQUEST, Map.of("OpenAI-Beta", "x=v1")));
        body(ask("direct:anthropic-to-openai", request, Map.of("Anthropic-Beta", "one")));

        RecordedRequest first = server.takeRequest();
        assertThat(first.header("anthropic-beta")).contains("one");
        assertThat(first.header("anthropic-version")).contains("2023-06-01");
        assertThat(first.text()).contains("context_management");
        assertThat(server.takeRequest().header("anthropic-beta")).contains("two");
        assertThat(server.takeRequest().header("openai-beta")).contains("x=v1");
        assertThat(server.takeRequest().header("anthropic-beta")).isEmpty();
        assertThat(server.requests()).hasSize(4);
    }

    @Test
    void goesOverToATargetOfAnotherDialectAndBack() throws Exception {
        server.play(error(529, "overloaded_error", "overloaded"), answer("Hello"));

        Exchange done = ask("direct:mixed", REQUEST);

        assertThat(body(done)).isEqualTo(answerJson("Hello"));
        RecordedRequest translated = server.takeRequest();
        assertThat(translated.path()).endsWith("/messages");
        assertThat(translated.text()).contains("Hi é");
        assertThat(server.takeRequest().text()).contains("\"tomorrows_parameter\": {\"deep\": [1, 2.50, \"x\"]}");
        assertThat(done.getMessage().getHeader(LlmConstants.ROUTER)).isEqualTo("mixed");
        assertThat(done.getMessage().getHeader(LlmConstants.ATTEMPTS)).isEqualTo(2);
    }

    @Test
    void failsWhenOnlyDecodingShowsThatItIsNoRequest() throws Exception {
        String request = "{\"model\":\"x\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":5}]}";
        server.play(error(503, "server_error", "overloaded"));

        assertThat(ask("direct:openai-to-anthropic", request).getException())
                .isInstanceOf(LlmInvalidRequestException.class);
        assertThat(ask("direct:mixed", request).getException()).isInstanceOf(LlmInvalidRequestException.class);
        assertThat(ask("direct:other-way", request).getException()).isInstanceOf(LlmInvalidRequestException.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void decodesWhereAnOptionHasASay() throws Exception {
        server.play(answer("Hello"));

        String request = "{\"model\":\"x\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"mine\":1}";
        JsonNode answer = Json.MAPPER.readTree(body(ask("direct:capped", request)));

        JsonNode sent = Json.MAPPER.readTree(server.takeRequest().body());
        assertThat(sent.get("max_completion_tokens").asInt()).isEqualTo(7);
        assertThat(sent.get("mine").asInt()).isEqualTo(1);
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("Hello");
    }
}
