package io.github.camelllm.routes.ledger;

import static io.github.camelllm.routes.ledger.TestLedger.attempt;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.ledger.pricing.RepriceTemplate;
import io.github.camelllm.routes.ledger.reconcile.ReconcileTemplate;
import io.github.camelllm.routes.ledger.report.ChargebackTemplate;
import io.github.camelllm.routes.ledger.report.CostReportTemplate;
import io.github.camelllm.routes.ledger.report.FocusExportTemplate;
import io.github.camelllm.routes.ledger.report.LedgerHeaders;
import io.github.camelllm.routes.splitting.CsvFile;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Simulator;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LedgerTemplatesTest {
    private static final Set<String> FOCUS_MANDATORY = Set.of(
            "BilledCost",
            "BillingAccountId",
            "BillingAccountName",
            "BillingCurrency",
            "BillingPeriodEnd",
            "BillingPeriodStart",
            "ChargeCategory",
            "ChargeClass",
            "ChargeDescription",
            "ChargePeriodEnd",
            "ChargePeriodStart",
            "ContractedCost",
            "EffectiveCost",
            "InvoiceIssuerName",
            "ListCost",
            "PricingQuantity",
            "PricingUnit",
            "ProviderName",
            "PublisherName",
            "ServiceCategory",
            "ServiceName");

    @TempDir
    Path folder;

    static Stream<Arguments> dslsAndServers() {
        return Stream.of(
                Arguments.of(Dsl.YAML, Server.H2),
                Arguments.of(Dsl.JAVA, Server.H2),
                Arguments.of(Dsl.YAML, Server.POSTGRESQL));
    }

    private static TestLedger ledger(Server server) throws Exception {
        return TestLedger.on(server)
                .add(
                        attempt("2025-03-01T00:00:00Z", "openai", "gpt-5-mini")
                                .cost(1_005_000_000, "USD")
                                .tag("costCenter", "=HYPERLINK(\"http://x\")"),
                        attempt("2025-03-01T12:00:00Z", "openai", "gpt-5-mini")
                                .cost(1_005_000_000, "USD")
                                .tag("costCenter", "4711, \"north\""),
                        attempt("2025-03-02T12:00:00Z", "mistral", "small").cost(500_000_000, "USD"),
                        attempt("2025-03-02T13:00:00Z", "mistral", "small")
                                .cost(7_000_000, "EUR")
                                .tag("costCenter", "4711, \"north\""),
                        attempt("2025-03-03T12:00:00Z", "openai", "gpt-5-mini")
                                .interrupted()
                                .requestId("req-1"));
    }

    private static TemplateRun run(TestLedger ledger) {
        Properties properties = new Properties();
        properties.putAll(ledger.contextProperties());
        return new TemplateRun(Simulator.builder(), properties);
    }

    private static Exchange ask(
            TestLedger ledger, Dsl dsl, String template, RouteBuilder twin, Object body, String... parameters)
            throws Exception {
        List<String> all = new ArrayList<>(List.of("from", "direct:in"));
        all.addAll(Arrays.asList(parameters));
        try (TemplateRun run = run(ledger)
                .with(dsl, template, twin, all.toArray(String[]::new))
                .start()) {
            Exchange done = run.ask("direct:in", body, Map.of(Exchange.FILE_NAME, "march.csv"));
            assertThat(done.getException()).isNull();
            done.getMessage().setBody(done.getMessage().getBody(String.class));
            return done;
        }
    }

    private static List<Map<String, String>> rows(Exchange done) throws Exception {
        List<Map<String, String>> rows = new ArrayList<>();
        try (CsvFile file = new CsvFile(new StringReader(done.getMessage().getBody(String.class)), ',')) {
            file.forEachRemaining(rows::add);
        }
        return rows;
    }

    @ParameterizedTest
    @MethodSource("dslsAndServers")
    void chargesBackSoThatNothingIsLost(Dsl dsl, Server server) throws Exception {
        try (TestLedger ledger = ledger(server)) {
            Exchange done = ask(
                    ledger,
                    dsl,
                    "llm-chargeback",
                    new ChargebackTemplate(),
                    "",
                    "tag",
                    "costCenter",
                    "period",
                    "2025-03");

            assertThat(rows(done))
                    .extracting(row -> row.get("value") + " " + row.get("allocated") + " " + row.get("currency") + " "
                            + row.get("amount") + " " + row.get("percent"))
                    .containsExactly(
                            "4711, \"north\" true EUR 0.01 100.00",
                            "(unallocated) false EUR 0.00 0.00",
                            "4711, \"north\" true USD 1.01 40.04",
                            "'=HYPERLINK(\"http://x\") true USD 1.00 40.04",
                            "(unallocated) false USD 0.50 19.92");
            assertThat(done.getMessage().getHeader(LedgerHeaders.TOTAL)).isEqualTo("0.007 EUR, 2.51 USD");
            assertThat(done.getMessage().getHeader(LedgerHeaders.PERIOD))
                    .isEqualTo("2025-03-01T00:00:00Z/2025-04-01T00:00:00Z");
        }
    }

    @ParameterizedTest
    @MethodSource("dslsAndServers")
    void exportsTheColumnsOfFocus(Dsl dsl, Server server) throws Exception {
        try (TestLedger ledger = ledger(server)) {
            ask(
                    ledger,
                    dsl,
                    "llm-reconcile",
                    new ReconcileTemplate(),
                    "day,usd\n2025-03-02,0.4\n",
                    "provider",
                    "mistral",
                    "export",
                    "csv",
                    "columns",
                    "day=day,cost=usd",
                    "post",
                    "true");
            Exchange done = ask(
                    ledger,
                    dsl,
                    "llm-focus-export",
                    new FocusExportTemplate(),
                    "",
                    "tag",
                    "costCenter",
                    "period",
                    "2025-03",
                    "account",
                    "acme-llm");

            List<Map<String, String>> rows = rows(done);
            assertThat(rows.get(0).keySet()).containsAll(FOCUS_MANDATORY);
            assertThat(rows.get(0))
                    .containsEntry("BillingAccountId", "acme-llm")
                    .containsEntry("BillingPeriodStart", "2025-03-01T00:00:00Z")
                    .containsEntry("BillingPeriodEnd", "2025-04-01T00:00:00Z")
                    .containsEntry("ServiceCategory", "AI and Machine Learning");
            // Mistral's day costs 0.4 USD and no EUR, by what it says itself
            assertThat(rows)
                    .filteredOn(row -> row.get("ProviderName").equals("mistral"))
                    .extracting(row -> row.get("ChargeCategory") + " " + row.get("BillingCurrency") + " "
                            + row.get("BilledCost") + " " + row.get("Tags"))
                    .containsExactlyInAnyOrder(
                            "Adjustment EUR -0.007 {}",
                            "Adjustment USD -0.1 {}",
                            "Usage USD 0.5 {}",
                            "Usage EUR 0.007 {\"costCenter\":\"4711, \\\"north\\\"\"}");
            BigDecimal sum = rows.stream()
                    .filter(row -> row.get("BillingCurrency").equals("USD"))
                    .map(row -> new BigDecimal(row.get("BilledCost")))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            assertThat(done.getMessage().getHeader(LedgerHeaders.TOTAL))
                    .isEqualTo(sum.stripTrailingZeros().toPlainString() + " USD");
            ledger.requireRollupsInStep();
        }
    }

    private static TestLedger unpricedBesidePriced() throws Exception {
        return TestLedger.on(Server.H2)
                .add(
                        attempt("2025-03-01T00:00:00Z", "openai", "gpt-5-mini")
                                .cost(1_000_000_000, "USD")
                                .tag("costCenter", "priced"),
                        attempt("2025-03-01T01:00:00Z", "openai", "gpt-5-mini")
                                .interrupted()
                                .tag("costCenter", "unpriced"),
                        attempt("2025-03-01T02:00:00Z", "openai", "gpt-5-mini").interrupted());
    }

    @Test
    void chargesShowWhatHasNoKnownCost() throws Exception {
        try (TestLedger ledger = unpricedBesidePriced()) {
            Exchange done = ask(
                    ledger,
                    Dsl.YAML,
                    "llm-chargeback",
                    new ChargebackTemplate(),
                    "",
                    "tag",
                    "costCenter",
                    "period",
                    "2025-03");

            assertThat(rows(done))
                    .extracting(row -> row.get("value") + "|" + row.get("currency") + "|" + row.get("amount") + "|"
                            + row.get("percent") + "|" + row.get("attempts") + "|" + row.get("unpriced"))
                    .containsExactly("unpriced||||1|1", "(unallocated)||||1|1", "priced|USD|1.00|100.00|1|0");
            assertThat(done.getMessage().getHeader(LedgerHeaders.TOTAL)).isEqualTo("1 USD");
        }
    }

    @Test
    void focusRowsOfSeveralCurrenciesCountEachAttemptOnce() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)
                .add(
                        attempt("2025-03-01T00:00:00Z", "mistral", "small").cost(1_000_000_000, "USD"),
                        attempt("2025-03-01T01:00:00Z", "mistral", "small").cost(1_000_000_000, "USD"),
                        attempt("2025-03-01T02:00:00Z", "mistral", "small").cost(2_000_000_000, "EUR"),
                        attempt("2025-03-01T03:00:00Z", "mistral", "small").interrupted())) {
            Exchange done =
                    ask(ledger, Dsl.YAML, "llm-focus-export", new FocusExportTemplate(), "", "period", "2025-03");

            assertThat(rows(done))
                    .extracting(row -> row.get("BillingCurrency") + " " + row.get("BilledCost") + " "
                            + row.get("ConsumedQuantity") + " " + row.get("x_Attempts") + " "
                            + row.get("x_UnpricedAttempts"))
                    .containsExactlyInAnyOrder("USD 2 2200 3 1", "EUR 2 1100 1 0");
        }
    }

    @Test
    void focusRowsShowWhatHasNoKnownCost() throws Exception {
        try (TestLedger ledger = unpricedBesidePriced()) {
            Exchange done = ask(
                    ledger,
                    Dsl.YAML,
                    "llm-focus-export",
                    new FocusExportTemplate(),
                    "",
                    "tag",
                    "costCenter",
                    "period",
                    "2025-03");

            assertThat(rows(done))
                    .extracting(row -> row.get("Tags") + "|" + row.get("BillingCurrency") + "|" + row.get("BilledCost")
                            + "|" + row.get("x_Attempts") + "|" + row.get("x_UnpricedAttempts"))
                    .containsExactlyInAnyOrder(
                            "{\"costCenter\":\"priced\"}|USD|1|1|0", "{\"costCenter\":\"unpriced\"}|||1|1", "{}|||1|1");
            assertThat(done.getMessage().getHeader(LedgerHeaders.TOTAL)).isEqualTo("1 USD");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void reportsCostsAndLatencies(Dsl dsl) throws Exception {
        try (TestLedger ledger = ledger(Server.H2)) {
            Exchange done = ask(
                    ledger,
                    dsl,
                    "llm-cost-report",
                    new CostReportTemplate(),
                    "",
                    "period",
                    "2025-03",
                    "by",
                    "model",
                    "over",
                    "day",
                    "tag",
                    "costCenter",
                    "tagValue",
                    "4711, \"north\"",
                    "format",
                    "json");

            assertThat(done.getMessage().getBody(String.class))
                    .startsWith("[{\"begin\":\"2025-03-01T00:00:00Z\",\"provider\":null,\"model\":\"gpt-5-mini\",")
                    .contains("\"currency\":\"USD\",\"cost\":1.005,\"adjusted\":0,\"total\":1.005,");
            assertThat(done.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("application/json");
            assertThat(done.getMessage().getHeader(LedgerHeaders.ROWS)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void pricesAgainFirstToLookAndThenToEnter(Dsl dsl) throws Exception {
        Path prices = folder.resolve("prices.csv");
        Files.writeString(prices, "provider,model,input,output\nmistral,small,100,1000\n");
        try (TestLedger ledger = ledger(Server.H2)) {
            String[] parameters = {"period", "2025-03", "provider", "mistral", "prices", "file:" + prices};
            Exchange look = ask(ledger, dsl, "llm-reprice", new RepriceTemplate(), "", parameters);
            assertThat(rows(look))
                    .extracting(row -> row.get("currency") + " " + row.get("oldCost") + " " + row.get("newCost") + " "
                            + row.get("difference"))
                    .containsExactly("EUR 0.007 0 -0.007", "USD 0.5 0.4 -0.1");
            assertThat(ledger.query("select id from llm_entry")).isEmpty();

            String[] posting = Stream.concat(Arrays.stream(parameters), Stream.of("post", "true"))
                    .toArray(String[]::new);
            Exchange done = ask(ledger, dsl, "llm-reprice", new RepriceTemplate(), "", posting);
            assertThat(done.getMessage().getHeader(LedgerHeaders.POSTED)).isEqualTo(3L);
            assertThat(done.getMessage().getHeader(LedgerHeaders.TOTAL)).isEqualTo("0.4 USD");
            ledger.requireRollupsInStep();
        }
    }

    @ParameterizedTest
    @MethodSource("dslsAndServers")
    void comparesAnExportAndEntersItsDrift(Dsl dsl, Server server) throws Exception {
        try (TestLedger ledger = ledger(server)) {
            String export = "{\"data\":[{\"start_time\":1740787200,\"end_time\":1740873600,\"results\":[{\"amount\":"
                    + "{\"value\":2,\"currency\":\"usd\"},\"line_item\":\"gpt-5-mini-2025-08-07, input\"}]}]}";
            for (long posted : new long[] {1, 0}) {
                Exchange done = ask(
                        ledger,
                        dsl,
                        "llm-reconcile",
                        new ReconcileTemplate(),
                        export,
                        "provider",
                        "openai",
                        "export",
                        "openai",
                        "post",
                        "true",
                        "exportId",
                        "march");
                assertThat(done.getMessage().getHeader(LedgerHeaders.POSTED)).isEqualTo(posted);
                assertThat(done.getMessage().getHeader(LedgerHeaders.DRIFT)).isEqualTo(posted == 1 ? "-0.01 USD" : "");
                assertThat(done.getMessage().getHeader(LedgerHeaders.DRIFT_ROWS))
                        .isEqualTo(posted);
            }
            ledger.requireRollupsInStep();
        }
    }

    @Test
    void rowsGoToADatabaseOrASplit() throws Exception {
        try (TestLedger ledger = ledger(Server.H2);
                TemplateRun run = run(ledger)
                        .with(new RouteBuilder() {
                            @Override
                            public void configure() {
                                from("direct:rows")
                                        .to("kamelet:llm-chargeback-action?tag=costCenter&period=2025-03&format=rows")
                                        .split(body())
                                        .transform(simple("${body[value]}=${body[amount]}"))
                                        .to("mock:charges");
                            }
                        })
                        .start()) {
            run.mock("charges").expectedMessageCount(5);
            assertThat(run.ask("direct:rows", "").getException()).isNull();
            run.mock("charges").assertIsSatisfied();
        }
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        try (TestLedger ledger = ledger(Server.H2);
                TemplateRun run = run(ledger)
                        .with(new RouteBuilder() {
                            @Override
                            public void configure() {
                                from("direct:period").to("kamelet:llm-focus-export-action?period=soon");
                                from("direct:export")
                                        .to("kamelet:llm-reconcile-action?provider=openai&export=openai&post=true");
                                from("direct:tag").to("kamelet:llm-cost-report-action?by=tag&period=2025-03");
                            }
                        })
                        .start()) {
            assertThat(run.ask("direct:period", "").getException())
                    .hasMessageContaining("expected a month such as 2026-10");
            assertThat(run.ask("direct:export", "{}").getException()).hasMessageContaining("exportId");
            assertThat(run.ask("direct:tag", "").getException()).hasMessageContaining("needs the parameter tag");
        }
    }
}
