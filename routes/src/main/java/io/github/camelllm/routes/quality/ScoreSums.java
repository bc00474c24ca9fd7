package io.github.camelllm.routes.quality;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Adds scores to {@code llm_score_sum}, and takes them out again, as a part of the caller's transaction. */
final class ScoreSums {
    private static final String KEY =
            "bucket = ? and task = ? and name = ? and provider = ? and model = ? and currency = ?";

    private ScoreSums() {}

    /**
     * How a judgement is counted.
     *
     * @param bucket day on which the call began
     * @param currency of the cost; empty if that is unknown
     */
    record Counted(
            Instant bucket,
            String task,
            String provider,
            String model,
            String currency,
            long costNanos,
            long latencyMicros) {
        private String order() {
            return String.join("\n", bucket.toString(), task, provider, model, currency);
        }
    }

    /**
     * A score that is to be added or taken out.
     *
     * @param sign 1 or -1
     */
    record Change(String name, int score, Counted counted, int sign) {}

    /** Makes the changes in an order that is the same everywhere, so that two transactions do not wait for each other. */
    static void change(Connection connection, List<Change> changes) throws SQLException {
        List<Change> ordered = new ArrayList<>(changes);
        ordered.sort(Comparator.comparing(change -> change.counted().order()));
        for (Change change : ordered) {
            change(connection, change);
        }
    }

    private static void change(Connection connection, Change change) throws SQLException {
        Counted counted = change.counted();
        Object[] key = {
            counted.bucket().atOffset(ZoneOffset.UTC),
            counted.task(),
            change.name(),
            counted.provider(),
            counted.model(),
            counted.currency()
        };
        try (PreparedStatement insert = connection.prepareStatement("insert into llm_score_sum (bucket, task, name,"
                        + " provider, model, currency, scores, yes_or_no, yes, score_sum, square_sum, cost_nanos,"
                        + " latency_micros) values (?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0) on conflict do nothing");
                PreparedStatement update = connection.prepareStatement("update llm_score_sum set scores = scores + ?,"
                        + " yes_or_no = yes_or_no + ?, yes = yes + ?, score_sum = score_sum + ?, square_sum ="
                        + " square_sum + ?, cost_nanos = cost_nanos + ?, latency_micros = latency_micros + ? where "
                        + KEY)) {
            set(insert, 0, key);
            insert.executeUpdate();
            long score = change.score();
            boolean yes = score == Judgement.BEST;
            int sign = change.sign();
            set(
                    update,
                    0,
                    sign,
                    yes || score == 0 ? sign : 0,
                    yes ? sign : 0,
                    sign * score,
                    sign * score * score,
                    sign * counted.costNanos(),
                    sign * counted.latencyMicros());
            set(update, 7, key);
            update.executeUpdate();
        }
    }

    private static void set(PreparedStatement statement, int before, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(before + i + 1, values[i]);
        }
    }
}
