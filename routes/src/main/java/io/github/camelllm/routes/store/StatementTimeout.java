package io.github.camelllm.routes.store;

import java.sql.SQLException;
import java.sql.Statement;

/** How long a statement may take, until this is closed: H2 keeps it for the connection, which others use next. For one thread. */
public final class StatementTimeout implements AutoCloseable {
    private final Statement statement;

    private StatementTimeout(Statement statement) {
        this.statement = statement;
    }

    /** @param seconds zero for no limit */
    public static StatementTimeout of(Statement statement, long seconds) throws SQLException {
        statement.setQueryTimeout((int) seconds);
        return new StatementTimeout(statement);
    }

    @Override
    public void close() throws SQLException {
        statement.setQueryTimeout(0);
    }
}
