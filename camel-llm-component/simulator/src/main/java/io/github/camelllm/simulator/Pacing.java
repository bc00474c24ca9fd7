package io.github.camelllm.simulator;

import java.time.Duration;

/**
 * The pace of an answer. A buffered answer takes as long as its streamed twin would.
 *
 * @param firstChunk time until the first content
 * @param gap time between two chunks of content
 * @param tokensPerChunk how many token-like pieces one chunk carries, at least 1
 */
public record Pacing(Latency firstChunk, Latency gap, int tokensPerChunk) {
    /** As fast as it goes, one piece a chunk. */
    public static final Pacing IMMEDIATE = new Pacing(Latency.NONE, Latency.NONE, 1);

    public Pacing {
        if (tokensPerChunk < 1) {
            throw new IllegalArgumentException("tokensPerChunk: expected at least 1, got " + tokensPerChunk);
        }
    }

    public static Pacing of(Duration firstChunk, Duration gap) {
        return new Pacing(Latency.fixed(firstChunk), Latency.fixed(gap), 1);
    }

    public Pacing withFirstChunk(Latency latency) {
        return new Pacing(latency, gap, tokensPerChunk);
    }

    public Pacing withGap(Latency latency) {
        return new Pacing(firstChunk, latency, tokensPerChunk);
    }

    public Pacing withTokensPerChunk(int tokens) {
        return new Pacing(firstChunk, gap, tokens);
    }
}
