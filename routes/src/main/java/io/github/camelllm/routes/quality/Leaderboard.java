package io.github.camelllm.routes.quality;

import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.store.StatementTimeout;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Models by how good their answers are, from sums by the day. Thread-safe; blocks while the database answers. */
public final class Leaderboard {
    private static final String SUMS = "cast(sum(scores) as bigint), cast(sum(yes_or_no) as bigint), cast(sum(yes) as"
            + " bigint), cast(sum(score_sum) as bigint), cast(sum(square_sum) as bigint), cast(sum(cost_nanos) as"
            + " bigint), cast(sum(latency_micros) as bigint)";

    private final LlmDatabase database;
    private final Duration timeout;

    /** @param timeout of each query, in whole seconds */
    public Leaderboard(LlmDatabase database, Duration timeout) {
        this.database = database;
        this.timeout = timeout;
    }

    /**
     * What is looked at.
     *
     * @param from the day that this is in, and all after it
     * @param to the last day is the one that this is in
     * @param task empty for all
     * @param names of what judged; empty for all
     * @param byTask whether tasks and names have rows of their own
     */
    public record Query(Instant from, Instant to, Optional<String> task, List<String> names, boolean byTask) {
        public Query {
            names = List.copyOf(names);
        }
    }

    /** What a row is about; task and name are empty texts unless they have rows of their own. */
    public record Key(String task, String name, String provider, String model) implements Comparable<Key> {
        /** As routers name it. */
        public String target() {
            return provider + "/" + model;
        }

        @Override
        public int compareTo(Key other) {
            int byTask = task.compareTo(other.task);
            int byName = byTask != 0 ? byTask : name.compareTo(other.name);
            return byName != 0 ? byName : target().compareTo(other.target());
        }
    }

    /**
     * A model's scores.
     *
     * @param costs what the judged calls cost, by currency
     * @param meanLatency of the judged calls
     */
    public record Row(Key key, Sums sums, SortedMap<String, Cost> costs, Duration meanLatency) {
        public Estimate estimate() {
            return Estimate.of(sums.scores, sums.yesOrNo, sums.yes, sums.score, sums.squares);
        }
    }

    /**
     * Sums of scores, in ten-thousandths.
     *
     * @param yesOrNo how many are 0 or 1
     * @param yes how many are 1
     */
    public record Sums(long scores, long yesOrNo, long yes, long score, long squares) {
        Sums plus(Sums other) {
            return new Sums(
                    scores + other.scores,
                    yesOrNo + other.yesOrNo,
                    yes + other.yes,
                    score + other.score,
                    Math.addExact(squares, other.squares));
        }
    }

    /** What so many calls cost together. */
    public record Cost(long calls, long nanos) {}

    /** A part of a row: the calls of one currency. */
    private record Part(Key key, String currency, Sums sums, long nanos, long latencyMicros) {}

    /** Sorted by task, name and model. Days without scores have no rows. */
    public List<Row> rows(Query query, int most) throws SQLException {
        SortedMap<Key, List<Part>> parts = new TreeMap<>();
        for (Part part : parts(query, most)) {
            parts.computeIfAbsent(part.key(), key -> new ArrayList<>()).add(part);
        }
        List<Row> rows = new ArrayList<>();
        parts.forEach((key, each) -> rows.add(row(key, each)));
        return rows;
    }

    private static Row row(Key key, List<Part> parts) {
        Sums sums = new Sums(0, 0, 0, 0, 0);
        SortedMap<String, Cost> costs = new TreeMap<>();
        long micros = 0;
        for (Part part : parts) {
            sums = sums.plus(part.sums());
            micros += part.latencyMicros();
            if (!part.currency().isEmpty()) {
                costs.put(part.currency(), new Cost(part.sums().scores(), part.nanos()));
            }
        }
        return new Row(key, sums, costs, Duration.of(micros / sums.scores(), ChronoUnit.MICROS));
    }

    private List<Part> parts(Query query, int most) throws SQLException {
        String columns = (query.byTask() ? "task, name, " : "") + "provider, model, currency";
        StringBuilder sql = new StringBuilder(
                "select " + columns + ", " + SUMS + " from llm_score_sum where bucket >= ? and bucket <= ?");
        List<Object> values = new ArrayList<>();
        values.add(query.from().truncatedTo(ChronoUnit.DAYS).atOffset(ZoneOffset.UTC));
        values.add(query.to().atOffset(ZoneOffset.UTC));
        query.task().ifPresent(task -> {
            sql.append(" and task = ?");
            values.add(task);
        });
        if (!query.names().isEmpty()) {
            sql.append(" and name in (?")
                    .append(", ?".repeat(query.names().size() - 1))
                    .append(")");
            values.addAll(query.names());
        }
        sql.append(" group by ")
                .append(columns)
                .append(" having sum(scores) > 0 order by sum(scores) desc limit ")
                .append(most);
        try (Connection connection = database.connection()) {
            try (PreparedStatement select = connection.prepareStatement(sql.toString())) {
                for (int i = 0; i < values.size(); i++) {
                    select.setObject(i + 1, values.get(i));
                }
                try (StatementTimeout timed = StatementTimeout.of(select, timeout.toSeconds());
                        ResultSet row = select.executeQuery()) {
                    List<Part> parts = new ArrayList<>();
                    while (row.next()) {
                        parts.add(part(row, query.byTask()));
                    }
                    return parts;
                }
            } finally {
                connection.rollback();
            }
        }
    }

    private static Part part(ResultSet row, boolean byTask) throws SQLException {
        int at = byTask ? 3 : 1;
        Key key = new Key(
                byTask ? row.getString(1) : "",
                byTask ? row.getString(2) : "",
                row.getString(at),
                row.getString(at + 1));
        return new Part(
                key,
                row.getString(at + 2),
                new Sums(
                        row.getLong(at + 3),
                        row.getLong(at + 4),
                        row.getLong(at + 5),
                        row.getLong(at + 6),
                        row.getLong(at + 7)),
                row.getLong(at + 8),
                row.getLong(at + 9));
    }
}
