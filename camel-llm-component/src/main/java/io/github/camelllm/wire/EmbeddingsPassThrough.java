package io.github.camelllm.wire;

/**
 * How requests for embeddings of a dialect, and their answers, go through as they come. Stateless and thread-safe.
 *
 * @see PassThrough
 */
public interface EmbeddingsPassThrough {
    /**
     * Looks at a client's request.
     *
     * @throws io.github.camelllm.chat.LlmInvalidRequestException if the body is no JSON object, says a thing twice, or its inputs are
     *     neither texts nor numbers of tokens
     */
    EmbeddingsScan scan(byte[] body);

    /** Whether the target takes the request as it is, but for its model and for names of members. */
    boolean fits(EmbeddingsScan scan, WireTarget target);

    /** The request for the target: its model in place of the client's, and all else as it came. */
    EncodedRequest encode(EmbeddingsScan scan, WireTarget target);

    /**
     * What an answer says of itself. Its vectors are not read.
     *
     * @throws io.github.camelllm.chat.LlmException if it reports an error, is no JSON or has no vectors
     */
    AnswerFacts facts(byte[] body, WireTarget target);
}
