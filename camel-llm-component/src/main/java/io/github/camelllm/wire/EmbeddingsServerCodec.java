package io.github.camelllm.wire;

import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.EmbeddingsResponse;

/** The server half of a dialect's embeddings: requests in, answers out. Errors are written by the chat half. Stateless and thread-safe. */
public interface EmbeddingsServerCodec {
    /**
     * @param path path and query of the request, for dialects that say model or form there
     * @throws io.github.camelllm.chat.LlmInvalidRequestException if the body is no request of this dialect; the message names the
     *     member, what was expected and what came
     */
    Served decode(String path, byte[] body);

    /** A decoded request, which knows the form of its answer. */
    interface Served {
        EmbeddingsRequest request();

        /** The answer as UTF-8 JSON. */
        byte[] encode(EmbeddingsResponse response);
    }
}
