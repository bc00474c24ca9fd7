package io.github.camelllm.call;

import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.LlmException;
import java.util.Map;
import java.util.Optional;

/**
 * Follows one call through all its attempts, so that it can be shown. Attempts may overlap, and one that lost a race may end after
 * its call did. Thread-safe; methods are called on I/O threads, return quickly and do not throw.
 */
public interface CallTrace {
    /** Follows nothing. */
    CallTrace NONE = new CallTrace() {};

    /**
     * An attempt is about to be sent.
     *
     * @return headers that the provider gets with it, by name, such as {@code traceparent}
     */
    default Map<String, String> sending(Call<?> attempt) {
        return Map.of();
    }

    /** An attempt ended, or was refused before it was sent. */
    default void ended(CallRecord attempt) {}

    /**
     * Another call begins for this one, such as a judge's of its answer, and ends before this one does.
     *
     * @param purpose what for, in a word
     * @return what follows that call
     */
    default CallTrace within(CallTracing.Asked asked, String purpose) {
        return NONE;
    }

    /**
     * The call was answered.
     *
     * @param responseId the provider's id of the answer
     * @param answer the answer; empty if it was passed on without being decoded
     * @param total all attempts together
     */
    default void completed(Optional<String> responseId, Optional<ChatResponse> answer, CallRecord total) {}

    /** The call failed for good. */
    default void failed(LlmException failure, CallRecord total) {}

    /** Whoever asked wants no answer any more. */
    default void cancelled(CallRecord total) {}
}
