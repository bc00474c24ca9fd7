package io.github.camelllm.call;

import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.tokens.TokenCount;
import io.github.camelllm.tokens.TokenCounter;
import java.util.OptionalLong;

/** Size of an embeddings request: there is only input. */
record EmbeddingsSize(EmbeddingsRequest request, TokenCounter estimates, TokenCounter exact) implements AttemptSize {
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

    @Override
    public OptionalLong mostOutputTokens() {
        return OptionalLong.of(0);
    }

    @Override
    public boolean mayWriteCache() {
        return false;
    }

    @Override
    public boolean hasMedia() {
        return false;
    }

    @Override
    public OptionalLong mostSearches() {
        return OptionalLong.of(0);
    }
}
