package io.github.camelllm.call;

import java.util.Locale;

/** What is asked of a provider, by its {@code gen_ai.operation.name}. */
public enum Operation {
    CHAT,
    EMBEDDINGS,
    MODELS;

    /** The name in URIs, records and telemetry. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
