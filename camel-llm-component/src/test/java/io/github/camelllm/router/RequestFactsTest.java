package io.github.camelllm.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.chat.AudioOptions;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Tool;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestFactsTest {
    private static ChatRequest.Builder asking(String text) {
        return ChatRequest.builder("m").message(ChatMessage.User.of(text));
    }

    private static RequestFacts of(ChatRequest.Builder request) {
        return RequestFacts.of(request.build(), Specimens.exactly(7), false);
    }

    private static ChatRequest.Builder showing(ContentPart part) {
        return ChatRequest.builder("m").message(ChatMessage.User.of(List.of(part)));
    }

    @Test
    void plainTextNeedsNothing() {
        RequestFacts facts = RequestFacts.of(asking("Hi").maxOutputTokens(50).build(), Specimens.exactly(7), true);
        assertThat(facts.needs()).isEmpty();
        assertThat(facts.inputTokens()).isEqualTo(Specimens.exactly(7));
        assertThat(facts.maxOutputTokens()).isEqualTo(OptionalInt.of(50));
        assertThat(facts.answers()).isOne();
        assertThat(facts.streaming()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "image/png, IMAGE_INPUT",
        "application/pdf, PDF_INPUT",
        "audio/wav, AUDIO_INPUT",
        "video/mp4, VIDEO_INPUT",
        "application/vnd.ms-excel, PDF_INPUT"
    })
    void mediaNeedAModelThatTakesThem(String mediaType, Capability need) {
        assertThat(of(showing(ContentPart.Media.of(mediaType, new byte[] {1}, Optional.empty())))
                        .needs())
                .containsExactly(need);
    }

    @Test
    void documentsOfTextNeedNothing() {
        byte[] text = "a;b".getBytes(StandardCharsets.UTF_8);
        assertThat(of(showing(ContentPart.Media.of("text/csv", text, Optional.empty())))
                        .needs())
                .isEmpty();
    }

    @Test
    void aDocumentOfUnknownTypeCountsAsPdf() {
        assertThat(of(showing(ContentPart.Media.of(MediaKind.DOCUMENT, MediaSource.FileId.of("file-1"))))
                        .needs())
                .containsExactly(Capability.PDF_INPUT);
    }

    @Test
    void mediaInToolResultsCountToo() {
        ContentPart image = ContentPart.Media.of("image/png", new byte[] {1}, Optional.empty());
        assertThat(of(asking("Look").message(new ChatMessage.Tool("1", Optional.empty(), List.of(image), false)))
                        .needs())
                .containsExactlyInAnyOrder(Capability.TOOLS, Capability.IMAGE_INPUT);
    }

    @Test
    void whatAModelSaidOrDrewBeforeIsNoNeed() {
        ContentPart spoken = ContentPart.Media.of("audio/wav", new byte[] {1}, Optional.empty());
        assertThat(of(asking("Go on").message(ChatMessage.Assistant.of(List.of(spoken))))
                        .needs())
                .isEmpty();
    }

    @Test
    void toolsSchemasSpeechAndThinkingAreNeeds() {
        assertThat(of(asking("x").tools(List.of(Tool.Function.of("f", "does f", "{}"))))
                        .needs())
                .containsExactly(Capability.TOOLS);
        assertThat(of(asking("x").responseFormat(ResponseFormat.JsonSchema.of("s", "{}")))
                        .needs())
                .containsExactly(Capability.STRUCTURED_OUTPUT);
        assertThat(of(asking("x").audio(new AudioOptions("alloy", "wav"))).needs())
                .containsExactly(Capability.AUDIO_OUTPUT);
        assertThat(of(asking("x").reasoning(ReasoningOptions.of(ReasoningEffort.LOW)))
                        .needs())
                .containsExactly(Capability.REASONING);
        assertThat(of(asking("x").reasoning(ReasoningOptions.ofBudget(1024))).needs())
                .containsExactly(Capability.REASONING);
    }

    @Test
    void someJsonObjectAndThinkingTurnedOffAreNone() {
        assertThat(of(asking("x").responseFormat(new ResponseFormat.JsonObject()))
                        .needs())
                .isEmpty();
        assertThat(of(asking("x").reasoning(ReasoningOptions.of(ReasoningEffort.NONE)))
                        .needs())
                .isEmpty();
        assertThat(of(asking("x").reasoning(ReasoningOptions.ofBudget(0))).needs())
                .isEmpty();
    }

    @Test
    void allTurnsOfAConversationHaveOneKey() {
        ChatRequest first = ChatRequest.builder("m")
                .message(ChatMessage.System.of("Be brief."))
                .message(ChatMessage.User.of("Hello"))
                .build();
        ChatRequest second = first.toBuilder()
                .model("another")
                .message(ChatMessage.Assistant.of("Hi!"))
                .message(ChatMessage.User.of("How are you?"))
                .build();
        assertThat(RequestFacts.of(second, Specimens.exactly(9), true).conversation())
                .isEqualTo(RequestFacts.of(first, Specimens.exactly(3), false).conversation());
    }

    @Test
    void conversationsThatBeginDifferentlyHaveDifferentKeys() {
        Set<String> keys = Set.of(
                of(asking("Hello")).conversation(),
                of(asking("Hello!")).conversation(),
                of(ChatRequest.builder("m").message(ChatMessage.System.of("Hello")))
                        .conversation(),
                of(ChatRequest.builder("m")
                                .message(ChatMessage.System.of("Be brief."))
                                .message(ChatMessage.User.of("Hello")))
                        .conversation(),
                of(showing(ContentPart.Media.of("image/png", new byte[] {1}, Optional.empty())))
                        .conversation(),
                of(showing(ContentPart.Media.of("image/png", new byte[] {2}, Optional.empty())))
                        .conversation(),
                of(showing(ContentPart.Media.of(MediaKind.IMAGE, MediaSource.Url.of("https://example.com/1.png"))))
                        .conversation());
        assertThat(keys).hasSize(7);
    }

    @Test
    void tellsNoTextOfTheRequest() {
        assertThat(of(asking("my secret")).toString()).doesNotContain("secret");
    }

    @Test
    void refusesLessThanOneAnswer() {
        assertThatThrownBy(() -> new RequestFacts(Set.of(), Specimens.exactly(1), OptionalInt.empty(), 0, false, "k"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected at least 1 answer, but got 0");
    }
}
