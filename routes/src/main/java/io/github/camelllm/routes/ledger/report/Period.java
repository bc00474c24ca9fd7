package io.github.camelllm.routes.ledger.report;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time that a report is about. Days and months are those of UTC, as providers count them.
 *
 * @param from when it begins
 * @param to when it ends; this instant is not part of it
 */
public record Period(Instant from, Instant to) {
    private static final Pattern LAST_DAYS = Pattern.compile("last-(\\d{1,4})-days");

    public Period {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException(
                    "a period must begin before it ends, but begins at " + from + " and ends at " + to);
        }
    }

    public static Period of(YearMonth month) {
        return new Period(start(month.atDay(1)), start(month.plusMonths(1).atDay(1)));
    }

    public static Period of(LocalDate day) {
        return new Period(start(day), start(day.plusDays(1)));
    }

    /**
     * Reads a period.
     *
     * @param text a month ({@code 2026-10}), a day ({@code 2026-10-17}), two days or instants with a slash between them
     *     ({@code 2026-10-01/2026-10-08}, without the second), or {@code today}, {@code yesterday}, {@code this-month},
     *     {@code last-month}, {@code last-7-days}; the last are whole days that are over
     * @throws IllegalArgumentException if it is none of them
     */
    public static Period parse(String text, Clock clock) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        Matcher days = LAST_DAYS.matcher(name);
        if (days.matches() && Integer.parseInt(days.group(1)) > 0) {
            return new Period(start(today.minusDays(Integer.parseInt(days.group(1)))), start(today));
        }
        switch (name) {
            case "today":
                return of(today);
            case "yesterday":
                return of(today.minusDays(1));
            case "this-month":
                return of(YearMonth.from(today));
            case "last-month":
                return of(YearMonth.from(today).minusMonths(1));
            default:
                return written(text.strip());
        }
    }

    private static Period written(String text) {
        try {
            int slash = text.indexOf('/');
            if (slash > 0) {
                return new Period(instant(text.substring(0, slash)), instant(text.substring(slash + 1)));
            }
            return text.length() == "2026-10".length() ? of(YearMonth.parse(text)) : of(LocalDate.parse(text));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "period: expected a month such as 2026-10, a day such as 2026-10-17, two days or instants such as"
                            + " 2026-10-01/2026-10-08, or today, yesterday, this-month, last-month or last-7-days, but"
                            + " came '" + text + "'",
                    e);
        }
    }

    private static Instant instant(String text) {
        return text.indexOf('T') < 0 ? start(LocalDate.parse(text)) : Instant.parse(text);
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** With a slash between begin and end. */
    @Override
    public String toString() {
        return from + "/" + to;
    }
}
