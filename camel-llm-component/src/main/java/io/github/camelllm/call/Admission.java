package io.github.camelllm.call;

import java.util.concurrent.CompletableFuture;

/** Says whether and when attempts may be sent. Thread-safe. */
public interface Admission<P extends Permit> {
    /**
     * Asks for one attempt. Returns at once and never blocks; the future may be completed already.
     *
     * @return completes with a permit, or exceptionally with the {@link io.github.camelllm.chat.LlmException} that the
     *     caller gets. A caller that cancels the future gives up waiting: what it had taken is then given back
     */
    CompletableFuture<P> admit(Attempt attempt);
}
