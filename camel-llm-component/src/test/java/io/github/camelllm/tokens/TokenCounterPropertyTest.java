package io.github.camelllm.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TokenCounterPropertyTest {
    private static final TokenCounter COUNTER = TokenCounter.create();

    @Property
    void anyTextIsCountedForAnyModel(@ForAll("models") String model, @ForAll String text) {
        TokenCount count = COUNTER.count(model, text);
        assertThat(count.tokens()).isBetween(text.isEmpty() ? 0L : 1L, 4L * text.length());
        assertThat(count.upperBound()).isGreaterThanOrEqualTo(count.tokens());
        assertThat(count.method().startsWith("estimate:")).isEqualTo(!count.exact());
    }

    @Property
    void anyModelNameIsTaken(@ForAll String model) {
        assertThat(COUNTER.count(model, "hello world").tokens()).isBetween(2L, 5L);
    }

    @Property
    void estimatesAreAdditive(
            @ForAll("estimated") String model, @ForAll("texts") String one, @ForAll("texts") String other) {
        long apart =
                COUNTER.count(model, one).tokens() + COUNTER.count(model, other).tokens();
        long together = COUNTER.count(model, one + " " + other).tokens();
        assertThat(together).isBetween(apart - 2, apart + 2);
    }

    @Property
    void exactCountsDoNotShrinkByMuchWhenTextIsAdded(@ForAll("texts") String one, @ForAll("texts") String other) {
        long alone = COUNTER.count("gpt-4o", one).tokens();
        assertThat(COUNTER.count("gpt-4o", one + " " + other).tokens()).isGreaterThanOrEqualTo(alone);
    }

    @Property
    void onlyOpenAiModelsAreExact(@ForAll("models") String model, @ForAll("texts") String text) {
        ChatRequest request =
                ChatRequest.builder(model).message(ChatMessage.User.of(text)).build();
        if (COUNTER.count(model, text).exact()) {
            assertThat(model).containsAnyOf("gpt-", "o3", "embedding");
        }
        if (COUNTER.count(request).exact()) {
            assertThat(model).contains("gpt-4");
        }
    }

    @Property
    void addingAMessageAddsTokens(@ForAll("models") String model, @ForAll("conversations") List<ChatMessage> messages) {
        long before = 0;
        for (int size = 0; size <= messages.size(); size++) {
            long tokens =
                    COUNTER.countMessages(model, messages.subList(0, size)).tokens();
            assertThat(tokens).isGreaterThanOrEqualTo(before);
            before = tokens;
        }
    }

    @Provide
    Arbitrary<String> models() {
        return Arbitraries.of(
                "gpt-4o",
                "gpt-4",
                "gpt-5",
                "o3",
                "gpt-oss-20b",
                "gpt-9",
                "text-embedding-3-small",
                "openai/gpt-4o",
                "someone/gpt-4o",
                "claude-sonnet-4-5",
                "claude-opus-5",
                "gemini-2.5-pro",
                "llama-3.3-70b",
                "mistral-small",
                "qwen3",
                "deepseek-chat",
                "amazon.nova-pro-v1:0",
                "grok-4",
                "");
    }

    @Provide
    Arbitrary<String> estimated() {
        return Arbitraries.of(
                "claude-sonnet-4-5", "claude-opus-5", "gemini-2.5-pro", "qwen3", "grok-4", "mistral-small");
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "word", "Straße", "жизнь", "漢字", "한국", "123", ". ", "\n", "😀", "<|endoftext|>", "\uD83D ")
                .list()
                .ofMaxSize(40)
                .map(words -> String.join(" ", words));
    }

    @Provide
    Arbitrary<List<ChatMessage>> conversations() {
        return texts().list().ofMaxSize(6).map(texts -> texts.stream()
                .map(text -> (ChatMessage) ChatMessage.User.of(text))
                .collect(Collectors.toList()));
    }
}
