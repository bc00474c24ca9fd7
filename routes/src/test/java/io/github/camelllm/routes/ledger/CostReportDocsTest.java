package io.github.camelllm.routes.ledger;

import static io.github.camelllm.routes.ledger.TestLedger.attempt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetupTest;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.Postgres;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Simulator;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CostReportDocsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void everyRouteOfThePageWorks(Dsl dsl) throws Exception {
        Files.writeString(folder.resolve("prices.csv"), "provider,model,input,output\nopenai,gpt-5-mini,1,10\n");
        try (TestLedger ledger = TestLedger.on(Server.H2)
                .add(
                        attempt("2025-03-01T00:00:00Z", "openai", "gpt-5-mini")
                                .cost(1_000_000, "USD")
                                .tag("team", "search")
                                .tag("costCenter", "4711"),
                        attempt("2025-03-01T10:00:00Z", "openai", "gpt-5-mini").cost(3_000_000, "USD"))) {
            Properties properties = new Properties();
            properties.putAll(ledger.contextProperties());
            properties.setProperty("folder", folder.toString());
            properties.setProperty("finance.mail", "mock:mail");
            TemplateRun run = new TemplateRun(Simulator.builder(), properties).withTemplates("llm-reconcile");
            run.context().getRegistry().bind("finance", ledger.database().dataSource());
            try (run) {
                run.withRoutes(dsl, "docs/cost-reports.camel.yaml", new CostReportDocsRoutes())
                        .start();
                for (String route : List.of("team", "charge", "what-if", "focus")) {
                    Exchange done = run.ask("direct:" + route, "");
                    assertThat(done.getException()).as(route).isNull();
                }
                assertThat(report("search.csv")).contains("2025-03-01T00:00:00Z,,gpt-5-mini,,,USD,0.001,");
                assertThat(report("chargeback.csv"))
                        .contains(
                                "costCenter,4711,true,USD,0.00,25.00,",
                                "costCenter,(unallocated),false,USD,0.00,75.00,");
                assertThat(report("what-if.csv")).contains("2025-03-01,openai,gpt-5-mini,USD,2,0.004,0.004,0,");
                assertThat(report("focus.csv")).contains("acme-llm", "\"{\"\"costCenter\"\":\"\"4711\"\"}\"");

                Files.createDirectories(folder.resolve("invoices"));
                Files.writeString(
                        folder.resolve("openai-march.json"),
                        "{\"data\":[{\"start_time\":1740787200,\"end_time\":1740873600,\"results\":[{\"amount\":{\"value\":"
                                + "0.005,\"currency\":\"usd\"},\"line_item\":\"gpt-5-mini-2025-08-07, input\"}]}]}");
                Files.move(folder.resolve("openai-march.json"), folder.resolve("invoices/openai-march.json"));
                await().until(() -> Files.exists(folder.resolve("reports/drift-openai-march.json.csv")));
                await().untilAsserted(() -> assertThat(report("drift-openai-march.json.csv"))
                        .contains("2025-03-01,openai,gpt-5-mini,USD,DRIFT,0.005,0.004,0.001,0.001,"));
                ledger.requireRollupsInStep();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void rowsGoIntoATable(Dsl dsl) throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2)
                .add(attempt("2025-03-01T00:00:00Z", "openai", "gpt-5-mini")
                        .cost(12_340_000_000L, "USD")
                        .tag("costCenter", "4711"))) {
            JdbcDataSource finance = new JdbcDataSource();
            finance.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
            Postgres.execute(
                    finance,
                    "create table charges (cost_center varchar(64), currency varchar(3), amount decimal(20, 2))");
            Properties properties = new Properties();
            properties.putAll(ledger.contextProperties());
            properties.setProperty("folder", folder.toString());
            properties.setProperty("finance.mail", "mock:mail");
            TemplateRun run = new TemplateRun(Simulator.builder(), properties).withTemplates("llm-reconcile");
            run.context().getRegistry().bind("finance", finance);
            try (run) {
                run.withRoutes(dsl, "docs/cost-reports.camel.yaml", new CostReportDocsRoutes())
                        .start();
                assertThat(run.ask("direct:table", "").getException()).isNull();
            }
            assertThat(Postgres.number(finance, "select sum(amount * 100) from charges where cost_center = '4711'"))
                    .isEqualTo(1234);
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void aReportIsMailed(Dsl dsl) throws Exception {
        GreenMail mail = new GreenMail(ServerSetupTest.SMTP.dynamicPort());
        mail.start();
        try (TestLedger ledger = TestLedger.on(Server.H2)
                .add(attempt("2025-03-01T00:00:00Z", "openai", "gpt-5-mini")
                        .cost(12_340_000_000L, "USD")
                        .tag("costCenter", "4711"))) {
            Properties properties = new Properties();
            properties.putAll(ledger.contextProperties());
            properties.setProperty("folder", folder.toString());
            properties.setProperty(
                    "finance.mail",
                    "smtp:localhost:" + mail.getSmtp().getPort() + "?from=llm@localhost&to=finance@localhost");
            TemplateRun run = new TemplateRun(Simulator.builder(), properties).withTemplates("llm-reconcile");
            run.context().getRegistry().bind("finance", ledger.database().dataSource());
            try (run) {
                run.withRoutes(dsl, "docs/cost-reports.camel.yaml", new CostReportDocsRoutes())
                        .start();
                assertThat(run.ask("direct:mail", "").getException()).isNull();
            }
            MimeMessage received = mail.getReceivedMessages()[0];
            assertThat(received.getSubject()).isEqualTo("LLM cost of 2025-03: 12.34 USD");
            assertThat(received.getAllRecipients()).extracting(Object::toString).containsExactly("finance@localhost");
            assertThat(GreenMailUtil.getBody(received)).contains("costCenter,4711,true,USD,12.34,100.00,");
        } finally {
            mail.stop();
        }
    }

    private String report(String name) throws Exception {
        return Files.readString(folder.resolve("reports").resolve(name), StandardCharsets.UTF_8);
    }
}
