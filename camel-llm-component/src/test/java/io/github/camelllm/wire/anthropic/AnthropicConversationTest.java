package io.github.camelllm.wire.anthropic;

import static io.github.camelllm.wire.anthropic.Exchanges.DIALECT;
import static io.github.camelllm.wire.anthropic.Exchanges.TARGET;
import static io.github.camelllm.wire.anthropic.Exchanges.dropped;
import static io.github.camelllm.wire.anthropic.Exchanges.encode;
import static io.github.camelllm.wire.anthropic.Exchanges.omitting;
import static io.github.camelllm.wire.anthropic.Exchanges.tree;
import static io.github.camelllm.wire.anthropic.Exchanges.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.CacheHint;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.wire.WireTarget;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AnthropicConversationTest {
    private static ChatRequest say(ChatMessage... messages) {
        return ChatRequest.builder("m").messages(Arrays.asList(messages)).build();
    }

    private static JsonNode turns(ChatMessage... messages) {
        return encode(say(messages)).path("messages");
    }

    private static JsonNode content(ContentPart... parts) {
        return turns(ChatMessage.User.of(List.of(parts))).path(0).path("content");
    }

    private static JsonNode answered(ContentPart... parts) {
        return turns(ChatMessage.User.of("q"), ChatMessage.Assistant.of(List.of(parts)))
                .path(1)
                .path("content");
    }

    @Test
    void instructionsAtTheStartAreTheSystem() {
        JsonNode body =
                encode(say(ChatMessage.System.of("A"), ChatMessage.Developer.of("B"), ChatMessage.User.of("q")));
        assertThat(body.path("system"))
                .isEqualTo(tree("[{\"type\":\"text\",\"text\":\"A\"},{\"type\":\"text\",\"text\":\"B\"}]"));
        assertThat(body.path("messages")).hasSize(1);
        assertThat(encode(say(ChatMessage.System.of("A"), ChatMessage.User.of("q")))
                        .path("system")
                        .asText())
                .isEqualTo("A");
    }

    @Test
    void cacheMarksOfTheSystemAreKept() {
        ChatMessage.System system = new ChatMessage.System(
                List.of(ContentPart.Text.of("A").withCache(CacheHint.of(Duration.ofMinutes(30)))), Optional.empty());
        assertThat(encode(say(system, ChatMessage.User.of("q")))
                        .path("system")
                        .path(0)
                        .path("cache_control"))
                .isEqualTo(tree("{\"type\":\"ephemeral\",\"ttl\":\"1h\"}"));
    }

    @Test
    void laterInstructionsAreTheUsersUnlessTheModelKnowsThem() {
        ChatRequest request = say(
                ChatMessage.User.of("q"),
                ChatMessage.Assistant.of("a"),
                ChatMessage.System.of("s"),
                ChatMessage.User.of("r"));
        assertThat(encode(request).path("messages").path(2))
                .isEqualTo(
                        tree(
                                "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"s\"},{\"type\":\"text\",\"text\":\"r\"}]}"));
        JsonNode known = encode(request, with("mid-system", "system")).path("messages");
        assertThat(known.path(2)).isEqualTo(tree("{\"role\":\"system\",\"content\":\"s\"}"));
        assertThat(known.path(3)).isEqualTo(tree("{\"role\":\"user\",\"content\":\"r\"}"));
    }

    @Test
    void resultsStandFirstInOneUserTurn() {
        JsonNode turns = turns(
                ChatMessage.User.of("q"),
                ChatMessage.Assistant.of(List.of(
                        ContentPart.ToolCall.of("1", "a", "{\"x\": 1.50}"), ContentPart.ToolCall.of("2", "b", ""))),
                ChatMessage.Tool.of("1", "one"),
                ChatMessage.User.of("and?"),
                new ChatMessage.Tool("2", Optional.empty(), List.of(), true));
        assertThat(turns).hasSize(3);
        assertThat(turns.path(1).path("content").toString())
                .isEqualTo("[{\"type\":\"tool_use\",\"id\":\"1\",\"name\":\"a\",\"input\":{\"x\":1.5}},"
                        + "{\"type\":\"tool_use\",\"id\":\"2\",\"name\":\"b\",\"input\":{}}]");
        assertThat(turns.path(2).path("content"))
                .isEqualTo(
                        tree(
                                "[{\"type\":\"tool_result\",\"tool_use_id\":\"1\",\"content\":\"one\"},"
                                        + "{\"type\":\"tool_result\",\"tool_use_id\":\"2\",\"is_error\":true},{\"type\":\"text\",\"text\":\"and?\"}]"));
    }

    @Test
    void argumentsGoBackDigitForDigit() {
        String arguments = "{\"n\": 1.50, \"big\": 12345678901234567890.10}";
        byte[] body = DIALECT.chat()
                .encode(
                        say(
                                ChatMessage.User.of("q"),
                                ChatMessage.Assistant.of(List.of(ContentPart.ToolCall.of("1", "a", arguments)))),
                        false,
                        TARGET)
                .body();
        assertThat(new String(body, StandardCharsets.UTF_8)).contains("\"input\":" + arguments);
    }

    @Test
    void argumentsThatAreNoObjectAreShownToTheModelAsSuch() {
        assertThat(answered(ContentPart.ToolCall.of("1", "a", "{\"x\":"))
                        .path(0)
                        .path("input"))
                .isEqualTo(tree("{\"INVALID_JSON\":\"{\\\"x\\\":\"}"));
        ContentPart free = new ContentPart.ToolCall("1", "a", "ls -l", true, Optional.empty(), Optional.empty());
        assertThat(answered(free).path(0).path("input")).isEqualTo(tree("{\"input\":\"ls -l\"}"));
    }

    @Test
    void cacheMarkAtTheEndOfAResultMarksTheResult() {
        ContentPart.Text first = ContentPart.Text.of("a").withCache(CacheHint.DEFAULT);
        ContentPart.Text last = ContentPart.Text.of("b").withCache(CacheHint.of(Duration.ofMinutes(5)));
        JsonNode result = turns(
                        ChatMessage.User.of("q"),
                        new ChatMessage.Tool("1", Optional.empty(), List.of(first, last), false))
                .path(0)
                .path("content")
                .path(0);
        assertThat(result)
                .isEqualTo(tree("{\"type\":\"tool_result\",\"tool_use_id\":\"1\",\"content\":["
                        + "{\"type\":\"text\",\"text\":\"a\",\"cache_control\":{\"type\":\"ephemeral\"}},{\"type\":\"text\",\"text\":\"b\"}],"
                        + "\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"5m\"}}"));
    }

    @Test
    void reasoningGoesBackOnlyIfItIsThisDialects() {
        ContentPart own = new ContentPart.Reasoning("Hm.", Optional.of("sig=="), Optional.empty(), Optional.empty());
        ContentPart details = new ContentPart.Reasoning(
                "x", Optional.of("s"), Optional.empty(), Optional.of("[{\"type\":\"reasoning.text\"}]"));
        ContentPart item = new ContentPart.Reasoning(
                "", Optional.empty(), Optional.of("enc"), Optional.of("{\"id\":\"rs_1\",\"type\":\"reasoning\"}"));
        ContentPart unsigned = ContentPart.Reasoning.of("free thought");
        JsonNode sent = answered(own, details, item, unsigned, ContentPart.Text.of("a"));
        assertThat(sent)
                .isEqualTo(
                        tree(
                                "[{\"type\":\"thinking\",\"thinking\":\"Hm.\",\"signature\":\"sig==\"},{\"type\":\"text\",\"text\":\"a\"}]"));
        ChatRequest request = say(ChatMessage.User.of("q"), ChatMessage.Assistant.of(List.of(unsigned)));
        assertThat(encode(request, with("unsigned-thinking", "send"))
                        .path("messages")
                        .path(1)
                        .path("content"))
                .isEqualTo(tree("[{\"type\":\"thinking\",\"thinking\":\"free thought\",\"signature\":\"\"}]"));
    }

    @Test
    void turnOfWhichNothingIsLeftIsLeftOutAndItsNeighboursJoin() {
        ContentPart foreign = new ContentPart.Opaque("openai-responses", "web_search_call", "{}", Optional.empty());
        assertThat(turns(
                        ChatMessage.User.of("a"), ChatMessage.Assistant.of(List.of(foreign)), ChatMessage.User.of("b")))
                .isEqualTo(
                        tree(
                                "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}]"));
        assertThat(turns(ChatMessage.User.of("a"), ChatMessage.Assistant.of("")))
                .hasSize(1);
    }

    @Test
    void membersOfACallOfOtherDialectsAreLeftOut() {
        ContentPart own = new ContentPart.ToolCall(
                "1",
                "a",
                "{}",
                false,
                Optional.empty(),
                Optional.of("{\"type\":\"tool_use\",\"caller\":{\"type\":\"direct\"}}"));
        ContentPart foreign = new ContentPart.ToolCall(
                "2",
                "b",
                "{}",
                false,
                Optional.of("thought"),
                Optional.of("{\"id\":\"fc_1\",\"status\":\"completed\"}"));
        assertThat(answered(own, foreign))
                .isEqualTo(tree(
                        "[{\"type\":\"tool_use\",\"id\":\"1\",\"name\":\"a\",\"input\":{},\"caller\":{\"type\":\"direct\"}},"
                                + "{\"type\":\"tool_use\",\"id\":\"2\",\"name\":\"b\",\"input\":{}}]"));
    }

    @Test
    void citationsGoBackIfTheyAreThisDialects() {
        String location = "{\"type\":\"char_location\",\"cited_text\":\"x\",\"start_char_index\":0}";
        Citation own = new Citation(Optional.empty(), Optional.empty(), Optional.of("x"), Optional.of(location));
        Citation foreign = new Citation(
                Optional.of("u"), Optional.empty(), Optional.empty(), Optional.of("{\"type\":\"url_citation\"}"));
        ContentPart text = new ContentPart.Text(
                "a", List.of(own, foreign, Citation.ofUrl("u", Optional.empty())), Optional.empty(), Optional.empty());
        assertThat(answered(text))
                .isEqualTo(tree("[{\"type\":\"text\",\"text\":\"a\",\"citations\":[" + location + "]}]"));
    }

    @Test
    void refusalsAndSpokenAnswersGoBackAsTheirWords() {
        ContentPart spoken = new ContentPart.Media(
                MediaKind.AUDIO,
                new MediaSource.Inline("audio/wav", "UklGRg=="),
                Optional.empty(),
                Optional.empty(),
                Optional.of("Hello."),
                Optional.empty(),
                Optional.empty());
        assertThat(answered(new ContentPart.Refusal("No."), spoken))
                .isEqualTo(tree("[{\"type\":\"text\",\"text\":\"No.\"},{\"type\":\"text\",\"text\":\"Hello.\"}]"));
    }

    @Test
    void writesImagesAndDocumentsFromEverySource() {
        assertThat(content(
                        ContentPart.Media.of(MediaKind.IMAGE, new MediaSource.Inline("image/png", "iVBORw==")),
                        ContentPart.Media.of(MediaKind.IMAGE, MediaSource.Url.of("https://example.org/a.png")),
                        ContentPart.Media.of(MediaKind.IMAGE, MediaSource.Url.of("data:image/gif;base64,R0lG")),
                        ContentPart.Media.of(MediaKind.DOCUMENT, MediaSource.FileId.of("file_1")),
                        ContentPart.Media.of("application/pdf; x=y", new byte[] {1}, Optional.of("a.pdf")),
                        ContentPart.Media.of("text/csv", "größe;1".getBytes(StandardCharsets.UTF_8), Optional.empty())))
                .isEqualTo(
                        tree(
                                "[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"iVBORw==\"}},"
                                        + "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://example.org/a.png\"}},"
                                        + "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/gif\",\"data\":\"R0lG\"}},"
                                        + "{\"type\":\"document\",\"source\":{\"type\":\"file\",\"file_id\":\"file_1\"}},"
                                        + "{\"type\":\"document\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\",\"data\":\"AQ==\"},\"title\":\"a.pdf\"},"
                                        + "{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"größe;1\"}}]"));
    }

    static Stream<Arguments> refused() {
        ContentPart image = ContentPart.Media.of(MediaKind.IMAGE, MediaSource.Url.of("https://example.org/a.png"));
        return Stream.of(
                Arguments.of("messages.audio", ChatMessage.User.of(List.of(media("audio/wav"))), TARGET),
                Arguments.of("messages.video", ChatMessage.User.of(List.of(media("video/mp4"))), TARGET),
                Arguments.of("messages.document", ChatMessage.User.of(List.of(media("application/zip"))), TARGET),
                Arguments.of("messages.image", ChatMessage.User.of(List.of(image)), omitting("image")),
                Arguments.of("messages.image", ChatMessage.Assistant.of(List.of(image)), TARGET),
                Arguments.of("messages.image", new ChatMessage.System(List.of(image), Optional.empty()), TARGET),
                Arguments.of(
                        "messages.toolCall",
                        ChatMessage.User.of(List.of(ContentPart.ToolCall.of("1", "a", "{}"))),
                        TARGET),
                Arguments.of(
                        "messages.item",
                        ChatMessage.User.of(
                                List.of(new ContentPart.Opaque("elsewhere", "item", "{}", Optional.empty()))),
                        TARGET));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesContentThatTheWireLacks(String option, ChatMessage message, WireTarget target) {
        ChatRequest request = say(message, ChatMessage.User.of("q"));
        assertThatThrownBy(() -> DIALECT.chat().encode(request, false, target))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("'" + option + "'");
        assertThat(dropped(request, target)).containsExactly(option);
    }

    @Test
    void labelsThatTheWireLacksAreDropped() {
        ContentPart image = new ContentPart.Media(
                MediaKind.IMAGE,
                MediaSource.FileId.of("f"),
                Optional.empty(),
                Optional.of("high"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        ChatRequest request = say(new ChatMessage.User(List.of(image), Optional.of("Ann")));
        assertThat(dropped(request, TARGET)).containsExactly("messages.name", "messages.detail");
    }

    @Test
    void refusesBytesThatAreNoBase64AndBlocksThatAreNoJson() {
        ContentPart broken = ContentPart.Media.of(MediaKind.DOCUMENT, new MediaSource.Inline("text/plain", "secret!"));
        assertThatThrownBy(() -> content(broken))
                .isInstanceOf(LlmInvalidRequestException.class)
                .message()
                .contains("base64")
                .doesNotContain("secret");
        ContentPart block = new ContentPart.Opaque("anthropic", "thing", "{\"secret\":", Optional.empty());
        assertThatThrownBy(() -> content(block))
                .isInstanceOf(LlmInvalidRequestException.class)
                .message()
                .contains("an opaque part of type 'thing'")
                .doesNotContain("secret");
    }

    private static ContentPart media(String type) {
        return ContentPart.Media.of(type, new byte[] {1, 2, 3}, Optional.empty());
    }
}
