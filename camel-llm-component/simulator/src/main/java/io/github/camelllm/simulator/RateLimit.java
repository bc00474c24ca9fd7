package io.github.camelllm.simulator;

/**
 * What each API key may use; beyond it the simulator answers 429 with the wait until there is room again. Both limits
 * are token buckets that hold a minute's worth, as the providers describe theirs. Input tokens count when a request
 * comes, output tokens when its answer ends.
 *
 * @param requestsPerMinute 0 for no limit
 * @param tokensPerMinute 0 for no limit
 */
public record RateLimit(long requestsPerMinute, long tokensPerMinute) {
    /** No limit at all. */
    public static final RateLimit NONE = new RateLimit(0, 0);

    /** Above this the arithmetic in nanoseconds would no longer fit. */
    private static final long MOST = 100_000_000;

    public RateLimit {
        if (requestsPerMinute < 0 || tokensPerMinute < 0 || requestsPerMinute > MOST || tokensPerMinute > MOST) {
            throw new IllegalArgumentException("rate limit: expected 0 (none) to " + MOST + " a minute, got "
                    + requestsPerMinute + " requests and " + tokensPerMinute + " tokens");
        }
    }

    boolean isNone() {
        return requestsPerMinute == 0 && tokensPerMinute == 0;
    }
}
