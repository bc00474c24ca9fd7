package io.github.camelllm.budget;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The time in which a budget's limit holds. */
public sealed interface BudgetWindow {
    /** Moments of far away: nothing is forgotten before. */
    Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

    /** The period that is spent in at a moment, in seconds since 1970. */
    long period(Instant now);

    /** The first period that counts against the limit at a moment. */
    long from(Instant now);

    /** When all that counts now counts no more; empty if never. */
    Optional<Instant> resetsAt(Instant now);

    /** When amounts of this moment's period are of no use any more. */
    Instant forgetAfter(Instant now);

    /** As users write it. */
    String words();

    /** Each call by itself. */
    record Call() implements BudgetWindow {
        @Override
        public long period(Instant now) {
            return 0;
        }

        @Override
        public long from(Instant now) {
            return 0;
        }

        @Override
        public Optional<Instant> resetsAt(Instant now) {
            return Optional.empty();
        }

        @Override
        public Instant forgetAfter(Instant now) {
            return now;
        }

        @Override
        public String words() {
            return "call";
        }
    }

    /** From the first use to a time without any use: the calls of a session, or for {@link #NEVER} all calls there are. */
    record Total(Optional<Duration> idle) implements BudgetWindow {
        @Override
        public long period(Instant now) {
            return 0;
        }

        @Override
        public long from(Instant now) {
            return 0;
        }

        @Override
        public Optional<Instant> resetsAt(Instant now) {
            return Optional.empty();
        }

        @Override
        public Instant forgetAfter(Instant now) {
            return idle.map(now::plus).orElse(NEVER);
        }

        @Override
        public String words() {
            return idle.isPresent() ? "session" : "total";
        }
    }

    /** A minute, hour, day, week, month or year of the calendar, in a time zone. */
    record Calendar(Unit unit, ZoneId zone) implements BudgetWindow {
        /** Units of the calendar. A week begins on Monday. */
        public enum Unit {
            MINUTE,
            HOUR,
            DAY,
            WEEK,
            MONTH,
            YEAR
        }

        /** The latest periods: the arithmetic of calendars takes longer than all else that a budget does for a call. */
        private static final Map<Calendar, Period> LATEST = new ConcurrentHashMap<>();

        /** In seconds since 1970, the end excluded. */
        private record Period(long begin, long end) {
            boolean has(Instant at) {
                return begin <= at.getEpochSecond() && at.getEpochSecond() < end;
            }
        }

        private Period periodOf(Instant at) {
            Period latest = LATEST.get(this);
            if (latest == null || !latest.has(at)) {
                ZonedDateTime begin = begin(at.atZone(zone));
                latest = new Period(begin.toEpochSecond(), end(begin).toEpochSecond());
                LATEST.put(this, latest);
            }
            return latest;
        }

        @Override
        public long period(Instant now) {
            return periodOf(now).begin();
        }

        private ZonedDateTime begin(ZonedDateTime at) {
            LocalDate day = at.toLocalDate();
            switch (unit) {
                case MINUTE:
                    return at.truncatedTo(ChronoUnit.MINUTES);
                case HOUR:
                    return at.truncatedTo(ChronoUnit.HOURS);
                case DAY:
                    return day.atStartOfDay(zone);
                case WEEK:
                    return day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                            .atStartOfDay(zone);
                case MONTH:
                    return day.withDayOfMonth(1).atStartOfDay(zone);
                default:
                    return day.withDayOfYear(1).atStartOfDay(zone);
            }
        }

        @Override
        public long from(Instant now) {
            return period(now);
        }

        private ZonedDateTime end(ZonedDateTime begin) {
            LocalDate day = begin.toLocalDate();
            switch (unit) {
                case MINUTE:
                    return begin.plusMinutes(1);
                case HOUR:
                    return begin.plusHours(1);
                case DAY:
                    return day.plusDays(1).atStartOfDay(zone);
                case WEEK:
                    return day.plusWeeks(1).atStartOfDay(zone);
                case MONTH:
                    return day.plusMonths(1).atStartOfDay(zone);
                default:
                    return day.plusYears(1).atStartOfDay(zone);
            }
        }

        @Override
        public Optional<Instant> resetsAt(Instant now) {
            return Optional.of(Instant.ofEpochSecond(periodOf(now).end()));
        }

        @Override
        public Instant forgetAfter(Instant now) {
            // Attempts that began in it may end a while after it
            return resetsAt(now).orElse(NEVER).plus(Duration.ofDays(1));
        }

        @Override
        public String words() {
            return unit.name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The time up to now. It moves on in steps of a sixtieth, and what is spent in a step counts until the whole step is out
     * of the window, so that never more than the limit is spent in any time of this length.
     */
    record Rolling(Duration length) implements BudgetWindow {
        private static final int STEPS = 60;

        private long step() {
            return Math.max(1, length.toSeconds() / STEPS);
        }

        private long stepOf(long epochSecond) {
            return Math.floorDiv(epochSecond, step()) * step();
        }

        @Override
        public long period(Instant now) {
            return stepOf(now.getEpochSecond());
        }

        @Override
        public long from(Instant now) {
            return stepOf(now.getEpochSecond() - length.toSeconds());
        }

        /** When even what is spent now is out of the window; some of it can be earlier. */
        @Override
        public Optional<Instant> resetsAt(Instant now) {
            return Optional.of(Instant.ofEpochSecond(period(now) + step()).plus(length));
        }

        @Override
        public Instant forgetAfter(Instant now) {
            return now.plus(length).plusSeconds(2 * step()).plus(Duration.ofHours(1));
        }

        @Override
        public String words() {
            return "rolling " + length.toString().substring(2).toLowerCase(Locale.ROOT);
        }
    }
}
