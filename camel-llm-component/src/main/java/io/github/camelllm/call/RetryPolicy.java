package io.github.camelllm.call;

import java.time.Duration;
import java.util.Optional;

/**
 * When a failed call is sent again.
 *
 * @param maxRetries most repetitions; 0 for none
 * @param firstBackoff upper bound of the random wait before the first repetition; doubled for each further one
 * @param maxBackoff where doubling stops
 * @param maxRetryAfter longest wait asked for by a provider that is granted; a call that must wait longer fails at once
 */
public record RetryPolicy(int maxRetries, Duration firstBackoff, Duration maxBackoff, Duration maxRetryAfter) {
    /** Nothing is sent again. */
    public static final RetryPolicy NONE =
            new RetryPolicy(0, Duration.ofMillis(500), Duration.ofSeconds(8), Duration.ofMinutes(1));

    public RetryPolicy {
        if (maxRetries < 0 || firstBackoff.isNegative() || maxBackoff.isNegative() || maxRetryAfter.isNegative()) {
            throw new IllegalArgumentException("a retry policy has no negative numbers");
        }
    }

    public RetryPolicy withMaxRetries(int other) {
        return new RetryPolicy(other, firstBackoff, maxBackoff, maxRetryAfter);
    }

    /**
     * How long to wait before a repetition: what the provider asks for and up to a tenth more, so that not all that were
     * told the same come back at one time; else a random time up to the backoff ("full jitter").
     *
     * @param retry which repetition, from 1
     * @param asked what the provider asks for
     * @param random from 0 to below 1
     * @return empty if the provider asks for more than is granted
     */
    public Optional<Duration> waitBefore(int retry, Optional<Duration> asked, double random) {
        if (asked.isPresent()) {
            Duration wait = asked.get();
            return wait.compareTo(maxRetryAfter) > 0
                    ? Optional.empty()
                    : Optional.of(wait.plus(fraction(wait, random * 0.1)));
        }
        Duration bound = firstBackoff;
        for (int i = 1; i < retry && bound.compareTo(maxBackoff) < 0; i++) {
            bound = bound.multipliedBy(2);
        }
        return Optional.of(fraction(bound.compareTo(maxBackoff) > 0 ? maxBackoff : bound, random));
    }

    private static Duration fraction(Duration duration, double share) {
        return Duration.ofNanos((long) (duration.toNanos() * share));
    }
}
