package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.Translation;
import io.github.camelllm.wire.UnsupportedOptions;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireTarget;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * {@code POST /messages/count_tokens}: the input tokens of a request, counted by the provider without answering it
 * (https://platform.claude.com/docs/en/build-with-claude/token-counting). The count is the provider's estimate. A
 * request arriving there is read by {@link AnthropicDialect#server()}, which asks for no {@code max_tokens} on that
 * path. Stateless and thread-safe.
 */
public final class AnthropicTokenCounts {
    AnthropicTokenCounts() {}

    /**
     * The request whose input is to be counted, without what has no part in it.
     *
     * @throws io.github.camelllm.chat.LlmInvalidRequestException as {@link AnthropicDialect#chat()} does
     */
    public EncodedRequest encode(ChatRequest request, WireTarget target) {
        UnsupportedOptions unsupported = new UnsupportedOptions(target);
        ChatRequest translated = Translation.into(AnthropicDialect.NAME, request, unsupported);
        byte[] body = Json.bytes(
                json -> new RequestWriter(translated, target, unsupported, json).write(RequestWriter.Purpose.COUNT));
        String path = target.profile().option("count-path", "/messages/count_tokens");
        return new EncodedRequest(
                "POST",
                AnthropicClientCodec.path(path, request.model()),
                AnthropicClientCodec.headers(target.profile(), AnthropicClientCodec.features(request)),
                body,
                unsupported.dropped());
    }

    /**
     * Input tokens that the provider counted, cached ones included.
     *
     * @throws io.github.camelllm.chat.LlmException if the body reports an error or has no count
     */
    public long decode(byte[] body, WireTarget target) {
        try {
            JsonNode root = Json.tree(body, 0, body.length);
            OptionalLong tokens = Json.number(root, "input_tokens");
            if (tokens.isPresent()) {
                return tokens.getAsLong();
            }
            if (root.hasNonNull("error")) {
                throw AnthropicErrors.read(OptionalInt.empty(), root).toException(WireHeaders.NONE, target);
            }
            throw AnthropicErrors.malformed(target, "the token count has no number 'input_tokens'");
        } catch (JsonProcessingException e) {
            throw AnthropicErrors.malformed(target, "the token count is no JSON, " + Json.where(e));
        }
    }

    /** A count as the server half answers it, as UTF-8 JSON. */
    public byte[] encodeAnswer(long inputTokens) {
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeNumberField("input_tokens", inputTokens);
            json.writeEndObject();
        });
    }
}
