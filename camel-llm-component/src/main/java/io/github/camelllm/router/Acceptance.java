package io.github.camelllm.router;

import io.github.camelllm.call.CallRecord;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Decides whether a small model's answer is good enough.
 *
 * @param <Q> type of the request
 * @param <R> type of the result
 */
public interface Acceptance<Q, R> {
    /** Must not block. If the stage fails, the answer counts as not good enough. */
    CompletionStage<Verdict> test(Q request, R response, Leg leg);

    /**
     * What was decided.
     *
     * @param spent what the decision itself took and cost; empty if no model was asked
     */
    record Verdict(boolean accepted, Optional<CallRecord> spent) {}
}
