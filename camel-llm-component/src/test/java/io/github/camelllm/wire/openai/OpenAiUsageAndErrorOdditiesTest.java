package io.github.camelllm.wire.openai;

import static io.github.camelllm.wire.openai.Exchanges.DIALECT;
import static io.github.camelllm.wire.openai.Exchanges.TARGET;
import static io.github.camelllm.wire.openai.Exchanges.decode;
import static io.github.camelllm.wire.openai.Exchanges.events;
import static io.github.camelllm.wire.openai.Exchanges.stream;
import static io.github.camelllm.wire.openai.Exchanges.utf8;
import static io.github.camelllm.wire.openai.Exchanges.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.LlmContextWindowExceededException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What providers of this family were seen to count and to complain; the numbers are those of the list of wire oddities. */
class OpenAiUsageAndErrorOdditiesTest {
    private static final String HI =
            "{\"id\":\"a1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":null}]}";
    private static final String STOP =
            "{\"id\":\"a1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";

    // Usage

    private static Usage usage(String json) {
        return decode("{\"choices\":[{\"message\":{\"content\":\"Hi\"}}],\"usage\":" + json + "}")
                .usage()
                .orElseThrow();
    }

    @Test
    @DisplayName("oddity 26: xAI leaves reasoning out of completion_tokens, OpenAI does not")
    void addsReasoningWhereTheTotalSaysSo() {
        Usage outside = usage(
                "{\"prompt_tokens\":291,\"completion_tokens\":26,\"total_tokens\":513,\"completion_tokens_details\":{\"reasoning_tokens\":196}}");
        assertThat(outside.outputTokens()).hasValue(222);
        assertThat(outside.reasoningOutputTokens()).hasValue(196);
        Usage inside = usage(
                "{\"prompt_tokens\":10,\"completion_tokens\":26,\"total_tokens\":36,\"completion_tokens_details\":{\"reasoning_tokens\":20}}");
        assertThat(inside.outputTokens()).hasValue(26);
    }

    @Test
    @DisplayName("oddity 26: where the total does not tell, the provider's descriptor does")
    void addsReasoningWhereTheProfileSaysSo() {
        String told =
                "{\"choices\":[{\"message\":{\"content\":\"Hi\"}}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"completion_tokens_details\":{\"reasoning_tokens\":7}}}";
        assertThat(decode(told).usage().orElseThrow().outputTokens()).hasValue(5);
        assertThat(decode(told, with(OpenAiOptions.REASONING_OUTSIDE_OUTPUT, "true"))
                        .usage()
                        .orElseThrow()
                        .outputTokens())
                .hasValue(12);
        String gemini =
                "{\"choices\":[{\"message\":{\"content\":\"Hi\"}}],\"usage\":{\"prompt_tokens\":35,\"completion_tokens\":12,\"total_tokens\":109}}";
        Usage usage = decode(gemini, with(OpenAiOptions.REASONING_OUTSIDE_OUTPUT, "true"))
                .usage()
                .orElseThrow();
        assertThat(usage.outputTokens()).hasValue(74);
        assertThat(usage.reasoningOutputTokens()).hasValue(62);
        assertThat(decode(gemini).usage().orElseThrow().outputTokens()).hasValue(12);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"prompt_tokens_details\":{\"cached_tokens\":320}",
                "\"cached_tokens\":320",
                "\"prompt_cache_hit_tokens\":320,\"prompt_cache_miss_tokens\":19",
                "\"num_cached_tokens\":320",
                "\"prompt_tokens_details\":{\"cached_tokens\":320},\"prompt_cache_hit_tokens\":320"
            })
    @DisplayName("oddities 27 and 29: cached tokens have several names and are a part of the input")
    void readsCachedTokensByAnyName(String cached) {
        Usage usage = usage("{\"prompt_tokens\":339,\"completion_tokens\":1," + cached + "}");
        assertThat(usage.cacheReadInputTokens()).hasValue(320);
        assertThat(usage.inputTokens()).hasValue(339);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cache_write_tokens", "cache_creation_input_tokens"})
    @DisplayName("cache writes are read at OpenAI, OpenRouter and Alibaba")
    void readsCacheWrites(String name) {
        assertThat(usage("{\"prompt_tokens\":9,\"prompt_tokens_details\":{\"" + name + "\":8}}")
                        .cacheCreationInputTokens())
                .hasValue(8);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"cost\":0.00019325', 0.00019325",
        "'\"cost\":4.1400000000000003e-05', 0.000041400000000000003",
        "'\"cost\":{\"total_cost\":0.0052}', 0.0052",
        "'\"estimated_cost\":1.5e-7', 0.00000015",
        "'\"cost_in_usd_ticks\":1330500', 0.00013305",
        "'\"cost\":0.01,\"is_byok\":true,\"cost_details\":{\"upstream_inference_cost\":0.2}', 0.21",
        "'\"cost\":0.01,\"is_byok\":false,\"cost_details\":{\"upstream_inference_cost\":0.2}', 0.01",
        "'\"cost\":0,\"is_byok\":true,\"cost_details\":{\"upstream_inference_cost\":null}', 0"
    })
    @DisplayName("oddity 29: costs that providers report are read exactly")
    void readsReportedCostExactly(String member, String dollars) {
        Usage usage = usage("{\"prompt_tokens\":1," + member + "}");
        assertThat(usage.reportedCost().orElseThrow().amount()).isEqualByComparingTo(dollars);
        assertThat(usage.reportedCost().orElseThrow().currency()).isEqualTo("USD");
    }

    @Test
    @DisplayName("an absurd cost is unknown instead of filling the memory")
    void absurdCostIsUnknown() {
        assertThat(usage("{\"prompt_tokens\":1,\"cost\":1e99999999}").reportedCost())
                .isEmpty();
        assertThat(usage("{\"prompt_tokens\":1,\"cost\":\"free\"}").reportedCost())
                .isEmpty();
    }

    @Test
    @DisplayName("usage that is unknown is unknown, not zero")
    void unknownIsNotZero() {
        ChatResponse none = decode("{\"choices\":[{\"message\":{\"content\":\"Hi\"}}],\"usage\":{}}");
        assertThat(none.usage()).isEmpty();
        assertThat(usage("{\"prompt_tokens\":1,\"completion_tokens\":null}").outputTokens())
                .isEmpty();
    }

    @Test
    @DisplayName("Moonshot counts inside the choice")
    void takesUsageFromTheChoice() {
        ChatResponse answer = stream(
                HI,
                "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\",\"usage\":{\"prompt_tokens\":8,\"completion_tokens\":2}}]}",
                "[DONE]");
        assertThat(answer.usage().orElseThrow().inputTokens()).hasValue(8);
    }

    // Errors

    private static LlmException error(int status, String body) {
        return DIALECT.chat().decodeError(status, WireHeaders.NONE, utf8(body), TARGET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"message\":\"words\",\"type\":\"t\",\"code\":\"c1\"}}",
                "{\"error\":{\"message\":\"words\",\"code\":422}}",
                "{\"error\":\"words\",\"code\":\"c1\"}",
                "{\"message\":\"words\",\"type\":\"t\",\"param\":null,\"code\":\"1500\",\"object\":\"error\"}",
                "{\"object\":\"error\",\"message\":\"words\",\"type\":\"t\",\"code\":422}",
                "{\"detail\":\"words\"}",
                "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"words\",\"type\":\"value_error\"}]}",
                "{\"object\":\"error\",\"message\":{\"detail\":[{\"msg\":\"words\"}]},\"type\":\"invalid_request_error\"}",
                "{\"detail\":{\"error\":\"words\"}}",
                "{\"errors\":[{\"code\":2003,\"message\":\"words\"}],\"success\":false,\"result\":null}",
                "{\"error\":[{\"code\":2003,\"message\":\"words\"}]}",
                "{\"error_code\":\"BAD_REQUEST\",\"message\":\"words\",\"request_id\":\"r\"}",
                "{\"status\":422,\"title\":\"Unprocessable\",\"detail\":\"words\"}",
                "{\"statusCode\":422,\"message\":\"words\"}",
                "{\"code\":7,\"reason\":\"R\",\"message\":\"words\",\"metadata\":{}}",
                "[{\"error\":{\"code\":422,\"message\":\"words\",\"status\":\"INVALID_ARGUMENT\"}}]"
            })
    @DisplayName("oddities 63 and 64: error bodies of all shapes")
    void readsErrorsOfAllShapes(String body) {
        LlmException failure = error(422, body);
        assertThat(failure).isInstanceOf(LlmInvalidRequestException.class);
        assertThat(failure.providerMessage()).contains("words");
        assertThat(failure.getMessage()).doesNotContain("words");
        assertThat(failure.getStatusCode()).isEqualTo(422);
    }

    @Test
    @DisplayName("oddity 64: a code may be a word, null or a number")
    void readsCodesOfAllTypes() {
        assertThat(error(400, "{\"error\":{\"message\":\"m\",\"code\":\"context_length_exceeded\"}}"))
                .isInstanceOf(LlmContextWindowExceededException.class);
        assertThat(error(404, "{\"error\":{\"message\":\"m\",\"code\":null,\"type\":\"invalid_request_error\"}}")
                        .getErrorType())
                .isEqualTo("invalid_request_error");
        assertThat(error(429, "{\"error\":{\"message\":\"m\",\"code\":429}}").getErrorType())
                .isEqualTo("429");
        assertThat(error(429, "{\"error\":{\"message\":\"m\",\"code\":\"1113\"}}")
                        .isRetryable())
                .isFalse();
    }

    @Test
    @DisplayName("oddity 65: an OpenRouter error comes on a normal chunk, with usage that is delivered first")
    void errorOnAChunkComesAfterItsUsage() {
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        decoder.decode(Frame.of("", HI));
        List<StreamEvent> events = decoder.decode(
                Frame.of(
                        "",
                        "{\"error\":{\"code\":429,\"message\":\"Provider returned error\"},\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}],\"usage\":{\"prompt_tokens\":43,\"completion_tokens\":10}}"));
        assertThat(events).hasSize(1).first().isInstanceOf(StreamEvent.UsageReported.class);
        assertThatThrownBy(() -> decoder.decode(Frame.of("", "[DONE]"))).isInstanceOf(LlmRateLimitedException.class);
        assertThatThrownBy(decoder::end).isInstanceOf(LlmRateLimitedException.class);
    }

    @Test
    @DisplayName("oddity 65: an error in a body with status 200 is an error")
    void errorWithStatus200IsOne() {
        assertThatThrownBy(() -> decode(
                        "{\"error\":{\"code\":502,\"message\":\"m\"},\"choices\":[{\"message\":{\"content\":\"\"}}]}"))
                .isInstanceOf(LlmUnavailableException.class);
        assertThatThrownBy(() -> decode("{\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\"}}"))
                .isInstanceOf(LlmInvalidRequestException.class);
    }

    @Test
    @DisplayName(
            "oddity 66: Groq's tool_use_failed is an invalid request, and its broken call stays out of the message")
    void toolUseFailedIsAnInvalidRequest() {
        LlmException failure = error(
                400,
                "{\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\",\"code\":\"tool_use_failed\",\"failed_generation\":\"zanzibar\"}}");
        assertThat(failure).isInstanceOf(LlmInvalidRequestException.class);
        assertThat(failure.getErrorType()).isEqualTo("tool_use_failed");
        assertThat(failure.getMessage()).doesNotContain("zanzibar");
    }

    @ParameterizedTest
    @CsvSource({
        "1002,io.github.camelllm.chat.LlmRateLimitedException",
        "1004,io.github.camelllm.chat.LlmAuthenticationException",
        "1008,io.github.camelllm.chat.LlmRateLimitedException",
        "1026,io.github.camelllm.chat.LlmContentFilteredException",
        "1039,io.github.camelllm.chat.LlmContextWindowExceededException",
        "2013,io.github.camelllm.chat.LlmInvalidRequestException"
    })
    @DisplayName("MiniMax reports failures in base_resp with status 200")
    void readsBaseRespErrors(int code, Class<? extends LlmException> expected) {
        String body =
                "{\"id\":\"a\",\"choices\":null,\"base_resp\":{\"status_code\":" + code + ",\"status_msg\":\"words\"}}";
        LlmException failure = catchThrowableOfType(LlmException.class, () -> decode(body));
        assertThat(failure).isInstanceOf(expected);
        assertThat(failure.providerMessage()).contains("words");
        assertThat(failure.isRetryable()).isEqualTo(code == 1002);
        assertThat(decode(
                                "{\"choices\":[{\"message\":{\"content\":\"Hi\"}}],\"base_resp\":{\"status_code\":0,\"status_msg\":\"\"}}")
                        .text())
                .isEqualTo("Hi");
    }
}
