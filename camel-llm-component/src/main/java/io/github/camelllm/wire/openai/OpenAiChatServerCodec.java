package io.github.camelllm.wire.openai;

import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.wire.ChatServerCodec;

/** The server half of chat completions: what the official SDKs talk to. */
final class OpenAiChatServerCodec implements ChatServerCodec {
    @Override
    public ServedRequest decode(String path, byte[] body) {
        return new RequestReader(Members.ofBody(body)).read();
    }

    @Override
    public byte[] encode(ChatResponse response, ServedRequest request) {
        return AnswerWriter.write(response, request.request().model());
    }

    @Override
    public StreamEncoder streamEncoder(ServedRequest request) {
        return new ChunkEncoder(request);
    }

    @Override
    public int statusOf(LlmException failure) {
        return ErrorWriter.statusOf(failure);
    }

    @Override
    public byte[] encodeError(LlmException failure) {
        return ErrorWriter.write(failure);
    }
}
