package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.Dialects;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.call.WireRequest;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmBudgetExceededException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.RecordedRequest;
import io.github.camelllm.wire.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests in the provider's own format: what passes byte for byte, what does not, and what is refused before it is sent. */
class WirePassThroughTest extends WireRouteTest {
    @Override
    Map<String, String> properties() {
        return SMALL_BUDGET;
    }

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:openai").to(OPENAI);
                from("direct:small").to(OPENAI + "&tag.feature=small");
                from("direct:patient").to(OPENAI + "&maxRetries=1&retryBackoff=1ms");
                from("direct:here")
                        .to(OPENAI + "&continueOnIoThread=true")
                        .process(exchange -> exchange.setProperty(
                                "thread", Thread.currentThread().getName()));
                from("direct:named").to("llm:openai/" + MODEL);
                from("direct:anthropic").to("llm:anthropic/claude-haiku-4-5?wireFormat=anthropic");
                from("direct:gemini").to("llm:gemini/gemini-2.5-flash?wireFormat=gemini");
            }
        };
    }

    @Test
    void passesTheClientsBytesOnButForTheModelAndWhatTheProviderSpellsDifferently() throws Exception {
        String answer = answerJson("Hello");
        server.play(Answer.json(200, answer).header("x-request-id", "req-7"));

        Exchange done = ask("direct:openai", REQUEST);

        assertThat(server.takeRequest().text()).isEqualTo(REQUEST.replace("\"their-name\"", "\"" + MODEL + "\""));
        assertThat(body(done)).isEqualTo(answer);
        assertThat(done.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("application/json");
        assertThat(done.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(1000L);
        assertThat(done.getMessage().getHeader(LlmConstants.OUTPUT_TOKENS)).isEqualTo(500L);
        assertThat(done.getMessage().getHeader(LlmConstants.COST, BigDecimal.class))
                .isEqualByComparingTo("0.00125");
        assertThat(done.getMessage().getHeader(LlmConstants.RESPONSE_MODEL)).isEqualTo("gpt-5-mini-2025-08-07");
        assertThat(done.getMessage().getHeader(LlmConstants.RESPONSE_ID)).isEqualTo("chatcmpl-1");
        assertThat(done.getMessage().getHeader(LlmConstants.FINISH_REASON)).isEqualTo("stop");
        CallRecord record = takeRecord();
        assertThat(record.usageSource()).isEqualTo(UsageSource.REPORTED);
        assertThat(record.finishReason()).contains(FinishReason.STOP);
        assertThat(record.requestId()).contains("req-7");
        assertThat(records).isEmpty();
    }

    @Test
    void looksNotAgainAtWhatWasLookedAt() {
        byte[] body = REQUEST.getBytes(StandardCharsets.UTF_8);
        WireRequest.Scanned before = WireRequest.Scanned.of(Dialects.get("openai-chat"), "/v1/chat/completions", body);
        LlmEndpoint endpoint = context.getEndpoint(OPENAI, LlmEndpoint.class);
        Exchange exchange = endpoint.createExchange();
        exchange.setProperty(LlmConstants.SCANNED_REQUEST, before);
        exchange.getMessage().setHeader(Exchange.HTTP_PATH, before.path());
        exchange.getMessage().setBody(body);
        WireFormats formats = new WireFormats(endpoint);

        assertThat(formats.request(exchange).scan()).isSameAs(before.scan());

        exchange.getMessage().setHeader(Exchange.HTTP_PATH, "/other");
        assertThat(formats.request(exchange).scan()).isNotSameAs(before.scan());

        exchange.getMessage().setHeader(Exchange.HTTP_PATH, before.path());
        exchange.getMessage().setBody(REQUEST.replace("their-name", "another").getBytes(StandardCharsets.UTF_8));
        assertThat(formats.request(exchange).scan().model()).isEqualTo("another");

        exchange.getMessage().setBody(body);
        exchange.getMessage().setHeader(LlmConstants.WIRE_FORMAT, "anthropic");
        assertThat(formats.request(exchange).scan()).isNotSameAs(before.scan());
    }

    @Test
    void spellsTheLongestAnswerAsTheProviderDoes() {
        server.play(answer("Hello"));

        ask("direct:openai", "{\"model\":\"x\",\"max_tokens\":9,\"messages\":[]}");

        assertThat(server.takeRequest().text())
                .isEqualTo("{\"model\":\"" + MODEL + "\",\"max_completion_tokens\":9,\"messages\":[]}");
    }

    @Test
    void neverSendsTheClientsCredentialsButTheDialectsOwnHeaders() {
        server.play(answer("Hello"));

        ask(
                "direct:openai",
                REQUEST,
                Map.of("Authorization", "Bearer theirs", "OpenAI-Beta", "x=v1", "OpenAI-Organization", "theirs"));

        RecordedRequest request = server.takeRequest();
        assertThat(request.header("authorization")).contains("Bearer test-key");
        assertThat(request.header("openai-beta")).contains("x=v1");
        assertThat(request.header("openai-organization")).isEmpty();
        assertThat(request.headers().toString()).doesNotContain("theirs");
    }

    @Test
    void passesAnthropicsMessagesOnWithTheClientsFeatures() throws Exception {
        String answer = """
                {"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5-20251001", "new": [1],
                 "content":[{"type":"text","text":"Bonjour"}],"stop_reason":"end_turn","stop_sequence":null,
                 "usage":{"input_tokens":10,"cache_read_input_tokens":5,"output_tokens":2}}""";
        server.play(Answer.json(200, answer));
        String request = "{\"model\":\"claude\",\"max_tokens\":50,\"new_one\":{\"a\":null},\"messages\":"
                + "[{\"role\":\"user\",\"content\":\"Hi\"}]}";

        Exchange done = ask("direct:anthropic", request, Map.of("anthropic-beta", List.of("feature-1", "feature-2")));

        assertThat(body(done)).isEqualTo(answer);
        assertThat(done.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(15L);
        RecordedRequest sent = server.takeRequest();
        assertThat(sent.text()).isEqualTo(request.replace("\"claude\"", "\"claude-haiku-4-5\""));
        assertThat(sent.header("anthropic-beta")).contains("feature-1, feature-2");
        assertThat(sent.header("anthropic-version")).isPresent();
    }

    @Test
    void leavesItToAnthropicWhatItRefusesOfItsOwnClients() throws Exception {
        server.play(Answer.json(
                400, "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"no\"}}"));
        String request = "{\"model\":\"claude\",\"max_tokens\":5000,\"temperature\":0.2,\"top_k\":4,"
                + "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000},\"tool_choice\":{\"type\":\"any\"},"
                + "\"tools\":[{\"name\":\"w\",\"input_schema\":{\"type\":\"object\"},\"strict\":true}],"
                + "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}},"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\","
                + "\"id\":\"1\",\"name\":\"w\",\"input\":{}EXTRA}]},{\"role\":\"user\",\"content\":"
                + "[{\"type\":\"tool_result\",\"tool_use_id\":\"1\",\"content\":\"x\"}]}]}";

        // What Gemini signed makes sure that the request is decoded
        ask(
                "direct:anthropic",
                request.replace("EXTRA", ",\"extra_content\":{\"google\":{\"thought_signature\":\"S\"}}"));

        assertThat(Json.MAPPER.readTree(server.takeRequest().text()))
                .isEqualTo(Json.MAPPER.readTree(
                        request.replace("EXTRA", "").replace("\"claude\"", "\"claude-haiku-4-5\"")));
    }

    @Test
    void passesGeminisRequestsOnWithoutAnyChange() throws Exception {
        String answer = """
                {"candidates":[{"content":{"parts":[{"text":"Salut"}],"role":"model"},"finishReason":"STOP","index":0}],
                 "usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":2,"totalTokenCount":6},
                 "modelVersion":"gemini-2.5-flash","responseId":"r1"}""";
        server.play(Answer.json(200, answer));
        String request = "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}],\"generation_config\":{\"new\":1}}";

        Exchange done =
                ask("direct:gemini", request, Map.of(Exchange.HTTP_PATH, "/v1beta/models/any-name:generateContent"));

        assertThat(body(done)).isEqualTo(answer);
        assertThat(done.getMessage().getHeader(LlmConstants.OUTPUT_TOKENS)).isEqualTo(2L);
        RecordedRequest sent = server.takeRequest();
        assertThat(sent.text()).isEqualTo(request);
        assertThat(sent.path()).endsWith("/models/gemini-2.5-flash:generateContent");
    }

    @Test
    void retriesAsForOtherCalls() {
        server.play(error(503, "server_error", "overloaded"), answer("Hello"));

        assertThat(body(ask("direct:patient", REQUEST))).isEqualTo(answerJson("Hello"));
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void failsWithTheExceptionThatEveryCallWouldFailWith() {
        server.play(error(429, "requests", "rate_limit_exceeded"));

        assertThat(ask("direct:openai", REQUEST).getException()).isInstanceOf(LlmRateLimitedException.class);
    }

    @Test
    void takesTheFormatFromTheHeaderToo() {
        server.play(answer("Hello"));

        Exchange done = ask("direct:named", REQUEST, Map.of(LlmConstants.WIRE_FORMAT, "openai-chat"));

        assertThat(body(done)).isEqualTo(answerJson("Hello"));
    }

    @Test
    void namesTheFormatsThereAreWhenAHeaderNamesAnother() {
        Exchange done = ask("direct:named", REQUEST, Map.of(LlmConstants.WIRE_FORMAT, "morse"));

        assertThat(done.getException())
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("openai-chat, anthropic or gemini");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"model\":\"x\"}",
                "{\"model\":1,\"messages\":[]}",
                "{\"model\":\"x\",\"messages\":[],\"max_tokens\":\"9\"}",
                "{\"model\":\"x\",\"messages\":[],\"n\":1,\"n\":9}",
                "{\"model\":\"x\",\"messages\":[],\"n\":1,\"\\u006e\":9}",
                "{\"model\":\"x\",\"messages\":[],\"stream\":\"true\"}",
                "{\"model\":\"x\",\"messages\":[]} {}"
            })
    void refusesWhatIsNoRequestAndSendsNothing(String request) {
        assertThat(ask("direct:openai", request).getException()).isInstanceOf(LlmInvalidRequestException.class);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void refusesACallThatABudgetCannotBear() {
        String dear = REQUEST.replace("500", "500000");

        assertThat(ask("direct:small", dear).getException()).isInstanceOf(LlmBudgetExceededException.class);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void chargesABudgetWhatTheAnswerCost() throws Exception {
        server.play(answer("Hello"));
        String cheap = REQUEST.replace("500", "400");

        body(ask("direct:small", cheap));

        assertThat(ask("direct:small", cheap).getException()).isInstanceOf(LlmBudgetExceededException.class);
    }

    @Test
    void goesOnOnTheThreadThatBroughtTheAnswer() {
        server.play(answer("Hello"));

        Exchange done = ask("direct:here", REQUEST);

        assertThat(done.getProperty("thread", String.class)).doesNotContain("Camel");
        assertThat(body(done)).isEqualTo(answerJson("Hello"));
    }

    @Test
    void refusesOptionsThatMakeNoSenseWithAFormat() {
        assertThatThrownBy(() -> context.getEndpoint(OPENAI + "&conversationMemory=true")
                        .createProducer()
                        .start())
                .hasMessageContaining("conversationMemory")
                .hasMessageContaining("wireFormat");
    }
}
