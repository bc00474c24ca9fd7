package io.github.camelllm.routes.ledger.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A piece of time that is read from rollups of one grain. */
record RollupSpan(Grain grain, Instant from, Instant to) {
    /**
     * What a period is read from: days where there are whole ones, hours around them, minutes around those.
     *
     * @param finest what the result is cut into; nothing coarser is read
     * @throws IllegalArgumentException if the period does not begin and end with a minute
     */
    static List<RollupSpan> of(Period period, Grain finest) {
        if (!Grain.MINUTE.floor(period.from()).equals(period.from())
                || !Grain.MINUTE.floor(period.to()).equals(period.to())) {
            throw new IllegalArgumentException("a report counts whole minutes, but its period is " + period);
        }
        List<RollupSpan> spans = new ArrayList<>();
        cover(period.from(), period.to(), finest == Grain.MONTH ? Grain.DAY : finest, spans);
        return spans;
    }

    private static void cover(Instant from, Instant to, Grain grain, List<RollupSpan> spans) {
        if (!from.isBefore(to)) {
            return;
        }
        Instant first = grain.ceiling(from);
        Instant last = grain.floor(to);
        if (grain == Grain.MINUTE) {
            spans.add(new RollupSpan(grain, from, to));
        } else if (first.isBefore(last)) {
            cover(from, first, finer(grain), spans);
            spans.add(new RollupSpan(grain, first, last));
            cover(last, to, finer(grain), spans);
        } else {
            cover(from, to, finer(grain), spans);
        }
    }

    private static Grain finer(Grain grain) {
        return Grain.values()[grain.ordinal() - 1];
    }
}
