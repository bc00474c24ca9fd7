package io.github.camelllm.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.catalog.CatalogException;
import java.io.StringReader;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitDefinitionsTest {
    private static LimitDefinitions yaml(String text) {
        return LimitDefinitions.NONE.withYaml("limits.yaml", new StringReader(text));
    }

    private static LimitDefinition only(LimitDefinitions definitions) {
        assertThat(definitions.all()).hasSize(1);
        return definitions.all().get(0);
    }

    @Test
    void hasTheseDefaults() {
        LimitDefinition limit = only(yaml("limits: {a: {requestsPerMinute: 5}}"));
        assertThat(limit.name()).isEqualTo("a");
        assertThat(limit.scope().dimensions()).isEmpty();
        assertThat(limit.rates()).containsExactly(new Rate(LimitUnit.REQUESTS, 5, Rate.Period.MINUTE));
        assertThat(limit.maxConcurrent()).isEmpty();
        assertThat(limit.fromProvider()).isFalse();
        assertThat(limit.maxWait()).isEqualTo(Duration.ofSeconds(30));
        assertThat(limit.maxWaiting()).isEqualTo(1000);
        assertThat(limit.learn()).isTrue();
        assertThat(limit.pace()).isEqualTo(Pace.EVEN);
        assertThat(limit.reserve()).isEqualTo(LimitDefinition.Reserve.EXPECTED);
        assertThat(limit.zone()).isEqualTo(ZoneOffset.UTC);
        assertThat(limit.definedIn()).isEqualTo("limits.yaml");
    }

    @Test
    void readsTheSameFromYamlAndProperties() {
        LimitDefinition fromYaml = only(yaml("""
                limits:
                  openai.mini:
                    scope: {provider: openai, model: [gpt-5-mini, gpt-5-nano], tenant: "*"}
                    requestsPerSecond: 2
                    requestsPerMinute: 100
                    requestsPerDay: 10000
                    tokensPerMinute: 10000
                    inputTokensPerMinute: 8000
                    outputTokensPerMinute: 2000
                    tokensPerDay: 1000000
                    maxConcurrent: 8
                    wait: 1m30s
                    maxWaiting: 10
                    learn: false
                    pace: burst
                    reserveOutput: most
                    timeZone: UTC
                """));
        LimitDefinition fromProperties = only(LimitDefinitions.NONE.withProperties(Map.ofEntries(
                Map.entry("openai.mini.scope.provider", "openai"),
                Map.entry("openai.mini.scope.model", "gpt-5-mini, gpt-5-nano"),
                Map.entry("openai.mini.scope.tenant", "*"),
                Map.entry("openai.mini.requestsPerSecond", "2"),
                Map.entry("openai.mini.requestsPerMinute", "100"),
                Map.entry("openai.mini.requestsPerDay", "10000"),
                Map.entry("openai.mini.tokensPerMinute", "10000"),
                Map.entry("openai.mini.inputTokensPerMinute", "8000"),
                Map.entry("openai.mini.outputTokensPerMinute", "2000"),
                Map.entry("openai.mini.tokensPerDay", "1000000"),
                Map.entry("openai.mini.maxConcurrent", "8"),
                Map.entry("openai.mini.wait", "1m30s"),
                Map.entry("openai.mini.maxWaiting", "10"),
                Map.entry("openai.mini.learn", "false"),
                Map.entry("openai.mini.pace", "burst"),
                Map.entry("openai.mini.reserveOutput", "most"),
                Map.entry("openai.mini.timeZone", "UTC"))));
        assertThat(fromYaml)
                .usingRecursiveComparison()
                .ignoringFields("definedIn")
                .isEqualTo(fromProperties);
        assertThat(fromYaml.scope().dimensions())
                .containsEntry("model", Set.of("gpt-5-mini", "gpt-5-nano"))
                .containsEntry("tenant", Set.of());
    }

    @Test
    void theLineForTheAuditTellsOfEveryKey() {
        List<String> changes = List.of(
                "requestsPerMinute: 5",
                "requestsPerMinute: 6",
                "requestsPerSecond: 5",
                "requestsPerDay: 5",
                "tokensPerSecond: 5",
                "tokensPerMinute: 5",
                "tokensPerDay: 5",
                "inputTokensPerSecond: 5",
                "inputTokensPerMinute: 5",
                "inputTokensPerDay: 5",
                "outputTokensPerSecond: 5",
                "outputTokensPerMinute: 5",
                "outputTokensPerDay: 5",
                "maxConcurrent: 5",
                "scope: {team: a}",
                "scope: {provider: a}",
                "scope: {provider: a}, fromProvider: true",
                "wait: 5s",
                "maxWaiting: 5",
                "learn: false",
                "pace: burst",
                "reserveOutput: most",
                "timeZone: Europe/Copenhagen");

        List<String> lines = changes.stream()
                .map(change -> only(yaml(
                                "{id: x, " + (change.contains("Per") ? "" : "requestsPerMinute: 7, ") + change + "}"))
                        .toString())
                .toList();

        assertThat(String.join(" ", changes) + " id").contains(LimitReader.KEYS);
        assertThat(lines).doesNotHaveDuplicates();
    }

    @Test
    void laterDefinitionsReplaceThoseOfTheSameName() {
        LimitDefinitions both = yaml("limits: {a: {requestsPerMinute: 5}, b: {maxConcurrent: 1}}")
                .withProperties(Map.of("a.tokensPerMinute", "7"));
        assertThat(both.names()).isEqualTo(List.of("a", "b"));
        assertThat(both.all().get(0).rates()).containsExactly(new Rate(LimitUnit.TOKENS, 7, Rate.Period.MINUTE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limits: {a: {requestPerMinute: 5}} | limits.yaml line 1: unknown key 'requestPerMinute'",
                "limits: {a: {requestPerMinute: 5}} | requestsPerMinute",
                "limits: {a: {requestsPerMinute: 0}} | 'requestsPerMinute' must be a whole number from 1 to 1000000000 but is '0'",
                "limits: {a: {requestsPerMinute: many}} | 'requestsPerMinute' must be a whole number",
                "limits: {a: {wait: 5m}} | the limit 'a' limits nothing",
                "limits: {a: {maxConcurrent: 1, wait: soon}} | 'wait' must be 0 or a duration",
                "limits: {a: {maxConcurrent: 1, timeZone: Mars}} | 'timeZone' must be a time zone such as UTC",
                "limits: {a: {maxConcurrent: 1, pace: fast}} | 'pace' must be one of even, burst",
                "limits: {a: {maxConcurrent: 1, scope: openai}} | 'scope' must be a map",
                "limits: {a: {maxConcurrent: 1, scope: {team: []}}} | 'scope.team' must be * or a list of values",
                "limits: {a: {maxConcurrent: 1, scope: {team: ['*', b]}}} | 'scope.team' must be * or a list of values",
                "limits: {a: {maxConcurrent: 1, scope: {'a b': c}}} | must name provider, model, operation, route or a tag",
                "limits: {a: {maxConcurrent: 1, scope: {providerKey: sk-1}}} | 'scope.providerKey' must be *, an account for each key",
                "limits: {a: {fromProvider: true}} | 'fromProvider' needs a provider in 'scope'",
                "limits: {'a/b': {maxConcurrent: 1}} | a limit's name must be letters",
                "limits: [{id: a, maxConcurrent: 1}, {id: a, maxConcurrent: 2}] | limit 'a' is defined twice",
                "limits: {a: 5} | 'limits.a' must be a map but is '5'",
                "limits: {a: {maxConcurrent: 1}}\\nmore: 1 | stands beside 'limits'"
            })
    void refusesWithThePlaceAndWhatWasExpected(String text, String message) {
        assertThatThrownBy(() -> yaml(text.replace("\\n", "\n")))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining(message);
    }

    @Test
    void namesThePropertyThatIsWrong() {
        assertThatThrownBy(() -> LimitDefinitions.NONE.withProperties(Map.of("a.requestsPerMinutes", "1")))
                .hasMessageContaining("property a.requestsPerMinutes: unknown key 'requestsPerMinutes'");
        assertThatThrownBy(() -> LimitDefinitions.NONE.withProperties(Map.of("requestsPerMinute", "1")))
                .hasMessageContaining("expected a name and a key");
    }
}
