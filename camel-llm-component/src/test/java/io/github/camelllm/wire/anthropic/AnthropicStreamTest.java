package io.github.camelllm.wire.anthropic;

import static io.github.camelllm.wire.anthropic.Exchanges.decode;
import static io.github.camelllm.wire.anthropic.Exchanges.events;
import static io.github.camelllm.wire.anthropic.Exchanges.onlyPart;
import static io.github.camelllm.wire.anthropic.Exchanges.stream;
import static io.github.camelllm.wire.anthropic.Exchanges.streamOfBlock;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.StreamDecoder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnthropicStreamTest {
    private static final String START = "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"content\":[]}}";
    private static final String STOP = "{\"type\":\"message_stop\"}";

    private static String start(int index, String block) {
        return "{\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + block + "}";
    }

    private static String text(int index, String text) {
        return "{\"type\":\"content_block_delta\",\"index\":" + index
                + ",\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text + "\"}}";
    }

    @Test
    void namesTheBlockThatIsNotOpen() {
        assertThatThrownBy(() -> stream(
                        START,
                        start(0, "{\"type\":\"text\",\"text\":\"\"}"),
                        start(1, "{\"type\":\"text\",\"text\":\"\"}"),
                        text(3, "secret")))
                .isInstanceOf(LlmMalformedResponseException.class)
                .hasMessage("anthropic/claude-sonnet-5-5: event 4 content_block_delta names block 3, open: [0, 1]");
    }

    @Test
    void refusesABlockThatIsOpenAlreadyAndOneThatIsNotOpenToBeStopped() {
        String block = start(0, "{\"type\":\"text\",\"text\":\"\"}");
        assertThatThrownBy(() -> stream(START, block, block))
                .hasMessageContaining("names block 0, which is open already");
        assertThatThrownBy(() -> stream(START, "{\"type\":\"content_block_stop\",\"index\":2}"))
                .hasMessageContaining("event 2 content_block_stop names block 2, open: []");
    }

    @Test
    void refusesTextThatGoesOnInAnEarlierBlock() {
        String block = "{\"type\":\"text\",\"text\":\"\"}";
        assertThatThrownBy(() -> stream(START, start(0, block), text(0, "a"), start(1, block), text(0, "b")))
                .hasMessageContaining("goes on with block 0 after a later one began, open: [0, 1]");
    }

    @Test
    void keepsTextsApartWhoseBlocksWereNotStopped() {
        String block = "{\"type\":\"text\",\"text\":\"\"}";
        ChatResponse read = stream(START, start(0, block), text(0, "a"), start(1, block), text(1, "b"), STOP);
        assertThat(read.choices().get(0).message().content())
                .containsExactly(ContentPart.Text.of("a"), ContentPart.Text.of("b"));
    }

    @Test
    void keepsCallsApartWhoseBlocksShareAnIndex() {
        String stop = "{\"type\":\"content_block_stop\",\"index\":0}";
        ChatResponse read = stream(
                START,
                start(0, "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"a\",\"input\":{\"x\":1}}"),
                stop,
                start(0, "{\"type\":\"tool_use\",\"id\":\"toolu_2\",\"name\":\"b\",\"input\":{\"x\":2}}"),
                stop,
                STOP);
        assertThat(read.choices().get(0).message().content())
                .containsExactly(
                        ContentPart.ToolCall.of("toolu_1", "a", "{\"x\":1}"),
                        ContentPart.ToolCall.of("toolu_2", "b", "{\"x\":2}"));
    }

    @Test
    void dropsATextBlockWithoutText() {
        assertThat(streamOfBlock("{\"type\":\"text\",\"text\":\"\"}")
                        .choices()
                        .get(0)
                        .message()
                        .content())
                .isEmpty();
        assertThat(decode("{\"content\":[{\"type\":\"text\",\"text\":\"\"}],\"stop_reason\":\"end_turn\"}")
                        .choices()
                        .get(0)
                        .message()
                        .content())
                .isEmpty();
    }

    @Test
    void keepsMembersOfThinkingThatNobodyKnows() {
        String block = "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\",\"shape\":{\"round\":1.10}}";
        ContentPart expected = new ContentPart.Reasoning(
                "Hm.",
                Optional.of("sig"),
                Optional.empty(),
                Optional.of("{\"type\":\"thinking\",\"shape\":{\"round\":1.10}}"));
        assertThat(onlyPart(streamOfBlock(
                        block,
                        "{\"type\":\"thinking_delta\",\"thinking\":\"Hm.\"}",
                        "{\"type\":\"signature_delta\",\"signature\":\"sig\"}")))
                .isEqualTo(expected);
        String whole = block.replace("\"thinking\":\"\"", "\"thinking\":\"Hm.\"")
                .replace("\"signature\":\"\"", "\"signature\":\"sig\"");
        assertThat(onlyPart(decode("{\"content\":[" + whole + "]}"))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"content_block_delta\",\"index\":0}",
                "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}",
                "{\"type\":\"content_block_delta\",\"index\":\"0\",\"delta\":{}}",
                "{\"type\":\"content_block_start\",\"index\":0}",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{}}",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"x\"}}",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"redacted_thinking\"}}",
                "{\"type\":\"content_block_stop\"}",
                "{\"type\":\"message_start\"}",
                "{\"type\":\"message_stop\"}",
                "{\"index\":0}",
                "[]",
                "\"text\"",
                "{\"type\":",
                "no JSON"
            })
    void refusesEventsThatLackWhatTheyNeed(String event) {
        assertThatThrownBy(() -> events(START, event))
                .isInstanceOf(LlmMalformedResponseException.class)
                .hasMessageContaining("event 2");
    }

    @Test
    void refusesContentBeforeTheStart() {
        assertThatThrownBy(() -> events(start(0, "{\"type\":\"text\",\"text\":\"\"}")))
                .hasMessageContaining("event 1 content_block_start came before message_start");
        assertThatThrownBy(() -> events(STOP)).hasMessageContaining("came before message_start");
    }

    @ParameterizedTest
    @CsvSource({
        "overloaded_error, UNAVAILABLE, true",
        "api_error, UNAVAILABLE, true",
        "rate_limit_error, RATE_LIMITED, true",
        "timeout_error, TIMEOUT, true",
        "billing_error, RATE_LIMITED, false",
        "authentication_error, AUTHENTICATION, false",
        "permission_error, AUTHENTICATION, false",
        "invalid_request_error, INVALID_REQUEST, false",
        "not_found_error, INVALID_REQUEST, false",
        "request_too_large, INVALID_REQUEST, false"
    })
    void errorWithGoodStatusHasTheClassOfItsType(String type, ErrorKind kind, boolean retryable) {
        String error = "{\"type\":\"error\",\"error\":{\"type\":\"" + type
                + "\",\"message\":\"secret\"},\"request_id\":\"req_7\"}";
        for (Runnable read : List.<Runnable>of(() -> events(START, error), () -> decode(error))) {
            assertThatThrownBy(read::run).isInstanceOfSatisfying(LlmException.class, failure -> {
                assertThat(failure).hasSameClassAs(kind.exception("", failure.details()));
                assertThat(failure.getErrorType()).isEqualTo(type);
                assertThat(failure.isRetryable()).isEqualTo(retryable);
                assertThat(failure.getRequestId()).isEqualTo("req_7");
                assertThat(failure.getMessage()).doesNotContain("secret");
            });
        }
    }

    @Test
    void errorWithoutATypeAroundItIsAnErrorToo() {
        assertThatThrownBy(() -> events(START, "{\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}"))
                .isInstanceOf(LlmUnavailableException.class);
    }

    @Test
    void answerCutWithinItsBodyMayBeAskedForAgain() {
        assertThatThrownBy(() -> decode("{\"content\":[{\"type\":\"text\",\"te"))
                .isInstanceOfSatisfying(LlmMalformedResponseException.class, cut -> {
                    assertThat(cut.isRetryable()).isTrue();
                    assertThat(cut.getErrorType()).isEqualTo("truncated_response");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>secret</html>",
                "{\"secret\":1}",
                "{\"content\":\"secret\"}",
                "{\"content\":[]}",
                "{\"content\":[{\"type\":\"tool_use\"}]}"
            })
    void whatIsNoAnswerIsMalformedAndNotQuoted(String body) {
        assertThatThrownBy(() -> decode(body)).isInstanceOfSatisfying(LlmMalformedResponseException.class, failure -> {
            assertThat(failure.isRetryable()).isFalse();
            assertThat(failure.getMessage())
                    .startsWith("anthropic/claude-sonnet-5-5: ")
                    .doesNotContain("secret");
        });
    }

    @Test
    void readsTheFrameWhereItStandsInItsBuffer() {
        StreamDecoder decoder = Exchanges.DIALECT.chat().streamDecoder(Exchanges.TARGET);
        byte[] buffer =
                Exchanges.utf8("garbage" + START.replace("[]", "[{\"type\":\"odd\",\"n\": [1, \"a b\"] }]") + "more");
        assertThat(decoder.decode(new Frame("", buffer, 7, buffer.length - 11)))
                .contains(new StreamEvent.PartAdded(
                        0,
                        new ContentPart.Opaque(
                                "anthropic", "odd", "{\"type\":\"odd\",\"n\":[1,\"a b\"]}", Optional.empty())));
    }
}
