package io.github.camelllm.simulator;

import io.github.camelllm.wire.ChatServerCodec;
import io.github.camelllm.wire.anthropic.AnthropicDialect;
import io.github.camelllm.wire.gemini.GeminiDialect;
import io.github.camelllm.wire.openai.OpenAiChatDialect;

/** The server halves of the dialects. */
final class Codecs {
    private static final ChatServerCodec OPENAI = new OpenAiChatDialect().server();
    private static final ChatServerCodec ANTHROPIC = new AnthropicDialect().server();
    private static final ChatServerCodec GEMINI = new GeminiDialect().server();

    private Codecs() {}

    static ChatServerCodec of(SimulatedDialect dialect) {
        switch (dialect) {
            case OPENAI:
                return OPENAI;
            case ANTHROPIC:
                return ANTHROPIC;
            default:
                return GEMINI;
        }
    }
}
