package io.github.camelllm.routes.ledger.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** How long the pieces are that a report cuts time into, all in UTC. */
public enum Grain {
    MINUTE(ChronoUnit.MINUTES),
    HOUR(ChronoUnit.HOURS),
    DAY(ChronoUnit.DAYS),
    MONTH(ChronoUnit.MONTHS);

    private final ChronoUnit unit;

    Grain(ChronoUnit unit) {
        this.unit = unit;
    }

    /** When the piece begins that an instant falls into. */
    public Instant floor(Instant at) {
        if (this == MONTH) {
            ZonedDateTime day = at.atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS);
            return day.withDayOfMonth(1).toInstant();
        }
        return at.truncatedTo(unit);
    }

    /** When the first piece begins that does not begin before an instant. */
    Instant ceiling(Instant at) {
        Instant floor = floor(at);
        return floor.equals(at) ? at : next(floor);
    }

    /** When the piece ends that begins then. */
    public Instant next(Instant begin) {
        return begin.atZone(ZoneOffset.UTC).plus(1, unit).toInstant();
    }

    /** As the tables name it. */
    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
