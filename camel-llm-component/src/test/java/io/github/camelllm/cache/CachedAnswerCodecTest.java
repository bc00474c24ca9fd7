package io.github.camelllm.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.catalog.Cost;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.ContentPart;
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

    private static CachedAnswer answer(ChatResponse response) {
        return new CachedAnswer(
                response, "openai", "openai", "gpt-5-mini", Optional.of(COST), List.of("seed"), Instant.EPOCH);
    }

    private static void assertKept(CachedAnswer answer) {
        CachedAnswer read =
                CachedAnswerCodec.decode(CachedAnswerCodec.encode(answer)).orElseThrow();

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
        assertKept(new CachedAnswer(
                new ChatResponse(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Optional.of(Usage.builder().build()),
                        Optional.empty(),
                        Map.of()),
                "ollama",
                "ollama",
                "qwen3",
                Optional.empty(),
                List.of(),
                Instant.MAX));
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
        CachedAnswerCodec.decode(bytes).ifPresent(CachedAnswerCodecTest::assertKept);
    }

    @Provide
    Arbitrary<byte[]> damaged() {
        byte[] whole = CachedAnswerCodec.encode(
                answer(responseOf(List.of(ContentPart.ToolCall.of("1", "f", "{}")), List.of())));
        Arbitrary<byte[]> cut =
                Arbitraries.integers().between(0, whole.length).map(length -> Arrays.copyOf(whole, length));
        Arbitrary<byte[]> changed = Arbitraries.integers()
                .between(11, whole.length - 1)
                .flatMap(at -> Arbitraries.bytes().map(value -> {
                    byte[] copy = whole.clone();
                    copy[at] = value;
                    return copy;
                }));
        return Arbitraries.oneOf(
                cut, changed, Arbitraries.bytes().array(byte[].class).ofMaxSize(200));
    }

    @Test
    void answersOfAnotherShapeAreNone() {
        byte[] bytes = CachedAnswerCodec.encode(answer(responseOf(List.of(), List.of())));
        bytes[5]++;

        assertThat(CachedAnswerCodec.decode(bytes)).isEmpty();
    }
}
