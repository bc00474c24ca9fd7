package io.github.camelllm.wire.openai;

import static io.github.camelllm.wire.openai.Exchanges.DIALECT;
import static io.github.camelllm.wire.openai.Exchanges.TARGET;
import static io.github.camelllm.wire.openai.Exchanges.decode;
import static io.github.camelllm.wire.openai.Exchanges.decodeMessage;
import static io.github.camelllm.wire.openai.Exchanges.events;
import static io.github.camelllm.wire.openai.Exchanges.onlyPart;
import static io.github.camelllm.wire.openai.Exchanges.stream;
import static io.github.camelllm.wire.openai.Exchanges.streamOfDeltas;
import static io.github.camelllm.wire.openai.Exchanges.tree;
import static io.github.camelllm.wire.openai.Exchanges.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.StreamDecoder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What providers of this family were seen to do; the numbers are those of the list of wire oddities. */
class OpenAiOdditiesTest {
    private static final String HI =
            "{\"id\":\"a1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":null}]}";
    private static final String STOP =
            "{\"id\":\"a1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";

    // Framing

    @Test
    @DisplayName("oddity 3: a stream ends with [DONE], or just ends after its finish_reason")
    void endsWithOrWithoutDone() {
        assertThat(stream(HI, STOP, "[DONE]")).isEqualTo(stream(HI, STOP));
    }

    @Test
    @DisplayName("oddity 3: a stream whose last sign of life is content ends only by [DONE]")
    void doneAloneEndsAStream() {
        assertThat(stream(HI, "[DONE]").finish().orElseThrow().reason()).isEqualTo(FinishReason.STOP);
        assertThatThrownBy(() -> stream(HI))
                .isInstanceOf(LlmMalformedResponseException.class)
                .hasMessageContaining("choice 0");
        assertThatThrownBy(() -> stream("[DONE]")).isInstanceOf(LlmMalformedResponseException.class);
    }

    @Test
    @DisplayName("oddity 4: Groq names its error event 'error'")
    void readsTheErrorEventOfGroq() {
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        decoder.decode(Frame.of("", HI));
        Frame error = Frame.of(
                "error",
                "{\"error\":{\"message\":\"m\",\"code\":\"tool_use_failed\",\"failed_generation\":\"x\",\"status_code\":400}}");
        assertThatThrownBy(() -> decoder.decode(error)).isInstanceOf(LlmInvalidRequestException.class);
    }

    @Test
    @DisplayName("oddity 6: obfuscation padding is dropped and not counted as unknown")
    void dropsPadding() {
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        List<StreamEvent> events = decoder.decode(Frame.of(
                "",
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}],\"obfuscation\":\"zz\",\"p\":\"abc\"}"));
        assertThat(events).containsExactly(new StreamEvent.TextDelta(0, "a"));
        assertThat(decoder.skipped()).isZero();
    }

    // Chunks

    @Test
    @DisplayName("oddity 9: usage comes on a last chunk without choices, and is null before")
    void takesUsageFromTheChunkWithoutChoices() {
        ChatResponse answer = stream(
                HI.replace("}]}", "}],\"usage\":null}"),
                STOP,
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1,\"total_tokens\":4}}",
                "[DONE]");
        assertThat(answer.usage())
                .contains(Usage.builder()
                        .inputTokens(3)
                        .outputTokens(1)
                        .totalTokens(4)
                        .build());
    }

    @Test
    @DisplayName("oddity 10: usage comes on the chunk with the finish_reason")
    void takesUsageFromWhicheverChunkHasIt() {
        ChatResponse answer = stream(
                HI, STOP.replace("}]}", "}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}"), "[DONE]");
        assertThat(answer.usage().orElseThrow().inputTokens()).hasValue(3);
    }

    @Test
    @DisplayName("oddity 11: Groq puts usage under x_groq, with or without the usual place")
    void takesUsageFromGroqsOwnMember() {
        String groq = STOP.replace(
                "}]}", "}],\"x_groq\":{\"id\":\"req_1\",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}}}");
        assertThat(stream(HI, groq).usage().orElseThrow().inputTokens()).hasValue(5);
        String both = groq.replace("\"x_groq\"", "\"usage\":{\"prompt_tokens\":6,\"completion_tokens\":2},\"x_groq\"");
        assertThat(stream(HI, both).usage().orElseThrow().inputTokens()).hasValue(6);
        assertThat(stream(HI, groq).extensions()).containsKey("x_groq");
    }

    @Test
    @DisplayName("oddity 12: a moderation chunk after the usage does not take the usage back")
    void laterNullDoesNotOverwriteUsage() {
        ChatResponse answer = stream(
                HI,
                STOP,
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}",
                "{\"choices\":[],\"usage\":null,\"moderation\":{\"input\":{\"flagged\":false}}}",
                "[DONE]");
        assertThat(answer.usage().orElseThrow().inputTokens()).hasValue(3);
        assertThat(answer.extensions()).containsEntry("moderation", "{\"input\":{\"flagged\":false}}");
    }

    @Test
    @DisplayName("oddity 12: Azure begins with a chunk that has neither choices nor id")
    void readsAzuresFirstChunk() {
        ChatResponse answer = stream(
                "{\"choices\":[],\"created\":0,\"id\":\"\",\"model\":\"\",\"object\":\"\",\"prompt_filter_results\":[{\"prompt_index\":0}]}",
                HI,
                STOP,
                "[DONE]");
        assertThat(answer.id()).contains("a1");
        assertThat(answer.model()).isEmpty();
        assertThat(answer.created()).isEmpty();
        assertThat(answer.extensions()).containsEntry("prompt_filter_results", "[{\"prompt_index\":0}]");
    }

    @Test
    @DisplayName("oddity 13: two chunks with finish_reason finish a choice once")
    void finishingTwiceIsFinishingOnce() {
        List<StreamEvent> events =
                events(TARGET, HI, STOP, STOP.replace("}]}", "}],\"usage\":{\"prompt_tokens\":3}}"), "[DONE]");
        assertThat(events.stream().filter(StreamEvent.Finished.class::isInstance))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"content\":\"\"}",
                "{\"content\":\"\",\"reasoning_content\":null}",
                "{\"role\":\"assistant\",\"content\":null}"
            })
    @DisplayName("oddity 14: the last delta is empty in several ways, and role may come with every chunk")
    void emptyDeltasSayNothing(String delta) {
        assertThat(onlyPart(streamOfDeltas("{\"role\":\"assistant\",\"content\":\"Hi\"}", delta)))
                .isEqualTo(ContentPart.Text.of("Hi"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"content\":null,", "\"content\":\"\",", ""})
    @DisplayName("oddity 15: content beside tool calls is null, empty or absent")
    void emptyContentBesideCallsIsNoPart(String content) {
        ContentPart part = onlyPart(
                decodeMessage(
                        "{" + content
                                + "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}"));
        assertThat(part).isEqualTo(ContentPart.ToolCall.of("c1", "f", "{}"));
    }

    @Test
    @DisplayName("oddity 15: content beside tool calls may be real text")
    void textBesideCallsIsKept() {
        ChatResponse answer = decodeMessage(
                "{\"content\":\"Let me see\",\"tool_calls\":[{\"id\":\"c1\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}");
        assertThat(answer.text()).isEqualTo("Let me see");
        assertThat(answer.choices().get(0).message().toolCalls()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]"})
    @DisplayName("oddity 16: no tool calls may be null or an empty list")
    void noCallsInAnyForm(String none) {
        ChatResponse answer = decodeMessage("{\"content\":\"Hi\",\"tool_calls\":" + none + "}");
        assertThat(onlyPart(answer)).isEqualTo(ContentPart.Text.of("Hi"));
        assertThat(answer.finish().orElseThrow().reason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    @DisplayName("oddity 17: calls without type, with index, with an empty custom object")
    void readsCallsOfOddShape() {
        ChatResponse answer = decodeMessage(
                "{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"},\"id\":\"c1\",\"index\":0},"
                        + "{\"custom\":{\"input\":\"\",\"name\":\"\"},\"function\":{\"arguments\":\"{\\\"a\\\":1}\",\"name\":\"g\"},\"id\":\"c2\",\"index\":0,\"type\":\"function\"}]}");
        assertThat(answer.choices().get(0).message().toolCalls())
                .containsExactly(
                        ContentPart.ToolCall.of("c1", "f", "{}"), ContentPart.ToolCall.of("c2", "g", "{\"a\":1}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ",\"arguments\":null", ",\"arguments\":\"null\"", ",\"arguments\":\"\"", ",\"arguments\":{}"
            })
    @DisplayName("oddity 18: absent, null, \"null\" and empty arguments mean none")
    void noArgumentsInAnyForm(String arguments) {
        String call = "{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"f\"" + arguments + "}}]}";
        assertThat(onlyPart(decodeMessage(call))).isEqualTo(ContentPart.ToolCall.of("c1", "f", "{}"));
        assertThat(onlyPart(streamOfDeltas(call))).isEqualTo(ContentPart.ToolCall.of("c1", "f", "{}"));
    }

    @Test
    @DisplayName("oddity 18: a fragment 'null' inside other arguments is kept")
    void nullInsideArgumentsIsKept() {
        ChatResponse answer = streamOfDeltas(
                "{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}",
                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":\"}}]}",
                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"null\"}}]}",
                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"}\"}}]}");
        assertThat(onlyPart(answer)).isEqualTo(ContentPart.ToolCall.of("c1", "f", "{\"a\":null}"));
    }

    @Test
    @DisplayName("oddity 18: a first fragment 'null' that goes on is no lone null")
    void nullThatGoesOnIsKept() {
        ChatResponse answer = streamOfDeltas(
                "{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"f\",\"arguments\":\"null\"}}]}",
                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"able\"}}]}");
        assertThat(onlyPart(answer)).isEqualTo(ContentPart.ToolCall.of("c1", "f", "nullable"));
    }

    @Test
    @DisplayName("oddity 19: only the first fragment of a call has id and name")
    void joinsFragmentsByIndex() {
        ChatResponse answer = streamOfDeltas(
                "{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}",
                "{\"tool_calls\":[{\"index\":1,\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}}]}",
                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\"\"}},{\"index\":1,\"function\":{\"arguments\":\"{}\"}}]}",
                "{\"tool_calls\":[{\"index\":0,\"id\":\"\",\"function\":{\"arguments\":\":1}\"}}]}");
        assertThat(answer.choices().get(0).message().toolCalls())
                .containsExactly(
                        ContentPart.ToolCall.of("c1", "f", "{\"a\":1}"), ContentPart.ToolCall.of("c2", "g", "{}"));
        assertThat(answer.finish().orElseThrow().reason()).isEqualTo(FinishReason.TOOL_CALLS);
    }

    @Test
    @DisplayName("oddity 19: a whole call without index and type, and a first index of 1")
    void indexIsAKeyAndMayBeMissing() {
        assertThat(
                        onlyPart(
                                streamOfDeltas(
                                        "{\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}")))
                .isEqualTo(ContentPart.ToolCall.of("c1", "f", "{}"));
        assertThat(onlyPart(streamOfDeltas(
                        "{\"tool_calls\":[{\"index\":1,\"id\":\"c1\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"p\"}}]}",
                        "{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"\\\":1}\"}}]}")))
                .isEqualTo(ContentPart.ToolCall.of("c1", "f", "{\"p\":1}"));
    }

    @Test
    @DisplayName("oddity 19: several calls that all have index 0, or none, stay several")
    void callsWithTheSameIndexAreTwo() {
        for (String index : List.of("\"index\":0,", "")) {
            ChatResponse answer = streamOfDeltas(
                    "{\"tool_calls\":[{" + index
                            + "\"id\":\"c1\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}",
                    "{\"tool_calls\":[{" + index
                            + "\"id\":\"c2\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\"}}]}",
                    "{\"tool_calls\":[{" + index + "\"function\":{\"arguments\":\"\\\":1}\"}}]}");
            assertThat(answer.choices().get(0).message().toolCalls())
                    .containsExactly(
                            ContentPart.ToolCall.of("c1", "f", "{}"), ContentPart.ToolCall.of("c2", "f", "{\"a\":1}"));
        }
    }

    @Test
    @DisplayName("oddity 20: Mistral sends lists of thinking and text chunks, and plain strings in the same stream")
    void readsThinkingChunks() {
        String thinking =
                "{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"Two and two\"}]}]}";
        String text = "{\"content\":[{\"type\":\"text\",\"text\":\"Four\"}]}";
        ChatResponse streamed = streamOfDeltas(thinking, text, "{\"content\":\".\"}");
        List<ContentPart> expected = List.of(ContentPart.Reasoning.of("Two and two"), ContentPart.Text.of("Four."));
        assertThat(streamed.choices().get(0).message().content()).isEqualTo(expected);
        ChatResponse whole = decodeMessage(
                "{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"Two and two\"}]},{\"type\":\"text\",\"text\":\"Four.\"}]}");
        assertThat(whole.choices().get(0).message().content()).isEqualTo(expected);
    }

    @Test
    @DisplayName("Databricks sends signed reasoning as a list of summaries")
    void readsSummaryChunks() {
        ChatResponse answer = decodeMessage(
                "{\"content\":[{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"Hm\",\"signature\":\"s==\"}]},{\"type\":\"text\",\"text\":\"Yes\"}]}");
        assertThat(answer.choices().get(0).message().content())
                .containsExactly(
                        new ContentPart.Reasoning("Hm", Optional.of("s=="), Optional.empty(), Optional.empty()),
                        ContentPart.Text.of("Yes"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reasoning_content", "reasoning", "thinking"})
    @DisplayName("oddity 21: reasoning has several names")
    void readsReasoningByAnyName(String name) {
        List<ContentPart> expected = List.of(ContentPart.Reasoning.of("Hm"), ContentPart.Text.of("Yes"));
        assertThat(decodeMessage("{\"" + name + "\":\"Hm\",\"content\":\"Yes\"}")
                        .choices()
                        .get(0)
                        .message()
                        .content())
                .isEqualTo(expected);
        assertThat(streamOfDeltas("{\"" + name + "\":\"H\"}", "{\"" + name + "\":\"m\"}", "{\"content\":\"Yes\"}")
                        .choices()
                        .get(0)
                        .message()
                        .content())
                .isEqualTo(expected);
    }

    @Test
    @DisplayName("oddity 21: the same reasoning under two names is taken once, and its details are kept")
    void takesReasoningOnceAndKeepsItsDetails() {
        String details =
                "[{\"type\":\"reasoning.text\",\"text\":\"Hm\",\"signature\":\"s==\",\"format\":null,\"index\":0}]";
        ChatResponse answer = decodeMessage("{\"reasoning\":\"Hm\",\"reasoning_content\":\"Hm\",\"reasoning_details\":"
                + details + ",\"content\":\"Yes\"}");
        ChatMessage.Assistant said = answer.choices().get(0).message();
        assertThat(said.reasoningText()).isEqualTo("Hm");
        assertThat(said.content())
                .contains(new ContentPart.Reasoning("", Optional.empty(), Optional.empty(), Optional.of(details)));
        ChatResponse streamed = streamOfDeltas(
                "{\"reasoning\":\"H\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"H\",\"format\":null,\"index\":0}]}",
                "{\"reasoning\":\"m\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"m\",\"signature\":\"s==\",\"format\":null,\"index\":0}]}",
                "{\"content\":\"Yes\"}");
        ContentPart.Reasoning kept = (ContentPart.Reasoning)
                streamed.choices().get(0).message().content().get(2);
        assertThat(tree(kept.json().orElseThrow())).isEqualTo(tree(details));
    }

    @Test
    @DisplayName("oddity 21: reasoning that comes only as details is read from them")
    void readsReasoningFromDetailsAlone() {
        ChatResponse answer = decodeMessage(
                "{\"content\":\"Yes\",\"reasoning_details\":[{\"type\":\"reasoning.summary\",\"summary\":\"Hm\"}]}");
        assertThat(answer.choices().get(0).message().reasoningText()).isEqualTo("Hm");
    }

    @Test
    @DisplayName("oddity 21: Gemini's thought signature is kept with its call, or with the message")
    void keepsThoughtSignatures() {
        ContentPart call = onlyPart(
                decodeMessage(
                        "{\"tool_calls\":[{\"id\":\"c1\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"},\"extra_content\":{\"google\":{\"thought_signature\":\"sig==\"}}}]}"));
        assertThat(((ContentPart.ToolCall) call).signature()).contains("sig==");
        ContentPart text = onlyPart(
                decodeMessage(
                        "{\"content\":\"Noon\",\"thought_signature\":\"sig==\",\"extra_content\":{\"google\":{\"thought_signature\":\"sig==\"}}}"));
        assertThat(((ContentPart.Text) text).signature()).contains("sig==");
    }

    @ParameterizedTest
    @CsvSource({
        "stop,STOP",
        "eos,STOP",
        "end_turn,STOP",
        "length,LENGTH",
        "max_tokens,LENGTH",
        "model_length,LENGTH",
        "model_context_window_exceeded,LENGTH",
        "tool_calls,TOOL_CALLS",
        "function_call,TOOL_CALLS",
        "content_filter,CONTENT_FILTER",
        "sensitive,CONTENT_FILTER",
        "safety,CONTENT_FILTER",
        "SAFETY,CONTENT_FILTER",
        "martian,OTHER"
    })
    @DisplayName("oddity 22: finish reasons of all providers, with the provider's word kept")
    void mapsFinishReasons(String word, FinishReason reason) {
        ChatResponse answer = decode(
                "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"" + word + "\"}]}");
        assertThat(answer.finish().orElseThrow().reason()).isEqualTo(reason);
        assertThat(answer.finish().orElseThrow().nativeReason()).contains(word);
    }

    @ParameterizedTest
    @ValueSource(strings = {"error", "network_error", "insufficient_system_resource"})
    @DisplayName("oddity 22: some finish reasons are failures that may pass")
    void failingFinishReasonsThrow(String word) {
        assertThatThrownBy(
                        () -> decode("{\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hi\"},\"finish_reason\":\""
                                + word + "\"}]}"))
                .isInstanceOfSatisfying(LlmUnavailableException.class, failure -> {
                    assertThat(failure.isRetryable()).isTrue();
                    assertThat(failure.getErrorType()).isEqualTo(word);
                });
        assertThatThrownBy(() -> stream(HI, STOP.replace("\"stop\"", "\"" + word + "\""), "[DONE]"))
                .isInstanceOf(LlmUnavailableException.class);
    }

    @Test
    @DisplayName("oddity 22: Snowflake's empty strings and objects are nothing")
    void emptyMembersSayNothing() {
        ChatResponse answer = decode(
                "{\"id\":\"\",\"model\":\"\",\"system_fingerprint\":\"\",\"choices\":[{\"index\":0,\"finish_reason\":\"\",\"logprobs\":{\"content\":null,\"refusal\":null},"
                        + "\"message\":{\"role\":\"assistant\",\"content\":\"Hi\",\"refusal\":\"\",\"annotations\":null,\"tool_calls\":null,"
                        + "\"audio\":{\"data\":\"\",\"expires_at\":0,\"id\":\"\",\"transcript\":\"\"},\"function_call\":{\"arguments\":\"\",\"name\":\"\"}}}]}");
        assertThat(onlyPart(answer)).isEqualTo(ContentPart.Text.of("Hi"));
        assertThat(answer.id()).isEmpty();
        assertThat(answer.model()).isEmpty();
        assertThat(answer.choices().get(0).message().audioId()).isEmpty();
        assertThat(answer.finish().orElseThrow().reason()).isEqualTo(FinishReason.STOP);
        assertThat(answer.finish().orElseThrow().nativeReason()).isEmpty();
    }

    @Test
    @DisplayName("oddity 22: OpenRouter's native finish reason is the one kept")
    void keepsTheNativeFinishReason() {
        ChatResponse answer = decode(
                "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\",\"native_finish_reason\":\"end_turn\"}]}");
        assertThat(answer.finish().orElseThrow().reason()).isEqualTo(FinishReason.STOP);
        assertThat(answer.finish().orElseThrow().nativeReason()).contains("end_turn");
    }

    @Test
    @DisplayName("oddity 23: members of one provider are kept or skipped, never an error")
    void toleratesFurtherMembers() {
        String body =
                "{\"id\":\"a\",\"provider\":\"Groq\",\"time_info\":{\"total_time\":0.5},\"sla_metrics\":{\"a\":1},\"prompt_token_ids\":[1],\"brand_new\":{\"deep\":[1]},"
                        + "\"choices\":[{\"index\":0,\"token_ids\":[1],\"content_filter_results\":{\"hate\":{\"filtered\":false}},\"message\":{\"content\":\"Hi\",\"executed_tools\":[]},\"finish_reason\":\"stop\"}]}";
        ChatResponse answer = decode(body);
        assertThat(answer.extensions().keySet())
                .containsExactlyInAnyOrder("provider", "time_info", "sla_metrics", "content_filter_results");
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        decoder.decode(Frame.of("", body));
        assertThat(decoder.skipped()).isEqualTo(2);
    }

    @Test
    @DisplayName("oddity 24: Perplexity counts on every chunk and repeats its sources")
    void readsPerplexity() {
        String chunk =
                "{\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":%d,\"total_tokens\":9%s},\"citations\":[\"https://a.example\"],"
                        + "\"search_results\":[{\"title\":\"A\",\"url\":\"https://a.example\",\"date\":null}],\"object\":\"chat.completion.%s\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}%s}]}";
        List<StreamEvent> events = events(
                TARGET,
                String.format(chunk, 1, "", "chunk", "Hi", ""),
                String.format(
                        chunk,
                        2,
                        ",\"cost\":{\"input_tokens_cost\":0.1,\"total_cost\":0.0052},\"reasoning_tokens\":1,\"num_search_queries\":3",
                        "done",
                        "",
                        ",\"finish_reason\":\"stop\""),
                "[DONE]");
        ChatResponse answer = ChatResponseFold.fold(events);
        Usage usage = answer.usage().orElseThrow();
        assertThat(usage.outputTokens()).hasValue(2);
        assertThat(usage.reasoningOutputTokens()).hasValue(1);
        assertThat(usage.webSearchRequests()).hasValue(3);
        assertThat(usage.reportedCost().orElseThrow().amount()).isEqualTo("0.0052");
        ContentPart.Text text = (ContentPart.Text) onlyPart(answer);
        assertThat(text.citations()).hasSize(1);
        assertThat(text.citations().get(0).title()).contains("A");
    }

    @ParameterizedTest
    @CsvSource({
        "'method=POST','no JSON'",
        "'{\"ok\":true}','choices'",
        "'{\"choices\":[]}','at least one'",
        "'{\"choices\":[{\"index\":0}]}','choices[0].message'",
        "'<html></html>','HTML'",
        "'','nothing'"
    })
    @DisplayName("oddity 25: a success that is no completion is malformed")
    void successThatIsNoCompletionIsMalformed(String body, String complaint) {
        assertThatThrownBy(() -> decode(body))
                .isInstanceOf(LlmMalformedResponseException.class)
                .hasMessageContaining(complaint);
    }

    // Think tags

    @Test
    @DisplayName("a leading <think> is split off, also if the stream cuts its tags in pieces")
    void splitsThinkTags() {
        List<ContentPart> expected =
                List.of(ContentPart.Reasoning.of("Hm < so"), ContentPart.Text.of("Yes <think>x</think>"));
        String content = "<think>\nHm < so</think>\n\nYes <think>x</think>";
        assertThat(decodeMessage("{\"content\":\"" + content.replace("\n", "\\n") + "\"}")
                        .choices()
                        .get(0)
                        .message()
                        .content())
                .isEqualTo(expected);
        String[] letters = content.chars()
                .mapToObj(c -> "{\"content\":\"" + (c == '\n' ? "\\n" : Character.toString(c)) + "\"}")
                .toArray(String[]::new);
        assertThat(streamOfDeltas(letters).choices().get(0).message().content()).isEqualTo(expected);
    }

    @Test
    @DisplayName("tags elsewhere, tags beside real reasoning and tags where the profile says never are text")
    void otherThinkTagsAreText() {
        assertThat(decodeMessage("{\"content\":\"The tag <think>x</think>\"}").text())
                .isEqualTo("The tag <think>x</think>");
        assertThat(decodeMessage("{\"content\":\"<thinker>\"}").text()).isEqualTo("<thinker>");
        assertThat(decodeMessage("{\"content\":\"<th\"}").text()).isEqualTo("<th");
        assertThat(decodeMessage("{\"reasoning\":\"Hm\",\"content\":\"<think>x</think>y\"}")
                        .text())
                .isEqualTo("<think>x</think>y");
        assertThat(streamOfDeltas(with(OpenAiOptions.THINK_TAGS, "never"), "{\"content\":\"<think>x</think>y\"}")
                        .text())
                .isEqualTo("<think>x</think>y");
    }

    @Test
    @DisplayName("where the opening tag is implied, all up to the closing tag is reasoning")
    void impliedThinkTag() {
        ChatResponse answer = streamOfDeltas(
                with(OpenAiOptions.THINK_TAGS, "implied"),
                "{\"content\":\"Hm\"}",
                "{\"content\":\"m</thi\"}",
                "{\"content\":\"nk>Yes\"}");
        assertThat(answer.choices().get(0).message().content())
                .containsExactly(ContentPart.Reasoning.of("Hmm"), ContentPart.Text.of("Yes"));
    }

    @Test
    @DisplayName("an answer cut while thinking is reasoning only")
    void unclosedThinkTagIsReasoning() {
        assertThat(onlyPart(decodeMessage("{\"content\":\"<think>Hm</thi\"}")))
                .isEqualTo(ContentPart.Reasoning.of("Hm</thi"));
    }
}
