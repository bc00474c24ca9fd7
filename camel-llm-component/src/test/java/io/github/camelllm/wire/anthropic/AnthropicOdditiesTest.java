package io.github.camelllm.wire.anthropic;

import static io.github.camelllm.wire.anthropic.Exchanges.DIALECT;
import static io.github.camelllm.wire.anthropic.Exchanges.TARGET;
import static io.github.camelllm.wire.anthropic.Exchanges.decode;
import static io.github.camelllm.wire.anthropic.Exchanges.events;
import static io.github.camelllm.wire.anthropic.Exchanges.onlyPart;
import static io.github.camelllm.wire.anthropic.Exchanges.stream;
import static io.github.camelllm.wire.anthropic.Exchanges.streamOfBlock;
import static io.github.camelllm.wire.anthropic.Exchanges.tree;
import static io.github.camelllm.wire.anthropic.Exchanges.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What providers were seen to do on this wire; the numbers are those of the project's list of oddities. */
class AnthropicOdditiesTest {
    private static final String START =
            "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"m\",\"content\":[],\"usage\":"
                    + "{\"input_tokens\":43,\"cache_read_input_tokens\":5,\"output_tokens\":88}}}";
    private static final String TEXT =
            "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}";
    private static final String HI =
            "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}";
    private static final String TEXT_STOP = "{\"type\":\"content_block_stop\",\"index\":0}";
    private static final String END =
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":9}}";
    private static final String STOP = "{\"type\":\"message_stop\"}";

    @Test
    @DisplayName("oddity 3: message_stop ends a stream, with or without [DONE] after it")
    void messageStopEndsTheStream() {
        assertThat(stream(START, TEXT, HI, TEXT_STOP, END, STOP).text()).isEqualTo("Hi");
        assertThat(stream(START, TEXT, HI, TEXT_STOP, END, STOP, "[DONE]").text())
                .isEqualTo("Hi");
        assertThatThrownBy(() -> stream(START, TEXT, HI, TEXT_STOP, END, "[DONE]"))
                .isInstanceOfSatisfying(
                        LlmException.class, cut -> assertThat(cut.isRetryable()).isTrue());
    }

    @Test
    @DisplayName("oddity 4: the payload's type counts, whatever the event is called")
    void payloadTypeCountsAndNotTheEventName() {
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        decoder.decode(Frame.of("ping", START));
        decoder.decode(Frame.of("", TEXT));
        assertThat(decoder.decode(Frame.of("message_stop", HI))).containsExactly(new StreamEvent.TextDelta(0, "Hi"));
    }

    @Test
    @DisplayName("oddity 5: pings come anywhere, and lines are padded with spaces")
    void pingsComeAnywhereAndPaddingIsNoContent() {
        String ping = "{\"type\": \"ping\"}";
        String padded = "{\"type\":\"content_block_stop\",\"index\":0               }";
        assertThat(stream(ping, START, ping, TEXT, ping, HI, ping, padded, ping, END, ping, STOP))
                .isEqualTo(stream(START, TEXT, HI, TEXT_STOP, END, STOP));
    }

    @Test
    @DisplayName("oddity 6: padding members are no content, and are counted")
    void paddingMembersAreSkippedAndCounted() {
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        decoder.decode(Frame.of("", START));
        decoder.decode(Frame.of("", TEXT));
        assertThat(decoder.decode(Frame.of("", HI.substring(0, HI.length() - 1) + ",\"p\":\"abcdef\"}")))
                .containsExactly(new StreamEvent.TextDelta(0, "Hi"));
        assertThat(decoder.skipped()).isEqualTo(1);
    }

    @Test
    @DisplayName("oddity 7: unknown events are skipped and counted")
    void unknownEventsAreSkippedAndCounted() {
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        decoder.decode(Frame.of("", START));
        decoder.decode(Frame.of("", TEXT));
        assertThat(decoder.decode(Frame.of("", "{\"type\":\"weather_report\",\"sequence_number\":7}")))
                .isEmpty();
        String delta =
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"smell_delta\",\"smell\":\"hay\"}}";
        assertThat(decoder.decode(Frame.of("", delta))).isEmpty();
        assertThat(decoder.skipped()).isEqualTo(3);
    }

    @Test
    @DisplayName("oddity 27: input_tokens leaves out cache reads and writes")
    void inputIsTheSumOfItsThreeParts() {
        Usage usage = decode("{\"content\":[],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":2,"
                        + "\"cache_read_input_tokens\":1590,\"cache_creation_input_tokens\":7,\"output_tokens\":3}}")
                .usage()
                .orElseThrow();
        assertThat(usage.inputTokens()).hasValue(1599);
        assertThat(usage.cacheReadInputTokens()).hasValue(1590);
        assertThat(usage.cacheCreationInputTokens()).hasValue(7);
    }

    @Test
    @DisplayName("oddity 27: cache counts that are null or absent stay unknown")
    void unknownCacheCountsStayUnknown() {
        Usage usage = decode("{\"content\":[],\"stop_reason\":\"end_turn\",\"usage\":"
                        + "{\"input_tokens\":2,\"cache_read_input_tokens\":null,\"output_tokens\":3}}")
                .usage()
                .orElseThrow();
        assertThat(usage).isEqualTo(Usage.of(2, 3));
    }

    @Test
    @DisplayName("oddity 30: message_delta replaces the numbers of message_start, and null keeps them")
    void usageOfMessageDeltaReplacesAndNullKeeps() {
        String end = "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":"
                + "{\"input_tokens\":61,\"cache_read_input_tokens\":null,\"output_tokens\":12}}";
        Usage usage = stream(START, TEXT, HI, TEXT_STOP, end, end, STOP).usage().orElseThrow();
        assertThat(usage.inputTokens()).hasValue(66);
        assertThat(usage.cacheReadInputTokens()).hasValue(5);
        assertThat(usage.outputTokens()).hasValue(12);
    }

    @Test
    @DisplayName("oddity 30: a stream that is cut has reported the usage of its start")
    void usageOfTheStartIsReportedAtOnce() {
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        assertThat(decoder.decode(Frame.of("", START)))
                .contains(new StreamEvent.UsageReported(Usage.builder()
                        .inputTokens(48)
                        .cacheReadInputTokens(5)
                        .outputTokens(88)
                        .build()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "web_search_tool_result",
                "web_fetch_tool_result",
                "bash_code_execution_tool_result",
                "text_editor_code_execution_tool_result",
                "mcp_tool_result",
                "tool_search_tool_result",
                "advisor_tool_result",
                "a_kind_of_tomorrow"
            })
    @DisplayName("oddity 34: blocks that come whole are kept as they are")
    void wholeBlocksAreKept(String type) {
        String block =
                "{\"type\":\"" + type + "\",\"tool_use_id\":\"srvtoolu_1\",\"content\":{\"price\":1.50,\"n\":1e3}}";
        ContentPart expected = new ContentPart.Opaque("anthropic", type, block, Optional.empty());
        assertThat(onlyPart(streamOfBlock(block))).isEqualTo(expected);
        assertThat(onlyPart(decode("{\"content\":[" + block + "]}"))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"server_tool_use", "mcp_tool_use"})
    @DisplayName("oddity 34: input of server tools comes in deltas")
    void inputOfServerToolsComesInDeltas(String type) {
        String block = "{\"type\":\"" + type
                + "\",\"id\":\"srvtoolu_1\",\"name\":\"web_search\",\"input\":{},\"caller\":{\"type\":\"direct\"}}";
        ContentPart.Opaque read = (ContentPart.Opaque) onlyPart(streamOfBlock(
                block,
                "{\"type\":\"input_json_delta\",\"partial_json\":\"\"}",
                "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"q\\\":\"}",
                "{\"type\":\"input_json_delta\",\"partial_json\":\"\\\"camel\\\"}\"}"));
        assertThat(tree(read.json())).isEqualTo(tree(block.replace("{},", "{\"q\":\"camel\"},")));
    }

    @Test
    @DisplayName("oddity 34: redacted thinking has data only")
    void redactedThinkingHasDataOnly() {
        assertThat(onlyPart(streamOfBlock("{\"type\":\"redacted_thinking\",\"data\":\"b3BhcXVl\"}")))
                .isEqualTo(new ContentPart.Reasoning("", Optional.empty(), Optional.of("b3BhcXVl"), Optional.empty()));
    }

    @Test
    @DisplayName("oddity 34: a compaction starts as null and comes in deltas, with members of its own")
    void compactionComesInDeltas() {
        ContentPart.Opaque read = (ContentPart.Opaque) onlyPart(streamOfBlock(
                "{\"type\":\"compaction\",\"content\":null}",
                "{\"type\":\"compaction_delta\",\"content\":\"So \\\"far\\\"\",\"encrypted_content\":\"Eq\"}",
                "{\"type\":\"compaction_delta\",\"content\":\", so good\"}"));
        assertThat(read.text()).contains("So \"far\", so good");
        assertThat(tree(read.json()))
                .isEqualTo(tree("{\"type\":\"compaction\",\"content\":\"So \\\"far\\\", so"
                        + " good\",\"encrypted_content\":\"Eq\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"type\":\"input_json_delta\",\"partial_json\":\"\"}"})
    @DisplayName("oddity 35: a call without arguments has an empty object")
    void callWithoutArgumentsHasAnEmptyObject(String delta) {
        String block = "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"clock\",\"input\":{}}";
        ChatResponse read = delta.isEmpty() ? streamOfBlock(block) : streamOfBlock(block, delta);
        assertThat(onlyPart(read)).isEqualTo(ContentPart.ToolCall.of("toolu_1", "clock", "{}"));
    }

    @Test
    @DisplayName("oddity 35: arguments may also come whole with the start of the block")
    void argumentsMayComeWithTheStart() {
        String block = "{\"input\":{\"player\":\"one\"},\"name\":\"roll\",\"id\":\"toolu_1\",\"type\":\"tool_use\"}";
        assertThat(onlyPart(streamOfBlock(block)))
                .isEqualTo(ContentPart.ToolCall.of("toolu_1", "roll", "{\"player\":\"one\"}"));
        assertThat(onlyPart(streamOfBlock(
                        block, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"player\\\":\\\"two\\\"}\"}")))
                .isEqualTo(ContentPart.ToolCall.of("toolu_1", "roll", "{\"player\":\"two\"}"));
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn, STOP",
        "tool_use, TOOL_CALLS",
        "stop_sequence, STOP",
        "pause_turn, PAUSE",
        "refusal, CONTENT_FILTER",
        "max_tokens, LENGTH",
        "model_context_window_exceeded, LENGTH",
        "something_new, OTHER"
    })
    @DisplayName("oddity 36: stop reasons")
    void stopReasonsAreRead(String wire, FinishReason reason) {
        ChatResponse read = decode("{\"content\":[],\"stop_reason\":\"" + wire + "\"}");
        assertThat(read.finish().orElseThrow().reason()).isEqualTo(reason);
        assertThat(read.finish().orElseThrow().nativeReason()).contains(wire);
    }

    @Test
    @DisplayName("oddity 36: null in message_start is no stop reason")
    void nullInMessageStartIsNoStopReason() {
        String start = START.replace("\"content\":[]", "\"content\":[],\"stop_reason\":null,\"stop_sequence\":null");
        assertThat(events(start, TEXT, HI, TEXT_STOP, END, STOP).stream()
                        .filter(StreamEvent.Finished.class::isInstance))
                .hasSize(1);
    }

    @Test
    @DisplayName("oddity 36: a whole answer may stand in message_start")
    void wholeAnswerMayStandInMessageStart() {
        String start = "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"content\":[{\"type\":\"tool_use\","
                + "\"id\":\"toolu_1\",\"name\":\"roll\",\"input\":{}}],\"stop_reason\":\"tool_use\"}}";
        ChatResponse read = stream(start, STOP);
        assertThat(onlyPart(read)).isEqualTo(ContentPart.ToolCall.of("toolu_1", "roll", "{}"));
        assertThat(read.finish().orElseThrow().reason()).isEqualTo(FinishReason.TOOL_CALLS);
    }

    @Test
    @DisplayName("oddity 37: stop_details, container and iterations are kept")
    void whatComesWithTheEndIsKept() {
        String end =
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_details\":{\"type\":\"x\"},"
                        + "\"container\":{\"id\":\"c_1\"}},\"usage\":{\"output_tokens\":9,\"iterations\":[{\"type\":\"message\"}]},"
                        + "\"context_management\":{\"applied_edits\":[]}}";
        assertThat(stream(START, TEXT, HI, TEXT_STOP, end, STOP).extensions())
                .containsEntry("stop_details", "{\"type\":\"x\"}")
                .containsEntry("container", "{\"id\":\"c_1\"}")
                .containsEntry("context_management", "{\"applied_edits\":[]}")
                .containsEntry("usage", "{\"iterations\":[{\"type\":\"message\"}]}");
    }

    @Test
    @DisplayName("oddity 37: tokens of a compaction are counted, those of an advisor stay apart")
    void compactionsAreCountedAndAdvisorsAreNot() {
        Usage usage = decode(
                        "{\"content\":[],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":612,\"output_tokens\":2819,"
                                + "\"iterations\":[{\"type\":\"compaction\",\"input_tokens\":60385,\"output_tokens\":522},"
                                + "{\"type\":\"advisor_message\",\"input_tokens\":7,\"output_tokens\":7},"
                                + "{\"type\":\"message\",\"input_tokens\":612,\"output_tokens\":2819}]}}")
                .usage()
                .orElseThrow();
        assertThat(usage).isEqualTo(Usage.of(60997, 3341));
    }

    @Test
    @DisplayName("oddity 38: a refusal without content is an answer")
    void refusalWithoutContentIsAnAnswer() {
        ChatResponse read = decode(
                "{\"content\":[],\"stop_reason\":\"refusal\",\"stop_details\":{\"type\":\"refusal\",\"category\":null}}");
        assertThat(read.choices()).hasSize(1);
        assertThat(read.text()).isEmpty();
        assertThat(read.finish().orElseThrow().reason()).isEqualTo(FinishReason.CONTENT_FILTER);
        assertThat(read.extensions()).containsEntry("stop_details", "{\"type\":\"refusal\",\"category\":null}");
        assertThat(decode("{\"content\":[],\"stop_reason\":\"refusal\",\"stop_details\":null}")
                        .extensions())
                .isEmpty();
    }

    @Test
    @DisplayName("oddity 39: the error shape")
    void errorShapeIsRead() {
        LlmException failure = error(
                404,
                "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"model:"
                        + " x\"},\"request_id\":\"req_1\"}");
        assertThat(failure).isInstanceOf(LlmInvalidRequestException.class);
        assertThat(failure.getErrorType()).isEqualTo("not_found_error");
        assertThat(failure.getRequestId()).isEqualTo("req_1");
        assertThat(failure.providerMessage()).contains("model: x");
        assertThat(failure.getMessage()).doesNotContain("model: x");
    }

    @Test
    @DisplayName("oddity 39: a failed web tool is no failed call")
    void failedWebToolIsNoFailedCall() {
        String block = "{\"type\":\"web_fetch_tool_result\",\"tool_use_id\":\"srvtoolu_1\",\"content\":"
                + "{\"type\":\"web_fetch_tool_result_error\",\"error_code\":\"unavailable\"}}";
        assertThat(onlyPart(decode("{\"content\":[" + block + "],\"stop_reason\":\"end_turn\"}")))
                .isEqualTo(new ContentPart.Opaque("anthropic", "web_fetch_tool_result", block, Optional.empty()));
    }

    @Test
    @DisplayName("oddity 40: retry-after on a good answer is no failure; on a failure it is read")
    void retryAfterMattersOnFailureOnly() {
        WireHeaders wait = new WireHeaders() {
            @Override
            public Optional<String> first(String name) {
                return name.equals("retry-after") ? Optional.of("36") : Optional.empty();
            }

            @Override
            public void forEach(BiConsumer<String, String> action) {
                action.accept("retry-after", "36");
            }
        };
        byte[] good = utf8("{\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}],\"stop_reason\":\"end_turn\"}");
        assertThat(DIALECT.chat().decode(good, wait, TARGET).text()).isEqualTo("Hi");
        LlmException limited = DIALECT.chat()
                .decodeError(429, wait, utf8("{\"error\":{\"type\":\"rate_limit_error\",\"message\":\"m\"}}"), TARGET);
        assertThat(limited.getRetryAfterMillis()).isEqualTo(36_000);
    }

    @Test
    @DisplayName("oddity 63: error shapes of proxies")
    void errorShapesWithoutAnErrorObjectAreRead() {
        assertThat(error(400, "{\"id\":\"1\",\"message\":\"no\"}").providerMessage())
                .contains("no");
        assertThat(error(400, "{\"detail\":\"no\"}").providerMessage()).contains("no");
        assertThat(error(400, "{\"error\":\"no\"}").providerMessage()).contains("no");
    }

    @Test
    @DisplayName("oddity 64: error codes are a text, null or a number")
    void errorCodesAreTextNullOrNumber() {
        assertThat(error(429, "{\"error\":{\"message\":\"m\",\"code\":\"insufficient_quota\"}}")
                        .isRetryable())
                .isFalse();
        assertThat(error(429, "{\"error\":{\"message\":\"m\",\"code\":429}}").getErrorType())
                .isEqualTo("429");
        assertThat(error(429, "{\"error\":{\"message\":\"m\",\"type\":\"rate_limit_error\",\"code\":null}}")
                        .getErrorType())
                .isEqualTo("rate_limit_error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"enforced_spend_limit_reached", "contract_spend_limit_reached"})
    @DisplayName("spend limits are 429 and not worth repeating")
    void spendLimitsAreNotRetried(String code) {
        LlmException failure = error(
                429,
                "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"m\",\"details\":{\"error_code\":\""
                        + code + "\"}}}");
        assertThat(failure).isInstanceOf(LlmRateLimitedException.class);
        assertThat(failure.getErrorType()).isEqualTo(code);
        assertThat(failure.isRetryable()).isFalse();
    }

    @Test
    @DisplayName("oddity 67: a token count is input_tokens alone")
    void tokenCountIsInputTokens() {
        assertThat(DIALECT.tokenCounts().decode(utf8("{\"input_tokens\":1581}"), TARGET))
                .isEqualTo(1581);
        assertThatThrownBy(() -> DIALECT.tokenCounts().decode(utf8("{}"), TARGET))
                .hasMessageContaining("input_tokens");
        assertThatThrownBy(() -> DIALECT.tokenCounts()
                        .decode(utf8("{\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}"), TARGET))
                .isInstanceOf(LlmUnavailableException.class);
    }

    private static LlmException error(int status, String body) {
        return DIALECT.chat().decodeError(status, WireHeaders.NONE, utf8(body), TARGET);
    }
}
