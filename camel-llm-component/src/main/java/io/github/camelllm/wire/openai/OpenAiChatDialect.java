package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.wire.ChatClientCodec;
import io.github.camelllm.wire.ChatServerCodec;
import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.EmbeddingsClientCodec;
import io.github.camelllm.wire.EmbeddingsPassThrough;
import io.github.camelllm.wire.EmbeddingsServerCodec;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.ModelsClientCodec;
import io.github.camelllm.wire.PassThrough;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * OpenAI chat completions, embeddings and model lists, and the providers that are compatible with them. What differs from
 * provider to provider is data: see {@link OpenAiOptions}. Stateless and thread-safe.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat">OpenAI API reference</a>
 */
public final class OpenAiChatDialect implements Dialect {
    /** Name of the dialect in descriptors, native tools and opaque parts. */
    public static final String NAME = "openai-chat";

    private final ChatClientCodec chat = new OpenAiChatClientCodec();
    private final ChatServerCodec server = new OpenAiChatServerCodec();
    private final PassThrough passThrough = new OpenAiPassThrough();
    private final OpenAiEmbeddingsClientCodec embeddings = new OpenAiEmbeddingsClientCodec();
    private final EmbeddingsPassThrough passedEmbeddings = new OpenAiEmbeddingsPassThrough(embeddings);
    private final ModelsClientCodec models = new OpenAiModelsClientCodec();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ChatClientCodec chat() {
        return chat;
    }

    @Override
    public ChatServerCodec server() {
        return server;
    }

    @Override
    public PassThrough passThrough() {
        return passThrough;
    }

    @Override
    public Optional<EmbeddingsClientCodec> embeddings() {
        return Optional.of(embeddings);
    }

    @Override
    public Optional<EmbeddingsServerCodec> embeddingsServer() {
        return Optional.of((path, body) -> OpenAiEmbeddingsServer.decode(body));
    }

    @Override
    public Optional<EmbeddingsPassThrough> embeddingsPassThrough() {
        return Optional.of(passedEmbeddings);
    }

    @Override
    public Optional<ModelsClientCodec> models() {
        return Optional.of(models);
    }

    /** A custom tool is run by the client, whatever its name. */
    @Override
    public OptionalLong mostSearches(Tool.Native tool) {
        try {
            boolean custom =
                    Json.MAPPER.readTree(tool.json()).path("type").asText("").equals("custom");
            return custom ? OptionalLong.of(0) : Dialect.super.mostSearches(tool);
        } catch (JsonProcessingException e) {
            // Reported where the tool itself is written.
            return OptionalLong.empty();
        }
    }
}
