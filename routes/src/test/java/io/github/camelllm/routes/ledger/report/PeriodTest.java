package io.github.camelllm.routes.ledger.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeriodTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2025-03-15T23:30:00Z"), ZoneOffset.ofHours(9));

    @ParameterizedTest
    @CsvSource({
        "2025-02,                  2025-02-01T00:00:00Z, 2025-03-01T00:00:00Z",
        "2024-12,                  2024-12-01T00:00:00Z, 2025-01-01T00:00:00Z",
        "2025-02-28,               2025-02-28T00:00:00Z, 2025-03-01T00:00:00Z",
        "2025-02-01/2025-02-03,    2025-02-01T00:00:00Z, 2025-02-03T00:00:00Z",
        "2025-02-01T10:00:00Z/2025-02-03, 2025-02-01T10:00:00Z, 2025-02-03T00:00:00Z",
        "today,                    2025-03-15T00:00:00Z, 2025-03-16T00:00:00Z",
        "Yesterday,                2025-03-14T00:00:00Z, 2025-03-15T00:00:00Z",
        "this-month,               2025-03-01T00:00:00Z, 2025-04-01T00:00:00Z",
        "last-month,               2025-02-01T00:00:00Z, 2025-03-01T00:00:00Z",
        "last-7-days,              2025-03-08T00:00:00Z, 2025-03-15T00:00:00Z"
    })
    void readsPeriodsInUtcWhateverTheClocksZone(String text, Instant from, Instant to) {
        assertThat(Period.parse(text, CLOCK)).isEqualTo(new Period(from, to));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2025", "2025-13", "last-0-days", "2025-02-03/2025-02-01", "soon", "2025-02-30"})
    void refusesWhatIsNoPeriod(String text) {
        assertThatThrownBy(() -> Period.parse(text, CLOCK)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsWholeDaysAsDaysAndTheRestFiner() {
        Period ragged = new Period(Instant.parse("2025-02-01T22:58:00Z"), Instant.parse("2025-02-04T01:02:00Z"));
        assertThat(RollupSpan.of(ragged, Grain.MONTH))
                .extracting(RollupSpan::grain)
                .containsExactly(Grain.MINUTE, Grain.HOUR, Grain.DAY, Grain.HOUR, Grain.MINUTE);
        assertThat(RollupSpan.of(ragged, Grain.HOUR))
                .extracting(RollupSpan::grain)
                .containsExactly(Grain.MINUTE, Grain.HOUR, Grain.MINUTE);
        assertThat(RollupSpan.of(Period.parse("2025-02", CLOCK), Grain.MONTH))
                .extracting(RollupSpan::grain)
                .containsExactly(Grain.DAY);
    }

    @Property
    void spansCoverAPeriodOnceAndInOrder(
            @ForAll @IntRange(max = 5000) int from, @ForAll @IntRange(min = 1, max = 9000) int minutes) {
        Instant begin = Instant.parse("2025-01-30T00:00:00Z").plus(Duration.ofMinutes(from));
        Period period = new Period(begin, begin.plus(Duration.ofMinutes(minutes)));
        List<RollupSpan> spans = RollupSpan.of(period, Grain.DAY);
        Instant at = period.from();
        for (RollupSpan span : spans) {
            assertThat(span.from()).isEqualTo(at);
            assertThat(span.grain().floor(span.from())).isEqualTo(span.from());
            assertThat(span.grain().floor(span.to())).isEqualTo(span.to());
            at = span.to();
        }
        assertThat(at).isEqualTo(period.to());
    }
}
