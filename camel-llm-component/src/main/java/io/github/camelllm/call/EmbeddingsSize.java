package io.github.camelllm.call;

import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.tokens.TokenCount;
import io.github.camelllm.tokens.TokenCounter;
import java.util.OptionalLong;

/** Size of an embeddings request. */
record EmbeddingsSize(EmbeddingsRequest request, TokenCounter estimates, TokenCounter exact) implements InputSize {
    @Override
    public long estimatedInputTokens() {
        return estimates.count(request).tokens();
    }

    @Override
    public long mostInputTokens() {
        return estimates.mostTokens(request);
    }

    @Override
    public OptionalLong exactInputTokens() {
        TokenCount count = exact.count(request);
        return count.exact() ? OptionalLong.of(count.tokens()) : OptionalLong.empty();
    }
}
