package io.github.camelllm.limit;

/** How the amount of a minute is spread over it. */
public enum Pace {
    /** Evenly, so that no minute sees more, wherever it begins. */
    EVEN,
    /** As it comes: what was not used in the last minute may be sent at once. */
    BURST
}
