package io.github.camelllm.routes.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A table of sums that several nodes add to. Rows that are missing are made first, all in the order of their keys, and then all are
 * added to in the same order: so two transactions never wait for each other. Not thread-safe.
 */
final class SumTable<K extends Comparable<K>> {
    private static final int MOST_KNOWN = 50_000;

    private final String insert;
    private final String update;
    private final KeyBinder<K> binder;
    private final Set<K> known = new HashSet<>();

    /** Fills in a key. */
    interface KeyBinder<K> {
        void bind(K key, Columns columns) throws SQLException;
    }

    /**
     * @param sums columns that are added to
     * @param maxima columns that keep the greatest number, never negative
     * @param others columns of numbers that are left alone
     */
    SumTable(
            String table,
            List<String> keys,
            List<String> sums,
            List<String> maxima,
            List<String> others,
            KeyBinder<K> binder) {
        List<String> numbers =
                Stream.of(sums, maxima, others).flatMap(List::stream).toList();
        this.insert = "insert into " + table + " (" + String.join(", ", keys) + ", " + String.join(", ", numbers)
                + ") values (" + String.join(", ", Collections.nCopies(keys.size(), "?"))
                + ", 0".repeat(numbers.size()) + ") on conflict do nothing";
        this.update = "update " + table + " set "
                + Stream.concat(
                                sums.stream().map(sum -> sum + " = " + sum + " + ?"),
                                maxima.stream().map(most -> most + " = greatest(" + most + ", ?)"))
                        .collect(Collectors.joining(", "))
                + " where " + keys.stream().map(key -> key + " = ?").collect(Collectors.joining(" and "));
        this.binder = binder;
    }

    /** @param deltas what is added to sums, then what maxima are at least, in the order of the columns */
    void add(Connection connection, SortedMap<K, long[]> deltas) throws SQLException {
        if (deltas.isEmpty()) {
            return;
        }
        makeRows(connection, deltas);
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            Columns columns = new StatementColumns(statement);
            for (var delta : deltas.entrySet()) {
                for (long more : delta.getValue()) {
                    columns.number(more);
                }
                binder.bind(delta.getKey(), columns);
                columns.add();
            }
            for (int changed : statement.executeBatch()) {
                if (changed == 0) {
                    throw new SQLException("a row of sums was taken away by somebody else", "40001");
                }
            }
        }
    }

    private void makeRows(Connection connection, SortedMap<K, long[]> deltas) throws SQLException {
        if (known.size() > MOST_KNOWN) {
            known.clear();
        }
        List<K> missing = deltas.keySet().stream().filter(known::add).toList();
        if (missing.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            Columns columns = new StatementColumns(statement);
            for (K key : missing) {
                binder.bind(key, columns);
                columns.add();
            }
            statement.executeBatch();
        }
    }

    /** After a transaction that was not committed it is not known which rows are there. */
    void forgetKnown() {
        known.clear();
    }
}
