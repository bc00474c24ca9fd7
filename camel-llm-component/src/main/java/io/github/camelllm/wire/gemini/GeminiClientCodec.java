package io.github.camelllm.wire.gemini;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.ChatClientCodec;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.Translation;
import io.github.camelllm.wire.UnsupportedOptions;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireTarget;
import java.util.List;

/** The client half of {@link GeminiDialect}. */
final class GeminiClientCodec implements ChatClientCodec {
    @Override
    public EncodedRequest encode(ChatRequest request, boolean stream, WireTarget target) {
        UnsupportedOptions unsupported = new UnsupportedOptions(target);
        ChatRequest translated = Translation.into(GeminiDialect.NAME, request, unsupported);
        byte[] body = new RequestWriter(translated, target, unsupported).toBytes();
        String path = stream
                ? GeminiPaths.of(request.model(), GeminiPaths.STREAM, target) + "?alt=sse"
                : GeminiPaths.of(request.model(), GeminiPaths.GENERATE, target);
        return EncodedRequest.post(path, body, unsupported.dropped());
    }

    @Override
    public ChatResponse decode(byte[] body, WireHeaders headers, WireTarget target) {
        AnswerEvents answer = new AnswerEvents(target);
        List<StreamEvent> events = answer.read(body, 0, body.length, "answer", 0);
        LlmException blocked = answer.blocked();
        if (blocked != null && !answer.hasChoices()) {
            throw blocked;
        }
        if (!answer.hasChoices()) {
            throw GeminiErrors.cut("answer: expected candidates, got none and no promptFeedback.blockReason", target);
        }
        return ChatResponseFold.fold(events);
    }

    @Override
    public StreamDecoder streamDecoder(WireTarget target) {
        return new GeminiStreamDecoder(target);
    }

    @Override
    public LlmException decodeError(int status, WireHeaders headers, byte[] body, WireTarget target) {
        return GeminiErrors.decode(status, headers, body, target);
    }
}
