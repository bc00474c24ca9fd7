package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private static final RetryPolicy POLICY =
            new RetryPolicy(5, Duration.ofMillis(500), Duration.ofSeconds(8), Duration.ofMinutes(1));

    @Property
    void waitsARandomTimeUpToTheDoubledBackoff(
            @ForAll @IntRange(min = 1, max = 100) int retry,
            @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double random) {
        double bound = Math.min(8_000, 500 * Math.pow(2, Math.min(60, retry - 1)));

        Duration wait = POLICY.waitBefore(retry, Optional.empty(), random).orElseThrow();

        assertThat(wait.toNanos() / 1e6).isBetween(random * bound - 0.001, random * bound + 0.001);
    }

    @Property
    void waitsAtLeastAsLongAsAskedAndAtMostATenthLonger(
            @ForAll @IntRange(min = 1, max = 60_000) int askedMillis,
            @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double random) {
        Duration asked = Duration.ofMillis(askedMillis);

        Duration wait = POLICY.waitBefore(1, Optional.of(asked), random).orElseThrow();

        assertThat(wait).isBetween(asked, asked.plus(asked.dividedBy(10)));
    }

    @Test
    void doesNotWaitLongerThanIsGranted() {
        assertThat(POLICY.waitBefore(1, Optional.of(Duration.ofMillis(60_001)), 0))
                .isEmpty();
        assertThat(POLICY.waitBefore(1, Optional.of(Duration.ofMinutes(1)), 0)).contains(Duration.ofMinutes(1));
    }

    @Test
    void refusesNegativeNumbers() {
        assertThatThrownBy(() -> POLICY.withMaxRetries(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
