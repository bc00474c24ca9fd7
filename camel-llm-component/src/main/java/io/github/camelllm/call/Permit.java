package io.github.camelllm.call;

import io.github.camelllm.wire.WireHeaders;

/** Leave to send one attempt. {@link #ended} is called exactly once. Thread-safe. */
public interface Permit {
    /** A permit that nothing hangs on. */
    Permit FREE = record -> {};

    /** The head of the answer is here, with what it may say of the provider's limits. */
    default void answered(WireHeaders headers) {}

    /**
     * The attempt is over, or was not sent after all: then it was not {@link CallRecord#billable()} and has no status.
     * Must not block.
     */
    void ended(CallRecord record);
}
