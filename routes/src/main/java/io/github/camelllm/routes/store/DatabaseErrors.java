package io.github.camelllm.routes.store;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import org.apache.camel.util.ObjectHelper;

/** Failures of databases, told without what is in their rows: drivers quote the values that a database refuses. */
public final class DatabaseErrors {
    /**
     * Classes of SQL states whose words are not about values: connection, sign-in, no such database, no such table or right, no room,
     * shutting down, and H2's own of its files and connections.
     */
    private static final String NOT_ABOUT_VALUES = "(08|28|3D|42|53|57|58|90).*";

    private DatabaseErrors() {}

    /**
     * What went wrong, for a log: the class and the SQL state of the database's failure, which may be the cause of {@code failure}.
     * Its words are there only if they cannot quote a row. Of a failure without one, class and words.
     */
    public static String inWords(Throwable failure) {
        SQLException sql = ObjectHelper.getException(SQLException.class, failure);
        if (sql == null) {
            return failure.getClass().getSimpleName() + ": " + failure.getMessage();
        }
        String state = stateOf(sql);
        String text = sql.getClass().getSimpleName() + ", " + (state.isEmpty() ? "no SQL state" : "SQL state " + state);
        return quotesNothing(sql) ? text + ": " + sql.getMessage() : text;
    }

    private static boolean quotesNothing(SQLException e) {
        return !(e instanceof BatchUpdateException)
                && (e instanceof SQLTransientConnectionException
                        || e instanceof SQLNonTransientConnectionException
                        || stateOf(e).matches(NOT_ABOUT_VALUES));
    }

    /** The SQL state; empty if the driver does not say one. */
    public static String stateOf(SQLException e) {
        String state = e.getSQLState();
        if (state == null && e.getNextException() != null) {
            state = e.getNextException().getSQLState();
        }
        return state == null ? "" : state;
    }

    /** Whether a lock of somebody else was not had in time. The database is well, and the same may work later. */
    public static boolean isLockTimeout(SQLException e) {
        String state = stateOf(e);
        return state.equals("55P03") || state.equals("HYT00");
    }
}
