package io.github.camelllm.routes.conformance;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a client asks for at the gateway: a provider of each wire format, and other names. */
enum Target {
    OPENAI_CHAT("openai/gpt-4.1-mini", "openai/gpt-5-mini", false, Optional.of("openai/text-embedding-3-small")),
    ANTHROPIC("anthropic/claude-haiku-4-5", "anthropic/claude-haiku-4-5", true, Optional.empty()),
    GEMINI("gemini/gemini-2.5-flash", "gemini/gemini-2.5-flash", true, Optional.of("gemini/gemini-embedding-001")),
    ALIAS("fast", "fast", true, Optional.of("vectors")),
    ROUTER("router/any", "router/any", true, Optional.empty()),
    /** The gateway itself, without a provider. */
    GATEWAY("", "", false, Optional.empty());

    private final String chat;
    private final String reasoning;
    private final boolean thoughtsShown;
    private final Optional<String> embeddings;

    Target(String chat, String reasoning, boolean thoughtsShown, Optional<String> embeddings) {
        this.chat = chat;
        this.reasoning = reasoning;
        this.thoughtsShown = thoughtsShown;
        this.embeddings = embeddings;
    }

    static Stream<Target> providers() {
        return Stream.of(values()).filter(target -> target != GATEWAY);
    }

    /** As tables name it. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Target of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** The model for chats. */
    String chat() {
        return chat;
    }

    /** The model that can reason. */
    String reasoning() {
        return reasoning;
    }

    /** Whether its API shows what the model thought: OpenAI's does not. */
    boolean showsThoughts() {
        return thoughtsShown;
    }

    /** The model for a rate limit. A router leaves alone what has one, so each SDK has its own. */
    String limited(String api, String sdk) {
        return this == ROUTER ? "router/limited-" + api + "-" + sdk : chat;
    }

    /** The model for embeddings, if there is one. */
    Optional<String> embeddings() {
        return embeddings;
    }
}
