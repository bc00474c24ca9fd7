package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.ledger.report.Grain;
import io.github.camelllm.routes.ledger.report.Period;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The periods that pages can be about. All but the last month end with now, and begin with a whole minute, hour, day or month,
 * so that they are read from few sums.
 */
enum PeriodChoice {
    HOUR("1h", "Last hour", Grain.MINUTE, ChronoUnit.MINUTES, 60, 1),
    DAY("24h", "24 hours", Grain.HOUR, ChronoUnit.HOURS, 24, 2),
    WEEK("7d", "7 days", Grain.HOUR, ChronoUnit.HOURS, 168, 30),
    MONTH("30d", "30 days", Grain.DAY, ChronoUnit.DAYS, 30, 60),
    QUARTER("90d", "90 days", Grain.DAY, ChronoUnit.DAYS, 90, 60),
    YEAR("12m", "12 months", Grain.MONTH, ChronoUnit.MONTHS, 12, 60),
    LAST_MONTH("last-month", "Last month", Grain.DAY, ChronoUnit.DAYS, 0, 0);

    private final String id;
    private final String title;
    private final Grain grain;
    private final ChronoUnit unit;
    private final int pieces;
    private final int refreshSeconds;

    PeriodChoice(String id, String title, Grain grain, ChronoUnit unit, int pieces, int refreshSeconds) {
        this.id = id;
        this.title = title;
        this.grain = grain;
        this.unit = unit;
        this.pieces = pieces;
        this.refreshSeconds = refreshSeconds;
    }

    /** @throws IllegalArgumentException if there is no such period */
    static PeriodChoice of(DashboardRequest request, PeriodChoice usual) {
        String wanted = request.parameter("period").orElse(usual.id);
        return Arrays.stream(values())
                .filter(choice -> choice.id.equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("period: expected one of "
                        + Arrays.stream(values()).map(choice -> choice.id).collect(Collectors.joining(", "))
                        + ", but came '" + wanted + "'"));
    }

    /** The period as of now. The current minute, hour, day or month is part of it. */
    Period period(Clock clock) {
        if (this == LAST_MONTH) {
            return Period.parse(id, clock);
        }
        Instant to = grain.next(grain.floor(clock.instant()));
        return new Period(to.atZone(ZoneOffset.UTC).minus(pieces, unit).toInstant(), to);
    }

    /** When each piece of a period begins, in order. */
    List<Instant> pieces(Period period) {
        List<Instant> begins = new ArrayList<>();
        for (Instant at = period.from(); at.isBefore(period.to()); at = grain.next(at)) {
            begins.add(at);
        }
        return begins;
    }

    String id() {
        return id;
    }

    String title() {
        return title;
    }

    Grain grain() {
        return grain;
    }

    int refreshSeconds() {
        return refreshSeconds;
    }

    /** Links to the same page about other periods. */
    List<View.Choice> choices(String page, Map<String, String> parameters) {
        return Arrays.stream(values())
                .map(choice -> new View.Choice(
                        choice.title,
                        Links.to(page) + Links.query(Links.with(parameters, "period", choice.id)),
                        choice == this))
                .toList();
    }
}
