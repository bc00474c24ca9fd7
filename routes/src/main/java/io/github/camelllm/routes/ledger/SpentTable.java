package io.github.camelllm.routes.ledger;

import io.github.camelllm.call.CallLedger.Charge;
import io.github.camelllm.call.CallLedger.Spent;
import io.github.camelllm.call.CallLedger.SpentLife;
import io.github.camelllm.call.Hold;
import io.github.camelllm.routes.ledger.JournalRecord.Settled;
import io.github.camelllm.routes.store.BudgetAccountNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What budgets have spent, in the table {@code llm_budget_spent}. Not thread-safe, but for {@link #keep}. */
final class SpentTable {
    /** Rows that one transaction takes away at most. */
    static final int MOST_FORGOTTEN = 500;

    private static final int ACCOUNT_CHARS = 512;
    private static final String DELETE =
            "delete from llm_budget_spent where account = ? and period = ? and currency = ? and forget_after < ?";

    private final SumTable<Key> sums = new SumTable<>(
            "llm_budget_spent",
            List.of("account", "period", "currency"),
            List.of("nanos"),
            List.of("forget_after"),
            List.of(),
            (key, columns) -> key.bind(columns));
    private volatile SpentLife life = (account, period, at) -> Optional.empty();

    private record Key(String account, long period, String currency) implements Comparable<Key> {
        private static final Comparator<Key> ORDER = Comparator.comparing(Key::account)
                .thenComparingLong(Key::period)
                .thenComparing(Key::currency);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }

        Columns bind(Columns columns) throws SQLException {
            return columns.text(account, ACCOUNT_CHARS).number(period).text(currency, AttemptTable.CURRENCY_CHARS);
        }
    }

    /** Says how long amounts that are added from now on are kept. */
    void keep(SpentLife newLife) {
        life = newLife;
    }

    void add(Connection connection, Collection<Settled> settled) throws SQLException {
        SortedMap<Key, long[]> deltas = new TreeMap<>();
        for (Settled value : settled) {
            for (Charge charge : value.charges()) {
                if (charge.chargedNanos() != 0) {
                    add(deltas, charge, value.at());
                }
            }
        }
        sums.add(connection, deltas);
    }

    private void add(SortedMap<Key, long[]> deltas, Charge charge, Instant at) {
        Hold hold = charge.hold();
        long[] sum = deltas.computeIfAbsent(
                new Key(Columns.cut(hold.account(), ACCOUNT_CHARS), hold.period(), hold.currency()),
                key -> new long[2]);
        sum[0] = Math.addExact(sum[0], charge.chargedNanos());
        long forgetAfter = life.forgetAfter(hold.account(), hold.period(), at)
                .map(Instant::getEpochSecond)
                .orElse(0L);
        sum[1] = Math.max(sum[1], forgetAfter);
    }

    /** @param fromPeriods by the names of budgets; 0 for budgets with one period */
    static List<Spent> read(Connection connection, Map<String, Long> fromPeriods, Instant now) throws SQLException {
        List<Spent> all = new ArrayList<>();
        for (Map.Entry<String, Long> budget : fromPeriods.entrySet()) {
            boolean one = budget.getValue() == 0;
            try (PreparedStatement statement = connection.prepareStatement(
                    "select account, period, currency, nanos from llm_budget_spent where period " + (one ? "=" : ">=")
                            + " ? and (account = ? or account like ? escape '!')"
                            + " and (forget_after = 0 or forget_after >= ?) order by account, period, currency")) {
                new StatementColumns(statement)
                        .number(budget.getValue())
                        .text(budget.getKey(), ACCOUNT_CHARS)
                        .text(BudgetAccountNames.like(budget.getKey()), ACCOUNT_CHARS)
                        .number(now.getEpochSecond());
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        all.add(new Spent(rows.getString(1), rows.getLong(2), rows.getString(3), rows.getLong(4)));
                    }
                }
            }
        }
        return all;
    }

    /**
     * Takes some of the amounts away that are of no use any more, in the order of their keys as others lock them.
     *
     * @return whether there may be more of them
     */
    boolean forget(Connection connection, Instant now) throws SQLException {
        SortedSet<Key> keys = useless(connection, now);
        if (keys.isEmpty()) {
            return false;
        }
        try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
            Columns columns = new StatementColumns(statement);
            for (Key key : keys) {
                // Unless somebody has added to it meanwhile
                key.bind(columns).number(now.getEpochSecond()).add();
            }
            statement.executeBatch();
        }
        sums.forgetKnown();
        return keys.size() == MOST_FORGOTTEN;
    }

    private static SortedSet<Key> useless(Connection connection, Instant now) throws SQLException {
        SortedSet<Key> keys = new TreeSet<>();
        try (PreparedStatement statement =
                connection.prepareStatement("select account, period, currency from llm_budget_spent"
                        + " where forget_after > 0 and forget_after < ? order by forget_after limit ?")) {
            new StatementColumns(statement).number(now.getEpochSecond()).small(MOST_FORGOTTEN);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    keys.add(new Key(rows.getString(1), rows.getLong(2), rows.getString(3)));
                }
            }
        }
        return keys;
    }

    /** After a transaction that was not committed. */
    void rolledBack() {
        sums.forgetKnown();
    }
}
