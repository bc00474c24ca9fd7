package io.github.camelllm.routes.quality;

import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.store.StatementTimeout;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Deletes judgements that are too old, with their comments. What they count for in {@code llm_score_sum} stays, and
 * {@link Scores} takes no other one of such calls, so that none counts twice. Thread-safe; blocks while the database answers.
 */
final class OldScores {
    private static final int MOST_BATCHES = 100;
    private static final int TIMEOUT_SECONDS = 30;

    private final LlmDatabase database;
    private final int batch;

    /** @param batch how many a transaction deletes at most */
    OldScores(LlmDatabase database, int batch) {
        this.database = database;
        this.batch = batch;
    }

    /**
     * Deletes the oldest of those that were given before a moment, up to {@value #MOST_BATCHES} batches.
     *
     * @return how many were deleted
     */
    int delete(Instant before) throws SQLException {
        int deleted = 0;
        for (int i = 0; i < MOST_BATCHES; i++) {
            int now = deleteBatch(before.atOffset(ZoneOffset.UTC));
            deleted += now;
            if (now < batch) {
                break;
            }
        }
        return deleted;
    }

    private int deleteBatch(OffsetDateTime before) throws SQLException {
        try (Connection connection = database.connection()) {
            try (PreparedStatement delete = connection.prepareStatement("delete from llm_score where at < ? and id in"
                    + " (select id from llm_score where at < ? order by at limit " + batch + ")")) {
                delete.setObject(1, before);
                delete.setObject(2, before);
                try (StatementTimeout timed = StatementTimeout.of(delete, TIMEOUT_SECONDS)) {
                    int rows = delete.executeUpdate();
                    connection.commit();
                    return rows;
                }
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        }
    }
}
