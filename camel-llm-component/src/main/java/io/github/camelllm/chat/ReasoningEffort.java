package io.github.camelllm.chat;

import java.util.Locale;

/** How much a reasoning model should think before it answers; each model takes a subset. */
public enum ReasoningEffort {
    NONE,
    MINIMAL,
    LOW,
    MEDIUM,
    HIGH,
    XHIGH,
    MAX;

    /** The lower-case word that the wire formats use. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
