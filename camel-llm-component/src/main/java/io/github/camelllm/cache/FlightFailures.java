package io.github.camelllm.cache;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmTimeoutException;
import java.util.Set;

/** Failures of those who share an answer. */
final class FlightFailures {
    /** Name of a failure by the caller's own time limit, here as in the channels below. */
    private static final String DEADLINE = "deadline";

    private static final String NOT_SENT = "request_failed";

    /** Errors of what may be different for another caller: its time, its request as such, its limits, its budgets. */
    private static final Set<String> OWN = Set.of(DEADLINE, NOT_SENT, "client_rate_limit", "budget_throttled");

    private FlightFailures() {}

    /** Whether a failure is the asker's own: its key, its budget, its limit, its time. The same request of another may go well. */
    static boolean isOwn(LlmException failure) {
        return failure.kind() == ErrorKind.AUTHENTICATION
                || failure.kind() == ErrorKind.BUDGET_EXCEEDED
                || OWN.contains(failure.getErrorType());
    }

    /** The failure once more: each exchange has an exception of its own. */
    static LlmException copy(LlmException failure) {
        return failure.kind().exception(String.valueOf(failure.getMessage()), failure.details());
    }

    static LlmException notSent(CachedCall<?> call, RuntimeException cause) {
        if (cause instanceof LlmException known) {
            return known;
        }
        CachedCall.Asked asked = call.asked();
        return new LlmInvalidRequestException(
                asked + ": the request could not be sent (" + cause.getClass().getSimpleName() + ")",
                ErrorDetails.local(asked.provider(), asked.model(), NOT_SENT, false),
                cause);
    }

    static LlmException late(CachedCall<?> call) {
        CachedCall.Asked asked = call.asked();
        return new LlmTimeoutException(
                asked + ": the deadline passed while an equal call was under way",
                ErrorDetails.local(asked.provider(), asked.model(), DEADLINE, false),
                null);
    }
}
