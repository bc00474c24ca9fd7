package io.github.camelllm.call;

import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.tokens.TokenCounter;
import io.github.camelllm.wire.EmbeddingsClientCodec;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.WireHeaders;
import java.util.Optional;

/** Embeddings in the target's dialect, one request's worth. */
final class EmbeddingsOperation implements WireOperation<EmbeddingsRequest, EmbeddingsResponse> {
    private final TokenCounter estimates;
    private final TokenCounter exact;

    EmbeddingsOperation(TokenCounter estimates, TokenCounter exact) {
        this.estimates = estimates;
        this.exact = exact;
    }

    /** @throws io.github.camelllm.chat.LlmInvalidRequestException if the dialect has no embeddings */
    static EmbeddingsClientCodec codec(CallTarget target) {
        return target.dialect().embeddings().orElseThrow(() -> target.lacks(Operation.EMBEDDINGS));
    }

    @Override
    public AttemptSize size(EmbeddingsRequest request, CallTarget target) {
        return new EmbeddingsSize(request, estimates, exact);
    }

    @Override
    public EncodedRequest encode(EmbeddingsRequest request, boolean stream, CallTarget target) {
        return codec(target).encode(request, target.wire());
    }

    @Override
    public EmbeddingsResponse decode(byte[] body, WireHeaders headers, EmbeddingsRequest request, CallTarget target) {
        return codec(target).decode(body, request.inputs().size(), target.wire());
    }

    @Override
    public Facts facts(EmbeddingsResponse result) {
        return new Facts(result.model(), Optional.empty(), result.usage());
    }

    @Override
    public Optional<Usage> count(
            EmbeddingsRequest request,
            Optional<EmbeddingsResponse> result,
            Optional<EmbeddingsResponse> partial,
            CallTarget target) {
        return result.map(answered -> Usage.of(
                request.inputs().stream()
                        .mapToLong(
                                input -> estimates.count(target.model(), input).tokens())
                        .sum(),
                0));
    }
}
