package io.github.camelllm.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.budget.BudgetWindow.Calendar.Unit;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetWindowTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            MINUTE, UTC,               2026-11-25T12:34:56Z, 2026-11-25T12:34:00Z, 2026-11-25T12:35:00Z
            HOUR,   Asia/Kolkata,      2026-11-25T12:34:56Z, 2026-11-25T12:30:00Z, 2026-11-25T13:30:00Z
            DAY,    America/New_York,  2026-11-25T03:00:00Z, 2026-11-24T05:00:00Z, 2026-11-25T05:00:00Z
            WEEK,   UTC,               2026-11-25T12:00:00Z, 2026-11-23T00:00:00Z, 2026-11-30T00:00:00Z
            MONTH,  Europe/Copenhagen, 2026-11-01T00:30:00Z, 2026-10-31T23:00:00Z, 2026-11-30T23:00:00Z
            YEAR,   UTC,               2026-02-28T12:00:00Z, 2026-01-01T00:00:00Z, 2027-01-01T00:00:00Z
            """)
    void aCalendarWindowBeginsAndEndsInItsTimeZone(Unit unit, String zone, Instant now, Instant begin, Instant end) {
        BudgetWindow window = new BudgetWindow.Calendar(unit, ZoneId.of(zone));

        assertThat(Instant.ofEpochSecond(window.period(now))).isEqualTo(begin);
        assertThat(window.from(now)).isEqualTo(window.period(now));
        assertThat(window.resetsAt(now)).contains(end);
    }

    @Test
    void aDayWithAClockChangeIsOneDay() {
        BudgetWindow window = new BudgetWindow.Calendar(Unit.DAY, ZoneId.of("Europe/Copenhagen"));
        Instant beforeTheChange = Instant.parse("2026-10-25T00:30:00Z");
        Instant afterIt = Instant.parse("2026-10-25T22:30:00Z");

        assertThat(window.period(beforeTheChange)).isEqualTo(window.period(afterIt));
        assertThat(Duration.ofSeconds(window.resetsAt(afterIt).orElseThrow().getEpochSecond() - window.period(afterIt)))
                .isEqualTo(Duration.ofHours(25));
    }

    @Property
    void aRollingWindowHoldsEverythingOfItsLength(
            @ForAll @LongRange(min = 1, max = 1_000_000) long lengthSeconds,
            @ForAll @LongRange(min = 0, max = 4_000_000_000L) long now,
            @ForAll @LongRange(min = 0, max = 999_999) long ago) {
        BudgetWindow window = new BudgetWindow.Rolling(Duration.ofSeconds(lengthSeconds));
        Instant at = Instant.ofEpochSecond(now);
        long spentIn = window.period(at.minusSeconds(ago % (lengthSeconds + 1)));

        assertThat(spentIn).isBetween(window.from(at), window.period(at));
    }

    @Property
    void aRollingWindowFreesWhatIsASixtiethOlder(@ForAll @LongRange(min = 60, max = 1_000_000) long lengthSeconds) {
        BudgetWindow window = new BudgetWindow.Rolling(Duration.ofSeconds(lengthSeconds));
        Instant spent = Instant.parse("2026-11-25T12:00:00Z");
        Instant later = spent.plusSeconds(lengthSeconds + lengthSeconds / 60 + 1);

        assertThat(window.period(spent)).isLessThan(window.from(later));
        assertThat(window.resetsAt(spent).orElseThrow()).isBefore(later.plusSeconds(lengthSeconds / 60 + 2));
    }

    @Test
    void weeksOfUtcDoNotDependOnTheMachine() {
        assertThat(new BudgetWindow.Calendar(Unit.WEEK, ZoneOffset.UTC).period(Instant.parse("2026-11-22T23:59:59Z")))
                .isEqualTo(Instant.parse("2026-11-16T00:00:00Z").getEpochSecond());
    }
}
