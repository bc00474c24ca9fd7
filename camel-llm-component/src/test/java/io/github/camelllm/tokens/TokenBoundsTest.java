package io.github.camelllm.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.Tool;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TokenBoundsTest {
    private static final TokenCounter COUNTER = TokenCounter.create();

    @Property(tries = 300)
    void aRequestHasNoMoreTokensThanItsBound(@ForAll List<String> texts) {
        ChatRequest.Builder request = ChatRequest.builder("gpt-4o");
        texts.forEach(text -> request.message(ChatMessage.User.of(text)));

        assertThat(COUNTER.mostTokens(request.build()))
                .isGreaterThanOrEqualTo(COUNTER.count(request.build()).tokens());
    }

    @Property(tries = 300)
    void countsTheBytesOfUtf8(@ForAll String text) {
        String encodable = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);

        assertThat(TokenBounds.bytes(encodable)).isEqualTo(encodable.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void countsToolsAndTheirSchemas() {
        ChatRequest.Builder request = ChatRequest.builder("gpt-4o").message(ChatMessage.User.of("x"));
        long without = COUNTER.mostTokens(request.build());
        String schema = "{\"type\":\"object\"}";

        request.tools(List.of(Tool.Function.of("lookup", "finds", schema)));

        assertThat(COUNTER.mostTokens(request.build())).isGreaterThan(without + schema.length() + 11);
    }

    @Test
    void countsInputsOfEmbeddings() {
        assertThat(COUNTER.mostTokens(EmbeddingsRequest.of("text-embedding-3-small", List.of("æøå", "abc"))))
                .isBetween(9L, 9L + 2 * 16);
    }
}
