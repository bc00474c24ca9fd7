package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmBudgetExceededException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.Gate;
import io.github.camelllm.testing.RecordedRequest;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints that serve clients in a wire format, seen from both sides: the bytes that a provider gets, and those of the answer. */
class WireFormatTest extends WireRouteTest {
    private static final Map<String, Object> OPENAI_FORMAT = Map.of(LlmConstants.WIRE_FORMAT, "openai-chat");

    @Override
    Map<String, String> properties() {
        return Map.of(
                "llm.router.mixed.targets", "anthropic/claude-haiku-4-5,openai/" + MODEL,
                "llm.router.otherWay.targets", "openai/" + MODEL + ",anthropic/claude-haiku-4-5",
                "llm.router.same.targets", "openai/" + MODEL + ",openai/gpt-5-nano",
                "llm.budget.small.scope.feature", "small",
                "llm.budget.small.limit", "0.001 USD",
                "llm.budget.small.window", "month");
    }

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:openai").to(OPENAI);
                from("direct:capped").to(OPENAI + "&maxTokens=7");
                from("direct:small").to(OPENAI + "&tag.feature=small");
                from("direct:patient").to(OPENAI + "&maxRetries=1&retryBackoff=1ms");
                from("direct:here")
                        .to(OPENAI + "&continueOnIoThread=true")
                        .process(exchange -> exchange.setProperty(
                                "thread", Thread.currentThread().getName()));
                from("direct:named").to("llm:openai/" + MODEL);
                from("direct:anthropic").to("llm:anthropic/claude-haiku-4-5?wireFormat=anthropic");
                from("direct:openai-to-anthropic").to("llm:anthropic/claude-haiku-4-5?wireFormat=openai-chat");
                from("direct:mixed").to("llm:router/mixed?wireFormat=openai-chat");
                from("direct:other-way").to("llm:router/otherWay?wireFormat=openai-chat");
                from("direct:same").to("llm:router/same?wireFormat=openai-chat");
                from("direct:embeddings")
                        .to("llm:openai/text-embedding-3-small?operation=embeddings&wireFormat=gemini");
                from("direct:gemini-embeddings").to("llm:gemini/gemini-embedding-001?operation=embeddings");
                from("direct:text").to(OPENAI).convertBodyTo(String.class);
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
    void passesAStreamOnAsItComesAndWithholdsTheUsageThatOnlyWeAskedFor() throws Exception {
        server.play(stream("Hel", "lo").chunk(streamEnd()));

        Exchange done = direct(OPENAI, streaming(REQUEST));
        Client client = read(stream(done));

        assertThat(client.end()).isEmpty();
        JsonNode sent = Json.MAPPER.readTree(server.takeRequest().body());
        assertThat(sent.at("/stream_options/include_usage").asBoolean()).isTrue();
        assertThat(sent.at("/tomorrows_parameter/deep/1").asText()).isEqualTo("2.5");
        String end = streamEnd();
        String usage = end.substring(end.indexOf("data:", 1), end.indexOf("data: [DONE]"));
        assertThat(client.text()).isEqualTo(chunk("Hel") + chunk("lo") + end.replace(usage, ""));
        CallRecord record = takeRecord();
        assertThat(stream(done).record().get(20, TimeUnit.SECONDS)).isEqualTo(record);
        assertThat(record.usage().orElseThrow().outputTokens()).hasValue(500);
        assertThat(record.usageSource()).isEqualTo(UsageSource.REPORTED);
        assertThat(record.cost().orElseThrow().total().amount()).isEqualByComparingTo("0.00125");
        assertThat(record.finishReason()).contains(FinishReason.STOP);
        assertThat(done.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("text/event-stream");
        assertThat(done.getMessage().getHeader(LlmConstants.PROVIDER)).isEqualTo("openai");
        assertThat(done.getMessage().getHeader(LlmConstants.REQUEST_MODEL)).isEqualTo(MODEL);
        assertThat(done.getMessage().getHeader(LlmConstants.CALL_ID))
                .isEqualTo(record.callId().toString());
    }

    @Test
    void givesAClientThatAsksForUsageEveryByte() throws Exception {
        server.play(stream("Hello").chunk(streamEnd()));

        String request = streaming(REQUEST).replaceFirst("\\{", "{\"stream_options\":{\"include_usage\":true},");
        Client client = read(stream(direct(OPENAI, request)));

        assertThat(client.end()).isEmpty();
        assertThat(client.text()).isEqualTo(chunk("Hello") + streamEnd());
        assertThat(server.takeRequest().text()).isEqualTo(request.replace("\"their-name\"", "\"" + MODEL + "\""));
    }

    @Test
    void keepsOtherOptionsOfAStreamWhenItAsksForUsage() throws Exception {
        server.play(stream("Hello").chunk(streamEnd()));

        String request =
                streaming(REQUEST).replaceFirst("\\{", "{\"stream_options\":{\"x\":1,\"include_usage\":false},");
        read(stream(direct(OPENAI, request))).end();

        assertThat(Json.MAPPER.readTree(server.takeRequest().body()).get("stream_options"))
                .isEqualTo(Json.MAPPER.readTree("{\"x\":1,\"include_usage\":true}"));
    }

    @Test
    void failsLoudlyWhenAStreamEndsBeforeItsEndMarker() throws Exception {
        server.play(stream("Hel", "lo"));

        Client client = read(stream(direct(OPENAI, streaming(REQUEST))));

        assertThat(client.end()).containsInstanceOf(LlmMalformedResponseException.class);
        assertThat(client.text()).startsWith(chunk("Hel") + chunk("lo") + "data: {\"error\":");
        CallRecord record = takeRecord();
        assertThat(record.outcome()).isEqualTo(CallOutcome.FAILED);
        assertThat(record.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(record.usage().orElseThrow().outputTokens().orElseThrow()).isPositive();
    }

    @Test
    void tellsAClientOfAnErrorWithinTheStreamInItsOwnShape() throws Exception {
        server.play(stream("Hel").chunk("data: {\"error\":{\"message\":\"no\",\"code\":\"server_error\"}}\n\n"));

        Client client = read(stream(direct(OPENAI, streaming(REQUEST))));

        assertThat(client.end()).containsInstanceOf(LlmUnavailableException.class);
        String events = client.text().substring(chunk("Hel").length());
        assertThat(events).startsWith("data: {\"error\":").doesNotContain("\"no\"");
    }

    @Test
    void failsTheStepWhenAStreamFailsBeforeItsFirstWord() throws Exception {
        server.play(Answer.sse().chunk("data: {\"error\":{\"message\":\"no\",\"code\":\"server_error\"}}\n\n"));

        Exchange done = direct(OPENAI, streaming(REQUEST));

        assertThat(done.getException()).isInstanceOf(LlmUnavailableException.class);
    }

    @Test
    void asksAgainWhenAStreamBreaksBeforeWhatIsHeldBack() throws Exception {
        server.play(stream("Ha", "ha").cut(), stream("a", "b", "c").chunk(streamEnd()));

        Client client =
                read(stream(direct(OPENAI + "&commitAfterEvents=3&maxRetries=1&retryBackoff=1ms", streaming(REQUEST))));

        assertThat(client.end()).isEmpty();
        assertThat(client.text())
                .startsWith(chunk("a") + chunk("b") + chunk("c"))
                .doesNotContain("Ha");
        assertThat(takeRecord().outcome()).isEqualTo(CallOutcome.FAILED);
        assertThat(takeRecord().outcome()).isEqualTo(CallOutcome.SUCCEEDED);
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
    void goesOverToATargetOfAnotherDialectAndBack() throws Exception {
        server.play(error(529, "overloaded_error", "overloaded"), answer("Hello"));

        Exchange done = ask("direct:mixed", REQUEST);

        assertThat(body(done)).isEqualTo(answerJson("Hello"));
        RecordedRequest translated = server.takeRequest();
        assertThat(translated.path()).endsWith("/messages");
        assertThat(Json.MAPPER
                        .readTree(translated.body())
                        .at("/messages/0/content/0/text")
                        .asText())
                .isIn("Hi é", "");
        assertThat(server.takeRequest().text()).contains("\"tomorrows_parameter\": {\"deep\": [1, 2.50, \"x\"]}");
        assertThat(done.getMessage().getHeader(LlmConstants.ROUTER)).isEqualTo("mixed");
        assertThat(done.getMessage().getHeader(LlmConstants.ATTEMPTS)).isEqualTo(2);
    }

    @Test
    void goesOverToAnotherTargetBeforeTheFirstWordOfAStream() throws Exception {
        server.play(stream().cut(), stream("Hello").chunk(streamEnd()));

        Exchange done = direct("llm:router/same?wireFormat=openai-chat", streaming(REQUEST));

        assertThat(read(stream(done)).end()).isEmpty();
        assertThat(done.getMessage().getHeader(LlmConstants.REQUEST_MODEL)).isEqualTo("gpt-5-nano");
        assertThat(done.getMessage().getHeader(LlmConstants.ROUTER)).isEqualTo("same");
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
    void translatesForAModelOfAnotherDialect() throws Exception {
        server.play(Answer.json(200, """
                {"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5-20251001",
                 "content":[{"type":"text","text":"Bonjour"}],"stop_reason":"end_turn","stop_sequence":null,
                 "usage":{"input_tokens":10,"output_tokens":2}}"""));

        JsonNode answer = Json.MAPPER.readTree(body(ask("direct:openai-to-anthropic", REQUEST)));

        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("Bonjour");
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(10);
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
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

        Exchange done = ask("direct:anthropic", request, Map.of("anthropic-beta", "feature-1"));

        assertThat(body(done)).isEqualTo(answer);
        assertThat(done.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(15L);
        RecordedRequest sent = server.takeRequest();
        assertThat(sent.text()).isEqualTo(request.replace("\"claude\"", "\"claude-haiku-4-5\""));
        assertThat(sent.header("anthropic-beta")).contains("feature-1");
        assertThat(sent.header("anthropic-version")).isPresent();
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
    void decodesWhereAnOptionHasASay() throws Exception {
        server.play(answer("Hello"));

        String request = "{\"model\":\"x\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"mine\":1}";
        JsonNode answer = Json.MAPPER.readTree(body(ask("direct:capped", request)));

        JsonNode sent = Json.MAPPER.readTree(server.takeRequest().body());
        assertThat(sent.get("max_completion_tokens").asInt()).isEqualTo(7);
        assertThat(sent.get("mine").asInt()).isEqualTo(1);
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("Hello");
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
    void cancelsTheCallWhenItsSubscriberDoes() throws Exception {
        Gate never = new Gate();
        server.play(stream("Hel").await(never).chunk(chunk("lo")));
        LlmWireStream stream = stream(direct(OPENAI, streaming(REQUEST)));

        Client client = read(stream);
        client.first.get(20, TimeUnit.SECONDS);
        client.subscription.cancel();

        assertThat(server.takeClosed().byClient()).isTrue();
        never.open();
        assertThat(takeRecord().outcome()).isEqualTo(CallOutcome.CANCELLED);
        assertThat(stream.record().get(20, TimeUnit.SECONDS).outcome()).isEqualTo(CallOutcome.CANCELLED);
    }

    @Test
    void stopsReadingWhileItsSubscriberAsksForNothing() throws Exception {
        String large = chunk("x".repeat(8000));
        Gate subscribed = new Gate();
        Answer answer = stream("Hel").await(subscribed);
        int chunks = 400;
        for (int i = 0; i < chunks; i++) {
            answer = answer.chunk(large);
        }
        server.play(answer.chunk(streamEnd()));
        LlmWireStream stream = stream(direct(OPENAI, streaming(REQUEST)));
        Client client = new Client();
        stream.subscribe(client);
        subscribed.open();

        server.otherwise(answer("Hello"));
        for (int i = 0; i < 30; i++) {
            // The thread that reads has had many turns by then
            body(ask("direct:openai", REQUEST));
        }
        assertThat(transport.bodyBytes()).isLessThan(chunks * 8000L / 4);
        assertThat(client.bytes.size()).isZero();

        client.subscription.request(Long.MAX_VALUE);
        assertThat(client.end()).isEmpty();
        assertThat(client.bytes.size()).isGreaterThan(chunks * 8000);
    }

    @Test
    void givesOneReaderAllBytes() {
        server.play(stream("Hello").chunk(streamEnd()));

        Exchange done = ask("direct:text", streaming(REQUEST));

        assertThat(done.getMessage().getBody(String.class))
                .startsWith(chunk("Hello"))
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void throwsAtAReaderWhoseStreamBreaksOff() throws Exception {
        server.play(stream("Hello"));

        InputStream in = context.getTypeConverter()
                .mandatoryConvertTo(InputStream.class, stream(direct(OPENAI, streaming(REQUEST))));

        assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class).hasMessageContaining("broke off");
    }

    @Test
    void hasOneSubscriber() throws Exception {
        server.play(stream("Hello").chunk(streamEnd()));
        LlmWireStream stream = stream(direct(OPENAI, streaming(REQUEST)));
        read(stream).end();

        assertThat(read(stream).end()).containsInstanceOf(IllegalStateException.class);
    }

    @Test
    void goesOnOnTheThreadThatBroughtTheAnswer() {
        server.play(answer("Hello"));

        Exchange done = ask("direct:here", REQUEST);

        assertThat(done.getProperty("thread", String.class)).doesNotContain("Camel");
        assertThat(body(done)).isEqualTo(answerJson("Hello"));
    }

    @Test
    void answersWithEmbeddingsInTheClientsForm() throws Exception {
        server.play(Answer.json(200, """
                {"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-1]}],
                 "model":"text-embedding-3-small","usage":{"prompt_tokens":3,"total_tokens":3}}"""));

        Exchange done = ask(
                "direct:embeddings",
                "{\"content\":{\"parts\":[{\"text\":\"Hi\"}]}}",
                Map.of(Exchange.HTTP_PATH, "/v1beta/models/any:embedContent"));

        assertThat(Json.MAPPER.readTree(body(done)).at("/embedding/values"))
                .isEqualTo(Json.MAPPER.readTree("[0.5,-1.0]"));
        JsonNode sent = Json.MAPPER.readTree(server.takeRequest().body());
        assertThat(sent.get("model").asText()).isEqualTo("text-embedding-3-small");
        assertThat(done.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(3L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"Hi\"", "[\"Hi\", \"there\"]", "[9906, 1070]", "[[9906], [1070, 11]]"})
    void passesEmbeddingsOnAsTheyAre(String input) {
        String answer = "{\"object\": \"list\", \"data\": [{\"index\":0,\"embedding\":\"AAAAPw==\",\"more\":1}],"
                + "\"model\":\"text-embedding-3-small\",\"usage\":{\"prompt_tokens\":2,\"total_tokens\":2},\"new\":{}}";
        server.play(Answer.json(200, answer));
        String request =
                "{\"new_member\": [1],  \"input\": " + input + ", \"model\":\"%s\", \"encoding_format\":\"base64\"}";

        Exchange done = ask("direct:embeddings", request.formatted("any"), OPENAI_FORMAT);

        assertThat(body(done)).isEqualTo(answer);
        assertThat(new String(server.takeRequest().body(), StandardCharsets.UTF_8))
                .isEqualTo(request.formatted("text-embedding-3-small"));
        assertThat(done.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(2L);
        assertThat(done.getMessage().getHeader(LlmConstants.COST, BigDecimal.class))
                .isEqualByComparingTo("0.00000004");
    }

    @Test
    void countsTokensOfEmbeddingsWhoseUsageIsNotReported() {
        server.play(Answer.json(200, "{\"data\":[{\"index\":0,\"embedding\":[0.5]}]}"));

        Exchange done = ask("direct:embeddings", "{\"model\":\"a\",\"input\":[[1,2],[3]]}", OPENAI_FORMAT);

        assertThat(body(done)).contains("0.5");
        assertThat(done.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(3L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}", "[1,\"a\"]", "[\"a\",[1]]", "[[1],[\"a\"]]", "[{}]", "null"})
    void refusesEmbeddingsOfWhatIsNeitherTextNorTokens(String input) {
        Exchange done = ask("direct:embeddings", "{\"model\":\"a\",\"input\":" + input + "}", OPENAI_FORMAT);

        assertThat(done.getException())
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("input: expected a text");
    }

    @Test
    void boundsTokensByABudget() {
        String many = "1,".repeat(60_000) + "1";
        Exchange done = ask(
                "direct:embeddings",
                "{\"model\":\"a\",\"input\":[" + many + "]}",
                Map.of(LlmConstants.WIRE_FORMAT, "openai-chat", "CamelLlmTag.feature", "small"));

        assertThat(done.getException()).isInstanceOf(LlmBudgetExceededException.class);
    }

    @Test
    void refusesTokensForProvidersOfAnotherApi() {
        Exchange done = ask("direct:gemini-embeddings", "{\"model\":\"a\",\"input\":[1,2]}", OPENAI_FORMAT);

        assertThat(done.getException())
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("expected texts, since gemini is not told token numbers");
    }

    @Test
    void saysWhichFormatsHaveNoEmbeddings() {
        Exchange done = ask("direct:embeddings", "{}", Map.of(LlmConstants.WIRE_FORMAT, "anthropic"));

        assertThat(done.getException())
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("wireFormat anthropic has no embeddings");
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
