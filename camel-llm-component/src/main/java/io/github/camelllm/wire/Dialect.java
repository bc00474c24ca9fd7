package io.github.camelllm.wire;

import io.github.camelllm.chat.Tool;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

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

    /**
     * How many searches the provider may run for one request because of a tool in this dialect's own shape; empty if nothing
     * bounds their number.
     */
    default OptionalLong mostSearches(Tool.Native tool) {
        boolean searches = tool.json().toLowerCase(Locale.ROOT).contains("search");
        return searches ? OptionalLong.empty() : OptionalLong.of(0);
    }
}
