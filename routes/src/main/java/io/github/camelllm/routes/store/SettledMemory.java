package io.github.camelllm.routes.store;

import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long stores know that an attempt has ended: there is a row or key of each attempt until then. */
final class SettledMemory {
    static final Duration KEPT = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(SettledMemory.class);
    /** An end that is on its way must arrive while it is remembered. */
    private static final Duration MARGIN = Duration.ofMinutes(10);

    private SettledMemory() {}

    /**
     * Whether an end may have been booked so long ago that the store does not know it any more. Then it is booked only if
     * something is still set aside for its attempt, charged whole or not.
     *
     * @param askedNanos when it was tried first
     */
    static boolean isPast(long askedNanos, long nowNanos) {
        return nowNanos - askedNanos >= KEPT.minus(MARGIN).toNanos();
    }

    static void tellNotBooked(UUID attemptId) {
        LOG.warn(
                "The end of attempt {} has waited for more than {} for the store of the budgets, where nothing is set aside for"
                        + " it: it was booked before, or the store has lost its data. It is not charged again",
                attemptId,
                KEPT.minus(MARGIN));
    }
}
