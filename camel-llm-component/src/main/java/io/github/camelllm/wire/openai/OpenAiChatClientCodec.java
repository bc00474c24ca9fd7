package io.github.camelllm.wire.openai;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.wire.ChatClientCodec;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.ErrorBody;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.Translation;
import io.github.camelllm.wire.UnsupportedOptions;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireTarget;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The client half of chat completions.
 *
 * <p>{@link ChatRequest#extra()} wins over what the codec writes under the same name, but for {@code stream}, which the
 * caller decides; {@code stream_options} is merged.
 */
final class OpenAiChatClientCodec implements ChatClientCodec {
    static final String BETA = "openai-beta";

    @Override
    public EncodedRequest encode(ChatRequest request, boolean stream, WireTarget target) {
        UnsupportedOptions unsupported = new UnsupportedOptions(target);
        ChatRequest translated = Translation.into(OpenAiChatDialect.NAME, request, unsupported);
        byte[] body = RequestWriter.body(
                target, json -> new RequestWriter(translated, target, unsupported, json).write(stream));
        String path = path(target, OpenAiOptions.CHAT_PATH, "/chat/completions", request.model());
        String beta = request.dialectHeaders().get(BETA);
        return new EncodedRequest(
                "POST", path, beta == null ? Map.of() : Map.of(BETA, beta), body, unsupported.dropped());
    }

    @Override
    public ChatResponse decode(byte[] body, WireHeaders headers, WireTarget target) {
        return new OpenAiChatStreamDecoder(target, headers).whole(body);
    }

    @Override
    public StreamDecoder streamDecoder(WireTarget target) {
        return new OpenAiChatStreamDecoder(target, WireHeaders.NONE);
    }

    @Override
    public LlmException decodeError(int status, WireHeaders headers, byte[] body, WireTarget target) {
        return ErrorBody.read(OptionalInt.of(status), body).toException(headers, target);
    }

    static String path(WireTarget target, String option, String otherwise, String model) {
        String path = target.profile().option(option, otherwise);
        return path.contains("{model}")
                ? path.replace(
                        "{model}",
                        URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20"))
                : path;
    }
}
