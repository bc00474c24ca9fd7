package io.github.camelllm.wire.gemini;

import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.wire.ChatServerCodec;

final class GeminiServerCodec implements ChatServerCodec {
    @Override
    public ServedRequest decode(String path, byte[] body) { throw new AssertionError(); }

    @Override
    public byte[] encode(ChatResponse response, ServedRequest request) { throw new AssertionError(); }

    @Override
    public StreamEncoder streamEncoder(ServedRequest request) { throw new AssertionError(); }

    @Override
    public int statusOf(LlmException failure) { return 500; }

    @Override
    public byte[] encodeError(LlmException failure) { return new byte[0]; }
}
