package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CallStatisticsTest {
    @Test
    void quantilesAreWithinAnEighth() {
        CallStatistics.LatencyBuckets buckets = new CallStatistics.LatencyBuckets();
        IntStream.rangeClosed(1, 1000).forEach(millis -> buckets.add(Duration.ofMillis(millis)));

        assertThat(buckets.quantile(0.5)).isBetween(Duration.ofMillis(500), Duration.ofMillis(563));
        assertThat(buckets.quantile(0.95)).isBetween(Duration.ofMillis(950), Duration.ofMillis(1069));
    }

    @Test
    void nothingCountedHasNoLatency() {
        assertThat(new CallStatistics.LatencyBuckets().quantile(0.95)).isEqualTo(Duration.ZERO);
    }

    @Property
    void everyLatencyIsAtMostItsBucketsBound(@ForAll @LongRange(min = 0, max = 1L << 50) long micros) {
        CallStatistics.LatencyBuckets buckets = new CallStatistics.LatencyBuckets();
        buckets.add(Duration.ofNanos(micros * 1000));

        Duration bound = buckets.quantile(1);

        assertThat(bound.toNanos() / 1000).isGreaterThanOrEqualTo(micros);
        assertThat(bound.toNanos() / 1000).isLessThanOrEqualTo(Math.max(1, micros + micros / 8 + 1));
    }
}
