package io.github.camelllm.call;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How a target has been doing lately, as all routes of one component saw it. A target is a model at a provider, asked with
 * one key.
 *
 * @param circuit whether calls are let through
 * @param reopensIn how long it stays closed to calls; empty if it is not
 * @param underWay calls that have not ended
 * @param calls ended since start
 * @param failures of these
 * @param latencyMillis moving average of whole answers that follows a rise at once and a fall slowly; empty before the first
 * @param firstChunkMillis likewise until the first piece of a streamed answer
 * @param outputTokensPerSecond moving average, from the first piece to the end of streams; empty before the first
 * @param outputTokens moving average of an answer's length
 * @param cacheReadShare moving average of the share of input tokens read from the provider's cache, 0 to 1
 * @param p95Latency of the recent whole answers; empty while there are too few
 * @param p95FirstChunk likewise until the first piece of streamed answers
 */
public record TargetSnapshot(
        Circuit circuit,
        Optional<Duration> reopensIn,
        int underWay,
        long calls,
        long failures,
        OptionalDouble latencyMillis,
        OptionalDouble firstChunkMillis,
        OptionalDouble outputTokensPerSecond,
        OptionalDouble outputTokens,
        OptionalDouble cacheReadShare,
        Optional<Duration> p95Latency,
        Optional<Duration> p95FirstChunk) {
    /** A target that was never asked. */
    public static final TargetSnapshot UNKNOWN = new TargetSnapshot(
            Circuit.CLOSED,
            Optional.empty(),
            0,
            0,
            0,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            Optional.empty());

    /** State of a circuit breaker. */
    public enum Circuit {
        /** Calls go through. */
        CLOSED,
        /** Calls are not let through until it has waited. */
        OPEN,
        /** A few calls go through to find out. */
        HALF_OPEN
    }
}
