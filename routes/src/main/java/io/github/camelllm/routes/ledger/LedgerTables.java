package io.github.camelllm.routes.ledger;

import io.github.camelllm.call.AuditEntry;
import io.github.camelllm.call.CallLedger.SpentLife;
import io.github.camelllm.routes.ledger.JournalRecord.Audited;
import io.github.camelllm.routes.ledger.JournalRecord.Reserved;
import io.github.camelllm.routes.ledger.JournalRecord.Settled;
import io.github.camelllm.routes.ledger.Rollups.DurationKey;
import io.github.camelllm.routes.ledger.Rollups.SumKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Books records of the journal in the tables. With a look-up, a record whose id is there already changes nothing, so the same
 * record may come any number of times. Not thread-safe, but for {@link #keepSpent}.
 *
 * <p>All who add to sums lock the tables in this order: llm_budget_spent, llm_rollup, llm_rollup_duration, each by its key.
 */
final class LedgerTables {
    private static final int LOOK_UP = 100;
    private static final int AUDIT_KIND_CHARS = 32;
    private static final int AUDIT_NAME_CHARS = 256;
    private static final int ACTOR_CHARS = 128;
    private static final int AUDIT_TEXT_CHARS = 4000;

    private final String node;
    private final List<String> tagNames;
    private final AttemptTable.Way way;

    private final SpentTable spent = new SpentTable();
    private final SumTable<SumKey> rollups = new SumTable<>(
            "llm_rollup",
            List.of("grain", "bucket", "tag_name", "tag_value", "provider", "model", "operation", "currency"),
            Rollups.SUMS,
            List.of(),
            List.of("adjusted_nanos"),
            (key, columns) -> columns.text(key.grain(), 6)
                    .time(key.bucket())
                    .text(key.tagName(), TagsJson.NAME_CHARS)
                    .text(key.tagValue(), TagsJson.VALUE_CHARS)
                    .text(key.provider(), AttemptTable.NAME_CHARS)
                    .text(key.model(), AttemptTable.MODEL_CHARS)
                    .text(key.operation(), 32)
                    .text(key.currency(), 3));
    private final SumTable<DurationKey> durations = new SumTable<>(
            "llm_rollup_duration",
            List.of("grain", "bucket", "tag_name", "tag_value", "provider", "model", "measure", "le"),
            List.of("attempts"),
            List.of(),
            List.of(),
            (key, columns) -> columns.text(key.grain(), 6)
                    .time(key.bucket())
                    .text(key.tagName(), TagsJson.NAME_CHARS)
                    .text(key.tagValue(), TagsJson.VALUE_CHARS)
                    .text(key.provider(), AttemptTable.NAME_CHARS)
                    .text(key.model(), AttemptTable.MODEL_CHARS)
                    .text(key.measure(), 16)
                    .small(key.le()));

    /**
     * @param tagNames the tags that sums are kept for
     * @param way how attempts get into their table
     */
    LedgerTables(String node, List<String> tagNames, AttemptTable.Way way) {
        this.node = node;
        this.tagNames = tagNames;
        this.way = way;
    }

    /** Says how long what budgets spend from now on is kept. */
    void keepSpent(SpentLife life) {
        spent.keep(life);
    }

    /** Takes some of what budgets spent away that is of no use any more. @return whether there may be more of it */
    boolean forgetSpent(Connection connection, Instant now) throws SQLException {
        return spent.forget(connection, now);
    }

    /**
     * Books records within the transaction that the connection is in.
     *
     * @param lookUp whether some may be in the database already. Without it such a one fails as a breach of a unique key
     */
    void book(Connection connection, List<JournalRecord> records, boolean lookUp) throws SQLException {
        Map<UUID, Reserved> reserved = new LinkedHashMap<>();
        Map<UUID, Settled> settled = new LinkedHashMap<>();
        Map<UUID, Audited> audited = new LinkedHashMap<>();
        for (JournalRecord one : records) {
            one.fold(
                    value -> reserved.putIfAbsent(value.id(), value),
                    value -> settled.putIfAbsent(value.id(), value),
                    value -> audited.putIfAbsent(value.id(), value));
        }
        if (lookUp) {
            removeKnown(connection, "llm_entry_row", reserved);
            removeKnown(connection, "llm_attempt", reserved);
            removeKnown(connection, "llm_attempt", settled);
            removeKnown(connection, "llm_audit", audited);
        }
        // The reservation of an attempt that has ended meanwhile follows from its row, see the view llm_entry
        AttemptTable.insert(
                connection,
                way,
                node,
                tagNames,
                settled.values(),
                value -> value.reserved().isPresent() && !reserved.containsKey(value.id()));
        reserved.keySet().removeAll(settled.keySet());
        reservations(connection, reserved.values());
        audits(connection, audited.values());
        spent.add(connection, settled.values());
        Rollups sums = new Rollups(tagNames);
        settled.values().forEach(value -> sums.add(value.row()));
        rollups.add(connection, sums.sums());
        durations.add(connection, sums.durations());
    }

    private static void removeKnown(Connection connection, String table, Map<UUID, ?> records) throws SQLException {
        if (records.isEmpty()) {
            return;
        }
        List<UUID> ids = List.copyOf(records.keySet());
        try (PreparedStatement statement = connection.prepareStatement("select id from " + table + " where id in ("
                + String.join(", ", Collections.nCopies(LOOK_UP, "?")) + ")")) {
            for (int from = 0; from < ids.size(); from += LOOK_UP) {
                Columns columns = new StatementColumns(statement);
                for (int i = 0; i < LOOK_UP; i++) {
                    columns.id(ids.get(Math.min(from + i, ids.size() - 1)));
                }
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        records.remove(rows.getObject(1, UUID.class));
                    }
                }
            }
        }
    }

    private static void reservations(Connection connection, Collection<Reserved> reserved) throws SQLException {
        if (reserved.isEmpty()) {
            return;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("insert into llm_entry_row (id, kind, attempt_id, at, provider, model,"
                        + " currency, available_nanos, reserved_nanos, spent_nanos) values (?, 'RESERVE', ?, ?, ?, ?, ?,"
                        + " ?, ?, 0)")) {
            Columns columns = new StatementColumns(statement);
            for (Reserved value : reserved) {
                // Without a row if it is not known what the attempt can cost at most
                if (value.most().isPresent()) {
                    Amount most = value.most().get();
                    columns.id(value.id())
                            .id(value.id())
                            .time(value.at())
                            .text(value.provider(), AttemptTable.NAME_CHARS)
                            .text(value.model(), AttemptTable.MODEL_CHARS)
                            .text(most.currency(), AttemptTable.CURRENCY_CHARS)
                            .number(-most.nanos())
                            .number(most.nanos())
                            .add();
                }
            }
            statement.executeBatch();
        }
    }

    private static void audits(Connection connection, Collection<Audited> audited) throws SQLException {
        if (audited.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "insert into llm_audit (id, at, kind, name, actor, before_text, after_text) values (?, ?, ?, ?, ?, ?,"
                        + " ?)")) {
            Columns columns = new StatementColumns(statement);
            for (Audited one : audited) {
                AuditEntry entry = one.entry();
                columns.id(one.id())
                        .time(entry.at())
                        .text(entry.kind(), AUDIT_KIND_CHARS)
                        .text(entry.name(), AUDIT_NAME_CHARS)
                        .text(entry.actor(), ACTOR_CHARS)
                        .text(entry.before(), AUDIT_TEXT_CHARS)
                        .text(entry.after(), AUDIT_TEXT_CHARS)
                        .add();
            }
            statement.executeBatch();
        }
    }

    /** Notes how far the journal is booked. */
    void position(Connection connection, Position position, Instant at) throws SQLException {
        String update = "update llm_journal_position set segment = ?, position = ?, at = ? where node = ?";
        if (!position(connection, update, position, at)) {
            position(
                    connection,
                    "insert into llm_journal_position (segment, position, at, node) values (?, ?, ?, ?)"
                            + " on conflict do nothing",
                    position,
                    at);
        }
    }

    /** @return whether there was a row for it */
    private boolean position(Connection connection, String sql, Position position, Instant at) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            new StatementColumns(statement)
                    .number(position.segment())
                    .number(position.offset())
                    .time(at)
                    .text(node, AttemptTable.NAME_CHARS);
            return statement.executeUpdate() > 0;
        }
    }

    /** After a transaction that was not committed. */
    void rolledBack() {
        spent.rolledBack();
        rollups.forgetKnown();
        durations.forgetKnown();
    }
}
