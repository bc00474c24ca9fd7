package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The routes of docs/ledger.md, with the component, the simulator and H2 in a file. */
class LedgerEndToEndTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void everyCallOfARouteIsInTheLedgerOnce(Dsl dsl) throws Exception {
        String url = "jdbc:h2:file:" + folder.resolve("ledger");
        try (Simulator simulator = Simulator.builder()
                .responder(Responders.always(ScriptedAnswer.text("A letter about a claim.")))
                .build()
                .start()) {
            SimulatedContext context = new SimulatedContext(simulator, properties(url, folder));
            context.getComponent("llm", LlmComponent.class).setLedger(true);
            dsl.loadUse(context, "docs/ledger.camel.yaml", new LedgerDocsRoutes());
            context.start();
            try {
                ask(context, "billing");
                ask(context, "claims");
                simulator.failNext(Fault.parse("status=503"));
                ask(context, "claims");
            } finally {
                context.stop();
            }
            try (LlmDatabase database = LlmDatabase.open(Map.of("url", url))) {
                assertThat(LedgerRun.rows(database, "select outcome from llm_attempt order by outcome"))
                        .extracting(row -> row.get("outcome"))
                        .containsExactly("FAILED", "SUCCEEDED", "SUCCEEDED");
                assertThat(LedgerRun.rows(
                                database,
                                "select tag_value, sum(attempts) n, sum(failed) f from llm_rollup where grain = 'day'"
                                        + " and tag_name = 'team' group by tag_value order by tag_value"))
                        .extracting(row -> row.get("tag_value") + " " + row.get("n") + " " + row.get("f"))
                        .containsExactly("billing 1 0", "claims 2 1");
                assertThat(LedgerRun.rows(database, statements().get(0)))
                        .extracting(row -> row.get("team"))
                        .containsExactly("billing", "claims");
                assertThat(LedgerRun.rows(database, statements().get(1))).isEmpty();
                assertThat(LedgerRun.rows(
                                database,
                                "select count(*) n from llm_attempt where tags like '%\"routeId\":\"letters%' and"
                                        + " outcome = 'SUCCEEDED' and cost_nanos > 0 and price_book is not null"))
                        .containsExactly(Map.of("n", 2L));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Dsl.class, names = "YAML")
    void alarmsGoToAnEndpointAndTheHealthCheckIsDown(Dsl dsl) throws Exception {
        try (Simulator simulator = Simulator.builder()
                .responder(Responders.always(ScriptedAnswer.text("A letter.")))
                .build()
                .start()) {
            Properties properties = properties("jdbc:h2:tcp://localhost:1/./ledger", folder);
            properties.setProperty("llm.jdbc.connectTimeout", "250");
            properties.setProperty("llm.ledger.alarm", "mock:alarms");
            SimulatedContext context = new SimulatedContext(simulator, properties);
            context.getComponent("llm", LlmComponent.class).setLedger(true);
            dsl.loadUse(context, "docs/ledger.camel.yaml", new LedgerDocsRoutes());
            context.start();
            try {
                MockEndpoint alarms = context.getEndpoint("mock:alarms", MockEndpoint.class);
                alarms.expectedHeaderReceived("LlmAlarm", "database-down");
                alarms.expectedHeaderReceived("LlmAlarmState", "raised");
                alarms.expectedMessageCount(1);
                ask(context, "billing");

                alarms.assertIsSatisfied(30_000);
                await().until(() -> health(context).getState() == HealthCheck.State.DOWN);
                assertThat(health(context).getMessage().orElseThrow()).startsWith("database-down: ");
                // Calls go on, so nodes stay in service
                assertThat(HealthCheckHelper.invokeReadiness(context))
                        .extracting(HealthCheck.Result::getState)
                        .containsOnly(HealthCheck.State.UP);
                assertThat(HealthCheckHelper.invokeLiveness(context))
                        .extracting(result -> result.getCheck().getId())
                        .doesNotContain("llm-ledger");
                assertThat(health(context).getDetails()).containsEntry("journaled", 2L);
            } finally {
                context.stop();
            }
        }
    }

    /** The page's properties make a ledger; only its database is another one. */
    @Test
    void propertiesOfThePageAreTaken() throws Exception {
        Properties page = new Properties();
        page.load(new StringReader(resource("docs/ledger.properties")));
        page.setProperty("llm.jdbc.url", "jdbc:h2:file:" + folder.resolve("ledger"));
        page.setProperty("llm.ledger.journal", folder.resolve("journal").toString());
        assertThat(page.getProperty("camel.component.llm.ledger")).isEqualTo("true");
        try (Simulator simulator = Simulator.builder()
                .responder(Responders.always(ScriptedAnswer.text("A letter.")))
                .build()
                .start()) {
            SimulatedContext context = new SimulatedContext(simulator, page);
            context.getComponent("llm", LlmComponent.class).setLedger(true);
            context.addRoutes(new LedgerDocsRoutes());
            context.start();
            try {
                ask(context, "billing");
                assertThat(health(context).getState()).isEqualTo(HealthCheck.State.UP);
            } finally {
                context.stop();
            }
        }
    }

    private static List<String> statements() throws IOException {
        return List.of(resource("docs/ledger.sql").split(";\\s*"));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = LedgerEndToEndTest.class.getClassLoader().getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static HealthCheck.Result health(SimulatedContext context) {
        return HealthCheckRegistry.get(context)
                .getCheck("llm-ledger")
                .orElseThrow()
                .call();
    }

    private static Properties properties(String url, Path folder) {
        Properties properties = new Properties();
        properties.setProperty("llm.jdbc.url", url);
        properties.setProperty("llm.ledger.journal", folder.resolve("journal").toString());
        properties.setProperty("llm.ledger.closeTimeout", "30s");
        return properties;
    }

    private static void ask(SimulatedContext context, String team) {
        try (ProducerTemplate asking = context.createProducerTemplate()) {
            Exchange done = asking.request("direct:letter-of-" + team, exchange -> exchange.getMessage()
                    .setBody("What is this letter about?"));
            assertThat(done.getMessage()).isNotNull();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
