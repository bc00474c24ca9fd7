package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.AuditEntry;
import io.github.camelllm.call.CallLedger.Charge;
import io.github.camelllm.call.CallLedger.Spent;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.routes.ledger.JournalRecord.Reserved;
import io.github.camelllm.routes.ledger.JournalRecord.Settled;
import io.github.camelllm.routes.store.LlmDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the ledger does on every database. */
abstract class LedgerContract {
    @TempDir
    protected Path folder;

    /** The same database each time, by a pool that waits so long for a connection. */
    abstract LlmDatabase open(Duration connectTimeout);

    /** As patient as a busy machine needs. */
    private LlmDatabase open() {
        return open(LedgerRun.LONG);
    }

    /** Finds soon that the database is away. */
    private LlmDatabase openImpatient() {
        return open(Duration.ofMillis(300));
    }

    /** The same database with short waits for locks. */
    abstract LlmDatabase openHasty();

    /** The database ends, with the connections to it. */
    abstract void goAway() throws Exception;

    abstract void comeBack() throws Exception;

    @Test
    void booksAnAttemptWithAllThatIsKnownOfIt() throws Exception {
        try (LedgerRun run = LedgerRun.start(open(), folder)) {
            Attempt attempt = Attempts.attempt();
            run.reserve(attempt);
            run.settle(Attempts.succeeded(attempt));
            run.flush();

            assertThat(run.rows("select * from llm_attempt")).singleElement().satisfies(row -> assertThat(row)
                    .containsEntry("id", attempt.id())
                    .containsEntry("call_id", attempt.callId())
                    .containsEntry("node", "node-1")
                    .containsEntry("operation", "chat")
                    .containsEntry("outcome", "SUCCEEDED")
                    .containsEntry("usage_source", "reported")
                    .containsEntry("input_tokens", 100L)
                    .containsEntry("output_tokens", 20L)
                    .containsEntry("cost_nanos", 4_000_000L)
                    .containsEntry("currency", "USD")
                    .containsEntry("price_book", "2026-09-23")
                    .containsEntry("finish_reason", "STOP")
                    .containsEntry("latency_micros", 1_200_000L)
                    .containsEntry("first_chunk_micros", 300_000L)
                    .containsEntry("status_code", 200)
                    .containsEntry("assumptions", "FAMILY_PRICE")
                    .containsEntry("dropped_options", "seed")
                    .containsEntry(
                            "tags",
                            "{\"exchangeId\":\"E-1\",\"routeId\":\"letters\",\"team\":\"billing\",\"user\":\"ada\"}"));
            assertThat(run.rows("select kind, available_nanos a, reserved_nanos r, spent_nanos s from llm_entry"
                            + " order by kind"))
                    .containsExactly(
                            Map.of("kind", "RESERVE", "a", -12_300_000L, "r", 12_300_000L, "s", 0L),
                            Map.of("kind", "SETTLE", "a", 8_300_000L, "r", -12_300_000L, "s", 4_000_000L));
            assertThat(run.ledger().spent(Map.of("team-month", Attempts.HOLD.period())))
                    .containsExactly(new Spent(Attempts.HOLD.account(), Attempts.HOLD.period(), "USD", 4_000_000L));
            assertThat(run.rows("select tag_name, tag_value, attempts, cost_nanos from llm_rollup"
                            + " where grain = 'minute' order by tag_name"))
                    .containsExactly(
                            Map.of("tag_name", "", "tag_value", "", "attempts", 1L, "cost_nanos", 4_000_000L),
                            Map.of(
                                    "tag_name",
                                    "routeId",
                                    "tag_value",
                                    "letters",
                                    "attempts",
                                    1L,
                                    "cost_nanos",
                                    4_000_000L),
                            Map.of(
                                    "tag_name",
                                    "team",
                                    "tag_value",
                                    "billing",
                                    "attempts",
                                    1L,
                                    "cost_nanos",
                                    4_000_000L),
                            Map.of("tag_name", "user", "tag_value", "ada", "attempts", 1L, "cost_nanos", 4_000_000L));
            assertThat(run.alarms()).isEmpty();
            assertThat(run.ledger().state().booked()).isEqualTo(2);
            assertThat(List.of(run.ledger().state().lagBytes())).containsExactly(0L);
        }
    }

    @Test
    void booksEachEndAsWhatItWas() throws Exception {
        try (LedgerRun run = LedgerRun.start(open(), folder)) {
            Attempt broken = Attempts.attempt();
            Attempt cancelled = Attempts.attempt();
            Attempt notTaken = Attempts.attempt();
            Attempt unpriced = Attempts.attempt();
            Attempt overBudget = Attempts.attempt();
            List.of(broken, cancelled, notTaken, unpriced).forEach(run::reserve);
            run.settle(Attempts.broken(broken));
            run.settle(Attempts.cancelled(cancelled));
            run.settle(Attempts.refused(notTaken));
            run.settle(Attempts.unpriced(unpriced));
            run.ledger().settled(Attempts.refused(overBudget), List.of());
            run.flush();

            assertThat(run.rows("select outcome, usage_source, billable, cost_nanos, output_tokens from llm_attempt"
                            + " order by id"))
                    .extracting(row -> List.of(
                            row.get("outcome"),
                            row.get("usage_source"),
                            row.get("billable"),
                            String.valueOf(row.get("cost_nanos")),
                            String.valueOf(row.get("output_tokens"))))
                    .containsExactlyInAnyOrder(
                            List.of("FAILED", "counted", true, "2000000", "7"),
                            List.of("CANCELLED", "counted", true, "1000000", "3"),
                            List.of("FAILED", "unknown", false, "null", "null"),
                            List.of("SUCCEEDED", "reported", true, "null", "20"),
                            List.of("FAILED", "unknown", false, "null", "null"));
            assertThat(run.rows("select kind, spent_nanos, reason from llm_entry where kind <> 'RESERVE' order by id"))
                    .extracting(row -> row.get("kind") + " " + row.get("spent_nanos") + " " + row.get("reason"))
                    .containsExactlyInAnyOrder(
                            "SETTLE 2000000 null",
                            "SETTLE 1000000 null",
                            "RELEASE 0 some_error",
                            "SETTLE 0 cost unknown");
            assertThat(run.number("select sum(reserved_nanos) from llm_entry")).isZero();
            assertThat(run.number("select nanos from llm_budget_spent"))
                    .as("two costs, and all that was held where the cost is unknown")
                    .isEqualTo(3_000_000 + 12_300_000);
            assertThat(run.rows("select attempts, failed, cancelled, unpriced, cost_nanos, currency from llm_rollup"
                            + " where grain = 'day' and tag_name = '' order by currency"))
                    .containsExactly(
                            Map.of(
                                    "attempts",
                                    3L,
                                    "failed",
                                    2L,
                                    "cancelled",
                                    0L,
                                    "unpriced",
                                    1L,
                                    "cost_nanos",
                                    0L,
                                    "currency",
                                    ""),
                            Map.of(
                                    "attempts",
                                    2L,
                                    "failed",
                                    1L,
                                    "cancelled",
                                    1L,
                                    "unpriced",
                                    0L,
                                    "cost_nanos",
                                    3_000_000L,
                                    "currency",
                                    "USD"));
        }
    }

    @Test
    void keepsWhatHappensWhileTheDatabaseIsAwayAndBooksItOnce() throws Exception {
        try (LedgerRun run = LedgerRun.start(openImpatient(), folder)) {
            call(run);
            run.flush();
            run.alarms().clear();
            goAway();
            for (int i = 0; i < 50; i++) {
                call(run);
            }
            await().until(() -> run.alarms().contains("database-down"));
            assertThat(run.ledger().state().alarms()).containsKey(LedgerAlarm.DATABASE_DOWN);
            comeBack();
            run.flush();

            assertThat(run.number("select count(*) from llm_attempt")).isEqualTo(51);
            assertThat(run.number("select nanos from llm_budget_spent")).isEqualTo(51 * 4_000_000L);
            assertThat(run.number("select attempts from llm_rollup where grain = 'day' and tag_name = ''"))
                    .isEqualTo(51);
            assertThat(run.alarms()).containsExactly("database-down", "no database-down");
            assertThat(run.ledger().state().lost()).isZero();
        } finally {
            comeBack();
        }
    }

    @Test
    void startsWithoutItsDatabaseAndSaysThatBudgetsNeedIt() throws Exception {
        goAway();
        try (LedgerRun run = LedgerRun.start(openImpatient(), folder)) {
            call(run);
            assertThat(run.ledger().flush(Duration.ofMillis(50))).isFalse();
            comeBack();
            run.flush();
            assertThat(run.number("select count(*) from llm_attempt")).isEqualTo(1);
        } finally {
            comeBack();
        }
    }

    @Test
    void refusesCallsOfAClosedPolicyWhileTheDatabaseIsAway() throws Exception {
        try (LedgerRun run = LedgerRun.start(openImpatient(), folder, "onFailure", "failClosed")) {
            Attempt before = Attempts.attempt();
            run.reserve(before);
            run.flush();
            goAway();
            run.settle(Attempts.succeeded(before));
            await().until(() -> run.alarms().contains("database-down"));

            assertThatThrownBy(() -> run.reserve(Attempts.attempt()))
                    .isInstanceOfSatisfying(LlmUnavailableException.class, e -> {
                        assertThat(e.getErrorType()).isEqualTo("ledger_unavailable");
                        assertThat(e.isRetryable()).isTrue();
                    })
                    .hasMessage("openai/gpt-5-mini: not sent, because the ledger cannot keep it: its database does not"
                            + " answer");
            comeBack();
            await().until(() -> run.alarms().contains("no database-down"));
            call(run);
            run.flush();
            assertThat(run.number("select count(*) from llm_attempt")).isEqualTo(2);
        } finally {
            comeBack();
        }
    }

    @Test
    void endsAttemptsOfAProcessThatIsGoneAndChargesWhatBudgetsHeld() throws Exception {
        Attempt open = Attempts.attempt();
        Attempt ended = Attempts.attempt();
        Path copy = folder.resolveSibling(folder.getFileName() + "-copy");
        try (LedgerRun run = LedgerRun.start(open(), folder)) {
            run.reserve(open);
            run.reserve(ended);
            run.settle(Attempts.succeeded(ended));
            run.flush();
            copy(folder, copy);
        }
        for (int start = 0; start < 3; start++) {
            try (LedgerRun run = LedgerRun.start(open(), copy)) {
                assertThat(run.ledger().spent(Map.of("team-month", Attempts.HOLD.period())))
                        .containsExactly(new Spent(
                                Attempts.HOLD.account(), Attempts.HOLD.period(), "USD", 4_000_000 + 12_300_000));
                assertThat(run.rows("select outcome from llm_attempt order by outcome"))
                        .extracting(row -> row.get("outcome"))
                        .containsExactly("INTERRUPTED", "SUCCEEDED");
                assertThat(run.number("select sum(reserved_nanos) from llm_entry"))
                        .isZero();
                assertThat(run.rows("select reason from llm_entry where kind = 'SETTLE' and reason is not null"))
                        .extracting(row -> row.get("reason"))
                        .containsExactly("interrupted");
                assertThat(run.rows("select attempts, interrupted, unpriced from llm_rollup where grain = 'hour'"
                                + " and tag_name = '' and currency = ''"))
                        .containsExactly(Map.of("attempts", 1L, "interrupted", 1L, "unpriced", 1L));
            }
        }
        assertThat(segments(copy)).isEmpty();
    }

    /** As after a crash between the database's commit and whatever comes next: everything is read and booked again. */
    @Test
    void booksAJournalThatComesAgainOnlyOnce() throws Exception {
        Path copy = folder.resolveSibling(folder.getFileName() + "-again");
        goAway();
        try (LedgerRun run = LedgerRun.start(openImpatient(), folder, "batchSize", "7")) {
            for (int i = 0; i < 30; i++) {
                call(run);
            }
            run.ledger().audit(new AuditEntry(Attempts.AT, "budget", "team-month", "reload", "10", "20"));
        } finally {
            comeBack();
        }
        for (int start = 0; start < 2; start++) {
            copy(folder, copy);
            try (LedgerRun run = LedgerRun.start(open(), copy, "batchSize", "11")) {
                run.flush();
                assertThat(run.number("select count(*) from llm_attempt")).isEqualTo(30);
                assertThat(run.number("select count(*) from llm_entry")).isEqualTo(60);
                assertThat(run.number("select count(*) from llm_audit")).isEqualTo(1);
                assertThat(run.number("select nanos from llm_budget_spent")).isEqualTo(30 * 4_000_000L);
                assertThat(run.number("select sum(attempts) from llm_rollup where tag_name = ''"))
                        .isEqualTo(90);
                assertThat(run.number("select sum(attempts) from llm_rollup_duration where tag_name = ''"))
                        .isEqualTo(180);
            }
        }
    }

    @Test
    void undoesATransactionThatIsCutAndBooksItAgain() throws Exception {
        List<JournalRecord> batch = new ArrayList<>();
        // More than H2 is given at a time
        for (int i = 0; i < 130; i++) {
            Attempt attempt = Attempts.attempt();
            batch.add(Reserved.of(attempt, Amount.of(Attempts.MOST), List.of(Attempts.HOLD)));
            batch.add(new Settled(
                    AttemptRow.of(Attempts.succeeded(attempt)),
                    Amount.of(Attempts.MOST),
                    Attempts.AT,
                    List.of(new Charge(Attempts.HOLD, 4_000_000))));
        }
        try (LlmDatabase database = open()) {
            LedgerTables tables = new LedgerTables("node-1", List.of("team"), AttemptTable.Way.into(database));
            for (boolean commit : new boolean[] {false, true, false, true}) {
                try (Connection connection = database.connection()) {
                    tables.book(connection, batch, true);
                    if (commit) {
                        connection.commit();
                    } else {
                        connection.rollback();
                        tables.rolledBack();
                    }
                }
            }
            assertThat(LedgerRun.rows(database, "select count(*) n from llm_attempt"))
                    .containsExactly(Map.of("n", 130L));
            assertThat(LedgerRun.rows(database, "select nanos from llm_budget_spent"))
                    .containsExactly(Map.of("nanos", 520_000_000L));
        }
    }

    @Test
    void setsAsideWhatTheDatabaseRefusesAndBooksTheRest() throws Exception {
        try (LedgerRun run = LedgerRun.start(open(), folder)) {
            Attempt poison = Attempts.attempt();
            for (int i = 0; i < 10; i++) {
                call(run);
                if (i == 5) {
                    run.reserve(poison);
                    run.ledger()
                            .settled(
                                    Attempts.succeeded(poison),
                                    List.of(
                                            new Charge(Attempts.HOLD, Long.MAX_VALUE),
                                            new Charge(Attempts.HOLD, Long.MAX_VALUE)));
                }
            }
            run.flush();

            assertThat(run.number("select count(*) from llm_attempt")).isEqualTo(10);
            assertThat(run.ledger().state().rejected()).isEqualTo(1);
            assertThat(run.alarms()).containsExactly("records-rejected");
            try (var files = Files.list(folder)) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .anyMatch(name -> name.matches("rejected-\\d+\\.llmj"));
            }
        }
    }

    @Test
    void keepsNamesOfCallersWithinItsColumns() throws Exception {
        Map<String, String> tags = new HashMap<>();
        tags.put("team", "\0😀".repeat(300));
        for (int i = 0; i < 60; i++) {
            tags.put("tag" + i, "\"x".repeat(200));
        }
        try (LedgerRun run = LedgerRun.start(open(), folder)) {
            Attempt attempt = Attempts.attempt(tags);
            run.reserve(attempt);
            run.settle(Attempts.succeeded(attempt));
            run.flush();

            assertThat(run.rows("select tags from llm_attempt")).singleElement().satisfies(row -> assertThat(
                            String.valueOf(row.get("tags")))
                    .hasSizeLessThanOrEqualTo(4000)
                    // Corrections of its sums take it from here
                    .contains("\"team\":\"")
                    .startsWith("{\"tag0\":\"")
                    .endsWith("\"}"));
            assertThat(run.rows("select tag_value from llm_rollup where tag_name = 'team' and grain = 'day'"))
                    .singleElement()
                    .satisfies(row -> assertThat(String.valueOf(row.get("tag_value")))
                            .startsWith("\uFFFD😀")
                            .endsWith("\uFFFD")
                            .hasSizeLessThanOrEqualTo(256));
        }
    }

    @Test
    void booksAnswersOfOurOwnCacheAtNothingAndSaysWhatTheySaved() throws Exception {
        try (LedgerRun run = LedgerRun.start(open(), folder)) {
            run.ledger().settled(Attempts.cacheHit(Attempts.attempt()), List.of());
            run.flush();

            assertThat(run.rows("select cache_hit, saved_nanos, cost_nanos, currency, billable from llm_attempt"))
                    .containsExactly(Map.of(
                            "cache_hit",
                            "exact",
                            "saved_nanos",
                            4_000_000L,
                            "cost_nanos",
                            0L,
                            "currency",
                            "USD",
                            "billable",
                            false));
            assertThat(run.rows("select cache_hits, saved_nanos, cost_nanos, unpriced from llm_rollup"
                            + " where grain = 'day' and tag_name = ''"))
                    .containsExactly(
                            Map.of("cache_hits", 1L, "saved_nanos", 4_000_000L, "cost_nanos", 0L, "unpriced", 0L));
            assertThat(run.number("select count(*) from llm_entry")).isZero();
            assertThat(run.number("select count(*) from llm_rollup_duration")).isZero();
        }
    }

    @Test
    void takesALockThatIsHeldForLongForNoOutage() throws Exception {
        try (LlmDatabase other = open();
                LedgerRun run = LedgerRun.start(openHasty(), folder, "onFailure", "failClosed")) {
            call(run);
            run.flush();
            try (Connection holder = other.connection();
                    Statement statement = holder.createStatement()) {
                statement.execute("update llm_journal_position set segment = segment");
                call(run);
                for (int i = 0; i < 40; i++) {
                    assertThat(run.ledger().flush(Duration.ofMillis(50))).isFalse();
                }
                call(run);
                holder.rollback();
            }
            run.flush();

            assertThat(run.alarms()).isEmpty();
            assertThat(run.number("select count(*) from llm_attempt")).isEqualTo(3);
        }
    }

    /** Two nodes add to the same sums in transactions of many rows. */
    @Test
    void letsNodesAddToTheSameSums() throws Exception {
        try (LedgerRun one = LedgerRun.start(open(), folder, "batchSize", "20");
                LedgerRun two = LedgerRun.start(open(), folder.resolve("two"), "node", "node-2", "batchSize", "20")) {
            List<Thread> threads = new ArrayList<>();
            for (LedgerRun run : List.of(one, two)) {
                Thread thread = new Thread(() -> {
                    for (int i = 0; i < 400; i++) {
                        call(run);
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            one.flush();
            two.flush();

            assertThat(one.number("select attempts from llm_rollup where grain = 'day' and tag_name = ''"))
                    .isEqualTo(800);
            assertThat(one.number("select nanos from llm_budget_spent")).isEqualTo(800 * 4_000_000L);
            assertThat(one.alarms()).isEmpty();
            assertThat(two.alarms()).isEmpty();
        }
    }

    @Test
    void leavesNothingBehindAfterAnOrderlyEnd() throws Exception {
        try (LedgerRun run = LedgerRun.start(open(), folder)) {
            for (int i = 0; i < 20; i++) {
                call(run);
            }
        }
        assertThat(segments(folder)).isEmpty();
        try (LedgerRun run = LedgerRun.start(open(), folder)) {
            run.flush();
            assertThat(run.number("select count(*) from llm_attempt")).isEqualTo(20);
        }
    }

    static void call(LedgerRun run) {
        Attempt attempt = Attempts.attempt();
        run.reserve(attempt);
        run.settle(Attempts.succeeded(attempt));
    }

    /** What a process leaves that is killed now. */
    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (Files.isRegularFile(file)) {
                    Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    static List<Path> segments(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> Segment.numberOf(file).isPresent()).toList();
        }
    }
}
