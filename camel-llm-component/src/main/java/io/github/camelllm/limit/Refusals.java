package io.github.camelllm.limit;

import io.github.camelllm.call.Attempt;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** What callers are told whose attempt does not get its turn. */
final class Refusals {
    /** For {@code error.type}. */
    static final String ERROR_TYPE = "client_rate_limit";

    private Refusals() {}

    static LlmUnavailableException stopped(Attempt attempt) {
        return new LlmUnavailableException(
                attempt.target() + ": waited for its turn when the component stopped",
                ErrorDetails.local(attempt.provider(), attempt.model(), "stopped", true),
                null);
    }

    static LlmRateLimitedException tooLate(Waiter waiter, Account account, String numbers, long turnNanos, long now) {
        long wait = Math.max(1_000_000, turnNanos - now);
        Duration left = Duration.ofNanos(Math.max(0, waiter.giveUpNanos(account) - now));
        return refusal(
                waiter.attempt,
                account,
                numbers + "; its turn would come in " + seconds(Duration.ofNanos(wait)) + ", but it can wait "
                        + (left.isZero() ? "no longer" : seconds(left) + " at most"),
                Optional.of(Duration.ofNanos(wait)));
    }

    static LlmRateLimitedException noPlace(Waiter waiter, Account account, long now) {
        boolean atOnce = account.definition.maxWait().isZero();
        return refusal(
                waiter.attempt,
                account,
                "maxConcurrent: " + account.places.orElse(0) + " are under way; "
                        + (atOnce
                                ? "it does not wait"
                                : "it has waited " + seconds(Duration.ofNanos(now - waiter.askedNanos))),
                Optional.of(Duration.ofSeconds(1)));
    }

    static LlmRateLimitedException queueFull(Attempt attempt, Account account, long turnNanos, long now) {
        return refusal(
                attempt,
                account,
                "maxWaiting: " + account.definition.maxWaiting() + " wait already",
                Optional.of(Duration.ofNanos(Math.max(1_000_000_000, turnNanos - now))));
    }

    /** Waiting would not help. */
    static LlmRateLimitedException tooLarge(Attempt attempt, Account account, Rate rate, long amount) {
        return refusal(
                attempt,
                account,
                rate + ", but this one call needs " + amount
                        + (rate.unit() == LimitUnit.TOKENS ? " (input, and the output it may have)" : "")
                        + ", so it can never be sent. Shorten it, ask for fewer output tokens, or raise the limit",
                Optional.empty());
    }

    /** The provider has said that there is nothing left. */
    static LlmRateLimitedException providerSays(Waiter waiter, long turnNanos, long now) {
        Duration wait = Duration.ofNanos(Math.max(1_000_000, turnNanos - now));
        return new LlmRateLimitedException(
                waiter.attempt.target() + ": not sent: the provider said that its limit is used up for " + seconds(wait)
                        + ", and the call cannot wait that long",
                details(waiter.attempt, Optional.of(wait)),
                null);
    }

    private static LlmRateLimitedException refusal(
            Attempt attempt, Account account, String why, Optional<Duration> retryAfter) {
        return new LlmRateLimitedException(
                attempt.target() + ": not sent, limit '" + account + "' of " + account.definition.definedIn() + ": "
                        + why,
                details(attempt, retryAfter),
                null);
    }

    /** Not to be sent again by the same call: that would only lengthen the queue. */
    private static ErrorDetails details(Attempt attempt, Optional<Duration> retryAfter) {
        return new ErrorDetails(
                attempt.provider(),
                attempt.model(),
                OptionalInt.empty(),
                Optional.empty(),
                ERROR_TYPE,
                false,
                retryAfter,
                Optional.empty());
    }

    private static String seconds(Duration duration) {
        long tenths = Math.max(1, Math.round(duration.toMillis() / 100.0));
        return tenths / 10 + (tenths % 10 == 0 ? "" : "." + tenths % 10) + " s";
    }
}
