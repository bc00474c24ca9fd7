package io.github.camelllm.routes.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0.00 USD",
                "1|0.000000001 USD",
                "1500000000|1.50 USD",
                "1234567890123456789|1,234,567,890.123456789 USD",
                "-2000000000|-2.00 USD",
                "-999000000001|-999.000000001 USD"
            })
    void amountsAreExact(long nanos, String text) {
        assertThat(Shown.money(nanos, "USD")).isEqualTo(text);
    }

    @Test
    void durationsHaveTheUnitThatFits() {
        assertThat(Shown.duration(Duration.ofNanos(1_900_000))).isEqualTo("1 ms");
        assertThat(Shown.duration(Duration.ofMillis(1234))).isEqualTo("1.23 s");
        assertThat(Shown.duration(Duration.ofSeconds(61))).isEqualTo("1 min 1 s");
        assertThat(Shown.longDuration(Duration.ofHours(50))).isEqualTo("2 d 2 h");
    }

    @Test
    void aShareOfNothingIsNoNumber() {
        assertThat(Shown.percentText(0, 0)).isEqualTo("–");
        assertThat(Shown.percentText(1, 100_000)).isEqualTo("< 0.1 %");
        assertThat(Shown.percentText(1, 3)).isEqualTo("33.3 %");
    }
}
