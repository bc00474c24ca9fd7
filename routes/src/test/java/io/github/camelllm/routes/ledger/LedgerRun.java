package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.CallLedger.Charge;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.routes.store.LlmDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A ledger over a folder and a database of a test. */
public final class LedgerRun implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(30);

    private final Ledger ledger;
    private final LlmDatabase database;
    private final List<String> alarms = new CopyOnWriteArrayList<>();

    private LedgerRun(LlmDatabase database, Path folder, JournalFiles files, Map<String, String> properties)
            throws IOException {
        this.database = database;
        Map<String, String> all =
                new HashMap<>(Map.of("node", "node-1", "flushInterval", "5ms", "closeTimeout", "30s"));
        all.put("journal", folder.toString());
        all.putAll(properties);
        this.ledger = new Ledger(
                LedgerSettings.of(all, database.isEmbedded()),
                database,
                files,
                change -> alarms.add(
                        (change.raised() ? "" : "no ") + change.alarm().text()),
                Runnable::run,
                Clock.systemUTC(),
                database);
    }

    static LedgerRun start(LlmDatabase database, Path folder, String... properties) throws IOException {
        return start(database, folder, JournalFiles.OF_SYSTEM, properties);
    }

    static LedgerRun start(LlmDatabase database, Path folder, JournalFiles files, String... properties)
            throws IOException {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < properties.length; i += 2) {
            map.put(properties[i], properties[i + 1]);
        }
        return new LedgerRun(database, folder, files, map);
    }

    Ledger ledger() {
        return ledger;
    }

    /** What was raised and cleared so far, such as {@code database-down} and {@code no database-down}. */
    List<String> alarms() {
        return alarms;
    }

    void reserve(Attempt attempt) {
        ledger.reserved(attempt, Optional.of(Attempts.MOST), List.of(Attempts.HOLD));
    }

    void settle(CallRecord record) {
        OptionalLong cost =
                record.cost().isPresent() ? OptionalLong.of(record.cost().get().nanos()) : OptionalLong.empty();
        ledger.settled(record, List.of(new Charge(Attempts.HOLD, Attempts.HOLD.charge(record, cost))));
    }

    void flush() {
        assertThat(ledger.flush(LONG)).as("all is in the database").isTrue();
    }

    /** Rows as maps from column to value. */
    List<Map<String, @Nullable Object>> rows(String query) throws SQLException {
        return rows(database, query);
    }

    public static List<Map<String, @Nullable Object>> rows(LlmDatabase database, String query) throws SQLException {
        List<Map<String, @Nullable Object>> all = new ArrayList<>();
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            ResultSetMetaData columns = result.getMetaData();
            while (result.next()) {
                Map<String, @Nullable Object> row = new TreeMap<>();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    row.put(columns.getColumnLabel(i), result.getObject(i));
                }
                all.add(row);
            }
            connection.rollback();
        }
        return all;
    }

    long number(String query) throws SQLException {
        Object value = rows(query).get(0).values().iterator().next();
        return value == null ? 0 : ((Number) value).longValue();
    }

    @Override
    public void close() throws Exception {
        ledger.close();
    }
}
