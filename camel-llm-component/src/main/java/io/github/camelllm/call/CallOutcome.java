package io.github.camelllm.call;

/** How an attempt ended. */
public enum CallOutcome {
    SUCCEEDED,
    FAILED,
    CANCELLED,
    /** Nobody knows: the process ended before the attempt did. */
    INTERRUPTED
}
