package io.github.camelllm.routes.gateway;

/** What a client can ask the gateway for. */
public enum GatewayOperation {
    CHAT,
    EMBEDDINGS,
    COUNT_TOKENS,
    MODELS,
    FEEDBACK,
    HEALTH;

    /** Whether a request of it has a body. */
    boolean hasBody() {
        return this == CHAT || this == EMBEDDINGS || this == COUNT_TOKENS;
    }
}
