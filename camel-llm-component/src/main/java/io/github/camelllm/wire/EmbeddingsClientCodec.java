package io.github.camelllm.wire;

import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.EmbeddingsResponse;

/** Embeddings in a dialect. Errors are those of the dialect's {@link ChatClientCodec}. Stateless and thread-safe. */
public interface EmbeddingsClientCodec {
    /** Most inputs that one request may carry. */
    int maxInputs(WireTarget target);

    EncodedRequest encode(EmbeddingsRequest request, WireTarget target);

    /**
     * @param inputs how many inputs were sent
     * @throws io.github.camelllm.chat.LlmMalformedResponseException if there are not as many vectors
     */
    EmbeddingsResponse decode(byte[] body, int inputs, WireTarget target);
}
