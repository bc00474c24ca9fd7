package io.github.camelllm.routes.ledger.adjust;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Enters adjustments, and keeps the rollups in step within the same transaction. Thread-safe. */
public final class Adjustments {
    private static final int REASON_LENGTH = 256;
    private static final int ACTOR_LENGTH = 128;
    private static final int IDS_IN_A_QUERY = 500;

    private final Clock clock;

    public Adjustments(Clock clock) {
        this.clock = clock;
    }

    /**
     * Enters those that are not there yet.
     *
     * @param connection in a transaction, see {@link Transactions}
     * @return how many were new
     */
    public int post(Connection connection, Collection<Adjustment> adjustments) throws SQLException {
        Map<UUID, Adjustment> missing = new LinkedHashMap<>();
        adjustments.forEach(adjustment -> missing.put(adjustment.id(), adjustment));
        missing.keySet().removeAll(posted(connection, missing.keySet()));
        if (missing.isEmpty()) {
            return 0;
        }
        insert(connection, missing.values());
        RollupChanges changes = new RollupChanges();
        missing.values().forEach(changes::add);
        changes.apply(connection);
        return missing.size();
    }

    /** Those ids of adjustments that are in the ledger. */
    public static Set<UUID> posted(Connection connection, Collection<UUID> ids) throws SQLException {
        Set<UUID> found = new HashSet<>();
        List<UUID> all = new ArrayList<>(ids);
        for (int from = 0; from < all.size(); from += IDS_IN_A_QUERY) {
            List<UUID> some = all.subList(from, Math.min(all.size(), from + IDS_IN_A_QUERY));
            try (PreparedStatement statement =
                    connection.prepareStatement("select id from llm_entry_row where kind = 'ADJUST' and id in ("
                            + placeholders(some.size()) + ")")) {
                for (int i = 0; i < some.size(); i++) {
                    statement.setObject(i + 1, some.get(i));
                }
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        found.add(rows.getObject(1, UUID.class));
                    }
                }
            }
        }
        return found;
    }

    static String placeholders(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    private void insert(Connection connection, Collection<Adjustment> adjustments) throws SQLException {
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        try (PreparedStatement statement = connection.prepareStatement(
                "insert into llm_entry_row (id, kind, attempt_id, at, provider, model, currency, available_nanos,"
                        + " reserved_nanos, spent_nanos, price_book, reason, actor, posted_at)"
                        + " values (?, 'ADJUST', ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)")) {
            for (Adjustment adjustment : adjustments) {
                statement.setObject(1, adjustment.id());
                statement.setObject(2, adjustment.attemptId().orElse(null));
                statement.setObject(3, adjustment.at().atOffset(ZoneOffset.UTC));
                statement.setString(4, adjustment.provider());
                statement.setString(5, adjustment.model());
                statement.setString(6, adjustment.currency());
                statement.setLong(7, Math.negateExact(adjustment.nanos()));
                statement.setLong(8, adjustment.nanos());
                statement.setString(9, adjustment.priceBook().orElse(null));
                statement.setString(10, cut(adjustment.reason(), REASON_LENGTH));
                statement.setString(11, cut(adjustment.actor(), ACTOR_LENGTH));
                statement.setObject(12, now);
                statement.addBatch();
            }
            statement.executeBatch();
        }
        try (PreparedStatement statement =
                connection.prepareStatement("insert into llm_adjusted (attempt_id, entry_id) values (?, ?)")) {
            for (Adjustment adjustment : adjustments) {
                if (adjustment.attemptId().isPresent()) {
                    statement.setObject(1, adjustment.attemptId().get());
                    statement.setObject(2, adjustment.id());
                    statement.addBatch();
                }
            }
            statement.executeBatch();
        }
    }

    static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }
}
