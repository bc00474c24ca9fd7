package io.github.camelllm.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyTest {
    @Test
    void readsItsThreeForms() {
        assertThat(Latency.parse("200ms")).isEqualTo(Latency.fixed(Duration.ofMillis(200)));
        assertThat(Latency.parse("0")).isEqualTo(Latency.NONE);
        assertThat(Latency.parse("100ms..1.5s"))
                .isEqualTo(Latency.uniform(Duration.ofMillis(100), Duration.ofMillis(1_500)));
        assertThat(Latency.parse("0.3s~2s"))
                .isEqualTo(Latency.logNormal(Duration.ofMillis(300), Duration.ofSeconds(2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fast", "200", "2s..1s", "0~1s", "-1s", "1s..", "..2s"})
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> Latency.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("latency: expected");
    }

    @Test
    void drawsAsTheDistributionSays() {
        Latency latency = Latency.logNormal(Duration.ofMillis(300), Duration.ofSeconds(2));
        SplittableRandom random = new SplittableRandom(1);
        long[] millis = new long[20_000];
        Arrays.setAll(millis, i -> latency.sample(random).toMillis());
        Arrays.sort(millis);
        assertThat(millis[10_000]).isBetween(290L, 310L);
        assertThat(millis[19_800]).isBetween(1_800L, 2_200L);
        assertThat(millis[0]).isPositive();
        assertThat(millis[19_999]).isLessThanOrEqualTo(20_000);
    }

    @Test
    void drawsUniformlyFromEndToEnd() {
        Latency latency = Latency.uniform(Duration.ofNanos(5), Duration.ofNanos(7));
        SplittableRandom random = new SplittableRandom(1);
        assertThat(java.util.stream.IntStream.range(0, 200).mapToObj(i -> latency.sample(random)))
                .containsOnly(Duration.ofNanos(5), Duration.ofNanos(6), Duration.ofNanos(7))
                .contains(Duration.ofNanos(5), Duration.ofNanos(7));
    }
}
