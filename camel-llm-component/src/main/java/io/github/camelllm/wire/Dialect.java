package io.github.camelllm.wire;

import java.util.Optional;

/** One wire format, as several providers may speak it. */
public interface Dialect {
    /** Its name in descriptors, such as {@code openai-chat}. */
    String name();

    ChatClientCodec chat();

    ChatServerCodec server();

    /** How requests and answers of this dialect go through without being decoded. */
    PassThrough passThrough();

    /** Empty if the dialect has no embeddings. */
    Optional<EmbeddingsClientCodec> embeddings();

    /** How clients of the dialect ask for embeddings; empty if it has none. */
    default Optional<EmbeddingsServerCodec> embeddingsServer() {
        return Optional.empty();
    }

    /** How embeddings of this dialect go through without being decoded; empty if they do not. */
    default Optional<EmbeddingsPassThrough> embeddingsPassThrough() {
        return Optional.empty();
    }

    /** Empty if the dialect cannot list models. */
    Optional<ModelsClientCodec> models();
}
