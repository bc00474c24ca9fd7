package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.wire.ChatClientCodec;
import io.github.camelllm.wire.ChatServerCodec;
import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.EmbeddingsClientCodec;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.ModelsClientCodec;
import io.github.camelllm.wire.PassThrough;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The Anthropic Messages API (https://platform.claude.com/docs/en/api/messages). A provider's base URL ends in
 * {@code /v1}.
 *
 * <p>What a provider may differ in, beside {@code rename}, {@code roles} and {@code defaults}:
 *
 * <table>
 * <caption>Options</caption>
 * <tr><th>option</th><th>default</th><th>meaning</th></tr>
 * <tr><td>{@code anthropic-version}</td><td>{@value #DEFAULT_VERSION}</td><td>header of that name; empty for none. From
 *     {@code 2026-10-21} on {@code temperature}, {@code top_p} and {@code top_k} are counted as omitted</td></tr>
 * <tr><td>{@code anthropic-beta}</td><td>none</td><td>header of that name: feature names joined by commas</td></tr>
 * <tr><td>{@code thinking}</td><td>{@code auto}</td><td>how reasoning is asked for: {@code adaptive}, {@code budget},
 *     {@code effort} ({@code output_config.effort} only), {@code none}, or {@code auto}: a budget if the request has
 *     one, else adaptive</td></tr>
 * <tr><td>{@code mid-system}</td><td>{@code user}</td><td>role of instructions that come after the conversation began:
 *     {@code user}, or {@code system} where the model knows it</td></tr>
 * <tr><td>{@code unsigned-thinking}</td><td>{@code drop}</td><td>{@code send} to replay thinking that has no signature,
 *     as some compatible servers want it</td></tr>
 * <tr><td>{@code path}, {@code stream-path}, {@code count-path}</td><td>{@code /messages},
 *     the same, {@code /messages/count_tokens}</td><td>paths, in which <code>{model}</code> stands for the model
 *     id</td></tr>
 * </table>
 *
 * <p>{@code omit} knows every body member by its wire name, and {@code effort}, {@code display}, {@code strict},
 * {@code disable_parallel_tool_use}, {@code cache_control}, {@code json_schema}, {@code image} and {@code document}.
 *
 * <p>{@code max_tokens} is required by the wire: it comes from the request, else from the profile's {@code defaults},
 * else it is {@value #DEFAULT_MAX_TOKENS}. Members in {@link io.github.camelllm.chat.ChatRequest#extra()} win over
 * what the codec would write under the same name. Stateless and thread-safe.
 */
public final class AnthropicDialect implements Dialect {
    /** The dialect's name, also that of its native tools and opaque parts. */
    public static final String NAME = "anthropic";

    /** Version of the API that is asked for unless the profile names another. */
    public static final String DEFAULT_VERSION = "2023-06-01";

    /** Upper bound of an answer, in tokens, where neither request nor profile sets one. */
    public static final int DEFAULT_MAX_TOKENS = 4096;

    static final String VERSION_OPTION = "anthropic-version";
    static final String BETA_OPTION = "anthropic-beta";

    private final AnthropicClientCodec chat = new AnthropicClientCodec();
    private final AnthropicServerCodec server = new AnthropicServerCodec();
    private final PassThrough passThrough = new AnthropicPassThrough();
    private final AnthropicModels models = new AnthropicModels();
    private final AnthropicTokenCounts tokenCounts = new AnthropicTokenCounts();

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

    /** Always empty: Anthropic has no embeddings. */
    @Override
    public Optional<EmbeddingsClientCodec> embeddings() {
        return Optional.empty();
    }

    @Override
    public Optional<ModelsClientCodec> models() {
        return Optional.of(models);
    }

    /** What {@code max_uses} says if the tool is Anthropic's search; all others search nothing that is charged apart. */
    @Override
    public OptionalLong mostSearches(Tool.Native tool) {
        try {
            JsonNode json = Json.MAPPER.readTree(tool.json());
            boolean searches = json.path("type").asText("").startsWith("web_search");
            return searches ? positive(json.path("max_uses")) : OptionalLong.of(0);
        } catch (JsonProcessingException e) {
            // Reported where the tool itself is written.
            return OptionalLong.empty();
        }
    }

    private static OptionalLong positive(JsonNode uses) {
        return uses.isIntegralNumber() && uses.canConvertToLong() && uses.asLong() > 0 && uses.asLong() < 1 << 30
                ? OptionalLong.of(uses.asLong())
                : OptionalLong.empty();
    }

    /** The list of models, both directions. */
    public AnthropicModels modelList() {
        return models;
    }

    /** Counting the tokens of a request before it is sent, both directions. */
    public AnthropicTokenCounts tokenCounts() {
        return tokenCounts;
    }
}
