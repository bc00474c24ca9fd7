package io.github.camelllm.routes.ledger.adjust;

import io.github.camelllm.routes.store.LlmDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;

/**
 * The index that {@link LedgerAttempts#find} by providers' ids needs. It is not there from the beginning, since those ids come in no
 * order, which makes each row dearer for a ledger that is never asked for them.
 */
public final class RequestIdIndex {
    private static final String NAME = "llm_attempt_request_id";
    private static final String COLUMNS = " on llm_attempt (request_id)";
    /** Any number that nothing else in the database locks. */
    private static final long LOCK = 7_310_579_612L;

    private RequestIdIndex() {}

    /**
     * Makes it if it is not there yet, as long as that takes. On PostgreSQL attempts are booked meanwhile; on H2 their table is locked,
     * and they are booked after.
     */
    public static void make(LlmDatabase database) throws SQLException {
        if (!database.isPostgres()) {
            try (Connection lock = database.tablesLock()) {
                Transactions.run(
                        database, connection -> execute(connection, "create index if not exists " + NAME + COLUMNS));
            }
            return;
        }
        try (Connection connection = database.unlimitedConnection()) {
            // Who waits for a lock in the database has a snapshot, for whose end a concurrent index waits: so it is
            // only tried
            while (!isValid(connection)) {
                if (isTrue(connection, "select pg_try_advisory_lock(" + LOCK + ")")) {
                    makeConcurrently(connection);
                } else {
                    pause();
                }
            }
        }
    }

    private static void makeConcurrently(Connection connection) throws SQLException {
        // Another may have made it just now, and one that failed leaves an index that is not used
        if (!isValid(connection)) {
            execute(connection, "drop index concurrently if exists " + NAME);
            execute(connection, "create index concurrently " + NAME + COLUMNS);
        }
    }

    private static boolean isValid(Connection connection) throws SQLException {
        return isTrue(connection, "select indisvalid from pg_index where indexrelid = to_regclass('" + NAME + "')");
    }

    private static boolean isTrue(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }

    private static void pause() throws SQLException {
        try {
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while another process makes the index " + NAME, e);
        }
    }
}
