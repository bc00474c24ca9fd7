package io.github.camelllm.routes.ledger.report;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a report is asked for. Immutable.
 *
 * <p>Rollups know one tag at a time: a report can be cut by one tag, or be kept to one value of one tag, not both by two
 * different ones.
 *
 * @param period whole minutes
 * @param by what rows are cut by; nothing for one row
 * @param grain what time is cut into; empty for not at all
 * @param tag the tag that is cut by, or that must have {@code tagValue}
 * @param provider only attempts at this provider
 * @param model only attempts at this model
 * @param operation only attempts of this operation; not known to latencies
 * @param tagValue only attempts whose tag has this value
 */
public record ReportQuery(
        Period period,
        Set<Dimension> by,
        Optional<Grain> grain,
        Optional<String> tag,
        Optional<String> provider,
        Optional<String> model,
        Optional<String> operation,
        Optional<String> tagValue) {

    /** What a report can be cut by. */
    public enum Dimension {
        PROVIDER("provider"),
        MODEL("model"),
        OPERATION("operation"),
        /** Values of the query's tag. Attempts without it are in no row. */
        TAG("tag_value");

        private final String column;

        Dimension(String column) {
            this.column = column;
        }

        String column() {
            return column;
        }
    }

    public ReportQuery {
        Set<Dimension> copy = EnumSet.noneOf(Dimension.class);
        copy.addAll(by);
        by = Collections.unmodifiableSet(copy);
        if (by.contains(Dimension.TAG) && tag.isEmpty()) {
            throw new IllegalArgumentException("a report by tag needs the name of a tag");
        }
        if (tagValue.isPresent() && tag.isEmpty()) {
            throw new IllegalArgumentException("a report of one tag value needs the name of the tag");
        }
    }

    /** Everything of a period in one row. */
    public static ReportQuery of(Period period) {
        return new ReportQuery(
                period,
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public ReportQuery by(Dimension... dimensions) {
        Collection<Dimension> all = EnumSet.noneOf(Dimension.class);
        all.addAll(Set.of(dimensions));
        return new ReportQuery(period, Set.copyOf(all), grain, tag, provider, model, operation, tagValue);
    }

    /** Cut by the values of a tag, beside what it is cut by already. */
    public ReportQuery byTag(String name) {
        Set<Dimension> all = EnumSet.of(Dimension.TAG);
        all.addAll(by);
        return new ReportQuery(period, all, grain, Optional.of(name), provider, model, operation, tagValue);
    }

    public ReportQuery over(Grain newGrain) {
        return new ReportQuery(period, by, Optional.of(newGrain), tag, provider, model, operation, tagValue);
    }

    public ReportQuery provider(String id) {
        return new ReportQuery(period, by, grain, tag, Optional.of(id), model, operation, tagValue);
    }

    public ReportQuery model(String id) {
        return new ReportQuery(period, by, grain, tag, provider, Optional.of(id), operation, tagValue);
    }

    public ReportQuery operation(String name) {
        return new ReportQuery(period, by, grain, tag, provider, model, Optional.of(name), tagValue);
    }

    /** @throws IllegalArgumentException if it is cut by another tag */
    public ReportQuery tagged(String name, String value) {
        if (tag.isPresent() && !tag.get().equals(name)) {
            throw new IllegalArgumentException("a report knows one tag at a time, but was asked for two");
        }
        return new ReportQuery(period, by, grain, Optional.of(name), provider, model, operation, Optional.of(value));
    }
}
