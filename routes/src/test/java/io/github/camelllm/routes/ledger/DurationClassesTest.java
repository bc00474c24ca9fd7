package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class DurationClassesTest {
    @Test
    void classesBeginWithAMillisecondAndGrowByAQuarter() {
        assertThat(DurationClasses.upper(0)).isEqualTo(Duration.ofMillis(1));
        assertThat(DurationClasses.upper(1)).isEqualTo(Duration.ofNanos(1_250_000));
        assertThat(DurationClasses.upper(2)).isEqualTo(Duration.ofNanos(1_562_000));
        assertThat(DurationClasses.indexOf(0)).isZero();
        assertThat(DurationClasses.indexOf(-5)).isZero();
        assertThat(DurationClasses.indexOf(1000)).isZero();
        assertThat(DurationClasses.indexOf(1001)).isEqualTo(1);
        assertThat(DurationClasses.indexOf(Long.MAX_VALUE)).isEqualTo(DurationClasses.LAST);
    }

    @Property
    void aDurationIsInTheFirstClassThatCoversIt(@ForAll @LongRange(min = 0, max = 40_000_000_000L) long micros) {
        int index = DurationClasses.indexOf(micros);
        assertThat(DurationClasses.upper(index)).isGreaterThanOrEqualTo(Duration.ofNanos(micros * 1000));
        if (index > 0) {
            assertThat(DurationClasses.upper(index - 1)).isLessThan(Duration.ofNanos(micros * 1000));
        }
    }
}
