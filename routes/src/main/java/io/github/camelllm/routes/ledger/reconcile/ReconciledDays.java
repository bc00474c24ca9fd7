package io.github.camelllm.routes.ledger.reconcile;

import io.github.camelllm.routes.ledger.adjust.Adjustment;
import io.github.camelllm.routes.ledger.adjust.LedgerAttempt;
import io.github.camelllm.routes.ledger.adjust.NamedUuid;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Days and models whose drift from a provider's export was entered: their sums say what the provider charged. Immutable. */
public final class ReconciledDays {
    private static final ModelNames NAMES = new ModelNames(Map.of());

    /** The model's name in the ledger by what it is known as. */
    private final Map<Key, String> models;

    private record Key(LocalDate day, String provider, String model) {}

    private ReconciledDays(Map<Key, String> models) {
        this.models = Map.copyOf(models);
    }

    /** Those of the days from that of {@code first} to that of {@code last}, in UTC. */
    public static ReconciledDays read(Connection connection, Instant first, Instant last) throws SQLException {
        Map<Key, String> models = new HashMap<>();
        // Only what is entered for a day has no operation
        try (PreparedStatement statement = connection.prepareStatement("select bucket, provider, model from llm_rollup"
                + " where grain = 'day' and tag_name = '' and operation = '' and bucket between ? and ?")) {
            statement.setObject(1, day(first).atStartOfDay().atOffset(ZoneOffset.UTC));
            statement.setObject(2, day(last).atStartOfDay().atOffset(ZoneOffset.UTC));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String model = row.getString(3);
                    models.put(
                            new Key(
                                    day(row.getObject(1, OffsetDateTime.class).toInstant()),
                                    row.getString(2),
                                    NAMES.common(model)),
                            model);
                }
            }
        }
        return new ReconciledDays(models);
    }

    /** Whether the attempt is in a sum that was entered, under any name of its model or with all of its day. */
    public boolean contain(LedgerAttempt attempt) {
        return modelOf(attempt.startedAt(), attempt.provider(), attempt.model()).isPresent();
    }

    /** What takes out of the sum of its day again what an adjustment of an attempt adds to it; empty if no sum was entered. */
    Optional<Adjustment> counterpart(Adjustment adjustment) {
        return modelOf(adjustment.at(), adjustment.provider(), adjustment.model())
                .map(model -> new Adjustment(
                        NamedUuid.of("counterpart", adjustment.id()),
                        Optional.empty(),
                        adjustment.at().truncatedTo(ChronoUnit.DAYS),
                        adjustment.provider(),
                        model,
                        "",
                        adjustment.currency(),
                        Math.negateExact(adjustment.nanos()),
                        Optional.empty(),
                        Map.of(),
                        false,
                        adjustment.reason(),
                        adjustment.actor()));
    }

    private Optional<String> modelOf(Instant at, String provider, String model) {
        String one = models.get(new Key(day(at), provider, NAMES.common(model)));
        return Optional.ofNullable(
                one != null ? one : models.get(new Key(day(at), provider, Reconciliation.WHOLE_DAY)));
    }

    private static LocalDate day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC);
    }
}
