package io.github.camelllm.cache;

import io.github.camelllm.call.Operation;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.StreamEvent;
import java.util.List;
import java.util.Optional;

/** Vectors of texts. */
final class EmbeddingsAnswers implements AnswerKind<EmbeddingsResponse> {
    static final EmbeddingsAnswers INSTANCE = new EmbeddingsAnswers();

    private final CachedAnswerCodec<EmbeddingsResponse> codec = new CachedAnswerCodec<>(EmbeddingsResponse.class);

    private EmbeddingsAnswers() {}

    @Override
    public Operation operation() {
        return Operation.EMBEDDINGS;
    }

    @Override
    public CachedAnswerCodec<EmbeddingsResponse> codec() {
        return codec;
    }

    @Override
    public boolean isWhole(EmbeddingsResponse answer) {
        return !answer.vectors().isEmpty();
    }

    @Override
    public Optional<String> model(EmbeddingsResponse answer) {
        return answer.model();
    }

    @Override
    public Optional<FinishReason> finish(EmbeddingsResponse answer) {
        return Optional.empty();
    }

    @Override
    public List<StreamEvent> events(EmbeddingsResponse answer) {
        return List.of();
    }
}
