package io.github.camelllm.routes.ledger.report;

import io.github.camelllm.routes.ledger.DurationClasses;
import io.github.camelllm.routes.ledger.report.CostRow.Amounts;
import io.github.camelllm.routes.ledger.report.CostRow.Counts;
import io.github.camelllm.routes.ledger.report.LatencyRow.Quantiles;
import io.github.camelllm.routes.ledger.report.ReportQuery.Dimension;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.store.StatementTimeout;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads reports from the rollups, never from the attempts themselves, so that they stay quick however many there are.
 * Thread-safe.
 */
public final class LedgerReports {
    /** More rows of the database than this are refused: nobody reads them, and they must be held in memory. */
    static final int MAX_ROWS = 500_000;

    private static final List<String> SUMS = List.of(
            "attempts",
            "failed",
            "cancelled",
            "interrupted",
            "cache_hits",
            "unpriced",
            "input_tokens",
            "output_tokens",
            "cache_read_input_tokens",
            "reasoning_output_tokens",
            "cost_nanos",
            "adjusted_nanos",
            "saved_nanos");

    private final LlmDatabase database;
    private final Duration timeout;
    private final int maxRows;

    public LedgerReports(LlmDatabase database) {
        this(database, Duration.ZERO, MAX_ROWS);
    }

    /**
     * @param timeout of each query, in whole seconds; zero for none
     * @param maxRows of the database that one report may have
     */
    public LedgerReports(LlmDatabase database, Duration timeout, int maxRows) {
        this.database = database;
        this.timeout = timeout;
        this.maxRows = maxRows;
    }

    /**
     * Attempts, tokens, errors, costs and savings, sorted by key.
     *
     * @throws IllegalArgumentException if the query asks for what rollups do not know, or for too many rows
     */
    public List<CostRow> costs(ReportQuery query) throws SQLException {
        RollupSql sql = RollupSql.of("llm_rollup", query, List.of("currency"), SUMS);
        SortedMap<ReportKey, CostRow> rows = new TreeMap<>();
        read(sql, query, (key, row, at) -> {
            SortedMap<String, Amounts> amounts = new TreeMap<>();
            String currency = row.getString(at);
            Counts counts = new Counts(
                    row.getLong(at + 1),
                    row.getLong(at + 2),
                    row.getLong(at + 3),
                    row.getLong(at + 4),
                    row.getLong(at + 5),
                    row.getLong(at + 6),
                    row.getLong(at + 7),
                    row.getLong(at + 8),
                    row.getLong(at + 9),
                    row.getLong(at + 10));
            if (!currency.isEmpty()) {
                amounts.put(
                        currency,
                        new Amounts(row.getLong(at + 11), row.getLong(at + 12), row.getLong(at + 13), counts));
            }
            rows.merge(key, new CostRow(key, counts, amounts), CostRow::plus);
        });
        return List.copyOf(rows.values());
    }

    /**
     * How long attempts took, sorted by key.
     *
     * @throws IllegalArgumentException if the query asks for what rollups do not know, or for too many rows
     */
    public List<LatencyRow> latencies(ReportQuery query) throws SQLException {
        if (query.operation().isPresent() || query.by().contains(Dimension.OPERATION)) {
            throw new IllegalArgumentException("durations are not counted by operation");
        }
        RollupSql sql = RollupSql.of("llm_rollup_duration", query, List.of("measure", "le"), List.of("attempts"));
        SortedMap<ReportKey, Map<String, long[]>> counts = new TreeMap<>();
        read(sql, query, (key, row, at) -> {
            long[] classes = counts.computeIfAbsent(key, k -> new TreeMap<>())
                    .computeIfAbsent(row.getString(at), measure -> new long[DurationClasses.count()]);
            classes[row.getInt(at + 1)] += row.getLong(at + 2);
        });
        List<LatencyRow> rows = new ArrayList<>();
        counts.forEach((key, measures) ->
                rows.add(new LatencyRow(key, quantiles(measures, "latency"), quantiles(measures, "first_chunk"))));
        return List.copyOf(rows);
    }

    private static Optional<Quantiles> quantiles(Map<String, long[]> measures, String measure) {
        return Optional.ofNullable(measures.get(measure)).flatMap(Quantiles::of);
    }

    private interface RowReader {
        /** @param at index of the first column behind those of the key */
        void read(ReportKey key, ResultSet row, int at) throws SQLException;
    }

    private void read(RollupSql sql, ReportQuery query, RowReader reader) throws SQLException {
        try (Connection connection = database.connection()) {
            try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
                sql.bind(statement);
                statement.setFetchSize(10_000);
                try (StatementTimeout timed = StatementTimeout.of(statement, timeout.toSeconds());
                        ResultSet row = statement.executeQuery()) {
                    int rows = 0;
                    while (row.next()) {
                        if (++rows > maxRows) {
                            throw new IllegalArgumentException("the report has more than " + maxRows
                                    + " rows: take a shorter period, or cut it by less");
                        }
                        int[] at = {1};
                        reader.read(key(query, row, at), row, at[0]);
                    }
                }
            } finally {
                connection.rollback();
            }
        }
    }

    private static ReportKey key(ReportQuery query, ResultSet row, int[] at) throws SQLException {
        Optional<Instant> begin = Optional.empty();
        if (query.grain().isPresent()) {
            Instant bucket = Instant.ofEpochSecond(row.getLong(at[0]++));
            begin = Optional.of(query.grain().get().floor(bucket));
        }
        return new ReportKey(
                begin,
                part(query, Dimension.PROVIDER, row, at),
                part(query, Dimension.MODEL, row, at),
                part(query, Dimension.OPERATION, row, at),
                part(query, Dimension.TAG, row, at));
    }

    private static Optional<String> part(ReportQuery query, Dimension dimension, ResultSet row, int[] at)
            throws SQLException {
        return query.by().contains(dimension) ? Optional.of(row.getString(at[0]++)) : Optional.empty();
    }
}
