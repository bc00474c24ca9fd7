package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.RecordedRequest;
import io.github.camelllm.wire.Json;
import java.math.BigDecimal;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

class ChatTest extends LlmRouteTest {
    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:plain").to("llm:openai/" + MODEL);
                from("direct:options")
                        .to(
                                "llm:openai/" + MODEL
                                        + "?systemMessage=Be brief&maxTokens=50&reasoningEffort=low&user=u1"
                                        + "&extra.store=false&extra.metadata=RAW({\"team\":\"claims\"})&header.X-Title=demo&tag.team=claims");
                from("direct:template")
                        .to("llm:openai/" + MODEL + "?promptTemplate=Translate: ${body}&promptLanguage=simple");
                from("direct:header").to("llm:openai/" + MODEL + "?header.X-Title=Z\u00fcrich");
                from("direct:twice").to("llm:openai/" + MODEL).to("llm:openai/some-unpriced-model");
            }
        };
    }

    @Test
    void bodyBecomesThePromptAndTheAnswerTheBody() throws Exception {
        server.play(answer("Bonjour"));

        String answer = template.requestBody("direct:plain", "Say hello in French", String.class);

        assertThat(answer).isEqualTo("Bonjour");
        RecordedRequest request = server.takeRequest();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/v1/chat/completions");
        assertThat(request.header("authorization")).contains("Bearer test-key");
        JsonNode sent = Json.MAPPER.readTree(request.body());
        assertThat(sent.path("model").asText()).isEqualTo(MODEL);
        assertThat(sent.at("/messages/0/role").asText()).isEqualTo("user");
        assertThat(sent.at("/messages/0/content").asText()).isEqualTo("Say hello in French");
    }

    @Test
    void headersTellUsageCostAndModelInJdkTypes() {
        server.play(answer("Bonjour"));

        Exchange done = template.request(
                "direct:plain", exchange -> exchange.getMessage().setBody("Hi"));

        Map<String, Object> headers = done.getMessage().getHeaders();
        assertThat(headers)
                .containsEntry(LlmConstants.INPUT_TOKENS, 1000L)
                .containsEntry(LlmConstants.OUTPUT_TOKENS, 500L)
                .containsEntry(LlmConstants.USAGE_SOURCE, "reported")
                .containsEntry(LlmConstants.COST_CURRENCY, "USD")
                .containsEntry(LlmConstants.FINISH_REASON, "stop")
                .containsEntry(LlmConstants.PROVIDER, "openai")
                .containsEntry(LlmConstants.REQUEST_MODEL, MODEL)
                .containsEntry(LlmConstants.RESPONSE_MODEL, "gpt-5-mini-2025-08-07")
                .containsEntry(LlmConstants.RESPONSE_ID, "chatcmpl-1")
                .containsEntry(LlmConstants.REQUEST_ID, "req-7");
        // 1000 at 0.25 and 500 at 2 dollars a million
        assertThat((BigDecimal) headers.get(LlmConstants.COST)).isEqualByComparingTo("0.00125");
        assertThat(headers.values())
                .allMatch(value -> value.getClass().getName().startsWith("java."));
    }

    @Test
    void optionsGoIntoTheRequest() throws Exception {
        server.play(answer("ok"));

        template.requestBody("direct:options", "Hi", String.class);

        RecordedRequest request = server.takeRequest();
        assertThat(request.header("x-title")).contains("demo");
        JsonNode sent = Json.MAPPER.readTree(request.body());
        assertThat(sent.at("/messages/0/content").asText()).isEqualTo("Be brief");
        assertThat(sent.path("max_completion_tokens").asInt()).isEqualTo(50);
        assertThat(sent.path("reasoning_effort").asText()).isEqualTo("low");
        assertThat(sent.path("store").isBoolean()).isTrue();
        assertThat(sent.at("/metadata/team").asText()).isEqualTo("claims");
        assertThat(takeRecord().tags()).containsEntry("team", "claims").containsKey("routeId");
    }

    @Test
    void headersWinOverOptions() throws Exception {
        server.play(answer("ok"));

        template.request("direct:options", exchange -> {
            exchange.getMessage().setBody("Hi");
            exchange.getMessage().setHeader(LlmConstants.SYSTEM_MESSAGE, "Be long");
            exchange.getMessage().setHeader(LlmConstants.MAX_TOKENS, 70);
            exchange.getMessage().setHeader(LlmConstants.MODEL, "gpt-5");
        });

        JsonNode sent = Json.MAPPER.readTree(server.takeRequest().body());
        assertThat(sent.at("/messages/0/content").asText()).isEqualTo("Be long");
        assertThat(sent.path("max_completion_tokens").asInt()).isEqualTo(70);
        assertThat(sent.path("model").asText()).isEqualTo("gpt-5");
    }

    @Test
    void templateMakesThePrompt() throws Exception {
        server.play(answer("ok"));

        template.requestBody("direct:template", "good day", String.class);

        JsonNode sent = Json.MAPPER.readTree(server.takeRequest().body());
        assertThat(sent.at("/messages/0/content").asText()).isEqualTo("Translate: good day");
    }

    @Test
    void dropsKnobsThatTheModelLacksAndSaysSo() {
        server.play(answer("ok"));

        Exchange done = template.request("direct:plain", exchange -> {
            exchange.getMessage().setBody("Hi");
            exchange.getMessage().setHeader(LlmConstants.TEMPERATURE, 0.2);
        });

        assertThat(done.getException()).isNull();
        assertThat(done.getMessage().getHeader(LlmConstants.DROPPED_OPTIONS)).isEqualTo("temperature");
    }

    @Test
    void unknownPriceLeavesNoCost() {
        server.play(answer("one"));
        server.play(Answer.json(200, answerJson("two").replace("gpt-5-mini-2025-08-07", "some-unpriced-model")));

        Exchange done = template.request(
                "direct:twice", exchange -> exchange.getMessage().setBody("Hi"));

        assertThat(done.getMessage().getHeaders()).doesNotContainKey(LlmConstants.COST);
        assertThat(done.getMessage().getHeader(LlmConstants.INPUT_TOKENS)).isEqualTo(1000L);
    }

    @Test
    void failureLeavesTheInputUntouchedAndSaysWhy() throws Exception {
        server.play(error(429, "requests", "rate_limit_exceeded").header("retry-after", "7"));

        Exchange failed = template.request(
                "direct:plain", exchange -> exchange.getMessage().setBody("Hi"));

        assertThat(failed.getException()).isInstanceOf(LlmRateLimitedException.class);
        LlmException failure = (LlmException) failed.getException();
        assertThat(failure.getStatusCode()).isEqualTo(429);
        assertThat(failure.isRetryable()).isTrue();
        assertThat(failure.getRetryAfterMillis()).isEqualTo(7000);
        assertThat(failed.getMessage().getBody()).isEqualTo("Hi");
        assertThat(failed.getProperty(LlmConstants.ERROR_CATEGORY)).isEqualTo("RATE_LIMIT");
        assertThat(failed.getProperty(LlmConstants.RETRY_AFTER_MILLIS)).isEqualTo(7000L);
        CallRecord record = takeRecord();
        assertThat(record.outcome()).isEqualTo(CallOutcome.FAILED);
        assertThat(record.errorType()).contains("rate_limit_exceeded");
        assertThat(record.usage()).isEmpty();
        assertThat(records).isEmpty();
    }

    @Test
    void emptyBodyIsRefusedBeforeAnythingIsSent() {
        Exchange failed = template.request(
                "direct:plain", exchange -> exchange.getMessage().setBody(" "));

        assertThat(failed.getException())
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("nothing to ask")
                .hasMessageContaining("openai/" + MODEL);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void wrongKeyIsAnAuthenticationFailure() {
        server.play(error(401, "invalid_request_error", "invalid_api_key"));

        Exchange failed = template.request(
                "direct:plain", exchange -> exchange.getMessage().setBody("Hi"));

        assertThat(failed.getException()).isInstanceOf(LlmAuthenticationException.class);
        assertThat(((LlmException) failed.getException()).isRetryable()).isFalse();
    }

    @Test
    void unreachableProviderIsUnavailable() {
        server.close();

        assertThatThrownBy(() -> template.requestBody("direct:plain", "Hi", String.class))
                .cause()
                .isInstanceOf(io.github.camelllm.chat.LlmUnavailableException.class);
    }

    @Test
    void requestThatCannotBeWrittenFailsLikeAnyOtherWithARecord() throws Exception {
        Exchange failed = template.request(
                "direct:header", exchange -> exchange.getMessage().setBody("Hi"));

        assertThat(failed.getException())
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("could not be encoded")
                .hasRootCauseMessage("value of header field X-Title has an illegal character at index 1");
        assertThat(takeRecord().errorType()).contains("encoding_failed");
        assertThat(server.requests()).isEmpty();
    }
}
