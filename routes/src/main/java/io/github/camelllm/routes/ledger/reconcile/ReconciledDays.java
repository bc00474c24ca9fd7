package io.github.camelllm.routes.ledger.reconcile;

import io.github.camelllm.routes.ledger.adjust.LedgerAttempt;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Days and models whose drift from a provider's export was entered: their sums say what the provider charged. Immutable. */
public final class ReconciledDays {
    private static final ModelNames NAMES = new ModelNames(Map.of());

    private final Set<Key> keys;

    private record Key(LocalDate day, String provider, String model) {}

    private ReconciledDays(Set<Key> keys) {
        this.keys = Set.copyOf(keys);
    }

    /** Those of the days from that of {@code first} to that of {@code last}, in UTC. */
    public static ReconciledDays read(Connection connection, Instant first, Instant last) throws SQLException {
        Set<Key> keys = new HashSet<>();
        // Only what is entered for a day has no operation
        try (PreparedStatement statement = connection.prepareStatement("select bucket, provider, model from llm_rollup"
                + " where grain = 'day' and tag_name = '' and operation = '' and bucket between ? and ?")) {
            statement.setObject(1, day(first).atStartOfDay().atOffset(ZoneOffset.UTC));
            statement.setObject(2, day(last).atStartOfDay().atOffset(ZoneOffset.UTC));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    keys.add(new Key(
                            day(row.getObject(1, OffsetDateTime.class).toInstant()),
                            row.getString(2),
                            NAMES.common(row.getString(3))));
                }
            }
        }
        return new ReconciledDays(keys);
    }

    /** Whether the attempt is in a sum that was entered, under any name of its model or with all of its day. */
    public boolean contain(LedgerAttempt attempt) {
        LocalDate day = day(attempt.startedAt());
        return keys.contains(new Key(day, attempt.provider(), NAMES.common(attempt.model())))
                || keys.contains(new Key(day, attempt.provider(), Reconciliation.WHOLE_DAY));
    }

    private static LocalDate day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC);
    }
}
