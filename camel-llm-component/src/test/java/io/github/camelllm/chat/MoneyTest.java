package io.github.camelllm.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {
    @ParameterizedTest
    @CsvSource({
        "0,                        0",
        "1,                        1000000000",
        "0.00345,                  3450000",
        "0.000000001,              1",
        "0.0000000005,             0",
        "0.00000000050000000001,   1",
        "0.0000000015,             2",
        "0.0000000025,             2",
        "0.0000000035,             4",
        "-0.0000000015,           -2",
        "-0.0000000025,           -2",
        "-12.5,                   -12500000000",
        "1E+3,                     1000000000000",
        "1E-12,                    0",
        "9223372036.854775807,     9223372036854775807",
        "-9223372036.854775808,   -9223372036854775808",
    })
    void nanosAreRoundedHalfEven(String amount, long nanos) {
        assertThat(Money.usd(amount).nanos()).isEqualTo(nanos);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036.854775808", "9223372036.8547758075", "1e10", "-1e10", "1e999999999"})
    void amountsThatDoNotFitAreRefused(String amount) {
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> Money.usd(amount).nanos());
    }

    @Test
    void hugeExponentsCostNoTime() {
        assertTimeout(Duration.ofSeconds(5), () -> {
            assertThat(Money.usd("1e-999999999").nanos()).isZero();
            assertThat(Money.usd("0e999999999").nanos()).isZero();
            assertThat(Money.usd("0e-999999999").nanos()).isZero();
        });
    }

    @Property
    void nanosAreTheRoundedAmount(@ForAll BigInteger unscaled, @ForAll @IntRange(min = -12, max = 40) int scale) {
        BigDecimal amount = new BigDecimal(unscaled, scale);
        BigDecimal nanos = amount.multiply(BigDecimal.valueOf(1_000_000_000)).setScale(0, RoundingMode.HALF_EVEN);
        boolean fits = nanos.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
        if (fits) {
            assertThat(new Money(amount, "USD").nanos()).isEqualTo(nanos.longValueExact());
        } else if (nanos.compareTo(BigDecimal.valueOf(Long.MIN_VALUE)) != 0) {
            assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> new Money(amount, "USD").nanos());
        }
    }
}
