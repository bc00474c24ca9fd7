package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStore.Window;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Does requests together in one transaction of the database. */
final class BudgetTransaction {
    private static final int MAX_TRIES = 4;

    private final LlmDatabase database;
    private final String node;

    BudgetTransaction(LlmDatabase database, String node) {
        this.database = database;
        this.node = node;
    }

    /**
     * Requests are decided in their order, and what was decided is committed when this returns. It is told to nobody yet.
     *
     * @throws CommitInDoubtException if nobody knows whether it was committed
     * @throws SQLException if nothing was
     */
    void run(List<? extends PendingRequest<?>> requests) throws SQLException {
        for (int tries = 1; ; tries++) {
            try {
                if (tryOnce(requests)) {
                    return;
                }
            } catch (CommitInDoubtException e) {
                throw e;
            } catch (SQLException e) {
                if (tries >= MAX_TRIES || !isConflict(e)) {
                    throw e;
                }
            }
        }
    }

    /** @return whether it was done; else accounts were added and it has to begin again */
    private boolean tryOnce(List<? extends PendingRequest<?>> requests) throws SQLException {
        Set<UUID> ids = new LinkedHashSet<>();
        Set<String> changed = new LinkedHashSet<>();
        Map<String, Long> fromPeriods = new HashMap<>();
        boolean settles = false;
        for (PendingRequest<?> pending : requests) {
            BudgetRequest<?> request = pending.request();
            ids.addAll(request.ids());
            settles |= request instanceof BudgetRequest.Settle;
            for (Window window : request.windows()) {
                fromPeriods.merge(window.account(), Math.min(window.fromPeriod(), window.toPeriod()), Math::min);
                if (!request.ids().isEmpty()) {
                    changed.add(window.account());
                }
            }
        }
        try (Connection connection = database.connection()) {
            BudgetTables tables = new BudgetTables(connection, database.isPostgres());
            if (settles) {
                // An attempt may have set aside more than its end speaks of
                BudgetBooks before = new BudgetBooks(node);
                tables.readHolds(ids, before);
                changed.addAll(before.accountsOfHolds());
            }
            if (!tables.lock(changed)) {
                connection.rollback();
                tables.addAccounts(changed);
                connection.commit();
                return false;
            }
            BudgetBooks books = new BudgetBooks(node);
            if (!ids.isEmpty()) {
                tables.readHolds(ids, books);
                tables.readSettled(ids, books);
                if (!changed.containsAll(books.accountsOfHolds())) {
                    throw new BudgetTables.ConcurrentChangeException();
                }
                books.periodsOfHolds().forEach((account, period) -> fromPeriods.merge(account, period, Math::min));
            }
            tables.readAmounts(fromPeriods, books);
            for (PendingRequest<?> pending : requests) {
                pending.apply(books);
            }
            tables.write(books);
            commit(connection);
        }
        return true;
    }

    private static void commit(Connection connection) throws CommitInDoubtException {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw new CommitInDoubtException(e);
        }
    }

    /** Others were faster, or it waited for them in vain: SQL states of PostgreSQL and H2. */
    static boolean isConflict(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("40") || state.equals("23505") || state.equals("55P03") || state.equals("HYT00");
    }

    /** One of the requests is of a kind that the database will never take. */
    static boolean isBadData(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("22") || state.startsWith("23");
    }

    /** Nobody knows whether the transaction was committed. */
    static final class CommitInDoubtException extends SQLException {
        private static final long serialVersionUID = 1L;

        CommitInDoubtException(SQLException cause) {
            super(cause.getMessage(), cause.getSQLState(), cause);
        }
    }
}
