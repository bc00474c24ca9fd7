package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.dashboard.DataTable.Column;
import io.github.camelllm.routes.quality.Judgement;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What people and programs said of a call's answer. Thread-safe. */
final class CallJudgements {
    private static final int MOST = 200;

    private final TimedQueries queries;

    CallJudgements(TimedQueries queries) {
        this.queries = queries;
    }

    /**
     * The judgements of a call, the newest first, {@value #MOST} at most. Empty if there are none.
     *
     * @param withComments whether what users wrote is for whoever looks
     */
    Optional<DataTable> table(UUID call, boolean withComments) throws SQLException {
        List<Column> columns = new ArrayList<>(List.of(
                Column.text("at", "Given (UTC)"),
                Column.text("judgedBy", "Judged by"),
                Column.text("judge", "Who"),
                Column.number("score", "Score"),
                Column.text("label", "Label"),
                Column.text("task", "Task"),
                Column.text("counted", "Counted")));
        if (withComments) {
            columns.add(Column.text("comment", "Comment"));
        }
        List<List<Cell>> rows = queries.list(
                "select at, name, judge, score, label, coalesce(task, given_task) as of_task, counted, bucket"
                        + (withComments ? ", comment" : "")
                        + " from llm_score where call_id = ? order by at desc, id",
                MOST,
                List.of(call),
                row -> row(row, withComments));
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(DataTable.of("judgements", "What was said of the answer", columns, rows));
    }

    private static List<Cell> row(ResultSet row, boolean withComments) throws SQLException {
        List<Cell> cells = new ArrayList<>(List.of(
                Cell.text(
                        Shown.seconds(row.getObject("at", OffsetDateTime.class).toInstant())),
                Cell.text(row.getString("name")),
                Cell.text(row.getString("judge")),
                score(row.getInt("score")),
                Cell.text(TimedQueries.text(row, "label")),
                Cell.text(TimedQueries.text(row, "of_task")),
                Cell.text(counted(row))));
        if (withComments) {
            cells.add(Cell.text(TimedQueries.text(row, "comment")));
        }
        return cells;
    }

    private static String counted(ResultSet row) throws SQLException {
        if (!row.getBoolean("counted")) {
            return "not yet";
        }
        return row.getObject("bucket") == null ? "no: from the cache" : "yes";
    }

    private static Cell score(int tenThousandths) {
        BigDecimal score = Judgement.ofTenThousandths(tenThousandths);
        return Cell.number(score, score.toPlainString());
    }
}
