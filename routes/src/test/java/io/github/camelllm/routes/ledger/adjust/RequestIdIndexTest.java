package io.github.camelllm.routes.ledger.adjust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestIdIndexTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void isMadeOnceForAllWhoAskForIt(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server)) {
            List<Future<?>> made = List.of(make(ledger), make(ledger), make(ledger));
            for (Future<?> one : made) {
                one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            RequestIdIndex.make(ledger.database());

            assertThat(indexes(ledger)).hasSize(1);
        }
    }

    @Test
    void attemptsAreBookedWhileItIsMade() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.POSTGRESQL)) {
            Future<?> made;
            try (Connection other = ledger.database().connection();
                    Statement statement = other.createStatement()) {
                statement.execute("lock table llm_attempt in row exclusive mode");
                made = make(ledger);
                await().atMost(PATIENCE)
                        .until(() -> !ledger.query("select pid from pg_stat_activity where datname = current_database()"
                                        + " and wait_event_type = 'Lock' and query like 'create index%'")
                                .isEmpty());

                ledger.add(TestLedger.attempt("2025-03-01T00:00:00Z", "acme", "m"));

                assertThat(made.isDone()).isFalse();
                other.rollback();
            }
            made.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(valid(ledger)).containsExactly("t");
        }
    }

    @Test
    void whatAFailedTryHasLeftIsMadeAnew() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.POSTGRESQL)) {
            RequestIdIndex.make(ledger.database());
            ledger.execute(
                    "update pg_index set indisvalid = false where indexrelid = 'llm_attempt_request_id'::regclass");

            RequestIdIndex.make(ledger.database());

            assertThat(valid(ledger)).containsExactly("t");
        }
    }

    private Future<?> make(TestLedger ledger) {
        return threads.submit(() -> {
            RequestIdIndex.make(ledger.database());
            return null;
        });
    }

    private static List<String> valid(TestLedger ledger) throws SQLException {
        return ledger.query("select indisvalid from pg_index where indexrelid = 'llm_attempt_request_id'::regclass");
    }

    private static List<String> indexes(TestLedger ledger) throws SQLException {
        try (Connection connection = ledger.database().connection()) {
            List<String> names = new ArrayList<>();
            try (ResultSet found = connection.getMetaData().getIndexInfo(null, null, "llm_attempt", false, true)) {
                while (found.next()) {
                    if ("llm_attempt_request_id".equals(found.getString("INDEX_NAME"))) {
                        names.add(found.getString("INDEX_NAME"));
                    }
                }
            }
            connection.rollback();
            return names;
        }
    }
}
