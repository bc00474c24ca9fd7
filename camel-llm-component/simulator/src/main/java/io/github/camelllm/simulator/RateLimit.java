package io.github.camelllm.simulator;

import java.time.Duration;

/**
 * What each API key may use; beyond it the simulator answers 429 with the wait until there is room again. Input tokens count
 * when a request comes, output tokens when its answer ends.
 *
 * @param requestsPerMinute 0 for no limit
 * @param tokensPerMinute 0 for no limit
 * @param minute how long a minute is; shorter for tests that cannot wait
 */
public record RateLimit(long requestsPerMinute, long tokensPerMinute, Counting counting, Duration minute) {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** No limit at all. */
    public static final RateLimit NONE = new RateLimit(0, 0);

    /** Above this the arithmetic in nanoseconds would no longer fit. */
    private static final long MOST = 100_000_000;

    public RateLimit {
        if (requestsPerMinute < 0 || tokensPerMinute < 0 || requestsPerMinute > MOST || tokensPerMinute > MOST) {
            throw new IllegalArgumentException("rate limit: expected 0 (none) to " + MOST + " a minute, got "
                    + requestsPerMinute + " requests and " + tokensPerMinute + " tokens");
        }
        if (minute.compareTo(MINUTE) > 0 || minute.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("rate limit: expected a minute of 1 ms to 60 s, got " + minute);
        }
    }

    /** Both limits are token buckets that hold a minute's worth, as most providers describe theirs. */
    public RateLimit(long requestsPerMinute, long tokensPerMinute) {
        this(requestsPerMinute, tokensPerMinute, Counting.BUCKET);
    }

    public RateLimit(long requestsPerMinute, long tokensPerMinute, Counting counting) {
        this(requestsPerMinute, tokensPerMinute, counting, MINUTE);
    }

    /** How what was used is counted. */
    public enum Counting {
        /** A bucket that holds a minute's worth and fills evenly. */
        BUCKET,
        /** From the beginning of each minute of the clock. */
        FIXED,
        /** Over the last sixty seconds at any time. */
        SLIDING
    }

    boolean isNone() {
        return requestsPerMinute == 0 && tokensPerMinute == 0;
    }
}
