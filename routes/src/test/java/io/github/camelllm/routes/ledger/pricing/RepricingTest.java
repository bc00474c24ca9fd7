package io.github.camelllm.routes.ledger.pricing;

import static io.github.camelllm.routes.ledger.TestLedger.attempt;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.catalog.ModelTable;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.ledger.pricing.Repricing.Selection;
import io.github.camelllm.routes.ledger.report.Period;
import java.io.StringReader;
import java.time.Clock;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RepricingTest {
    private static final Selection MARCH = Selection.of(Period.of(YearMonth.of(2025, 3)));

    /** Of the default attempt: 1,000 · input + 100 · output millionths. */
    private static Pricing prices(String rows) {
        return Pricing.builtIn()
                .with(ModelTable.ofCsv("test.csv", new StringReader("provider,model,currency,input,output\n" + rows)));
    }

    private static final Pricing DEARER = prices("acme,large,USD,2,10");
    private static final Pricing CHEAPER = prices("acme,large,USD,1,5");
    private static final Pricing IN_EURO = prices("acme,large,EUR,1,5");

    private static TestLedger ledger(Server server) throws Exception {
        return TestLedger.on(server)
                .add(
                        attempt("2025-03-02T10:00:00Z", "acme", "large")
                                .cost(1_500_000, "USD")
                                .tag("team", "a")
                                .tag("env", "prod"),
                        attempt("2025-03-02T10:00:01Z", "acme", "large").cost(1_500_000, "USD"),
                        attempt("2025-03-03T10:00:00Z", "acme", "large"),
                        attempt("2025-03-03T11:00:00Z", "acme", "large").interrupted(),
                        attempt("2025-03-03T12:00:00Z", "acme", "unlisted").cost(77, "USD"),
                        attempt("2025-04-01T00:00:00Z", "acme", "large").cost(1_500_000, "USD"));
    }

    private static Repricing with(TestLedger ledger, Pricing pricing) {
        return new Repricing(ledger.database(), pricing, Clock.systemUTC());
    }

    private static final String ENTRIES =
            "select currency, spent_nanos from llm_entry where kind = 'ADJUST' order by at, currency, spent_nanos";

    @ParameterizedTest
    @EnumSource(Server.class)
    void tellsWhatAPeriodWouldCostAndWritesNothing(Server server) throws Exception {
        try (TestLedger ledger = ledger(server)) {
            Repricing.Result result = with(ledger, DEARER).whatIf(MARCH);

            assertThat(result.posted()).isZero();
            assertThat(result.rows())
                    .extracting(row -> row.day() + " " + row.model() + " " + row.currency() + " " + row.attempts() + " "
                            + row.oldNanos() + " " + row.newNanos() + " " + row.newlyPriced() + " " + row.unpriced())
                    .containsExactly(
                            "2025-03-02 large USD 2 3000000 6000000 0 0",
                            "2025-03-03 large  1 0 0 0 1",
                            "2025-03-03 large USD 1 0 3000000 1 0",
                            "2025-03-03 unlisted USD 1 77 77 0 0");
            assertThat(ledger.query(ENTRIES)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void correctsOnceHoweverOftenItRuns(Server server) throws Exception {
        try (TestLedger ledger = ledger(server)) {
            assertThat(with(ledger, DEARER).correct(MARCH, "me").posted()).isEqualTo(3);
            assertThat(with(ledger, DEARER).correct(MARCH, "me").posted()).isZero();

            assertThat(ledger.query(ENTRIES)).containsExactly("USD 1500000", "USD 1500000", "USD 3000000");
            ledger.requireRollupsInStep();
            // All tags of an attempt follow, and what was unpriced no longer is
            assertThat(ledger.query("select tag_name, sum(adjusted_nanos) from llm_rollup where grain = 'day'"
                            + " group by tag_name order by tag_name"))
                    .containsExactly(" 6000000", "env 1500000", "team 1500000");
            assertThat(ledger.query("select sum(unpriced) from llm_rollup where grain = 'hour' and tag_name = ''"))
                    .containsExactly("1");
            assertThat(ledger.query("select distinct actor, reason, price_book from llm_entry"))
                    .containsExactly("me priced again " + DEARER.book().version());
        }
    }

    @Test
    void aTagThatNoSumsAreKeptForGetsNone() throws Exception {
        try (TestLedger ledger = ledger(Server.H2)) {
            ledger.execute("delete from llm_rollup where tag_name = 'env'");
            with(ledger, DEARER).correct(MARCH, "me");
            assertThat(ledger.query("select distinct tag_name from llm_rollup order by tag_name"))
                    .containsExactly("", "team");
            ledger.requireRollupsInStep();
        }
    }

    @Test
    void goesBackAndForthBetweenPriceBooks() throws Exception {
        try (TestLedger ledger = ledger(Server.H2)) {
            for (Pricing pricing : List.of(DEARER, CHEAPER, DEARER, CHEAPER)) {
                with(ledger, pricing).correct(MARCH, "me");
                long each = pricing == DEARER ? 3_000_000 : 1_500_000;
                assertThat(ledger.query("select sum(cost_nanos) + sum(adjusted_nanos) from llm_rollup where grain ="
                                + " 'day' and tag_name = '' and model = 'large' and bucket < timestamp with time zone"
                                + " '2025-04-01 00:00:00+00:00'"))
                        .containsExactly(Long.toString(3 * each));
                ledger.requireRollupsInStep();
            }
        }
    }

    @Test
    void anotherCurrencyTakesTheAmountOutOfTheFormerOne() throws Exception {
        try (TestLedger ledger = ledger(Server.H2)) {
            with(ledger, IN_EURO).correct(MARCH, "me");

            assertThat(ledger.query("select currency, sum(cost_nanos) + sum(adjusted_nanos) from llm_rollup where grain"
                            + " = 'day' and tag_name = '' and model = 'large' and bucket < timestamp with time zone"
                            + " '2025-04-01 00:00:00+00:00' and currency <> '' group by currency order by currency"))
                    .containsExactly("EUR 4500000", "USD 0");
            assertThat(with(ledger, IN_EURO).correct(MARCH, "me").posted()).isZero();
            ledger.requireRollupsInStep();
        }
    }

    @Test
    void keepsToProviderModelAndTag() throws Exception {
        try (TestLedger ledger = ledger(Server.H2)) {
            Selection team = new Selection(
                    MARCH.period(), Optional.of("acme"), Optional.of("large"), Optional.of(Map.entry("team", "a")));
            assertThat(with(ledger, DEARER).correct(team, "me").posted()).isEqualTo(1);
            Selection other = new Selection(MARCH.period(), Optional.of("other"), Optional.empty(), Optional.empty());
            assertThat(with(ledger, DEARER).correct(other, "me").rows()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void severalAtOnceEnterEachDifferenceOnce(Server server) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (TestLedger ledger = ledger(server)) {
            List<Future<Long>> posted = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                posted.add(threads.submit(
                        () -> with(ledger, DEARER).correct(MARCH, "me").posted()));
            }
            long sum = 0;
            for (Future<Long> one : posted) {
                sum += one.get(1, TimeUnit.MINUTES);
            }
            assertThat(sum).isEqualTo(3);
            assertThat(ledger.query(ENTRIES)).containsExactly("USD 1500000", "USD 1500000", "USD 3000000");
            ledger.requireRollupsInStep();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whatWasStoppedHalfWayIsGoneOnWithByStartingAgain() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)) {
            for (int i = 0; i < 1200; i++) {
                // Many at one instant, so that the order of ids matters
                ledger.add(attempt("2025-03-02T10:00:00Z", "acme", "large")
                        .id(new UUID(i * 0x9E3779B97F4A7C15L, i))
                        .cost(1_500_000, "USD"));
            }
            Selection half = Selection.of(Period.parse("2025-03-02", Clock.systemUTC()));
            assertThat(with(ledger, DEARER).correct(half, "me").posted()).isEqualTo(1200);
            assertThat(with(ledger, DEARER).correct(MARCH, "me").posted()).isZero();
            assertThat(ledger.query("select count(*), sum(spent_nanos) from llm_entry"))
                    .containsExactly("1200 1800000000");
            ledger.requireRollupsInStep();
        }
    }
}
