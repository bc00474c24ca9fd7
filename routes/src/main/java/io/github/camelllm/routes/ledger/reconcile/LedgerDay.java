package io.github.camelllm.routes.ledger.reconcile;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the ledger holds of one day and provider, by model. */
final class LedgerDay {
    private LedgerDay() {}

    /** Sums of one model. */
    static final class Sum {
        private final SortedMap<String, Long> nanos = new TreeMap<>();
        private long inputTokens;
        private long outputTokens;
        private long attempts;

        void add(Sum other) {
            other.nanos.forEach((currency, amount) -> nanos.merge(currency, amount, Math::addExact));
            inputTokens += other.inputTokens;
            outputTokens += other.outputTokens;
            attempts += other.attempts;
        }

        SortedMap<String, Long> nanos() {
            return nanos;
        }

        long inputTokens() {
            return inputTokens;
        }

        long outputTokens() {
            return outputTokens;
        }

        long attempts() {
            return attempts;
        }
    }

    /** @param lock whether nobody else may change these sums until the transaction ends */
    static SortedMap<String, Sum> read(Connection connection, String provider, LocalDate day, boolean lock)
            throws SQLException {
        SortedMap<String, Sum> models = new TreeMap<>();
        // Answers from our own cache are attempts too, but no provider has heard of them
        try (PreparedStatement statement = connection.prepareStatement("select model, currency, cost_nanos,"
                + " adjusted_nanos, input_tokens, output_tokens, attempts - cache_hits from llm_rollup where"
                + " grain = 'day' and tag_name = '' and bucket = ? and provider = ? order by model, operation, currency"
                + (lock ? " for update" : ""))) {
            statement.setObject(1, day.atStartOfDay().atOffset(ZoneOffset.UTC));
            statement.setString(2, provider);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Sum sum = models.computeIfAbsent(row.getString(1), model -> new Sum());
                    String currency = row.getString(2);
                    if (!currency.isEmpty()) {
                        sum.nanos.merge(currency, Math.addExact(row.getLong(3), row.getLong(4)), Math::addExact);
                    }
                    sum.inputTokens += row.getLong(5);
                    sum.outputTokens += row.getLong(6);
                    sum.attempts += row.getLong(7);
                }
            }
        }
        return models;
    }
}
