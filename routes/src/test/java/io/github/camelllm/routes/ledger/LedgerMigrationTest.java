package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.Attempt;
import io.github.camelllm.routes.ledger.JournalRecord.Reserved;
import io.github.camelllm.routes.ledger.JournalRecord.Settled;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.testing.Postgres;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A ledger of an earlier version goes on. */
class LedgerMigrationTest {
    private static final String ENTRIES = "select kind || ' ' || available_nanos || ' ' || reserved_nanos || ' '"
            + " || spent_nanos as entry from llm_entry order by id, kind";

    private static final Optional<Amount> MOST = Amount.of(Attempts.MOST);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void entriesOfEarlierVersionsStand(boolean postgres) throws Exception {
        Map<String, String> place = postgres
                ? postgres()
                : Map.of(
                        "url",
                        "jdbc:h2:mem:" + UUID.randomUUID()
                                + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;DB_CLOSE_DELAY=-1");
        Attempt open = Attempts.attempt();
        Flyway earlier = Flyway.configure()
                .dataSource(place.get("url"), place.getOrDefault("username", "sa"), "")
                .locations("classpath:llm-db/migration")
                .table("llm_schema_history")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .target("11")
                .load();
        earlier.migrate();
        try (Connection connection = earlier.getConfiguration().getDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (String kind : List.of("RESERVE', -5, 5, 0", "SETTLE', 3, -5, 2")) {
                statement.execute(entry("019aa0c2-0000-7000-8000-000000000000", kind));
            }
            // Booked, and still under way when the process of the earlier version ended
            statement.execute(entry(open.id().toString(), "RESERVE', -12300000, 12300000, 0"));
        }

        try (LlmDatabase database = LlmDatabase.open(place);
                Connection connection = database.connection()) {
            Attempt later = Attempts.attempt();
            new LedgerTables("node-1", List.of(), AttemptTable.Way.INSERT)
                    .book(connection, List.of(reserved(open), reserved(later), settled(open), settled(later)), true);
            connection.commit();

            assertThat(LedgerRun.rows(database, ENTRIES))
                    .extracting(row -> row.get("entry"))
                    .containsExactly(
                            "RESERVE -5 5 0",
                            "SETTLE 3 -5 2",
                            "RESERVE -12300000 12300000 0",
                            "SETTLE 8300000 -12300000 4000000",
                            "RESERVE -12300000 12300000 0",
                            "SETTLE 8300000 -12300000 4000000");
            assertThat(LedgerRun.rows(database, "select id from llm_entry_row")).hasSize(3);
        }
    }

    private static JournalRecord reserved(Attempt attempt) {
        return Reserved.of(attempt, MOST, List.of());
    }

    private static JournalRecord settled(Attempt attempt) {
        return new Settled(AttemptRow.of(Attempts.succeeded(attempt)), MOST, Attempts.AT, List.of());
    }

    private static String entry(String id, String kind) {
        return "insert into llm_entry (id, attempt_id, at, provider, model, currency, kind, available_nanos,"
                + " reserved_nanos, spent_nanos) values ('" + id + "', '" + id
                + "', timestamp with time zone '2026-11-01 10:00:00+00', 'openai', 'gpt-5-mini', 'USD', '" + kind + ")";
    }

    private static Map<String, String> postgres() {
        PGSimpleDataSource source = (PGSimpleDataSource) Postgres.plain().emptyDatabase();
        Map<String, String> place = new HashMap<>();
        place.put("url", source.getUrl());
        place.put("username", source.getUser());
        return place;
    }
}
