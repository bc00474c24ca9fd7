package io.github.camelllm.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.budget.BudgetDefinition.UnknownCost;
import io.github.camelllm.budget.BudgetDefinition.WhenExceeded;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.chat.Money;
import java.io.StringReader;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetDefinitionsTest {
    private static BudgetDefinitions yaml(String text) {
        return BudgetDefinitions.NONE.withYaml("budgets.yaml", new StringReader(text));
    }

    private static BudgetDefinition only(BudgetDefinitions definitions) {
        assertThat(definitions.all()).hasSize(1);
        return definitions.all().get(0);
    }

    @Test
    void readsEveryKey() {
        BudgetDefinition budget = only(yaml("""
                budgets:
                  team-month:
                    scope: {team: "*", provider: [openai, anthropic]}
                    limit: 500.50 EUR
                    limits: {acme: 2000, globex: 10 EUR}
                    window: month
                    timeZone: Europe/Copenhagen
                    enforcement: soft
                    whenExceeded: throttle
                    throttleTo: 6
                    alerts: [100, 50%, 80]
                    alertTo: direct:alert
                    unknownCost: allow
                    exchangeRates: {USD: 0.86}
                """));

        assertThat(budget.name()).isEqualTo("team-month");
        assertThat(budget.scope().dimensions())
                .isEqualTo(Map.of("team", Set.of(), "provider", Set.of("openai", "anthropic")));
        assertThat(budget.limit()).isEqualTo(new Money(new BigDecimal("500.50"), "EUR"));
        assertThat(budget.limitOf("team=acme").amount()).isEqualByComparingTo("2000");
        assertThat(budget.limitOf("team=globex").amount()).isEqualByComparingTo("10");
        assertThat(budget.limitOf("team=other")).isEqualTo(budget.limit());
        assertThat(budget.window())
                .isEqualTo(new BudgetWindow.Calendar(BudgetWindow.Calendar.Unit.MONTH, ZoneId.of("Europe/Copenhagen")));
        assertThat(budget.hard()).isFalse();
        assertThat(budget.whenExceeded()).isEqualTo(WhenExceeded.THROTTLE);
        assertThat(budget.throttleTo()).hasValue(6);
        assertThat(budget.alerts()).containsExactly(50, 80, 100);
        assertThat(budget.alertTo()).contains("direct:alert");
        assertThat(budget.unknownCost()).isEqualTo(UnknownCost.ALLOW);
        assertThat(budget.exchangeRates()).isEqualTo(Map.of("USD", new BigDecimal("0.86")));
    }

    @Test
    void isHardAndInDollarsIfNothingElseIsSaid() {
        BudgetDefinition budget = only(yaml("id: all\nlimit: 5\nwindow: day\n"));

        assertThat(budget.hard()).isTrue();
        assertThat(budget.limit()).isEqualTo(Money.usd("5"));
        assertThat(budget.unknownCost()).isEqualTo(UnknownCost.REFUSE);
        assertThat(budget.scope().dimensions()).isEmpty();
    }

    @Test
    void theLineForTheAuditTellsOfEveryKeyAndOfNoSecret() {
        List<String> changes = List.of(
                "window: day",
                "limit: 6 USD",
                "limits: {acme: 7 USD}",
                "window: week",
                "window: rolling 24h",
                "timeZone: Europe/Copenhagen",
                "scope: {team: a}",
                "enforcement: soft",
                "enforcement: soft\nwhenExceeded: downgrade\ndowngradeTo: openai/gpt-5-nano",
                "enforcement: soft\nwhenExceeded: downgrade\ndowngradeTo: router/cheap",
                "enforcement: soft\nwhenExceeded: downgrade\ndowngradeTo: openai/gpt-5-nano?apiKey=secret1",
                "enforcement: soft\nwhenExceeded: downgrade\ndowngradeTo: cloudflare/@cf/small?apiKey=secret1",
                "enforcement: soft\nwhenExceeded: downgrade\ndowngradeTo: cloudflare/@cf/small?apiKey=secret2",
                "enforcement: soft\nwhenExceeded: throttle\nthrottleTo: 6",
                "enforcement: soft\nwhenExceeded: throttle\nthrottleTo: 7",
                "alerts: [50, 100]",
                "alertTo: seda:a",
                "alertTo: 'http:alerts?password=secret1'",
                "alertTo: 'http:alerts?password=secret2'",
                "alertTo: 'smtp://bob:secret1@mail'",
                "alertTo: 'smtp://bob:secret2@mail'",
                "unknownCost: allow",
                "exchangeRates: {EUR: 1.1}",
                "exchangeRates: {EUR: 1.2}");

        List<String> lines = changes.stream()
                .map(change -> only(yaml("id: x\n"
                                + (change.contains("limit: ") ? "" : "limit: 5 USD\n")
                                + (change.contains("window: ") ? "" : "window: day\n")
                                + change))
                        .toString())
                .toList();

        assertThat(String.join("\n", changes) + "\nid:").contains(BudgetReader.KEYS);
        assertThat(lines).doesNotHaveDuplicates().noneMatch(line -> line.contains("secret"));
    }

    @Test
    void propertiesSayTheSameAsYaml() {
        BudgetDefinitions properties = BudgetDefinitions.NONE.withProperties(Map.of(
                "team.month.limit", "5 USD",
                "team.month.window", "rolling 24h",
                "team.month.scope.team", "*",
                "team.month.scope.model", "gpt-5-mini, gpt-5-nano",
                "team.month.limits.acme", "7 USD",
                "team.month.alerts", "50,80"));
        BudgetDefinitions text = yaml("""
                id: team.month
                limit: 5 USD
                window: rolling 24h
                scope: {team: "*", model: [gpt-5-mini, gpt-5-nano]}
                limits: {acme: 7 USD}
                alerts: [50, 80]
                """);

        assertThat(only(properties))
                .usingRecursiveComparison()
                .ignoringFields("definedIn")
                .isEqualTo(only(text));
        assertThat(only(text).window()).isEqualTo(new BudgetWindow.Rolling(Duration.ofDays(1)));
    }

    @Test
    void aSessionHasItsOwnAccount() {
        assertThat(only(yaml("id: chat\nlimit: 1 USD\nwindow: session\n"))
                        .scope()
                        .dimensions())
                .isEqualTo(Map.of("session", Set.of()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            limit: much                                     | 'limit' must be an amount such as 500 USD but is 'much'
            limit: -1 USD                                   | 'limit' must be an amount
            limit: 5000000000 USD                           | 'limit' must be at most 4000000000
            limits: {a: 1 EUR}                              | 'limits.a' must be in USD as the limit is, but is in EUR
            window: fortnight                               | 'window' must be call, session, minute
            window: rolling 1ms                             | 'window' must be rolling and a time of whole seconds
            timeZone: Mars/Olympus                          | 'timeZone' must be a time zone
            enforcement: firm                               | must be one of hard, soft
            whenExceeded: notify                            | only there with enforcement: soft
            downgradeTo: openai/gpt-5-nano                  | there if, and only if, whenExceeded is downgrade
            throttleTo: 5                                   | there if, and only if, whenExceeded is throttle
            alerts: [often]                                 | 'alerts' must be percents
            scope: team                                     | 'scope' must be a map
            scope: {team: []}                               | 'scope.team' must be * or a list of values
            scope: {"te am": x}                             | 'scope' must name provider, model, operation, route or a tag
            scope: {providerKey: "*"}                       | 'scope' must be without providerKey
            exchangeRates: {USD: 1}                         | 'exchangeRates.USD' must be what one unit of another currency
            windw: day                                      | unknown key 'windw'
            """)
    void refusesWhatIsWrongWithItsPlace(String line, String message) {
        String rest = (line.startsWith("limit:") ? "" : "limit: 5 USD\n")
                + (line.startsWith("window:") ? "" : "window: day\n");

        assertThatThrownBy(() -> yaml(line + "\n" + rest + "id: x\n"))
                .isInstanceOf(CatalogException.class)
                .hasMessageStartingWith("budgets.yaml line 1")
                .hasMessageContaining(message.trim());
    }

    @Test
    void refusesTwoOfOneName() {
        assertThatThrownBy(() -> yaml("- {id: a, limit: 1, window: day}\n- {id: a, limit: 2, window: day}\n"))
                .hasMessageContaining("budgets.yaml line 2: budget 'a' is defined twice");
    }
}
