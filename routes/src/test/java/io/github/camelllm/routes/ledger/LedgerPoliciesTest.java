package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.AuditEntry;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.routes.store.LlmDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of calls while disk or database are of no use. */
class LedgerPoliciesTest {
    private static final String MEBIBYTE = String.valueOf(1 << 20);

    @TempDir
    private Path folder;

    private final FailingFiles files = new FailingFiles();

    @Test
    void refusesCallsOnAFullDiskAndStillKeepsTheEndsOfThoseUnderWay() throws Exception {
        try (LedgerRun run = LedgerRun.start(database(), folder, files)) {
            List<Attempt> underWay = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                underWay.add(Attempts.attempt());
                run.reserve(underWay.get(i));
            }
            files.fill();
            assertThatThrownBy(() -> run.reserve(Attempts.attempt()))
                    .isInstanceOfSatisfying(LlmUnavailableException.class, e -> assertThat(e.isRetryable())
                            .isTrue())
                    .hasMessageEndingWith("its journal cannot be written")
                    .hasRootCauseMessage("No space left on device");
            underWay.forEach(attempt -> run.settle(Attempts.succeeded(attempt)));
            run.flush();

            assertThat(run.number("select count(*) from llm_attempt")).isEqualTo(100);
            assertThat(run.ledger().state().lost()).isZero();
            assertThat(run.ledger().state().underWay()).isZero();
            assertThat(run.alarms()).startsWith("journal-failed");

            files.free();
            LedgerContract.call(run);
            run.flush();
            assertThat(run.number("select count(*) from llm_attempt")).isEqualTo(101);
            assertThat(run.ledger().state().alarms()).isEmpty();
        }
    }

    @Test
    void beginsANewFileWhereAHalfWrittenRecordCannotBeTakenBack() throws Exception {
        try (LedgerRun run = LedgerRun.start(database(), folder, files)) {
            LedgerContract.call(run);
            files.breakDown();
            assertThatThrownBy(() -> run.reserve(Attempts.attempt())).isInstanceOf(LlmUnavailableException.class);
            files.repair();
            LedgerContract.call(run);
            run.flush();

            assertThat(run.number("select count(*) from llm_attempt")).isEqualTo(2);
            assertThat(run.alarms()).containsExactly("journal-failed", "no journal-failed");
        }
    }

    @Test
    void countsAndReportsWhatAnOpenPolicyLoses() throws Exception {
        try (LedgerRun run = LedgerRun.start(database(), folder, files, "onFailure", "failOpen")) {
            files.breakDown();
            LedgerContract.call(run);
            run.ledger().audit(new AuditEntry(Attempts.AT, "budget", "b", "reload", "", ""));
            files.repair();
            LedgerContract.call(run);
            run.flush();

            assertThat(run.number("select count(*) from llm_attempt")).isEqualTo(1);
            assertThat(run.ledger().state().lost()).isEqualTo(3);
            assertThat(run.alarms()).contains("journal-failed", "records-lost");
        }
    }

    @Test
    void refusesCallsOnceTheJournalIsFullAndKeepsRoomForTheEnds() throws Exception {
        try (LedgerRun run = LedgerRun.start(away(), folder, "maxJournalBytes", MEBIBYTE)) {
            List<Attempt> underWay = reserveUntilRefused(run);
            underWay.forEach(attempt -> run.settle(Attempts.succeeded(attempt)));

            assertThat(run.ledger().state().lost()).isZero();
            assertThat(run.ledger().state().journaled()).isEqualTo(underWay.size() * 2L);
            assertThat(run.ledger().state().journalBytes()).isLessThan(1 << 20);
            assertThat(run.alarms()).contains("journal-full");
        }
        try (LedgerRun run = LedgerRun.start(database(), folder, "maxJournalBytes", MEBIBYTE)) {
            run.flush();
            assertThat(run.number("select count(*) from llm_attempt")).isGreaterThan(500);
            await().until(() -> run.ledger().state().journalBytes() < 1000);
            LedgerContract.call(run);
        }
    }

    private static List<Attempt> reserveUntilRefused(LedgerRun run) {
        List<Attempt> underWay = new ArrayList<>();
        try {
            while (underWay.size() < 100_000) {
                Attempt attempt = Attempts.attempt();
                run.reserve(attempt);
                underWay.add(attempt);
            }
            throw new AssertionError("never refused");
        } catch (LlmUnavailableException e) {
            assertThat(e).hasMessageEndingWith("its journal is full");
        }
        return underWay;
    }

    @Test
    void dropsByAnOpenPolicyOnlyOnceTheJournalIsFull() throws Exception {
        try (LedgerRun run = LedgerRun.start(away(), folder, "maxJournalBytes", MEBIBYTE, "onFailure", "failOpen")) {
            while (run.ledger().state().lost() == 0) {
                LedgerContract.call(run);
            }
            LedgerState state = run.ledger().state();
            assertThat(state.journaled()).isGreaterThan(1000);
            assertThat(state.journalBytes()).isBetween((long) (0.8 * (1 << 20)), 1L << 20);
            assertThat(run.alarms()).contains("journal-full", "records-lost");
        }
    }

    @Test
    void doesNotLetRefusedAttemptsFillTheDisk() throws Exception {
        try (LedgerRun run = LedgerRun.start(away(), folder, "maxJournalBytes", MEBIBYTE)) {
            for (int i = 0; i < 10_000; i++) {
                run.ledger().settled(Attempts.refused(Attempts.attempt()), List.of());
            }
            assertThat(run.ledger().state().journalBytes()).isLessThan(1 << 20);
            assertThat(run.ledger().state().lost()).isPositive();
        }
    }

    @Test
    void writesToTheDeviceBeforeACallGoesOnIfAsked() throws Exception {
        try (LedgerRun run = LedgerRun.start(database(), folder, files, "fsync", "always")) {
            LedgerContract.call(run);
            assertThat(files.syncs()).isGreaterThanOrEqualTo(2);
            files.failSyncs(true);
            assertThatThrownBy(() -> run.reserve(Attempts.attempt())).isInstanceOf(LlmUnavailableException.class);
            files.failSyncs(false);
        }
    }

    @Test
    void hasAJournalForItself() throws Exception {
        try (LedgerRun run = LedgerRun.start(database(), folder)) {
            assertThatThrownBy(() -> LedgerRun.start(database(), folder))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is in use by another ledger");
            LedgerContract.call(run);
        }
        LedgerRun.start(database(), folder).close();
    }

    @Test
    void saysThatBudgetsNeedItsDatabase() throws Exception {
        try (LedgerRun run = LedgerRun.start(away(), folder, "startTimeout", "50ms")) {
            assertThatThrownBy(() -> run.ledger().spent(Map.of()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("its database (llm.jdbc.url) does not answer");
        }
    }

    @Test
    void keepsTheNameOfItsNode() throws Exception {
        String name;
        try (LedgerRun run = LedgerRun.start(database(), folder, "node", "")) {
            name = run.ledger().state().node();
            assertThat(name).matches("node-[0-9a-f-]{13}");
        }
        try (LedgerRun run = LedgerRun.start(database(), folder, "node", "")) {
            assertThat(run.ledger().state().node()).isEqualTo(name);
        }
    }

    @Test
    void doesNotStartWithPropertiesThatMakeNoSense() {
        assertThatThrownBy(() -> LedgerSettings.of(Map.of("onFailure", "explode"), true))
                .hasMessage("llm.ledger.onFailure: expected one of journal, failClosed, failOpen, but it is 'explode'");
        assertThatThrownBy(() -> LedgerSettings.of(Map.of("jurnal", "x"), true))
                .hasMessageStartingWith("llm.ledger.jurnal is no property of the ledger; it has journal, node");
        assertThatThrownBy(() -> LedgerSettings.of(Map.of("batchSize", "0"), true))
                .hasMessage("llm.ledger.batchSize: expected a number of 1 or more, up to 10000, but it is '0'");
        assertThatThrownBy(() -> LedgerSettings.of(Map.of("flushInterval", "soon"), true))
                .hasMessageStartingWith("llm.ledger.flushInterval: expected a duration");
        assertThatThrownBy(() -> LedgerSettings.of(Map.of("tags", "team,exchangeId"), true))
                .hasMessageStartingWith("llm.ledger.tags: sums by exchangeId would be one for each message");
    }

    @Test
    void hasTheseDefaults() {
        LedgerSettings usual = LedgerSettings.of(Map.of(), true);

        assertThat(usual.toString())
                .isEqualTo("LedgerSettings[journal=llm-journal, node=Optional.empty, onFailure=JOURNAL,"
                        + " maxJournalBytes=1073741824, flushInterval=PT0.4S, batchSize=1000, fsync=INTERVAL,"
                        + " fsyncInterval=PT1S, alarm=Optional.empty, tags=[tenant, team, user, key, feature,"
                        + " costCenter, routeId, router], startTimeout=PT1M, closeTimeout=PT10S]");
    }

    @Test
    void takesMoreRecordsAtATimeToAServer() {
        assertThat(LedgerSettings.of(Map.of(), false).batchSize()).isEqualTo(2000);
        assertThat(LedgerSettings.of(Map.of("batchSize", "50"), false).batchSize())
                .isEqualTo(50);
    }

    private LlmDatabase database() {
        return LlmDatabase.open(Map.of("url", "jdbc:h2:file:" + folder.resolveSibling(folder.getFileName() + "-db")));
    }

    /** A database that nobody runs. */
    private static LlmDatabase away() {
        return LlmDatabase.open(Map.of("url", "jdbc:h2:tcp://localhost:1/./ledger", "connectTimeout", "250"));
    }
}
