package io.github.camelllm.routes.ledger.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DecimalsTest {
    @Test
    void whatCuttingOffLeavesGoesToThoseThatLostMost() {
        assertThat(Decimals.rounded(List.of(3_334_000_000L, 3_333_000_000L, 3_333_000_000L), 2))
                .containsExactly(new BigDecimal("3.34"), new BigDecimal("3.33"), new BigDecimal("3.33"));
        assertThat(Decimals.percents(List.of(1L, 1L, 1L), 2))
                .containsExactly(new BigDecimal("33.34"), new BigDecimal("33.33"), new BigDecimal("33.33"));
        assertThat(Decimals.rounded(List.of(6_000_000L, -3_000_000L, -3_000_000L), 2).stream()
                        .reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo(BigDecimal.ZERO);
    }

    @Property
    void roundedAmountsSumToTheRoundedSum(
            @ForAll @Size(min = 1, max = 30) List<@LongRange(min = -5_000_000_000L, max = 900_000_000_000L) Long> nanos,
            @ForAll @IntRange(max = 9) int places) {
        List<BigDecimal> rounded = Decimals.rounded(nanos, places);
        BigInteger sum = nanos.stream().map(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::add);
        assertThat(rounded.stream().reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo(new BigDecimal(sum, 9).setScale(places, RoundingMode.HALF_EVEN));
        BigDecimal unit = BigDecimal.ONE.movePointLeft(places);
        for (int i = 0; i < rounded.size(); i++) {
            assertThat(rounded.get(i)
                            .subtract(BigDecimal.valueOf(nanos.get(i), 9))
                            .abs())
                    .isLessThanOrEqualTo(unit);
        }
    }

    @Property
    void percentagesSumToAHundredOrAreAllZero(@ForAll @Size(min = 1, max = 30) List<Long> nanos) {
        BigDecimal sum = Decimals.percents(nanos, 2).stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(sum.compareTo(BigDecimal.ZERO) == 0 || sum.compareTo(new BigDecimal("100")) == 0)
                .isTrue();
    }
}
