package io.github.camelllm.call;

import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.AnswerFacts;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.JsonText;
import io.github.camelllm.wire.WireHeaders;
import java.util.Optional;

/** Embeddings for a client of its own dialect, passed on to targets that speak it too. */
final class WireEmbeddingsOperation implements WireOperation<WireEmbeddings, WireAnswer> {
    private final EmbeddingsOperation embeddings;

    WireEmbeddingsOperation(EmbeddingsOperation embeddings) {
        this.embeddings = embeddings;
    }

    @Override
    public AttemptSize size(WireEmbeddings request, CallTarget target) {
        return request.hasTokens()
                ? new InputSize.Counted(request.scan().tokens())
                : new LaterSize(() -> embeddings.size(request.decoded(target.model()), target));
    }

    @Override
    public EncodedRequest encode(WireEmbeddings request, boolean stream, CallTarget target) {
        return request.passThrough().encode(request.scan(), target.wire());
    }

    @Override
    public WireAnswer decode(byte[] body, WireHeaders headers, WireEmbeddings request, CallTarget target) {
        return new WireAnswer.Passed(body, request.passThrough().facts(body, target.wire()), new JsonText());
    }

    @Override
    public Facts facts(WireAnswer result) {
        AnswerFacts facts = ((WireAnswer.Passed) result).facts();
        return new Facts(facts.model(), Optional.empty(), facts.usage());
    }

    @Override
    public Optional<Usage> count(
            WireEmbeddings request, Optional<WireAnswer> result, Optional<WireAnswer> partial, CallTarget target) {
        return result.map(answered -> Usage.of(size(request, target).estimatedInputTokens(), 0));
    }
}
