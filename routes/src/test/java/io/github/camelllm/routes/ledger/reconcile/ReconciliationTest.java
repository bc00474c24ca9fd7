package io.github.camelllm.routes.ledger.reconcile;

import static io.github.camelllm.routes.ledger.TestLedger.attempt;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.catalog.ModelTable;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.ledger.pricing.Repricing;
import io.github.camelllm.routes.ledger.report.Period;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReconciliationTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2025-03-04T12:00:00Z"), ZoneOffset.UTC);
    private static final CsvColumns COLUMNS = CsvColumns.parse(
            "day=day,model=model,cost=cost,currency=ccy,requestId=request,attemptId=attempt,inputTokens=in",
            "USD",
            0,
            ',');
    private static final String BY_DAY = "day,model,cost,ccy\n";

    private static Reconciled run(TestLedger ledger, String csv, ReconcileSettings settings) throws Exception {
        return new Reconciliation(ledger.database(), CLOCK)
                .reconcile(new StringReader(csv), ExportFormat.CSV, COLUMNS, settings);
    }

    private static ReconcileSettings look(String models) {
        return new ReconcileSettings("acme", ModelNames.parse(models), Optional.empty(), 0, "test");
    }

    private static ReconcileSettings post(String export) {
        return new ReconcileSettings("acme", ModelNames.parse(""), Optional.of(export), 0, "test");
    }

    private static List<String> text(Reconciled reconciled) {
        return reconciled.rows().stream()
                .map(row -> row.day() + " " + row.model() + " " + row.currency() + " " + row.status() + " "
                        + (row.driftNanos().isPresent() ? row.driftNanos().getAsLong() : "-") + " "
                        + row.adjustedNanos())
                .toList();
    }

    private static TestLedger ledger(Server server) throws Exception {
        return TestLedger.on(server)
                .add(
                        attempt("2025-03-01T00:00:00Z", "acme", "gpt-5-mini")
                                .cost(100, "USD")
                                .tag("team", "a"),
                        attempt("2025-03-01T23:59:59Z", "acme", "gpt-5-mini-2025-08-07")
                                .cost(50, "USD"),
                        attempt("2025-03-01T10:00:00Z", "acme", "other").cost(10, "USD"),
                        attempt("2025-03-02T10:00:00Z", "acme", "other").cost(10, "EUR"),
                        attempt("2025-03-01T10:00:00Z", "elsewhere", "gpt-5-mini")
                                .cost(5000, "USD"));
    }

    private static final String EXPORT = BY_DAY + """
            2025-03-01,GPT 5 mini,0.000000200,USD
            2025-03-02,other,0.000000004,EUR
            2025-03-02,new,0.000000007,USD
            """;

    @Test
    void driftIsWhatTheProviderChargedBeyondTheLedger() throws Exception {
        try (TestLedger ledger = ledger(Server.H2)) {
            Reconciled reconciled = run(ledger, EXPORT, look(""));

            assertThat(text(reconciled))
                    .containsExactly(
                            "2025-03-01 gpt-5-mini USD DRIFT 50 0",
                            "2025-03-01 other USD ONLY_LEDGER -10 0",
                            "2025-03-02 new USD ONLY_PROVIDER 7 0",
                            "2025-03-02 other EUR DRIFT -6 0");
            assertThat(reconciled.drift()).containsEntry("USD", 47L).containsEntry("EUR", -6L);
            assertThat(reconciled.drifting()).isEqualTo(4);
            assertThat(ledger.query("select id from llm_entry")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void entersTheDriftOfAnExportOnce(Server server) throws Exception {
        try (TestLedger ledger = ledger(server)) {
            assertThat(run(ledger, EXPORT, post("march.csv")).posted()).isEqualTo(4);
            assertThat(text(run(ledger, EXPORT, post("march.csv")))).allMatch(row -> row.contains(" MATCH 0 0"));
            ledger.requireRollupsInStep();
            assertThat(ledger.query("select distinct actor, attempt_id from llm_entry"))
                    .containsExactly("test null");

            // What comes after the export was entered is another export's: the same one enters nothing more
            ledger.add(attempt("2025-03-01T11:00:00Z", "acme", "gpt-5-mini").cost(30, "USD"));
            Reconciled again = run(ledger, EXPORT, post("march.csv"));
            assertThat(again.posted()).isZero();
            assertThat(text(again)).contains("2025-03-01 gpt-5-mini USD DRIFT -30 0");
            assertThat(run(ledger, EXPORT, post("march-corrected.csv")).posted())
                    .isEqualTo(1);
            ledger.requireRollupsInStep();
        }
    }

    @Test
    void aDayThatIsNotOverIsShownAndNotEntered() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)) {
            Reconciled reconciled = run(ledger, BY_DAY + "2025-03-04,m,1,USD\n", post("x"));
            assertThat(text(reconciled)).containsExactly("2025-03-04 m USD OPEN 1000000000 0");
            assertThat(reconciled.posted()).isZero();
            assertThat(reconciled.drift()).isEmpty();
        }
    }

    @Test
    void costsWithoutAModelAreComparedAsAWholeDay() throws Exception {
        try (TestLedger ledger = ledger(Server.H2)) {
            assertThat(text(run(
                            ledger,
                            BY_DAY + "2025-03-01,,0.000000100,USD\n2025-03-01,other,0.000000070,USD\n",
                            post("x"))))
                    .containsExactly("2025-03-01 * USD DRIFT 10 10");
            ledger.requireRollupsInStep();
        }
    }

    @Test
    void namesThatHaveNothingInCommonAreGivenAsPairs() throws Exception {
        try (TestLedger ledger = ledger(Server.H2)) {
            assertThat(text(run(
                            ledger, BY_DAY + "2025-03-02,Nova2.0Lite,0.000000010,EUR\n", look("Nova2.0Lite=other"))))
                    .containsExactly("2025-03-02 other EUR MATCH 0 0");
        }
    }

    @Test
    void smallDriftsAreTolerated() throws Exception {
        try (TestLedger ledger = ledger(Server.H2)) {
            ReconcileSettings settings =
                    new ReconcileSettings("acme", ModelNames.parse(""), Optional.of("x"), 7, "test");
            assertThat(text(run(
                            ledger,
                            BY_DAY + "2025-03-02,other,0.000000004,EUR\n2025-03-02,n,0.000000007,USD\n",
                            settings)))
                    .containsExactly("2025-03-02 n USD ONLY_PROVIDER 7 7", "2025-03-02 other EUR DRIFT -6 0");
        }
    }

    @Test
    void usageWithoutCostsIsComparedByTokens() throws Exception {
        try (TestLedger ledger = ledger(Server.H2)) {
            Reconciled reconciled =
                    run(ledger, "day,model,in\n2025-03-01,gpt-5-mini,2000\n2025-03-01,other,999\n", post("x"));
            assertThat(text(reconciled))
                    .containsExactly("2025-03-01 gpt-5-mini USD MATCH - 0", "2025-03-01 other USD DRIFT - 0");
            assertThat(reconciled.posted()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void daysThatWereEnteredArePricedByTheInvoice(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server)
                .add(
                        attempt("2025-03-01T10:00:00Z", "acme", "m-2025-02-01").cost(10, "USD"),
                        attempt("2025-03-01T11:00:00Z", "acme", "m").cost(10, "USD"),
                        attempt("2025-03-01T12:00:00Z", "acme", "m").interrupted(),
                        attempt("2025-03-01T12:00:00Z", "acme", "n").cost(10, "USD"),
                        attempt("2025-03-02T12:00:00Z", "acme", "n").cost(10, "USD"),
                        attempt("2025-03-03T12:00:00Z", "acme", "m").cost(10, "USD"))) {
            run(ledger, BY_DAY + "2025-03-01,m,0.000000024,USD\n2025-03-01,n,0.000000010,USD\n", post("a.csv"));
            run(ledger, BY_DAY + "2025-03-02,,0.000000014,USD\n", post("b.csv"));
            Pricing dearer = Pricing.builtIn()
                    .with(
                            ModelTable.ofCsv(
                                    "t.csv",
                                    new StringReader(
                                            "provider,model,currency,input,output\n"
                                                    + "acme,m,USD,0.000020,0\nacme,m-2025-02-01,USD,0.000020,0\nacme,n,USD,0.000020,0\n")));
            Repricing repricing = new Repricing(ledger.database(), dearer, CLOCK);
            Repricing.Selection march = Repricing.Selection.of(Period.of(YearMonth.of(2025, 3)));
            assertThat(reconciledRows(repricing.whatIf(march)))
                    .containsExactly(
                            "2025-03-01 m 20 1",
                            "2025-03-01 m-2025-02-01 20 1",
                            "2025-03-01 n 20 0",
                            "2025-03-02 n 20 1",
                            "2025-03-03 m 20 0");

            Repricing.Result corrected = repricing.correct(march, "me");

            assertThat(corrected.posted()).isEqualTo(2);
            assertThat(reconciledRows(corrected))
                    .containsExactly(
                            "2025-03-01 m 10 1",
                            "2025-03-01 m-2025-02-01 10 1",
                            "2025-03-01 n 20 0",
                            "2025-03-02 n 10 1",
                            "2025-03-03 m 20 0");
            assertThat(ledger.query("select sum(cost_nanos + adjusted_nanos) from llm_rollup where grain = 'day' and"
                            + " tag_name = '' group by bucket order by bucket"))
                    .containsExactly("44", "14", "20");
            ledger.requireRollupsInStep();
        }
    }

    private static List<String> reconciledRows(Repricing.Result result) {
        return result.rows().stream()
                .filter(row -> row.currency().equals("USD"))
                .map(row -> row.day() + " " + row.model() + " " + row.newNanos() + " " + row.reconciled())
                .toList();
    }

    private static final String REQUESTS = "day,model,cost,ccy,request,attempt\n";

    @ParameterizedTest
    @EnumSource(Server.class)
    void linesAboutSingleRequestsSettleThem(Server server) throws Exception {
        UUID lost = UUID.fromString("0193f0a0-0000-7000-8000-000000000001");
        try (TestLedger ledger = TestLedger.on(server)
                .add(
                        attempt("2025-03-01T10:00:00Z", "acme", "m")
                                .cost(100, "USD")
                                .requestId("gen-1"),
                        attempt("2025-03-01T11:00:00Z", "acme", "m")
                                .id(lost)
                                .interrupted()
                                .tag("team", "a"),
                        attempt("2025-03-01T12:00:00Z", "acme", "m")
                                .cost(5, "USD")
                                .requestId("gen-2"),
                        attempt("2025-03-01T13:00:00Z", "acme", "m")
                                .cost(5, "USD")
                                .requestId("twice"),
                        attempt("2025-03-01T14:00:00Z", "acme", "m")
                                .cost(5, "USD")
                                .requestId("twice"))) {
            String export = REQUESTS
                    + "2025-03-01,m,0.000000120,USD,gen-1,\n"
                    + "2025-03-01,m,0.000000033,USD,," + lost + "\n"
                    + "2025-03-01,m,0.000000005,USD,gen-2,\n"
                    + "2025-03-01,m,0.000000009,USD,twice,\n"
                    + "2025-03-01,m,0.000000009,USD,gen-9,\n";
            assertThat(indexes(ledger)).doesNotContain("llm_attempt_request_id");
            Reconciled first = run(ledger, export, post("a.csv"));

            assertThat(indexes(ledger)).contains("llm_attempt_request_id");
            assertThat(first.matched()).isEqualTo(3);
            assertThat(first.unmatched()).isEqualTo(2);
            assertThat(first.posted()).isEqualTo(3);
            // A list of requests need not be complete, so that nothing is entered for the day
            assertThat(ledger.query(
                            "select spent_nanos from llm_entry where attempt_id is not null order by spent_nanos"))
                    .containsExactly("0", "20", "33");
            assertThat(ledger.query("select sum(unpriced) from llm_rollup where tag_name = 'team' and grain = 'day'"))
                    .containsExactly("0");
            assertThat(ledger.query("select adjusted_nanos from llm_rollup where tag_name = 'team' and grain = 'day'"
                            + " and currency = 'USD'"))
                    .containsExactly("33");
            ledger.requireRollupsInStep();
            assertThat(run(ledger, export, post("a.csv")).posted()).isZero();

            // Another amount under the same name is no correction but a conflict; under another name it is one
            String changed = REQUESTS + "2025-03-01,m,0.000000130,USD,gen-1,\n";
            Reconciled conflict = run(ledger, changed, post("a.csv"));
            assertThat(conflict.posted()).isZero();
            assertThat(conflict.conflicts()).isEqualTo(1);
            assertThat(run(ledger, changed, post("b.csv")).posted()).isEqualTo(1);
            ledger.requireRollupsInStep();

            // Prices no longer matter for what the provider has said
            Pricing pricing = Pricing.builtIn()
                    .with(ModelTable.ofCsv("t", new StringReader("provider,model,input,output\nacme,m,1,1\n")));
            Repricing.Result repriced = new Repricing(ledger.database(), pricing, CLOCK)
                    .correct(Repricing.Selection.of(Period.of(YearMonth.of(2025, 3))), "test");
            assertThat(repriced.posted()).isEqualTo(2);
            assertThat(repriced.rows()).singleElement().satisfies(row -> assertThat(row.settled())
                    .isEqualTo(3));
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void requestsOfADayWhoseInvoiceWasEnteredAreSettledWithinItsSum(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server)
                .add(
                        attempt("2025-03-01T10:00:00Z", "acme", "m-2025-02-01")
                                .cost(100, "USD")
                                .requestId("gen-1")
                                .tag("team", "a"),
                        attempt("2025-03-01T11:00:00Z", "acme", "m").cost(100, "USD"),
                        attempt("2025-03-02T10:00:00Z", "acme", "n")
                                .cost(10, "USD")
                                .requestId("gen-2"),
                        attempt("2025-03-03T10:00:00Z", "acme", "m")
                                .cost(10, "USD")
                                .requestId("gen-3"))) {
            run(ledger, BY_DAY + "2025-03-01,m,0.000000230,USD\n2025-03-02,,0.000000014,USD\n", post("invoice.csv"));
            String requests = REQUESTS
                    + "2025-03-01,m,0.000000125,USD,gen-1,\n"
                    + "2025-03-02,n,0.000000014,USD,gen-2,\n"
                    + "2025-03-03,m,0.000000013,USD,gen-3,\n";

            // One entry for each request, and one for each of the two days
            assertThat(run(ledger, requests, post("requests.csv")).posted()).isEqualTo(5);

            assertThat(ledger.query("select sum(cost_nanos + adjusted_nanos) from llm_rollup where grain = 'day' and"
                            + " tag_name = '' group by bucket order by bucket"))
                    .containsExactly("230", "14", "13");
            assertThat(ledger.query("select sum(cost_nanos + adjusted_nanos) from llm_rollup where grain = 'day' and"
                            + " tag_name = 'team'"))
                    .containsExactly("125");
            ledger.requireRollupsInStep();
            assertThat(run(ledger, requests, post("requests.csv")).posted()).isZero();
            Reconciled conflict = run(ledger, requests.replace("125", "126"), post("requests.csv"));
            assertThat(conflict.posted()).isZero();
            assertThat(conflict.conflicts()).isEqualTo(1);
            assertThat(text(run(ledger, BY_DAY + "2025-03-01,m,0.000000230,USD\n", look(""))))
                    .containsExactly("2025-03-01 m USD MATCH 0 0");
        }
    }

    private static Set<String> indexes(TestLedger ledger) throws SQLException {
        Set<String> names = new HashSet<>();
        try (Connection connection = ledger.database().connection();
                ResultSet rows = connection.getMetaData().getIndexInfo(null, null, "llm_attempt", false, true)) {
            while (rows.next()) {
                names.add(rows.getString("INDEX_NAME"));
            }
        }
        return names;
    }
}
