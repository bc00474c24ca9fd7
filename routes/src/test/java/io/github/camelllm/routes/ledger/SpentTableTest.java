package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.CallLedger.Charge;
import io.github.camelllm.call.CallLedger.Spent;
import io.github.camelllm.call.CallLedger.SpentLife;
import io.github.camelllm.call.Hold;
import io.github.camelllm.routes.ledger.JournalRecord.Settled;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What budgets have spent, while it counts and after. */
class SpentTableTest {
    private static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    /** Sessions last for a day, months for a month; of other budgets nothing is known. */
    private static final SpentLife LIFE = (account, period, at) -> account.startsWith("session/")
            ? Optional.of(at.plus(DAY))
            : account.startsWith("month")
                    ? Optional.of(Instant.ofEpochSecond(period).plus(DAY.multipliedBy(32)))
                    : Optional.empty();

    private static Settled settled(Instant at, String account, long period) {
        Attempt attempt = Attempts.attempt();
        return new Settled(
                AttemptRow.of(Attempts.succeeded(attempt)),
                Amount.of(Attempts.MOST),
                at,
                List.of(new Charge(new Hold(account, period, "USD", 10), 4)));
    }

    private static void book(TestLedger ledger, LedgerTables tables, List<JournalRecord> records) throws Exception {
        try (Connection connection = ledger.database().connection()) {
            tables.book(connection, records, false);
            connection.commit();
        }
    }

    private static boolean forget(TestLedger ledger, LedgerTables tables, Instant now) throws Exception {
        try (Connection connection = ledger.database().connection()) {
            boolean more = tables.forgetSpent(connection, now);
            connection.commit();
            return more;
        }
    }

    private static List<Object> accounts(TestLedger ledger) throws Exception {
        List<Object> accounts = new ArrayList<>();
        LedgerRun.rows(ledger.database(), "select account from llm_budget_spent order by account")
                .forEach(row -> accounts.add(String.valueOf(row.get("account"))));
        return accounts;
    }

    private static LedgerTables tables() {
        LedgerTables tables = new LedgerTables("node-1", List.of(), AttemptTable.Way.INSERT);
        tables.keepSpent(LIFE);
        return tables;
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void takesAwayWhatIsOfNoUseAnyMore(Server server) throws Exception {
        long month = Instant.parse("2026-11-01T00:00:00Z").getEpochSecond();
        try (TestLedger ledger = TestLedger.on(server)) {
            LedgerTables tables = tables();
            book(
                    ledger,
                    tables,
                    List.of(
                            settled(AT, "session/session=a", 0),
                            settled(AT, "session/session=b", 0),
                            settled(AT, "month/team=x", month),
                            settled(AT, "unknown", 1)));
            // Used again, so it lasts longer
            book(ledger, tables, List.of(settled(AT.plus(DAY), "session/session=b", 0)));

            assertThat(forget(ledger, tables, AT.plus(DAY).plusSeconds(1))).isFalse();
            assertThat(accounts(ledger)).containsExactly("month/team=x", "session/session=b", "unknown");
            assertThat(forget(ledger, tables, AT.plus(DAY.multipliedBy(60)))).isFalse();
            assertThat(accounts(ledger)).containsExactly("unknown");

            book(ledger, tables, List.of(settled(AT, "session/session=a", 0)));
            assertThat(accounts(ledger)).containsExactly("session/session=a", "unknown");
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void takesABoundedNumberAwayAtATime(Server server) throws Exception {
        int count = SpentTable.MOST_FORGOTTEN + 1;
        try (TestLedger ledger = TestLedger.on(server)) {
            LedgerTables tables = tables();
            book(ledger, tables, accounts(count));
            Instant later = AT.plus(DAY.multipliedBy(2));

            assertThat(forget(ledger, tables, later)).isTrue();
            assertThat(accounts(ledger)).hasSize(1);
            assertThat(forget(ledger, tables, later)).isFalse();
            assertThat(accounts(ledger)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void failsForAnotherTryWhereARowIsTakenAwayMeanwhile(Server server) throws Exception {
        List<JournalRecord> first = accounts(3);
        List<JournalRecord> second = accounts(3);
        try (TestLedger ledger = TestLedger.on(server)) {
            LedgerTables tables = tables();
            book(ledger, tables, first);
            ledger.execute("delete from llm_budget_spent where account = 'session/session=1'");

            assertThatThrownBy(() -> book(ledger, tables, second))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
            tables.rolledBack();
            book(ledger, tables, second);

            assertThat(ledger.query("select nanos, count(*) from llm_budget_spent group by nanos order by nanos"))
                    .containsExactly("4 1", "8 2");
        }
    }

    private static List<JournalRecord> accounts(int count) {
        return IntStream.range(0, count)
                .<JournalRecord>mapToObj(i -> settled(AT, "session/session=" + i, 0))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void readsWhatCanStillCount(Server server) throws Exception {
        long october = Instant.parse("2026-10-01T00:00:00Z").getEpochSecond();
        long november = Instant.parse("2026-11-01T00:00:00Z").getEpochSecond();
        try (TestLedger ledger = TestLedger.on(server)) {
            book(
                    ledger,
                    tables(),
                    List.of(
                            settled(AT.minus(DAY.multipliedBy(2)), "session/session=over", 0),
                            settled(AT, "session/session=live", 0),
                            settled(AT, "month/team=x", october),
                            settled(AT, "month/team=x", november),
                            settled(AT, "month", november),
                            settled(AT, "months/team=x", november),
                            settled(AT, "other", november)));

            try (Connection connection = ledger.database().connection()) {
                assertThat(SpentTable.read(connection, Map.of("session", 0L, "month", november), AT))
                        .containsExactlyInAnyOrder(
                                new Spent("session/session=live", 0, "USD", 4),
                                new Spent("month/team=x", november, "USD", 4),
                                new Spent("month", november, "USD", 4));
                connection.rollback();
            }
        }
    }
}
