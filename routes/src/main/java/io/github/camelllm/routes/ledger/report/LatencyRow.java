package io.github.camelllm.routes.ledger.report;

import io.github.camelllm.routes.ledger.DurationClasses;
import java.time.Duration;
import java.util.Optional;

/**
 * How long the attempts of one row took.
 *
 * @param latency from the start of an attempt to the end of its answer; empty if there was none
 * @param firstChunk from the start of an attempt to the first piece of its answer; empty if there was none
 */
public record LatencyRow(ReportKey key, Optional<Quantiles> latency, Optional<Quantiles> firstChunk) {
    /**
     * Quantiles, as the upper ends of {@link DurationClasses}: at most 25 % too high.
     *
     * @param attempts how many were counted
     */
    public record Quantiles(long attempts, Duration p50, Duration p95) {
        /** @param counts attempts by index of the class; empty if it has none */
        static Optional<Quantiles> of(long[] counts) {
            long all = 0;
            for (long count : counts) {
                all += count;
            }
            return all == 0
                    ? Optional.empty()
                    : Optional.of(new Quantiles(all, quantile(counts, all, 50), quantile(counts, all, 95)));
        }

        private static Duration quantile(long[] counts, long all, int percent) {
            long rank = Math.max(1, (all * percent + 99) / 100);
            long seen = 0;
            for (int i = 0; i < counts.length; i++) {
                seen += counts[i];
                if (seen >= rank) {
                    return Duration.ofNanos(DurationClasses.endMicros(i) * 1000);
                }
            }
            throw new AssertionError(seen);
        }
    }
}
