package io.github.camelllm.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.StreamEvent.AudioDelta;
import io.github.camelllm.chat.StreamEvent.CitationAdded;
import io.github.camelllm.chat.StreamEvent.Completed;
import io.github.camelllm.chat.StreamEvent.ExtensionAdded;
import io.github.camelllm.chat.StreamEvent.Finished;
import io.github.camelllm.chat.StreamEvent.LogprobsDelta;
import io.github.camelllm.chat.StreamEvent.PartAdded;
import io.github.camelllm.chat.StreamEvent.PartEnded;
import io.github.camelllm.chat.StreamEvent.ReasoningDelta;
import io.github.camelllm.chat.StreamEvent.RefusalDelta;
import io.github.camelllm.chat.StreamEvent.SignatureAdded;
import io.github.camelllm.chat.StreamEvent.Started;
import io.github.camelllm.chat.StreamEvent.TextDelta;
import io.github.camelllm.chat.StreamEvent.ToolCallDelta;
import io.github.camelllm.chat.StreamEvent.UsageReported;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChatResponseFoldTest {
    private static final Optional<String> NONE = Optional.empty();
    private static final Optional<Instant> NONE_INSTANT = Optional.empty();
    private static final Optional<CacheHint> NONE_HINT = Optional.empty();

    private static ChatResponse fold(StreamEvent... events) {
        return ChatResponseFold.fold(List.of(events));
    }

    private static List<ContentPart> parts(StreamEvent... events) {
        return fold(events).choices().get(0).message().content();
    }

    private static ToolCallDelta call(int key, String id, String name, String arguments) {
        return new ToolCallDelta(0, key, Optional.ofNullable(id), Optional.ofNullable(name), arguments, false);
    }

    @Test
    void joinsTextDeltas() {
        ChatResponse response = fold(
                new Started(Optional.of("r1"), Optional.of("m-1-2026"), Optional.of(Instant.EPOCH), Optional.of("fp")),
                new TextDelta(0, "Hel"),
                new TextDelta(0, "lo"),
                new Finished(0, Finish.of(FinishReason.STOP, "stop")),
                new UsageReported(Usage.of(3, 2)),
                new Completed());
        assertThat(response.text()).isEqualTo("Hello");
        assertThat(response.id()).contains("r1");
        assertThat(response.model()).contains("m-1-2026");
        assertThat(response.created()).contains(Instant.EPOCH);
        assertThat(response.systemFingerprint()).contains("fp");
        assertThat(response.finish()).contains(Finish.of(FinishReason.STOP, "stop"));
        assertThat(response.usage()).contains(Usage.of(3, 2));
        assertThat(response.choices()).hasSize(1);
        assertThat(response.choices().get(0).message().content()).containsExactly(ContentPart.Text.of("Hello"));
    }

    @Property
    void howTextIsCutDoesNotMatter(@ForAll @Size(min = 1, max = 20) List<@AlphaChars String> pieces) {
        ChatResponseFold whole = new ChatResponseFold();
        new TextDelta(0, String.join("", pieces)).accept(whole);
        ChatResponseFold cut = new ChatResponseFold();
        pieces.forEach(piece -> new TextDelta(0, piece).accept(cut));
        assertThat(cut.response()).isEqualTo(whole.response());
    }

    @Test
    void laterKnownValuesOfTheStartReplaceEarlierOnes() {
        ChatResponse response = fold(
                new Started(Optional.of("a"), Optional.of("m"), NONE_INSTANT, NONE),
                new Started(NONE, Optional.of("m-2"), Optional.of(Instant.EPOCH), NONE));
        assertThat(response.id()).contains("a");
        assertThat(response.model()).contains("m-2");
        assertThat(response.created()).contains(Instant.EPOCH);
    }

    @Test
    void keepsReasoningTextAndRefusalApartAndInOrder() {
        assertThat(parts(
                        new ReasoningDelta(0, "hm"),
                        new ReasoningDelta(0, "m"),
                        new TextDelta(0, "a"),
                        new ReasoningDelta(0, "again"),
                        new TextDelta(0, "b"),
                        new RefusalDelta(0, "n"),
                        new RefusalDelta(0, "o")))
                .containsExactly(
                        ContentPart.Reasoning.of("hmm"),
                        ContentPart.Text.of("a"),
                        ContentPart.Reasoning.of("again"),
                        ContentPart.Text.of("b"),
                        new ContentPart.Refusal("no"));
    }

    @Test
    void anEndedPartIsNotContinued() {
        assertThat(parts(new TextDelta(0, "a"), new PartEnded(0), new TextDelta(0, "b")))
                .containsExactly(ContentPart.Text.of("a"), ContentPart.Text.of("b"));
        assertThat(parts(new PartEnded(0), new TextDelta(0, "b"))).containsExactly(ContentPart.Text.of("b"));
    }

    @Test
    void joinsInterleavedToolCallsByTheirKeys() {
        assertThat(parts(
                        call(1, "c1", "weather", ""),
                        call(7, "c7", "time", "{\"z\":"),
                        call(1, null, null, "{\"q\":"),
                        call(7, null, null, "1}"),
                        call(1, null, null, "\"x\"}")))
                .containsExactly(
                        ContentPart.ToolCall.of("c1", "weather", "{\"q\":\"x\"}"),
                        ContentPart.ToolCall.of("c7", "time", "{\"z\":1}"));
    }

    @Test
    void toolCallsKeepTheFirstIdAndNameEvenIfTheyAreRepeated() {
        assertThat(parts(call(0, "c1", "f", "{"), call(0, "", "", "}"), call(0, "c1", "f", "")))
                .containsExactly(ContentPart.ToolCall.of("c1", "f", "{}"));
        assertThat(parts(call(0, "", null, "{"), call(0, "c9", "f", "}")))
                .containsExactly(ContentPart.ToolCall.of("c9", "f", "{}"));
    }

    @Test
    void aToolCallWithoutArgumentsHasAnEmptyObject() {
        assertThat(parts(call(0, "c", "f", ""))).containsExactly(ContentPart.ToolCall.of("c", "f", "{}"));
        assertThat(parts(new ToolCallDelta(0, 0, Optional.of("c"), Optional.of("f"), "", true)))
                .containsExactly(new ContentPart.ToolCall("c", "f", "", true, NONE, NONE));
    }

    @Test
    void textAfterAToolCallIsAPartOfItsOwn() {
        assertThat(parts(
                        new TextDelta(0, "a"),
                        call(0, "c", "f", "{}"),
                        new TextDelta(0, "b"),
                        call(0, null, null, " ")))
                .containsExactly(
                        ContentPart.Text.of("a"), ContentPart.ToolCall.of("c", "f", "{} "), ContentPart.Text.of("b"));
    }

    @Test
    void aSignatureBelongsToTheLastPartAndClosesIt() {
        assertThat(parts(new ReasoningDelta(0, "hm"), new SignatureAdded(0, "s1"), new ReasoningDelta(0, "more")))
                .containsExactly(
                        new ContentPart.Reasoning("hm", Optional.of("s1"), NONE, NONE),
                        ContentPart.Reasoning.of("more"));
        assertThat(parts(call(0, "c", "f", "{}"), new SignatureAdded(0, "s2")))
                .containsExactly(new ContentPart.ToolCall("c", "f", "{}", false, Optional.of("s2"), NONE));
        assertThat(parts(new SignatureAdded(0, "s3")))
                .containsExactly(new ContentPart.Text("", List.of(), NONE_HINT, Optional.of("s3")));
    }

    @Test
    void aSignatureIsAddedToPartsThatCameWhole() {
        ContentPart.Media image = ContentPart.Media.of("image/png", new byte[] {1}, NONE);
        ContentPart.Reasoning redacted = new ContentPart.Reasoning("", NONE, Optional.of("xyz"), Optional.of("{}"));
        assertThat(parts(
                        new PartAdded(0, ContentPart.ToolCall.of("c", "f", "{}")),
                        new SignatureAdded(0, "s1"),
                        new PartAdded(0, image),
                        new SignatureAdded(0, "s2"),
                        new PartAdded(0, redacted),
                        new SignatureAdded(0, "s3"),
                        new PartAdded(0, ContentPart.Text.of("a")),
                        new SignatureAdded(0, "s4"),
                        new PartAdded(0, new ContentPart.Refusal("no")),
                        new SignatureAdded(0, "s5")))
                .containsExactly(
                        new ContentPart.ToolCall("c", "f", "{}", false, Optional.of("s1"), NONE),
                        new ContentPart.Media(
                                image.kind(), image.source(), NONE, NONE, NONE, NONE_HINT, Optional.of("s2")),
                        new ContentPart.Reasoning("", Optional.of("s3"), Optional.of("xyz"), Optional.of("{}")),
                        new ContentPart.Text("a", List.of(), NONE_HINT, Optional.of("s4")),
                        new ContentPart.Refusal("no"));
    }

    @Test
    void wholePartsStandWhereTheyCame() {
        ContentPart opaque = new ContentPart.Opaque("anthropic", "server_tool_use", "{}", NONE);
        assertThat(parts(new TextDelta(0, "a"), new PartAdded(0, opaque), new TextDelta(0, "b")))
                .containsExactly(ContentPart.Text.of("a"), opaque, ContentPart.Text.of("b"));
    }

    @Test
    void aCitationBelongsToTheLastText() {
        Citation one = Citation.ofUrl("https://example.com/1", NONE);
        Citation two = Citation.ofUrl("https://example.com/2", NONE);
        assertThat(parts(
                        new TextDelta(0, "a"),
                        new CitationAdded(0, one),
                        new TextDelta(0, "b"),
                        call(0, "c", "f", "{}"),
                        new CitationAdded(0, two)))
                .containsExactly(
                        new ContentPart.Text("ab", List.of(one, two), NONE_HINT, NONE),
                        ContentPart.ToolCall.of("c", "f", "{}"));
        assertThat(parts(new CitationAdded(0, one), new TextDelta(0, "a")))
                .containsExactly(new ContentPart.Text("a", List.of(one), NONE_HINT, NONE));
    }

    @Test
    void aCitationIsAddedToATextThatCameWhole() {
        Citation one = Citation.ofUrl("https://example.com/1", NONE);
        Citation two = Citation.ofUrl("https://example.com/2", NONE);
        ContentPart text = new ContentPart.Text("a", List.of(one), NONE_HINT, NONE);
        assertThat(parts(new PartAdded(0, text), new CitationAdded(0, two), new SignatureAdded(0, "s")))
                .containsExactly(new ContentPart.Text("a", List.of(one, two), NONE_HINT, Optional.of("s")));
    }

    @Test
    void joinsAudioAndItsTranscript() {
        String first = Base64.getEncoder().encodeToString(new byte[] {1, 2, 3});
        String last = Base64.getEncoder().encodeToString(new byte[] {4});
        ChatResponse response = fold(
                new AudioDelta(0, Optional.of("audio_1"), "audio/wav", first, "He"),
                new AudioDelta(0, NONE, "", "", "llo"),
                new AudioDelta(0, NONE, "audio/wav", last, ""));
        ChatMessage.Assistant message = response.choices().get(0).message();
        assertThat(message.audioId()).contains("audio_1");
        ContentPart.Media audio = (ContentPart.Media) message.content().get(0);
        assertThat(audio.kind()).isEqualTo(MediaKind.AUDIO);
        assertThat(audio.transcript()).contains("Hello");
        assertThat(audio.source().mediaType()).contains("audio/wav");
        assertThat(((MediaSource.Inline) audio.source()).bytes()).containsExactly(1, 2, 3, 4);
        assertThat(message.content()).hasSize(1);
    }

    @Test
    void keepsInterleavedChoicesApart() {
        ChatResponse response = fold(
                new TextDelta(1, "b"),
                new TextDelta(0, "a"),
                new TextDelta(1, "B"),
                new ToolCallDelta(0, 0, Optional.of("c0"), Optional.of("f"), "{}", false),
                new ToolCallDelta(1, 0, Optional.of("c1"), Optional.of("g"), "{}", false),
                new TextDelta(0, "A"),
                new Finished(1, Finish.of(FinishReason.LENGTH)),
                new Finished(0, Finish.of(FinishReason.TOOL_CALLS)));
        assertThat(response.choices()).extracting(Choice::index).containsExactly(0, 1);
        assertThat(response.choices().get(0).message().content())
                .containsExactly(
                        ContentPart.Text.of("a"), ContentPart.ToolCall.of("c0", "f", "{}"), ContentPart.Text.of("A"));
        assertThat(response.choices().get(1).message().content())
                .containsExactly(ContentPart.Text.of("bB"), ContentPart.ToolCall.of("c1", "g", "{}"));
        assertThat(response.choices().get(1).finish()).contains(Finish.of(FinishReason.LENGTH));
        assertThat(response.finish()).contains(Finish.of(FinishReason.TOOL_CALLS));
    }

    @Test
    void theLaterOfTwoFinishesCounts() {
        ChatResponse response = fold(
                new Finished(0, Finish.of(FinishReason.STOP, "stop")),
                new Finished(0, Finish.of(FinishReason.LENGTH, "length")));
        assertThat(response.finish()).contains(Finish.of(FinishReason.LENGTH, "length"));
        assertThat(response.choices()).hasSize(1);
    }

    @Test
    void laterUsageReplacesEarlierUsageWhole() {
        Usage early = Usage.builder().inputTokens(10).cacheReadInputTokens(4).build();
        ChatResponse response = fold(new UsageReported(early), new UsageReported(Usage.of(10, 5)));
        assertThat(response.usage()).contains(Usage.of(10, 5));
        assertThat(response.usage().orElseThrow().cacheReadInputTokens()).isEmpty();
    }

    @Test
    void usageThatNeverCameIsUnknown() {
        assertThat(fold(new TextDelta(0, "a"), new Completed()).usage()).isEmpty();
    }

    @Test
    void keepsLogprobsAndExtensions() {
        TokenLogprob one = new TokenLogprob("a", -0.1, List.of());
        TokenLogprob two = new TokenLogprob("b", -0.2, List.of(one));
        ChatResponse response = fold(
                new LogprobsDelta(0, List.of(one)),
                new LogprobsDelta(0, List.of(two)),
                new ExtensionAdded("time_info", "1"),
                new ExtensionAdded("time_info", "2"));
        assertThat(response.choices().get(0).logprobs()).containsExactly(one, two);
        assertThat(response.extensions()).containsOnlyKeys("time_info").containsValue("2");
    }

    @Test
    void givesWhatHasArrivedAtAnyTime() {
        ChatResponseFold fold = new ChatResponseFold();
        assertThat(fold.response().choices()).isEmpty();
        assertThat(fold.response().text()).isEmpty();
        assertThat(fold.response().finish()).isEmpty();
        new TextDelta(0, "a").accept(fold);
        ChatResponse early = fold.response();
        new TextDelta(0, "b").accept(fold);
        assertThat(early.text()).isEqualTo("a");
        assertThat(fold.response().text()).isEqualTo("ab");
        assertThat(fold.response().finish()).isEmpty();
        assertThat(fold.isCompleted()).isFalse();
        new UsageReported(Usage.of(1, 1)).accept(fold);
        new Started(NONE, Optional.of("m"), NONE_INSTANT, NONE).accept(fold);
        new Completed().accept(fold);
        assertThat(fold.isCompleted()).isTrue();
        assertThat(fold.usage()).contains(Usage.of(1, 1));
        assertThat(fold.model()).contains("m");
    }
}
