package io.github.camelllm.routes.store;

import io.github.camelllm.routes.store.BudgetBooks.Amount;
import io.github.camelllm.routes.store.BudgetBooks.StoredHold;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The statements on the tables of budgets, within one transaction of the caller. */
final class BudgetTables {
    /** What timestamps of PostgreSQL and H2 can hold without doubt. */
    private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

    /**
     * A process that stops between two statements must not keep the others from their accounts, and one that waits for an
     * account must not wait for ever.
     */
    private static final String POSTGRES_LIMITS = "set local idle_in_transaction_session_timeout = 5000;"
            + "set local lock_timeout = 4000; set local statement_timeout = 20000";

    private final Connection connection;

    BudgetTables(Connection connection, boolean postgres) throws SQLException {
        this.connection = connection;
        if (postgres) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(POSTGRES_LIMITS);
            }
        }
    }

    /** Locks accounts, in the same order everywhere. @return whether all of them are there to be locked */
    boolean lock(Set<String> accounts) throws SQLException {
        if (accounts.isEmpty()) {
            return true;
        }
        int locked = 0;
        try (PreparedStatement select = connection.prepareStatement(
                "select account from llm_budget_account where account = any(?) order by account for update")) {
            select.setArray(1, connection.createArrayOf("varchar", accounts.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    locked++;
                }
            }
        }
        return locked == accounts.size();
    }

    /** To be called in a transaction without locks. */
    void addAccounts(Set<String> accounts) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into llm_budget_account (account) values (?) on conflict do nothing")) {
            for (String account : new TreeSet<>(accounts)) {
                insert.setString(1, account);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    void readHolds(Collection<UUID> attempts, BudgetBooks books) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select attempt_id, account, period, nanos, state from llm_budget_hold where attempt_id = any(?)")) {
            select.setArray(1, connection.createArrayOf("uuid", attempts.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    books.loadHold(new StoredHold(
                            rows.getObject(1, UUID.class),
                            rows.getString(2),
                            rows.getLong(3),
                            rows.getLong(4),
                            rows.getString(5).equals("EXPIRED")));
                }
            }
        }
    }

    void readSettled(Collection<UUID> ids, BudgetBooks books) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select id from llm_budget_settled where id = any(?)")) {
            select.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    books.loadSettled(rows.getObject(1, UUID.class));
                }
            }
        }
    }

    /** @param fromPeriods the first period that matters of each account */
    void readAmounts(Map<String, Long> fromPeriods, BudgetBooks books) throws SQLException {
        if (fromPeriods.isEmpty()) {
            return;
        }
        try (PreparedStatement select = connection.prepareStatement(
                "select m.account, m.period, m.spent_nanos, m.reserved_nanos, m.forget_after"
                        + " from unnest(cast(? as varchar array), cast(? as bigint array)) as w(account, from_period)"
                        + " join llm_budget_amount m on m.account = w.account and m.period >= w.from_period")) {
            String[] accounts = fromPeriods.keySet().toArray(new String[0]);
            Long[] periods = new Long[accounts.length];
            for (int i = 0; i < accounts.length; i++) {
                periods[i] = fromPeriods.get(accounts[i]);
            }
            select.setArray(1, connection.createArrayOf("varchar", accounts));
            select.setArray(2, connection.createArrayOf("bigint", periods));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    OffsetDateTime forgetAfter = rows.getObject(5, OffsetDateTime.class);
                    books.loadAmount(new Amount(
                            rows.getString(1),
                            rows.getLong(2),
                            true,
                            rows.getLong(3),
                            rows.getLong(4),
                            forgetAfter == null ? null : forgetAfter.toInstant()));
                }
            }
        }
    }

    void write(BudgetBooks books) throws SQLException {
        writeAmounts(books.changedAmounts());
        insertHolds(books.newHolds(), books.node());
        deleteHolds(books.removedHolds());
        insertSettled(books.newlySettled());
    }

    private void writeAmounts(List<Amount> amounts) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                        "update llm_budget_amount set spent_nanos = ?, reserved_nanos = ?, forget_after = ?"
                                + " where account = ? and period = ?");
                PreparedStatement insert = connection.prepareStatement(
                        "insert into llm_budget_amount (spent_nanos, reserved_nanos, forget_after, account, period)"
                                + " values (?, ?, ?, ?, ?)")) {
            int updates = 0;
            int inserts = 0;
            for (Amount amount : amounts) {
                PreparedStatement statement = amount.stored ? update : insert;
                statement.setLong(1, amount.spent());
                statement.setLong(2, amount.reserved());
                setMoment(statement, 3, amount.forgetAfter());
                statement.setString(4, amount.account);
                statement.setLong(5, amount.period);
                statement.addBatch();
                if (amount.stored) {
                    updates++;
                } else {
                    inserts++;
                }
            }
            if (inserts > 0) {
                insert.executeBatch();
            }
            if (updates > 0) {
                for (int count : update.executeBatch()) {
                    if (count == 0) {
                        // Forgotten in the meantime
                        throw new ConcurrentChangeException();
                    }
                }
            }
        }
    }

    private static void setMoment(PreparedStatement statement, int index, @Nullable Instant moment)
            throws SQLException {
        if (moment == null) {
            statement.setNull(index, Types.TIMESTAMP_WITH_TIMEZONE);
        } else {
            statement.setObject(index, (moment.isAfter(LAST) ? LAST : moment).atOffset(ZoneOffset.UTC));
        }
    }

    private void insertHolds(List<StoredHold> holds, String node) throws SQLException {
        if (holds.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into llm_budget_hold (attempt_id, account, period, nanos, node, state, changed_at)"
                        + " values (?, ?, ?, ?, ?, 'HELD', current_timestamp)")) {
            for (StoredHold hold : holds) {
                insert.setObject(1, hold.attemptId());
                insert.setString(2, hold.account());
                insert.setLong(3, hold.period());
                insert.setLong(4, hold.nanos());
                insert.setString(5, node);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private void deleteHolds(Set<UUID> attempts) throws SQLException {
        if (attempts.isEmpty()) {
            return;
        }
        try (PreparedStatement delete =
                connection.prepareStatement("delete from llm_budget_hold where attempt_id = any(?)")) {
            delete.setArray(1, connection.createArrayOf("uuid", attempts.toArray()));
            delete.executeUpdate();
        }
    }

    private void insertSettled(Set<UUID> ids) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement insert =
                connection.prepareStatement("insert into llm_budget_settled (id, at) values (?, current_timestamp)")) {
            for (UUID id : ids) {
                insert.setObject(1, id);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** What was read does not hold any more; the transaction begins again. */
    static final class ConcurrentChangeException extends SQLException {
        private static final long serialVersionUID = 1L;

        ConcurrentChangeException() {
            super("amounts changed during a transaction", "40001");
        }
    }
}
