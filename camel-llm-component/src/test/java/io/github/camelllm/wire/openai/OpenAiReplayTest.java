package io.github.camelllm.wire.openai;

import static io.github.camelllm.wire.openai.Exchanges.TARGET;
import static io.github.camelllm.wire.openai.Exchanges.ask;
import static io.github.camelllm.wire.openai.Exchanges.encode;
import static io.github.camelllm.wire.openai.Exchanges.omitting;
import static io.github.camelllm.wire.openai.Exchanges.tree;
import static io.github.camelllm.wire.openai.Exchanges.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.wire.WireTarget;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers and tool results that go out again with the next request. */
class OpenAiReplayTest {
    private static ChatRequest.Builder base() {
        return ask("Hi");
    }

    private static JsonNode assistant(WireTarget target, ContentPart... parts) {
        ChatRequest request = base().message(ChatMessage.Assistant.of(List.of(parts)))
                .message(ChatMessage.User.of("Go on"))
                .build();
        return without(encode(request, target).path("messages").get(1), "role");
    }

    private static JsonNode without(JsonNode object, String... members) {
        JsonNode copy = object.deepCopy();
        ((ObjectNode) copy).remove(List.of(members));
        return copy;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none              | {\"content\":\"Yes\"}",
                "reasoning_content | {\"content\":\"Yes\",\"reasoning_content\":\"Hm\"}",
                "reasoning         | {\"content\":\"Yes\",\"reasoning\":\"Hm\"}",
                "reasoning_details | {\"content\":\"Yes\",\"reasoning\":\"Hm\"}",
                "thinking_chunk    | {\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"Hm\"}],\"signature\":\"s==\"},{\"type\":\"text\",\"text\":\"Yes\"}]}",
                "summary_chunk     | {\"content\":[{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"Hm\",\"signature\":\"s==\"}]},{\"type\":\"text\",\"text\":\"Yes\"}]}"
            })
    void reasoningGoesBackWhereTheProviderTakesIt(String form, String expected) {
        ContentPart reasoning = new ContentPart.Reasoning(
                "Hm", Optional.of("s=="), Optional.empty(), Optional.of("{\"id\":\"of another dialect\"}"));
        assertThat(assistant(with(OpenAiOptions.REASONING_REPLAY, form), reasoning, ContentPart.Text.of("Yes")))
                .isEqualTo(tree(expected));
    }

    @Test
    void entriesOfEveryFormatGoBackAsTheyCame() {
        String entries =
                "[{\"type\":\"reasoning.text\",\"text\":\"Hm\",\"signature\":\"s==\",\"format\":\"anthropic-claude-v1\",\"index\":0},"
                        + "{\"type\":\"reasoning.encrypted\",\"data\":\"x\",\"format\":\"anthropic-claude-v1\",\"index\":1},"
                        + "{\"type\":\"reasoning.encrypted\",\"data\":\"y\",\"id\":\"rs_1\",\"format\":\"openai-responses-v1\",\"index\":2},"
                        + "{\"type\":\"reasoning.text\",\"text\":\"m\",\"signature\":\"s\",\"id\":\"t\",\"format\":\"anthropic-claude-v1\",\"index\":3}]";
        ChatRequest request = Exchanges.serve(
                        "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"Yes\",\"reasoning_details\":"
                                + entries + "}]}")
                .request();
        assertThat(encode(request, with(OpenAiOptions.REASONING_REPLAY, "reasoning_details"))
                        .at("/messages/0/reasoning_details"))
                .isEqualTo(tree(entries));
    }

    @ParameterizedTest
    @CsvSource({"null,'{\"content\":null}'", "empty,'{\"content\":\"\"}'", "absent,'{}'"})
    void contentBesideCallsIsWhatTheProviderTakes(String form, String expected) {
        JsonNode message = assistant(with(OpenAiOptions.EMPTY_CONTENT, form), ContentPart.ToolCall.of("c", "f", "{}"));
        assertThat(without(message, "tool_calls")).isEqualTo(tree(expected));
    }

    @Test
    void argumentsGoBackAsTheyCameEvenIfTheyAreNoJson() {
        JsonNode call = assistant(TARGET, ContentPart.ToolCall.of("c", "f", "{broken"))
                .path("tool_calls")
                .get(0);
        assertThat(call)
                .isEqualTo(
                        tree(
                                "{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{broken\"}}"));
    }

    @Test
    void signaturesGoOnlyToProvidersThatKnowThem() {
        ContentPart call = new ContentPart.ToolCall("c", "f", "{}", false, Optional.of("s=="), Optional.empty());
        assertThat(assistant(TARGET, call).toString()).doesNotContain("s==");
        assertThat(assistant(with(OpenAiOptions.THOUGHT_SIGNATURES, "extra_content"), call)
                        .at("/tool_calls/0/extra_content/google/thought_signature")
                        .asText())
                .isEqualTo("s==");
    }

    @Test
    void citationsGoBackOnlyWhereAnnotationsAreRead() {
        Citation foreign = Citation.ofUrl("https://a.example", Optional.of("A"));
        ContentPart text = new ContentPart.Text("Yes", List.of(foreign), Optional.empty(), Optional.empty());
        assertThat(assistant(TARGET, text)).isEqualTo(tree("{\"content\":\"Yes\"}"));
        assertThat(assistant(with(OpenAiOptions.ANNOTATIONS_REPLAY, "true"), text)
                        .at("/annotations/0/url_citation/url")
                        .asText())
                .isEqualTo("https://a.example");
    }

    @Test
    void refusalIsTextWhereTheProviderHasNoSuchMember() {
        assertThat(assistant(TARGET, new ContentPart.Refusal("No")))
                .isEqualTo(tree("{\"content\":null,\"refusal\":\"No\"}"));
        assertThat(assistant(omitting("refusal"), new ContentPart.Refusal("No")))
                .isEqualTo(tree("{\"content\":\"No\"}"));
    }

    @Test
    void imageOfAnAnswerIsRefusedUnlessTheProviderTakesItBack() {
        ContentPart image = ContentPart.Media.of(MediaKind.IMAGE, MediaSource.Url.of("https://a.example/i.png"));
        assertThatThrownBy(() -> assistant(TARGET, image))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("'image'");
        assertThat(assistant(with(OpenAiOptions.IMAGES_REPLAY, "true"), image)
                        .at("/images/0/image_url/url")
                        .asText())
                .isEqualTo("https://a.example/i.png");
    }

    @Test
    void spokenAnswerGoesBackByIdOrAsItsWords() {
        ContentPart audio = new ContentPart.Media(
                MediaKind.AUDIO,
                new MediaSource.Inline("audio/wav", "UklGRg=="),
                Optional.empty(),
                Optional.empty(),
                Optional.of("Hello"),
                Optional.empty(),
                Optional.empty());
        assertThat(assistant(TARGET, audio)).isEqualTo(tree("{\"content\":\"Hello\"}"));
        ChatMessage byId = new ChatMessage.Assistant(List.of(audio), Optional.empty(), Optional.of("audio_1"));
        assertThat(encode(base().message(byId).build()).path("messages").get(1))
                .isEqualTo(tree("{\"role\":\"assistant\",\"content\":null,\"audio\":{\"id\":\"audio_1\"}}"));
    }

    @Test
    void lastAssistantMessageIsMarkedToBeContinued() {
        ChatRequest request = base().message(ChatMessage.Assistant.of("Yes,")).build();
        assertThat(encode(request, with(OpenAiOptions.PREFILL, "prefix"))
                        .at("/messages/1/prefix")
                        .asBoolean())
                .isTrue();
        assertThat(encode(request).at("/messages/1").has("prefix")).isFalse();
        assertThat(assistant(with(OpenAiOptions.PREFILL, "prefix"), ContentPart.Text.of("Yes"))
                        .has("prefix"))
                .as("not the last")
                .isFalse();
    }

    @Test
    void toolCallIdsAreMappedAlikeInCallAndResult() {
        ChatRequest request = base().message(ChatMessage.Assistant.of(List.of(
                        ContentPart.ToolCall.of("call_abcdefghijklmno", "f", "{}"),
                        ContentPart.ToolCall.of("Ab3dEf7hI", "f", "{}"))))
                .message(ChatMessage.Tool.of("call_abcdefghijklmno", "1"))
                .message(ChatMessage.Tool.of("Ab3dEf7hI", "2"))
                .build();
        JsonNode messages = encode(request, with(OpenAiOptions.TOOL_CALL_IDS, "alphanumeric9"))
                .path("messages");
        String mapped = messages.at("/1/tool_calls/0/id").asText();
        assertThat(mapped).matches("[A-Za-z0-9]{9}");
        assertThat(messages.at("/2/tool_call_id").asText()).isEqualTo(mapped);
        assertThat(messages.at("/1/tool_calls/1/id").asText()).isEqualTo("Ab3dEf7hI");
        assertThat(messages.at("/3/tool_call_id").asText()).isEqualTo("Ab3dEf7hI");
    }

    @Test
    void toolResultsMayHoldNamesAndMediaWhereTheProviderTakesThem() {
        ContentPart image = ContentPart.Media.of(MediaKind.IMAGE, MediaSource.Url.of("https://a.example/i.png"));
        ChatMessage result =
                new ChatMessage.Tool("c", Optional.of("f"), List.of(ContentPart.Text.of("see"), image), false);
        ChatRequest request = base().message(result).build();
        assertThatThrownBy(() -> encode(request))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("'image'");
        JsonNode sent = encode(request, with(OpenAiOptions.TOOL_MEDIA, "parts", OpenAiOptions.TOOL_NAME, "true"))
                .path("messages")
                .get(1);
        assertThat(sent.path("name").asText()).isEqualTo("f");
        assertThat(sent.at("/content/1/image_url/url").asText()).isEqualTo("https://a.example/i.png");
    }
}
