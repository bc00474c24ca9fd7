package io.github.camelllm.routes.ledger.report;

import static io.github.camelllm.routes.ledger.TestLedger.attempt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.routes.ledger.DurationClasses;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.ledger.report.ReportQuery.Dimension;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LedgerReportsTest {
    private static final Period MARCH = Period.of(YearMonth.of(2025, 3));

    @ParameterizedTest
    @EnumSource(Server.class)
    void countsByWhatIsAskedFor(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server)) {
            ledger.add(
                    attempt("2025-03-01T00:00:00Z", "openai", "gpt-5-mini")
                            .cost(1_500_000, "USD")
                            .tag("team", "a"),
                    attempt("2025-03-02T10:00:59Z", "openai", "gpt-5-mini")
                            .cost(500_000, "USD")
                            .tag("team", "b"),
                    attempt("2025-03-02T11:00:00Z", "openai", "gpt-5")
                            .cost(7, "EUR")
                            .tag("team", "a"),
                    attempt("2025-03-31T23:59:59Z", "mistral", "small").interrupted(),
                    attempt("2025-04-01T00:00:00Z", "mistral", "small").cost(99, "USD"));
            LedgerReports reports = new LedgerReports(ledger.database());

            assertThat(reports.costs(ReportQuery.of(MARCH))).singleElement().satisfies(row -> {
                assertThat(row.counts().attempts()).isEqualTo(4);
                assertThat(row.counts().interrupted()).isEqualTo(1);
                assertThat(row.counts().unpriced()).isEqualTo(1);
                assertThat(row.counts().inputTokens()).isEqualTo(3000);
                // Two currencies have no sum
                assertThat(row.amounts().keySet()).containsExactly("EUR", "USD");
                assertThat(row.amounts("USD").totalNanos()).isEqualTo(2_000_000);
                assertThat(row.amounts("EUR").totalNanos()).isEqualTo(7);
                assertThat(row.amounts("USD").charged()).isEqualTo(2);
                assertThat(row.amounts("EUR").charged()).isEqualTo(1);
            });
            assertThat(reports.costs(ReportQuery.of(MARCH).by(Dimension.PROVIDER, Dimension.MODEL)))
                    .extracting(row -> row.key().provider().orElseThrow() + "/"
                            + row.key().model().orElseThrow() + " "
                            + row.counts().attempts())
                    .containsExactly("mistral/small 1", "openai/gpt-5 1", "openai/gpt-5-mini 2");
            assertThat(reports.costs(ReportQuery.of(MARCH).byTag("team")))
                    .extracting(row ->
                            row.key().tagValue().orElseThrow() + row.counts().attempts())
                    .containsExactly("a2", "b1");
            assertThat(reports.costs(ReportQuery.of(MARCH).tagged("team", "a").by(Dimension.MODEL)))
                    .extracting(row -> row.key().model().orElseThrow())
                    .containsExactly("gpt-5", "gpt-5-mini");
            assertThat(reports.costs(ReportQuery.of(MARCH)
                            .provider("openai")
                            .model("gpt-5")
                            .operation("chat")))
                    .singleElement()
                    .satisfies(row -> assertThat(row.counts().attempts()).isEqualTo(1));
            assertThat(reports.costs(ReportQuery.of(MARCH).over(Grain.DAY)))
                    .extracting(row -> row.key().begin().orElseThrow().toString())
                    .containsExactly("2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z", "2025-03-31T00:00:00Z");
            assertThat(reports.costs(
                            ReportQuery.of(new Period(MARCH.from(), MARCH.to().plusSeconds(86_400)))
                                    .over(Grain.MONTH)))
                    .extracting(row ->
                            row.key().begin().orElseThrow() + " " + row.counts().attempts())
                    .containsExactly("2025-03-01T00:00:00Z 4", "2025-04-01T00:00:00Z 1");
            assertThat(reports.latencies(ReportQuery.of(MARCH).by(Dimension.PROVIDER)))
                    .extracting(row -> row.key().provider().orElseThrow())
                    .containsExactly("mistral", "openai");
            assertThat(reports.latencies(ReportQuery.of(MARCH))).singleElement().satisfies(row -> {
                assertThat(row.latency().orElseThrow().attempts()).isEqualTo(4);
                assertThat(row.latency().orElseThrow().p95())
                        .isEqualTo(
                                Duration.ofNanos(DurationClasses.endMicros(DurationClasses.indexOf(2_000_000)) * 1000));
                assertThat(row.firstChunk().orElseThrow().p50())
                        .isBetween(Duration.ofMillis(500), Duration.ofMillis(625));
            });
        }
    }

    @Test
    void refusesMoreRowsThanItMayRead() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)
                .add(
                        attempt("2025-03-01T00:00:00Z", "openai", "gpt-5"),
                        attempt("2025-03-01T00:00:00Z", "openai", "gpt-5-mini"))) {
            ReportQuery query = ReportQuery.of(MARCH).by(Dimension.MODEL);
            assertThat(new LedgerReports(ledger.database(), Duration.ofSeconds(5), 2).costs(query))
                    .hasSize(2);
            assertThatThrownBy(() -> new LedgerReports(ledger.database(), Duration.ofSeconds(5), 1).costs(query))
                    .hasMessageContaining("more than 1 rows");
        }
    }

    @Test
    void refusesWhatSumsDoNotKnow() {
        try (TestLedger ledger = TestLedger.on(Server.H2)) {
            LedgerReports reports = new LedgerReports(ledger.database());
            ReportQuery query = ReportQuery.of(MARCH);
            assertThatThrownBy(() -> query.byTag("a").tagged("b", "x")).hasMessageContaining("one tag at a time");
            assertThatThrownBy(() -> query.by(Dimension.TAG)).hasMessageContaining("needs the name of a tag");
            assertThatThrownBy(() -> reports.latencies(query.by(Dimension.OPERATION)))
                    .hasMessageContaining("not counted by operation");
            assertThatThrownBy(() ->
                            reports.costs(ReportQuery.of(new Period(MARCH.from().plusSeconds(1), MARCH.to()))))
                    .hasMessageContaining("whole minutes");
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void anyPeriodGivesWhatItsAttemptsSumTo(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server)) {
            Instant from = Instant.parse("2025-03-01T00:00:00Z");
            new GeneratedLedger(ledger.database(), from, 2).fill(20_000);
            LedgerReports reports = new LedgerReports(ledger.database());
            Random random = new Random(5);
            for (int i = 0; i < 8; i++) {
                Instant begin = from.plus(Duration.ofMinutes(random.nextInt(1440)));
                Period period = new Period(begin, begin.plus(Duration.ofMinutes(1 + random.nextInt(1440))));
                String sums = ledger.query("select count(*), sum(coalesce(cost_nanos, 0)), sum(coalesce(input_tokens,"
                                + " 0)) from llm_attempt where started_at >= timestamp with time zone '"
                                + period.from() + "' and started_at < timestamp with time zone '" + period.to() + "'")
                        .get(0);
                CostRow row = reports.costs(ReportQuery.of(period)).get(0);
                assertThat(row.counts().attempts() + " " + row.amounts("USD").totalNanos() + " "
                                + row.counts().inputTokens())
                        .as("%s", period)
                        .isEqualTo(sums);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void noReportReadsAttempts(Server server) throws Exception {
        try (TestLedger ledger = TestLedger.on(server);
                Connection connection = ledger.database().connection()) {
            Period ragged = Period.parse("2025-03-01T10:03:00Z/2025-03-09T11:07:00Z", Clock.systemUTC());
            List<String> plans = new ArrayList<>();
            for (String table : List.of("llm_rollup", "llm_rollup_duration")) {
                RollupSql sql = RollupSql.of(
                        table,
                        ReportQuery.of(ragged).by(Dimension.MODEL).byTag("team"),
                        List.of(),
                        List.of("attempts"));
                try (PreparedStatement explain = connection.prepareStatement("explain " + sql.text())) {
                    sql.bind(explain);
                    try (ResultSet rows = explain.executeQuery()) {
                        while (rows.next()) {
                            plans.add(rows.getString(1));
                        }
                    }
                }
            }
            assertThat(plans).isNotEmpty();
            assertThat(String.join("\n", plans).toLowerCase(java.util.Locale.ROOT))
                    .contains("llm_rollup")
                    .doesNotContain("llm_attempt");
            connection.rollback();
        }
    }
}
