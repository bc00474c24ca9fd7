package io.github.camelllm.routes.dashboard;

import static io.github.camelllm.routes.ledger.TestLedger.attempt;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Simulator;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Properties;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BudgetsPageTest {
    /** The store of budgets has its own clock, so this month it is. */
    private static final LocalDate FIRST = LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1);

    @ParameterizedTest
    @EnumSource(Server.class)
    void saysWhatIsLeftByTheStoreAndHowItWentByTheLedger(Server server) throws Exception {
        long month = FIRST.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
        Instant now = Instant.now();
        try (TestLedger ledger = TestLedger.on(server)
                        .add(attempt(Instant.ofEpochSecond(month).toString(), "openai", "gpt-5-mini")
                                .cost(30_000_000_000L, "USD")
                                .tag("team", "search"));
                Simulator simulator = Simulator.started();
                SimulatedContext context = new SimulatedContext(simulator, properties(ledger))) {
            // What two nodes have booked
            ledger.execute("insert into llm_budget_spent (account, period, currency, nanos) values"
                    + " ('team-month/team=search', " + month + ", 'USD', 30000000000)");
            ledger.execute("insert into llm_budget_account (account) values ('team-month/team=search')");
            ledger.execute("insert into llm_budget_amount (account, period, spent_nanos, reserved_nanos) values"
                    + " ('team-month/team=search', " + month + ", 30000000000, 1)");
            context.getComponent("llm", LlmComponent.class).setBudgetStore("jdbc");
            context.start();
            DashboardSite site = new DashboardSite(
                    context, DashboardSettings.of(Map.of("auth", "none")), Clock.fixed(now, ZoneOffset.UTC));

            String html = get(site, Map.of());

            assertThat(html)
                    .contains("team-month/team=search")
                    .contains("40.00 USD", "30.00 USD", "0.000000001 USD", "9.999999999 USD", "75.0 %")
                    .contains("everything")
                    // At the begin, and after the first day
                    .contains("data-v=\"40\"")
                    .contains("id=\"table-burn-down\"");
            assertThat(get(site, Map.of("account", "everything"))).contains("Left of everything, USD");
            assertThat(get(site, Map.of("account", "nobody"))).contains("There is no account of this name.");
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void aWindowOfAnotherZoneBeginsWithAllThatItHas(Server server) throws Exception {
        ZoneId zone = ZoneId.of("America/New_York");
        Instant begin = LocalDate.now(zone).withDayOfMonth(1).atStartOfDay(zone).toInstant();
        try (TestLedger ledger = TestLedger.on(server)
                        .add(attempt(begin.toString(), "openai", "gpt-5-mini").cost(30_000_000_000L, "USD"));
                Simulator simulator = Simulator.started();
                SimulatedContext context = new SimulatedContext(simulator, properties(ledger))) {
            context.getPropertiesComponent().addInitialProperty("llm.budget.zoned.limit", "40 USD");
            context.getPropertiesComponent().addInitialProperty("llm.budget.zoned.window", "month");
            context.getPropertiesComponent().addInitialProperty("llm.budget.zoned.timeZone", zone.getId());
            context.getComponent("llm", LlmComponent.class).setBudgetStore("jdbc");
            context.start();
            // Two days later, in that zone and in UTC
            Instant now = begin.plus(Duration.ofHours(50));
            DashboardSite site = new DashboardSite(
                    context, DashboardSettings.of(Map.of("auth", "none")), Clock.fixed(now, ZoneOffset.UTC));

            assertThat(csv(site, "zoned", "burn-down").lines().skip(1).limit(3).map(line -> line.split(",")[1]))
                    .containsExactly("40", "10", "10");
        }
    }

    @Test
    void amountsHaveTheirCurrencyInTheCsv() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2);
                Simulator simulator = Simulator.started();
                SimulatedContext context = new SimulatedContext(simulator, properties(ledger))) {
            context.getPropertiesComponent().addInitialProperty("llm.budget.euros.limit", "50 EUR");
            context.getPropertiesComponent().addInitialProperty("llm.budget.euros.window", "month");
            context.getPropertiesComponent().addInitialProperty("llm.budget.euros.exchangeRates.USD", "0.9");
            context.start();
            DashboardSite site =
                    new DashboardSite(context, DashboardSettings.of(Map.of("auth", "none")), Clock.systemUTC());

            assertThat(csv(site, "euros", "budgets").lines())
                    .anySatisfy(line -> assertThat(line).startsWith("budget,").endsWith(",exhausted,currency"))
                    .anySatisfy(line -> assertThat(line).startsWith("euros,").endsWith(",EUR"))
                    .anySatisfy(
                            line -> assertThat(line).startsWith("everything,").endsWith(",USD"));
            assertThat(csv(site, "euros", "burn-down").lines())
                    .first()
                    .isEqualTo("at,left,evenPace,projected,currency");
            assertThat(csv(site, "euros", "burn-down").lines().skip(1)).allMatch(line -> line.endsWith(",EUR"));
            assertThat(csv(site, "everything", "burn-down").lines().skip(1)).allMatch(line -> line.endsWith(",USD"));
        }
    }

    private static String csv(DashboardSite site, String account, String table) {
        DashboardResponse response = site.answer(new DashboardRequest(
                "GET", "/budgets.csv", Map.of("account", account, "table", table), Map.of(), Map.of(), ""));
        assertThat(response.status()).isEqualTo(200);
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void saysWhenABudgetWithoutABeginIsSpentAtThePaceOfLately(Server server) throws Exception {
        // Within a minute, as clocks are
        Instant now =
                Instant.now().truncatedTo(ChronoUnit.HOURS).plusSeconds(61).plusNanos(123_456_789);
        String before = now.minus(Duration.ofDays(40)).toString();
        String lately = now.minus(Duration.ofDays(3)).toString();
        try (TestLedger ledger = TestLedger.on(server)
                        .add(
                                attempt(before, "openai", "gpt-5-mini").cost(20_000_000_000L, "USD"),
                                attempt(lately, "openai", "gpt-5-mini").cost(7_000_000_000L, "USD"));
                Simulator simulator = Simulator.started();
                SimulatedContext context = new SimulatedContext(simulator, properties(ledger))) {
            context.getPropertiesComponent().addInitialProperty("llm.budget.project.limit", "37 USD");
            context.getPropertiesComponent().addInitialProperty("llm.budget.project.window", "total");
            context.getPropertiesComponent().addInitialProperty("llm.budget.idle.limit", "37 USD");
            context.getPropertiesComponent().addInitialProperty("llm.budget.idle.window", "total");
            context.getPropertiesComponent().addInitialProperty("llm.budget.idle.scope.provider", "mistral");
            ledger.execute("insert into llm_budget_account (account) values ('project')");
            ledger.execute("insert into llm_budget_amount (account, period, spent_nanos, reserved_nanos) values"
                    + " ('project', 0, 27000000000, 0)");
            context.getComponent("llm", LlmComponent.class).setBudgetStore("jdbc");
            context.start();
            DashboardSite site = new DashboardSite(
                    context, DashboardSettings.of(Map.of("auth", "none")), Clock.fixed(now, ZoneOffset.UTC));

            // A dollar a day, and ten are left
            assertThat(get(site, Map.of()))
                    .containsPattern("project</a>[\\s\\S]*?, in 10 d 0 h")
                    .containsPattern("idle</a>[\\s\\S]*?not within ten years");
        }
    }

    @ParameterizedTest
    @EnumSource(Server.class)
    void sessionsThatAreOverHideNoOtherAccount(Server server) throws Exception {
        long month = FIRST.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
        Instant now = Instant.now();
        try (TestLedger ledger = TestLedger.on(server);
                Simulator simulator = Simulator.started();
                SimulatedContext context = new SimulatedContext(simulator, properties(ledger))) {
            String insert = "insert into llm_budget_spent (account, period, currency, nanos, forget_after) ";
            ledger.execute(
                    insert + values(600, i -> "('session-cap/session=over-" + i + "', 0, 'USD', 9000000000, 1)"));
            long later = now.getEpochSecond() + 3600;
            ledger.execute(insert
                    + values(
                            510,
                            i -> "('session-cap/session=live-" + i + "', 0, 'USD', " + (2_000_000 + i) + ", " + later
                                    + ")"));
            ledger.execute(insert + "values ('team-month/team=search', " + month + ", 'USD', 1000000000, 0)");
            ledger.execute("insert into llm_budget_amount (account, period, spent_nanos, reserved_nanos) values"
                    + " ('team-month/team=search', " + month + ", 1000000000, 0),"
                    + " ('session-cap/session=live-1', 0, 2000001, 0)");
            context.getComponent("llm", LlmComponent.class).setBudgetStore("jdbc");
            context.start();
            DashboardSite site = new DashboardSite(
                    context, DashboardSettings.of(Map.of("auth", "none")), Clock.fixed(now, ZoneOffset.UTC));

            String html = get(site, Map.of());

            assertThat(html)
                    .contains("team-month/team=search")
                    .contains("session=live-510")
                    .contains("Some accounts are left out")
                    .doesNotContain("session=over-", "session=live-1<");
            assertThat(get(site, Map.of("account", "session-cap/session=live-1")))
                    .contains("session=live-1<")
                    .doesNotContain("There is no account of this name.");
            assertThat(get(site, Map.of("account", "session-cap/session=nobody")))
                    .contains("There is no account of this name.");
        }
    }

    @ParameterizedTest
    @CsvSource({"true,No budget has an account yet", "false,No budget is defined in this process"})
    void saysWhetherBudgetsAreMissingOrNotYetUsed(boolean isDefined, String said) throws Exception {
        Properties properties = new Properties();
        if (isDefined) {
            properties.setProperty("llm.budget.each-team.limit", "40 USD");
            properties.setProperty("llm.budget.each-team.window", "month");
            properties.setProperty("llm.budget.each-team.scope.team", "*");
        }
        try (TestLedger ledger = TestLedger.on(Server.H2);
                Simulator simulator = Simulator.started()) {
            properties.putAll(ledger.contextProperties());
            try (SimulatedContext context = new SimulatedContext(simulator, properties)) {
                context.start();
                DashboardSite site =
                        new DashboardSite(context, DashboardSettings.of(Map.of("auth", "none")), Clock.systemUTC());

                assertThat(get(site, Map.of())).contains(said);
            }
        }
    }

    @Test
    void saysWhyTheStoreCannotBeAsked() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2);
                Simulator simulator = Simulator.started();
                SimulatedContext context = new SimulatedContext(simulator, properties(ledger))) {
            context.getComponent("llm", LlmComponent.class).setBudgetStore("jdbc");
            context.start();
            ledger.execute("drop table llm_budget_amount");
            DashboardSite site =
                    new DashboardSite(context, DashboardSettings.of(Map.of("auth", "none")), Clock.systemUTC());

            assertThat(get(site, Map.of()))
                    .contains("The store of budgets cannot be asked now: ")
                    .doesNotContain("ExecutionException", "llm_budget_amount");
        }
    }

    private static String values(int count, IntFunction<String> row) {
        return IntStream.rangeClosed(1, count).mapToObj(row).collect(Collectors.joining(", ", "values ", ""));
    }

    private static Properties properties(TestLedger ledger) {
        Properties properties = new Properties();
        properties.putAll(ledger.contextProperties());
        properties.setProperty("llm.ledger.tags", "team");
        properties.setProperty("llm.budget.team-month.limit", "40 USD");
        properties.setProperty("llm.budget.team-month.window", "month");
        properties.setProperty("llm.budget.team-month.scope.team", "*");
        properties.setProperty("llm.budget.session-cap.limit", "1 USD");
        properties.setProperty("llm.budget.session-cap.window", "session");
        properties.setProperty("llm.budget.everything.limit", "1000 USD");
        properties.setProperty("llm.budget.everything.window", "year");
        return properties;
    }

    private static String get(DashboardSite site, Map<String, String> query) {
        DashboardResponse response =
                site.answer(new DashboardRequest("GET", "/budgets", query, Map.of(), Map.of(), ""));
        assertThat(response.status()).isEqualTo(200);
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
