package io.github.camelllm.routes.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.chat.LlmBudgetExceededException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.component.LlmPolicies;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/budgets.md shows of routes that change budgets, and of shared stores. */
class BudgetDocsTest {
    private static final String TINY = "limit: 0.000001 USD\nwindow: total\n";

    private static Properties database(String name) {
        Properties properties = new Properties();
        properties.setProperty("llm.jdbc.url", "jdbc:h2:mem:" + name);
        return properties;
    }

    private static void define(ProducerTemplate template, String name, String yaml) {
        template.requestBodyAndHeaders(
                "direct:define-budget", yaml, Map.of(PolicyControl.NAME, name, PolicyControl.ACTOR, "alice"));
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void routesDefineBudgetsThatAllNodesTakeOver(Dsl dsl) throws Exception {
        Properties properties = database("policies-" + dsl);
        try (Simulator simulator = Simulator.started();
                SimulatedContext one = new SimulatedContext(simulator, properties);
                SimulatedContext other = new SimulatedContext(simulator, properties)) {
            for (SimulatedContext node : List.of(one, other)) {
                node.getComponent("llm", LlmComponent.class).setPolicyStore("jdbc");
                node.getComponent("llm", LlmComponent.class).setBudgetStore("jdbc");
                dsl.loadUse(node, "docs/budgets.camel.yaml", new BudgetDocsRoutes());
                node.start();
            }
            define(one.createProducerTemplate(), "all", TINY);
            other.getComponent("llm", LlmComponent.class).getPolicies().refresh();

            for (SimulatedContext node : List.of(one, other)) {
                assertThatThrownBy(() -> node.createProducerTemplate().requestBody("llm:openai/gpt-5-mini", "Hi"))
                        .isInstanceOf(CamelExecutionException.class)
                        .cause()
                        .isInstanceOf(LlmBudgetExceededException.class)
                        .hasMessageContaining("budget 'all'");
            }
            assertThat(one.createProducerTemplate().requestBody("direct:list-budgets", null, List.class))
                    .singleElement()
                    .satisfies(row ->
                            assertThat((Map<?, ?>) row).extracting("budget").isEqualTo("all"));
        }
    }

    @Test
    void aWrongDefinitionIsRefusedAndChangesNothing() throws Exception {
        try (Simulator simulator = Simulator.started();
                SimulatedContext context = new SimulatedContext(simulator, database("wrong"))) {
            context.getComponent("llm", LlmComponent.class).setPolicyStore("jdbc");
            context.addRoutes(new BudgetDocsRoutes());
            context.start();
            ProducerTemplate template = context.createProducerTemplate();

            assertThatThrownBy(() -> define(template, "all", "limit: lots\nwindow: total\n"))
                    .hasStackTraceContaining("stored budget all line 1: 'limit' must be an amount such as 500 USD");
            assertThatThrownBy(() -> template.requestBody("direct:define-budget", TINY))
                    .hasStackTraceContaining("expected the name of a budget or limit in the header CamelLlmPolicy");
            assertThat(template.requestBody("llm:openai/gpt-5-mini", "Hi", String.class))
                    .isNotBlank();
        }
    }

    @Test
    void aRowThatSqlWroteCountsToo() throws Exception {
        Properties properties = database("sql");
        try (Simulator simulator = Simulator.started();
                SimulatedContext context = new SimulatedContext(simulator, properties)) {
            LlmComponent component = context.getComponent("llm", LlmComponent.class);
            component.setPolicyStore("jdbc");
            context.start();
            try (var connection = DriverManager.getConnection(
                            "jdbc:h2:mem:sql;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE", "sa", "");
                    var statement = connection.createStatement()) {
                statement.execute(
                        "insert into llm_policy values ('budget', 'all', 'limit: 0.000001 USD\nwindow: total', 'dba',"
                                + " current_timestamp)");
            }
            component.getPolicies().refresh();

            assertThatThrownBy(() -> context.createProducerTemplate().requestBody("llm:openai/gpt-5-mini", "Hi"))
                    .hasStackTraceContaining("budget 'all'");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc", "redis"})
    void aStoreThatIsNotThereLetsNothingThroughAHardBudget(String kind) throws Exception {
        Properties shown = new Properties();
        try (InputStream in = BudgetDocsTest.class.getResourceAsStream("/docs/budgets-" + kind + ".properties")) {
            shown.load(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(shown.remove("camel.component.llm.budget-store")).isEqualTo(kind);
        shown.remove("llm.jdbc.password");
        shown.setProperty("llm.jdbc.connectTimeout", "300");
        shown.setProperty("llm.budgets.storeTimeout", "500ms");
        shown.setProperty("llm.budget.all.limit", "1 USD");
        shown.setProperty("llm.budget.all.window", "day");
        try (Simulator simulator = Simulator.started();
                SimulatedContext context = new SimulatedContext(simulator, shown)) {
            context.getComponent("llm", LlmComponent.class).setBudgetStore(kind);
            context.start();

            assertThatThrownBy(() -> context.createProducerTemplate().requestBody("llm:openai/gpt-5-mini", "Hi"))
                    .hasStackTraceContaining("hard budgets cannot be asked, so nothing is sent");
            assertThat(simulator.requestCount()).isZero();
        }
    }

    @Test
    void eachChangeIsAudited(@TempDir Path folder) throws Exception {
        Properties properties = database("audited");
        properties.setProperty("llm.ledger.journal", folder.toString());
        try (Simulator simulator = Simulator.started();
                SimulatedContext context = new SimulatedContext(simulator, properties)) {
            context.getComponent("llm", LlmComponent.class).setLedger(true);
            context.addRoutes(new BudgetDocsRoutes());
            context.start();
            define(context.createProducerTemplate(), "all", "limit: 5 USD\nwindow: day\n");
            define(context.createProducerTemplate(), "all", "limit: 7 USD\nwindow: day\n");
        }
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:h2:mem:audited;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE", "sa", "");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select kind, name, actor, before_text, after_text from llm_audit order by at, after_text")) {
            assertThat(rows.next()).isTrue();
            assertThat(List.of(rows.getString(1), rows.getString(2), rows.getString(3)))
                    .containsExactly("budget", "all", "alice");
            assertThat(rows.getString(5)).startsWith("5 USD per day");
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(4)).startsWith("5 USD per day");
            assertThat(rows.getString(5)).startsWith("7 USD per day");
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void aLimitThatIsDefinedLaterHolds() throws Exception {
        try (Simulator simulator = Simulator.started();
                SimulatedContext context = new SimulatedContext(simulator)) {
            context.start();
            ProducerTemplate template = context.createProducerTemplate();
            LlmPolicies policies =
                    context.getComponent("llm", LlmComponent.class).getPolicies();
            template.requestBody("llm:openai/gpt-5-mini", "Hi");

            policies.defineLimit("few", "requestsPerDay: 1\nwait: 0\n", "alice");
            template.requestBody("llm:openai/gpt-5-mini", "Hi");

            assertThatThrownBy(() -> template.requestBody("llm:openai/gpt-5-mini", "Hi"))
                    .cause()
                    .isInstanceOf(LlmRateLimitedException.class)
                    .hasMessageContaining("few");
            policies.removeLimit("few", "alice");
            assertThat(template.requestBody("llm:openai/gpt-5-mini", "Hi", String.class))
                    .isNotBlank();
        }
    }
}
