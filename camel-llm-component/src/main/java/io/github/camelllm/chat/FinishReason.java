package io.github.camelllm.chat;

/** Why the model stopped. */
public enum FinishReason {
    /** It was done, or met a stop sequence. */
    STOP,
    /** The output limit or the context window was reached. */
    LENGTH,
    /** It asks for tools to be run. */
    TOOL_CALLS,
    /** The provider's filter, or the model itself, withheld the answer. */
    CONTENT_FILTER,
    /** A server-side tool loop paused; send the answer back unchanged to go on (Anthropic {@code pause_turn}). */
    PAUSE,
    /** A reason this version does not know; see {@link Finish#nativeReason()}. */
    OTHER
}
