package io.github.camelllm.simulator;

/** What a request asks for. */
public enum Operation {
    CHAT,
    EMBEDDINGS,
    COUNT_TOKENS,
    MODELS,
    /** A path or method that the simulator does not serve. */
    UNKNOWN
}
