package io.github.camelllm.wire.gemini;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.wire.ChatServerCodec;
import io.github.camelllm.wire.Json;

/**
 * The server half of {@link GeminiDialect}. Model and method are in the path, such as
 * {@code /v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse}; streams are server-sent events whether or not the
 * path asks for them. Requests of {@code countTokens} are decoded too; {@link GeminiServerAnswers} answers them.
 */
final class GeminiServerCodec implements ChatServerCodec {
    @Override
    public ServedRequest decode(String path, byte[] body) {
        GeminiPaths.Call call = GeminiPaths.parse(path)
                .orElseThrow(() -> Members.invalid("path: expected …/models/{model}:{method}, got another path"));
        switch (call.method()) {
            case GeminiPaths.GENERATE:
                return served(RequestReader.read(call.model(), body), false);
            case GeminiPaths.STREAM:
                return served(RequestReader.read(call.model(), body), true);
            case GeminiPaths.COUNT:
                return served(RequestReader.readCounted(call.model(), body), false);
            default:
                throw Members.invalid(
                        "path: expected generateContent, streamGenerateContent or countTokens, got another method");
        }
    }

    private static ServedRequest served(ChatRequest request, boolean stream) {
        return new ServedRequest(request, stream, true);
    }

    @Override
    public byte[] encode(ChatResponse response, ServedRequest request) {
        return Json.bytes(json ->
                AnswerWriter.writeAnswer(json, response, request.request().model()));
    }

    @Override
    public StreamEncoder streamEncoder(ServedRequest request) {
        return new GeminiStreamEncoder(request.request().model());
    }

    @Override
    public int statusOf(LlmException failure) {
        return ServerErrors.statusOf(failure);
    }

    @Override
    public byte[] encodeError(LlmException failure) {
        return ServerErrors.encode(failure);
    }
}
