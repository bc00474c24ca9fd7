package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.store.StatementTimeout;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Queries that end after a time. Thread-safe. */
final class TimedQueries {
    private final LlmDatabase database;
    private final Duration timeout;

    /** @param timeout in whole seconds */
    TimedQueries(LlmDatabase database, Duration timeout) {
        this.database = database;
        this.timeout = timeout;
    }

    /** Makes a value of a row. */
    interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    /** A text that may be missing; one without characters counts as missing. */
    static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).filter(text -> !text.isEmpty());
    }

    /**
     * The first rows of a query.
     *
     * @param sql without a limit
     * @param limit most rows
     * @param parameters instants, and what JDBC takes as it is
     */
    <T> List<T> list(String sql, int limit, List<?> parameters, RowMapper<T> mapper) throws SQLException {
        try (Connection connection = database.connection()) {
            try (PreparedStatement statement = connection.prepareStatement(sql + " limit " + limit)) {
                for (int i = 0; i < parameters.size(); i++) {
                    Object value = parameters.get(i);
                    statement.setObject(
                            i + 1, value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value);
                }
                try (StatementTimeout timed = StatementTimeout.of(statement, timeout.toSeconds());
                        ResultSet row = statement.executeQuery()) {
                    List<T> values = new ArrayList<>();
                    while (row.next()) {
                        values.add(mapper.map(row));
                    }
                    return values;
                }
            } finally {
                connection.rollback();
            }
        }
    }
}
