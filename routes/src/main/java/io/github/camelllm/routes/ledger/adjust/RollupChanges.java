package io.github.camelllm.routes.ledger.adjust;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What adjustments change in rollups, each row once. Not thread-safe. */
final class RollupChanges {
    private static final int TAG_NAME_LENGTH = 64;
    private static final int TAG_VALUE_LENGTH = 256;
    private static final List<ChronoUnit> GRAINS = List.of(ChronoUnit.DAYS, ChronoUnit.HOURS, ChronoUnit.MINUTES);
    private static final String KEY = "grain = ? and bucket = ? and tag_name = ? and tag_value = ? and provider = ?"
            + " and model = ? and operation = ? and currency = ?";

    /**
     * Sums are not kept for all tags: those of a tag get a row only where its attempts are counted, in whatever currency.
     */
    private static final String INSERT = "insert into llm_rollup (grain, bucket, tag_name, tag_value, provider, model,"
            + " operation, currency, attempts, failed, cancelled, interrupted, cache_hits, unpriced, input_tokens,"
            + " output_tokens, cache_read_input_tokens, reasoning_output_tokens, cost_nanos, adjusted_nanos,"
            + " saved_nanos) select wanted.*, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 from (select cast(? as varchar) as g,"
            + " cast(? as timestamp with time zone) as b, cast(? as varchar) as n, cast(? as varchar) as v,"
            + " cast(? as varchar) as p, cast(? as varchar) as m, cast(? as varchar) as o, cast(? as varchar) as c) wanted"
            + " where wanted.n = '' or exists (select 1 from llm_rollup where grain = wanted.g and bucket = wanted.b and"
            + " tag_name = wanted.n and tag_value = wanted.v and provider = wanted.p and model = wanted.m and operation = wanted.o)"
            + " on conflict do nothing";

    private record Row(
            String grain,
            Instant bucket,
            String tagName,
            String tagValue,
            String provider,
            String model,
            String operation,
            String currency) {}

    private record Change(long adjustedNanos, long unpriced) {
        Change plus(Change other) {
            return new Change(Math.addExact(adjustedNanos, other.adjustedNanos), unpriced + other.unpriced);
        }
    }

    /** The order in which the ledger adds to these rows, so that no two transactions wait for each other. */
    private static final Comparator<Row> ORDER = Comparator.comparing(Row::grain)
            .thenComparing(Row::bucket)
            .thenComparing(Row::tagName)
            .thenComparing(Row::tagValue)
            .thenComparing(Row::provider)
            .thenComparing(Row::model)
            .thenComparing(Row::operation)
            .thenComparing(Row::currency);

    private final SortedMap<Row, Change> changes = new TreeMap<>(ORDER);

    void add(Adjustment adjustment) {
        Map<String, String> tags = new HashMap<>(adjustment.tags());
        tags.put("", "");
        tags.forEach((name, value) -> {
            for (ChronoUnit grain : GRAINS) {
                add(adjustment, grain, name, value);
            }
        });
    }

    private void add(Adjustment adjustment, ChronoUnit grain, String tagName, String tagValue) {
        Row row = new Row(
                grain.name().toLowerCase(Locale.ROOT).substring(0, grain.name().length() - 1),
                adjustment.at().truncatedTo(grain),
                Adjustments.cut(tagName, TAG_NAME_LENGTH),
                Adjustments.cut(tagValue, TAG_VALUE_LENGTH),
                adjustment.provider(),
                adjustment.model(),
                adjustment.operation(),
                adjustment.currency());
        changes.merge(row, new Change(adjustment.nanos(), 0), Change::plus);
        if (adjustment.pricesUnpriced()) {
            // It is counted where there is no cost, and so no currency
            changes.merge(
                    new Row(
                            row.grain,
                            row.bucket,
                            row.tagName,
                            row.tagValue,
                            row.provider,
                            row.model,
                            row.operation,
                            ""),
                    new Change(0, -1),
                    Change::plus);
        }
    }

    void apply(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT);
                PreparedStatement update = connection.prepareStatement(
                        "update llm_rollup set adjusted_nanos = adjusted_nanos + ?, unpriced = unpriced + ? where "
                                + KEY)) {
            for (Map.Entry<Row, Change> change : changes.entrySet()) {
                bind(insert, 1, change.getKey());
                insert.addBatch();
                update.setLong(1, change.getValue().adjustedNanos);
                update.setLong(2, change.getValue().unpriced);
                bind(update, 3, change.getKey());
                update.addBatch();
            }
            insert.executeBatch();
            update.executeBatch();
        }
    }

    private static void bind(PreparedStatement statement, int from, Row row) throws SQLException {
        statement.setString(from, row.grain);
        statement.setObject(from + 1, row.bucket.atOffset(ZoneOffset.UTC));
        statement.setString(from + 2, row.tagName);
        statement.setString(from + 3, row.tagValue);
        statement.setString(from + 4, row.provider);
        statement.setString(from + 5, row.model);
        statement.setString(from + 6, row.operation);
        statement.setString(from + 7, row.currency);
    }
}
