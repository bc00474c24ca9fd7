package io.github.camelllm.call;

/** How an attempt ended. */
public enum CallOutcome {
    SUCCEEDED,
    FAILED,
    CANCELLED
}
