package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStore.Expired;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process among those that share a database: says that it lives, and charges whole what dead ones had set aside. All times
 * are the database's. Blocks.
 */
final class BudgetNode {
    private static final Logger LOG = LoggerFactory.getLogger(BudgetNode.class);

    /** How many are expired in one transaction. */
    private static final int MAX_EXPIRED = 1000;

    private static final String DEAD = "not exists (select 1 from llm_budget_node n"
            + " where n.node = h.node and n.alive_until >= current_timestamp)";

    private final LlmDatabase database;
    private final String node;
    private final Duration timeout;
    private final BudgetStoreCounters counters;
    private final Consumer<List<Expired>> whenExpired;
    private volatile boolean registered;

    /** @param whenExpired hears what was charged whole */
    BudgetNode(
            LlmDatabase database,
            String node,
            Duration timeout,
            BudgetStoreCounters counters,
            Consumer<List<Expired>> whenExpired) {
        this.database = database;
        this.node = node;
        this.timeout = timeout;
        this.counters = counters;
        this.whenExpired = whenExpired;
    }

    String name() {
        return node;
    }

    boolean isRegistered() {
        return registered;
    }

    /** Says that this process lives. Notices if it had been silent for too long. */
    void renew() throws SQLException {
        try (Connection connection = database.connection()) {
            boolean known = update(connection, " and alive_until >= current_timestamp");
            if (!known && registered) {
                counters.lapsed();
                LOG.warn(
                        "The process {} was not heard of for {}: what it had set aside in budgets may have been charged"
                                + " whole, and is corrected when its attempts end",
                        node,
                        timeout);
            }
            if (!known && !update(connection, "")) {
                try (PreparedStatement insert = connection.prepareStatement(
                        "insert into llm_budget_node (node, alive_until)"
                                + " values (?, current_timestamp + cast(? as integer) * interval '0.001' second) on conflict do nothing")) {
                    insert.setString(1, node);
                    insert.setInt(2, Math.toIntExact(timeout.toMillis()));
                    insert.executeUpdate();
                }
            }
            connection.commit();
            registered = true;
        }
    }

    private boolean update(Connection connection, String condition) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update llm_budget_node"
                + " set alive_until = current_timestamp + cast(? as integer) * interval '0.001' second where node = ?"
                + condition)) {
            update.setInt(1, Math.toIntExact(timeout.toMillis()));
            update.setString(2, node);
            return update.executeUpdate() > 0;
        }
    }

    /** Charges whole what processes had set aside that are given up. */
    void expireOrphans() throws SQLException {
        List<Expired> expired;
        do {
            expired = expireSome();
            if (!expired.isEmpty()) {
                counters.expired(expired.size());
                LOG.warn(
                        "{} amounts were set aside in budgets by processes that are not heard of any more: charged whole",
                        expired.size());
                whenExpired.accept(expired);
            }
        } while (!expired.isEmpty());
    }

    private List<Expired> expireSome() throws SQLException {
        try (Connection connection = database.connection()) {
            BudgetTables tables = new BudgetTables(connection, database.isPostgres());
            Map<UUID, Set<String>> found = orphans(connection);
            if (found.isEmpty()) {
                connection.commit();
                return List.of();
            }
            Set<String> accounts = new LinkedHashSet<>();
            found.values().forEach(accounts::addAll);
            tables.lock(accounts);
            BudgetBooks books = new BudgetBooks(node);
            // Under the lock nobody else can settle or expire them
            Set<UUID> attempts = orphans(connection).keySet();
            attempts.retainAll(found.keySet());
            tables.readHolds(attempts, books);
            if (!accounts.containsAll(books.accountsOfHolds())) {
                throw new BudgetTables.ConcurrentChangeException();
            }
            tables.readAmounts(books.periodsOfHolds(), books);
            List<Expired> expired = books.expire(attempts);
            tables.write(books);
            markExpired(connection, attempts);
            connection.commit();
            return expired;
        }
    }

    /** Attempts of dead processes with the accounts that they have set aside from. */
    private static Map<UUID, Set<String>> orphans(Connection connection) throws SQLException {
        Map<UUID, Set<String>> found = new HashMap<>();
        try (PreparedStatement select =
                connection.prepareStatement("select h.attempt_id, h.account from llm_budget_hold h"
                        + " where h.attempt_id in (select h.attempt_id from llm_budget_hold h where h.state = 'HELD' and "
                        + DEAD
                        + " order by h.attempt_id limit " + MAX_EXPIRED + ")")) {
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.computeIfAbsent(rows.getObject(1, UUID.class), id -> new LinkedHashSet<>())
                            .add(rows.getString(2));
                }
            }
        }
        return found;
    }

    private static void markExpired(Connection connection, Set<UUID> attempts) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update llm_budget_hold"
                + " set state = 'EXPIRED', changed_at = current_timestamp where attempt_id = any(?)")) {
            update.setArray(1, connection.createArrayOf("uuid", attempts.toArray()));
            update.executeUpdate();
        }
    }

    /** Deletes what is of no use any more. */
    void clean() throws SQLException {
        try (Connection connection = database.connection()) {
            for (String delete : new String[] {
                "delete from llm_budget_settled where at < current_timestamp - interval '"
                        + SettledMemory.KEPT.toHours() + "' hour",
                "delete from llm_budget_hold where state = 'EXPIRED' and changed_at < current_timestamp - interval '7' day",
                "delete from llm_budget_node where alive_until < current_timestamp - interval '1' hour",
                "delete from llm_budget_amount where reserved_nanos = 0"
                        + " and forget_after < current_timestamp - interval '5' minute",
                "delete from llm_budget_account where account not in (select account from llm_budget_amount)"
            }) {
                try (PreparedStatement statement = connection.prepareStatement(delete)) {
                    statement.executeUpdate();
                }
                // Each by itself, so that none waits with locks of another
                connection.commit();
            }
        }
    }

    /** This process ends: what it has still set aside is not waited for. */
    void leave() throws SQLException {
        try (Connection connection = database.connection();
                PreparedStatement delete = connection.prepareStatement("delete from llm_budget_node where node = ?")) {
            delete.setString(1, node);
            delete.executeUpdate();
            connection.commit();
        }
        registered = false;
    }
}
