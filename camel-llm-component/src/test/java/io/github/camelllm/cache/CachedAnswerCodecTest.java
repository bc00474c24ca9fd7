package io.github.camelllm.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.catalog.Cost;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.Specimens;
import io.github.camelllm.chat.TokenLogprob;
import io.github.camelllm.chat.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CachedAnswerCodecTest {
    private static final CachedAnswerCodec<ChatResponse> CODEC = new CachedAnswerCodec<>(ChatResponse.class);
    private static final Cost COST = Pricing.builtIn()
            .cost(Usage.of(1000, 70), "openai", "gpt-5-mini", Instant.EPOCH)
            .orElseThrow();

    private static ChatResponse responseOf(List<ContentPart> parts, List<TokenLogprob> logprobs) {
        ChatResponse specimen = Specimens.of(ChatResponse.class);
        Map<String, String> extensions = new LinkedHashMap<>();
        extensions.put("z", "1");
        extensions.put("a", "2");
        return new ChatResponse(
                specimen.id(),
                specimen.model(),
                Optional.of(Instant.ofEpochSecond(1_760_000_000L, 123)),
                List.of(
                        specimen.choices().get(0),
                        new Choice(
                                1,
                                ChatMessage.Assistant.of(parts),
                                Optional.of(Finish.of(FinishReason.TOOL_CALLS, "tool_use")),
                                logprobs)),
                specimen.usage(),
                specimen.systemFingerprint(),
                extensions);
    }

    private static CachedAnswer<ChatResponse> answer(ChatResponse response) {
        return new CachedAnswer<>(
                response,
                new CachedAnswer.Origin(
                        "openai", "openai", "gpt-5-mini", Optional.of(COST), List.of("seed"), Instant.EPOCH));
    }

    private static void assertKept(CachedAnswer<ChatResponse> answer) {
        CachedAnswer<ChatResponse> read = CODEC.decode(CODEC.encode(answer)).orElseThrow();

        assertThat(read).isEqualTo(answer);
        assertThat(read.response().extensions().keySet())
                .containsExactlyElementsOf(answer.response().extensions().keySet());
    }

    @Test
    void keepsEveryComponentOfEveryRecord() {
        List<ContentPart> parts = new ArrayList<>();
        for (Class<?> kind : ContentPart.class.getPermittedSubclasses()) {
            parts.add((ContentPart) Specimens.of(kind));
        }
        for (Class<?> source : MediaSource.class.getPermittedSubclasses()) {
            parts.add(ContentPart.Media.of(MediaKind.AUDIO, (MediaSource) Specimens.of(source)));
        }
        assertKept(answer(responseOf(parts, List.of())));
    }

    @Test
    void keepsWhatIsUnknown() {
        assertKept(new CachedAnswer<>(
                new ChatResponse(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Optional.of(Usage.builder().build()),
                        Optional.empty(),
                        Map.of()),
                new CachedAnswer.Origin("ollama", "ollama", "qwen3", Optional.empty(), List.of(), Instant.MAX)));
    }

    @Test
    void keepsProbabilitiesThatAreNoNumbers() {
        TokenLogprob never =
                new TokenLogprob("a", Double.NEGATIVE_INFINITY, List.of(new TokenLogprob("b", Double.NaN, List.of())));
        assertKept(answer(responseOf(List.of(), List.of(never))));
    }

    @Property(tries = 200)
    void keepsAnyText(@ForAll String text) {
        assertKept(answer(responseOf(List.of(ContentPart.Text.of(text), new ContentPart.Refusal(text)), List.of())));
    }

    @Test
    void keepsHalvesOfCharacters() {
        assertKept(answer(responseOf(List.of(ContentPart.Text.of("a\uD83Db")), List.of())));
    }

    @Property(tries = 500)
    void otherBytesAreNoAnswerOrAnotherOne(@ForAll("damaged") byte[] bytes) {
        CODEC.decode(bytes).ifPresent(CachedAnswerCodecTest::assertKept);
    }

    @Provide
    Arbitrary<byte[]> damaged() {
        byte[] whole = CODEC.encode(answer(responseOf(List.of(ContentPart.ToolCall.of("1", "f", "{}")), List.of())));
        Arbitrary<byte[]> cut =
                Arbitraries.integers().between(0, whole.length).map(length -> Arrays.copyOf(whole, length));
        Arbitrary<byte[]> changed = Arbitraries.integers()
                .between(19, whole.length - 1)
                .flatMap(at -> Arbitraries.bytes().map(value -> {
                    byte[] copy = whole.clone();
                    copy[at] = value;
                    return copy;
                }));
        return Arbitraries.oneOf(
                cut, changed, Arbitraries.bytes().array(byte[].class).ofMaxSize(200));
    }

    @Test
    void keepsVectorsToTheLastBit() {
        CachedAnswerCodec<EmbeddingsResponse> codec = new CachedAnswerCodec<>(EmbeddingsResponse.class);
        float[] vector = {0.1f, -0.0f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NaN};
        CachedAnswer<EmbeddingsResponse> answer = new CachedAnswer<>(
                new EmbeddingsResponse(
                        Optional.of("small-3"), List.of(vector, new float[0]), Optional.of(Usage.of(3, 0))),
                answer(responseOf(List.of(), List.of())).origin());

        byte[] bytes = codec.encode(answer);
        CachedAnswer<EmbeddingsResponse> read = codec.decode(bytes).orElseThrow();

        assertThat(read.origin()).isEqualTo(answer.origin());
        assertThat(read.response().model()).contains("small-3");
        assertThat(read.response().usage()).contains(Usage.of(3, 0));
        assertThat(read.response().vectors()).hasSize(2);
        assertThat(read.response().vectors().get(0)).containsExactly(vector);
        assertThat(read.response().vectors().get(1)).isEmpty();
        assertThat(CODEC.decode(bytes)).as("as an answer of a chat").isEmpty();
        assertThat(codec.decode(Arrays.copyOf(bytes, bytes.length - 5)))
                .as("cut")
                .isEmpty();
    }

    @Test
    void answersOfAnotherShapeAreNone() {
        byte[] bytes = CODEC.encode(answer(responseOf(List.of(), List.of())));
        bytes[5]++;

        assertThat(CODEC.decode(bytes)).isEmpty();
    }
}
