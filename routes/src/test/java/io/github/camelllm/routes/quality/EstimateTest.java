package io.github.camelllm.routes.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.camelllm.routes.quality.Estimate.Interval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimateTest {
    /** Computed by hand from Wilson's formula; the first is the example of many textbooks. */
    @ParameterizedTest
    @CsvSource({"10, 8, 0.4902, 0.9433", "10, 0, 0.0, 0.2775", "1, 1, 0.2065, 1.0", "100, 50, 0.4038, 0.5962"})
    void yesOrNoHasWilsonsInterval(long scores, long yes, double low, double high) {
        Estimate estimate = Estimate.of(scores, scores, yes, yes * 10_000, yes * 100_000_000);
        Interval interval = estimate.interval().orElseThrow();
        assertThat(estimate.mean()).isEqualTo((double) yes / scores);
        assertThat(interval.low()).isCloseTo(low, within(0.0001));
        assertThat(interval.high()).isCloseTo(high, within(0.0001));
    }

    /** 0.5, 0.6, 0.7: mean 0.6, s = 0.1, t(2) = 4.302653, so 0.6 ± 4.302653 · 0.1 / √3 = 0.6 ± 0.248414. */
    @Test
    void othersHaveStudents() {
        Estimate estimate = Estimate.of(3, 0, 0, 18_000, 25_000_000L + 36_000_000L + 49_000_000L);
        Interval interval = estimate.interval().orElseThrow();
        assertThat(estimate.mean()).isEqualTo(0.6);
        assertThat(interval.low()).isCloseTo(0.351586, within(0.000001));
        assertThat(interval.high()).isCloseTo(0.848414, within(0.000001));
    }

    @Test
    void anIntervalDoesNotLeaveTheScale() {
        // 1 and 0.9: mean 0.95, s = 0.0707, t(1) = 12.7062
        Interval interval =
                Estimate.of(2, 1, 1, 19_000, 181_000_000L).interval().orElseThrow();
        assertThat(interval.high()).isEqualTo(1);
        assertThat(interval.low()).isCloseTo(0.95 - 12.706205 * 0.05, within(0.000001));
    }

    @Test
    void oneScoreBetweenSaysNothingOfOthers() {
        assertThat(Estimate.of(1, 0, 0, 5_000, 25_000_000L).interval()).isEmpty();
    }

    /** From tables of the distribution. */
    @ParameterizedTest
    @CsvSource({
        "1, 12.706205",
        "2, 4.302653",
        "3, 3.182446",
        "4, 2.776445",
        "5, 2.570582",
        "9, 2.262157",
        "29, 2.045230",
        "99, 1.984217",
        "1000000, 1.959966"
    })
    void knowsStudentsDistribution(long degrees, double quantile) {
        assertThat(Estimate.t(degrees)).isCloseTo(quantile, within(0.00005));
    }
}
