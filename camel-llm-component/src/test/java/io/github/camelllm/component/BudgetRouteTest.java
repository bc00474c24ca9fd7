package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.chat.LlmBudgetExceededException;
import java.io.File;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Budgets of routes, from a file and from properties. Each answer of the server costs 0.00125 dollars. */
class BudgetRouteTest extends LlmRouteTest {
    @TempDir
    static Path folder;

    private final Path file = folder.resolve("budgets.yaml");

    @Override
    protected CamelContext createCamelContext() throws Exception {
        Files.writeString(file, """
                budgets:
                  team-day:
                    scope: {team: "*"}
                    limit: {{budget.ofTeam}}
                    window: day
                    alerts: [50]
                    alertTo: mock:alert
                """);
        CamelContext context = super.createCamelContext();
        Properties properties = new Properties();
        properties.setProperty("budget.ofTeam", "0.003 USD");
        properties.setProperty("llm.budget.draft.scope.feature", "draft");
        properties.setProperty("llm.budget.draft.limit", "0.001 USD");
        properties.setProperty("llm.budget.draft.window", "month");
        properties.setProperty("llm.budget.draft.enforcement", "soft");
        properties.setProperty("llm.budget.draft.whenExceeded", "downgrade");
        properties.setProperty("llm.budget.draft.downgradeTo", "openai/gpt-5-nano");
        properties.setProperty("llm.budget.routed.scope.router", "routed");
        properties.setProperty("llm.budget.routed.limit", "0.001 USD");
        properties.setProperty("llm.budget.routed.window", "month");
        properties.setProperty("llm.budget.routed.enforcement", "soft");
        properties.setProperty("llm.budget.routed.whenExceeded", "downgrade");
        properties.setProperty("llm.budget.routed.downgradeTo", "openai/gpt-5-nano");
        properties.setProperty("llm.router.routed.targets", "openai/" + MODEL);
        properties.setProperty("llm.budget.dear.scope.provider", "openai");
        properties.setProperty("llm.budget.dear.scope.feature", "either");
        properties.setProperty("llm.budget.dear.limit", "0.000001 USD");
        properties.setProperty("llm.budget.dear.window", "day");
        properties.setProperty("llm.router.two.targets", "openai/" + MODEL + ",groq/llama-3.3-70b-versatile");
        context.getPropertiesComponent().setInitialProperties(properties);
        context.getComponent("llm", LlmComponent.class).setBudgetsLocation("file:" + file);
        return context;
    }

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:ask").to("llm:openai/" + MODEL + "?maxTokens=500");
                from("direct:billing").to("llm:openai/" + MODEL + "?maxTokens=500&tag.team=billing");
                from("direct:either").to("llm:router/two?maxTokens=500&tag.feature=either");
                from("direct:routed").to("llm:router/routed?maxTokens=500");
                from("direct:draft").to("llm:openai/" + MODEL + "?maxTokens=500&tag.feature=draft");
            }
        };
    }

    @BeforeEach
    void playAnswers() {
        server.otherwise(answer("Hello"));
    }

    private Exchange ask(String uri, Map<String, Object> headers) {
        return template.send(uri, exchange -> {
            exchange.getMessage().setBody("Hi");
            exchange.getMessage().setHeaders(headers);
        });
    }

    @Test
    void refusesACallOfATeamWhoseBudgetIsSpentAndSendsNothing() throws Exception {
        Map<String, Object> sales = Map.of("CamelLlmTag.team", "sales");
        MockEndpoint alert = getMockEndpoint("mock:alert");
        alert.expectedBodiesReceived(
                "budget team-day of team=sales has reached 50 %: 0.0025 of 0.003 USD spent, resets at "
                        + context.getComponent("llm", LlmComponent.class)
                                .getPolicies()
                                .budgets()
                                .definitions()
                                .find("team-day")
                                .orElseThrow()
                                .window()
                                .resetsAt(java.time.Instant.now())
                                .orElseThrow());
        alert.setResultMinimumWaitTime(0);
        alert.expectedHeaderReceived(LlmConstants.BUDGET_PERCENT, 50);
        alert.expectedMessageCount(1);

        assertThat(ask("direct:ask", sales).getException()).isNull();
        assertThat(ask("direct:ask", sales).getException()).isNull();
        alert.assertIsSatisfied();
        Exchange refused = ask("direct:ask", sales);

        assertThat(refused.getException())
                .isInstanceOf(LlmBudgetExceededException.class)
                .hasMessageContaining("budget 'team-day' of team=sales");
        assertThat(server.requests()).hasSize(2);
        assertThat(ask("direct:ask", Map.of("CamelLlmTag.team", "research")).getException())
                .isNull();
    }

    @Test
    void aRefusedCallHasARecordToo() throws Exception {
        for (int i = 0; i < 3; i++) {
            ask("direct:billing", Map.of());
        }
        takeRecord();
        takeRecord();
        CallRecord refused = takeRecord();

        assertThat(refused.errorType()).contains("budget_exceeded");
        assertThat(refused.billable()).isFalse();
        assertThat(refused.tags()).containsEntry("team", "billing");
    }

    @Test
    void theTagOfTheRouteWinsOverTheHeader() throws Exception {
        ask("direct:billing", Map.of("CamelLlmTag.team", "someone else"));

        assertThat(takeRecord().tags()).containsEntry("team", "billing");
    }

    @Test
    void asksACheaperModelOnceASoftBudgetIsSpent() {
        ask("direct:draft", Map.of());
        Exchange second = ask("direct:draft", Map.of(LlmConstants.MODEL, "gpt-5"));

        assertThat(second.getMessage().getHeader(LlmConstants.REQUEST_MODEL)).isEqualTo("gpt-5-nano");
    }

    @Test
    void asksACheaperModelInPlaceOfARouterOnceItsBudgetIsSpent() {
        ask("direct:routed", Map.of());
        Exchange second = ask("direct:routed", Map.of());

        assertThat(second.getMessage().getHeader(LlmConstants.REQUEST_MODEL)).isEqualTo("gpt-5-nano");
    }

    @Test
    void aRouterGoesOnToATargetThatTheBudgetsAllow() {
        Exchange answered = ask("direct:either", Map.of());

        assertThat(answered.getException()).isNull();
        assertThat(answered.getMessage().getHeader(LlmConstants.PROVIDER)).isEqualTo("groq");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aChangedFileCountsFromThenOnAndAWrongOneDoesNot() throws Exception {
        LlmPolicies policies = context.getComponent("llm", LlmComponent.class).getPolicies();
        Files.writeString(file, "budgets: {team-day: {scope: {team: '*'}, limit: 0.00001 USD, window: day}}");
        policies.refresh();
        assertThat(ask("direct:billing", Map.of()).getException()).isInstanceOf(LlmBudgetExceededException.class);

        Files.writeString(file, "budgets: {team-day: {limit: 1 USD}}");
        policies.refresh();

        assertThat(policies.getProblem()).contains("budgets.yaml line 1").contains("'window' is missing");
        assertThat(ask("direct:billing", Map.of()).getException()).isInstanceOf(LlmBudgetExceededException.class);
    }

    @Test
    void budgetsCanBeDefinedAndTakenAwayWhileRoutesRun() {
        LlmPolicies policies = context.getComponent("llm", LlmComponent.class).getPolicies();
        policies.defineBudget("all", "limit: 0.00001 USD\nwindow: total\n", "alice");
        assertThat(ask("direct:ask", Map.of()).getException()).hasMessageContaining("budget 'all'");

        policies.removeBudget("all", "alice");
        assertThat(ask("direct:ask", Map.of()).getException()).isNull();
        assertThatThrownBy(() -> policies.defineBudget("all", "limit: lots\nwindow: day\n", "alice"))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("stored budget all line 1");
    }

    @Test
    void tellsHowItsBudgetsAreDoing() {
        ask("direct:billing", Map.of());

        assertThat(context.getComponent("llm", LlmComponent.class).getPolicies().getBudgets())
                .anySatisfy(row -> assertThat(row)
                        .containsEntry("budget", "team-day")
                        .containsEntry("account", "team=billing")
                        .containsEntry("spent", new BigDecimal("0.00125"))
                        .containsEntry("currency", "USD"));
    }

    @Test
    void namesTheFileThatIsMissing() {
        LlmComponent component = new LlmComponent();
        component.setCamelContext(context);
        component.setBudgetsLocation("file:" + folder + File.separator + "absent.yaml");

        assertThatThrownBy(component::start).hasStackTraceContaining("absent.yaml");
    }
}
