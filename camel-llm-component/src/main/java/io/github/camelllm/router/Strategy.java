package io.github.camelllm.router;

/** How a router orders the targets that its constraints leave. The first is asked, the others are its fallbacks. */
public enum Strategy {
    /** As they are listed. */
    PRIORITY,
    /** At random, in proportion to their weights. */
    WEIGHTED,
    /** Each in turn, in proportion to their weights. */
    ROUND_ROBIN,
    /** Fewest calls under way, in proportion to their weights. */
    LEAST_BUSY,
    /** The faster of two picked at random, by peak-sensitive moving averages of their latency and calls under way. */
    FASTEST,
    /** Lowest expected cost of this very request; unknown prices last. */
    CHEAPEST,
    /** Lowest product of expected cost and latency, divided by quality. */
    BEST_VALUE,
    /** The same target for the same key, so that the provider's prompt cache is hit. */
    STICKY,
    /** As they are listed, but only those whose condition holds. */
    CONDITIONAL
}
