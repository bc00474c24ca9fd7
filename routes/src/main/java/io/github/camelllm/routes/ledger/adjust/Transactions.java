package io.github.camelllm.routes.ledger.adjust;

import io.github.camelllm.routes.store.DatabaseErrors;
import io.github.camelllm.routes.store.LlmDatabase;
import java.sql.Connection;
import java.sql.SQLException;

/** Runs a piece of work in one transaction, and again if another one was in its way. */
public final class Transactions {
    private static final int TRIES = 5;
    private static final String UNIQUE_VIOLATION = "23505";

    private Transactions() {}

    /** What is done in a transaction; it may be done several times. */
    public interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** @throws SQLException as the work throws it; nothing of it has then been kept */
    public static <T> T run(LlmDatabase database, Work<T> work) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = database.connection()) {
                try {
                    T result = work.run(connection);
                    connection.commit();
                    return result;
                } catch (SQLException | RuntimeException e) {
                    connection.rollback();
                    if (attempt == TRIES || !(e instanceof SQLException failure && passes(failure))) {
                        throw e;
                    }
                }
            }
        }
    }

    /** Deadlocks, locks that were not had in time, and rows that somebody else has just added: the next try sees them. */
    private static boolean passes(SQLException failure) {
        String state = DatabaseErrors.stateOf(failure);
        return state.startsWith("40") || state.equals(UNIQUE_VIOLATION) || DatabaseErrors.isLockTimeout(failure);
    }
}
