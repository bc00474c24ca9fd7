package io.github.camelllm.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.DataPolicy.Training;
import io.github.camelllm.catalog.DataPolicy.ZeroRetention;
import io.github.camelllm.catalog.Durations;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.router.RouterDefinition.Attempts;
import io.github.camelllm.router.RouterDefinition.Cascade;
import io.github.camelllm.router.RouterDefinition.Fallbacks;
import io.github.camelllm.router.RouterDefinition.Hedging;
import io.github.camelllm.router.RouterDefinition.Streams;
import io.github.camelllm.router.RouterDefinition.Verification;
import io.github.camelllm.router.RouterTarget.MaxPrice;
import io.github.camelllm.router.RouterTarget.PolicyOverride;
import java.io.StringReader;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterDefinitionsTest {
    private static final String EVERYTHING = """
            id: support
            strategy: sticky
            targets:
              - anthropic/claude-haiku-4-5
              - {model: openai/gpt-5-mini, name: mini, weight: 3, apiKey: 'sk-own', baseUrl: 'https://llm.example/v1',
                 regions: [eu, de], training: no, retentionDays: 0, zeroRetention: default,
                 maxPrice: {input: 1, output: 5}, quality: 0.8, when: "${header.tenant} == 'a'",
                 options: {temperature: 0, maxTokens: 200, var.region: eu, header.X-Team: ''}}
              - router/fast
            constraints:
              allow: [anthropic/*, '*/gpt-5*']
              deny: [deepseek/*]
              regions: [eu]
              noTraining: true
              zeroRetention: true
              maxRetentionDays: 30
              maxPrice: {input: 2.5, output: 10}
              maxCost: 0.01
              preferredMaxLatency: 2s
              preferredMinThroughput: 50
              require: [tools, imageInput]
              allowUnknownModels: false
            fallbacks:
              on: [rateLimited, timeout]
              contextWindow: [gemini/gemini-2.5-pro, {model: openai/gpt-5, name: big, weight: 2}]
              contentFilter: [mistral/mistral-large-2512]
            maxTargets: 3
            maxRetries: 1
            deadline: 30s
            hedge: {after: 800ms, maxExtra: 2}
            cascade:
              accept: '${body} contains "yes"'
              confidence: {at: /confidence, least: 0.8}
              judge: {model: anthropic/claude-sonnet-4-5, prompt: Is it polite?}
            verify: {model: {model: openai/gpt-5, apiKey: sk-verify}, to: 'direct:corrections', prompt: Is it true?}
            stream: {commitAfter: {events: 3, bytes: 200, time: 500ms}, onBreak: continue}
            stickyBy: "${header.conversation}"
            """;

    private static final RouterDefinition SUPPORT = new RouterDefinition(
            "support",
            Strategy.STICKY,
            List.of(
                    RouterTarget.of("anthropic/claude-haiku-4-5"),
                    new RouterTarget(
                            "mini",
                            new ModelRef("openai", "gpt-5-mini"),
                            3,
                            Optional.of("sk-own"),
                            Optional.of("https://llm.example/v1"),
                            new PolicyOverride(
                                    List.of("eu", "de"),
                                    Optional.of(Training.NO),
                                    OptionalInt.of(0),
                                    Optional.of(ZeroRetention.DEFAULT)),
                            new MaxPrice(Optional.of(new BigDecimal("1")), Optional.of(new BigDecimal("5"))),
                            OptionalDouble.of(0.8),
                            Optional.of("${header.tenant} == 'a'"),
                            Map.of("temperature", "0", "maxTokens", "200", "var.region", "eu", "header.X-Team", "")),
                    RouterTarget.of("router/fast")),
            new Constraints(
                    List.of("anthropic/*", "*/gpt-5*"),
                    List.of("deepseek/*"),
                    Set.of("eu"),
                    true,
                    true,
                    OptionalInt.of(30),
                    new MaxPrice(Optional.of(new BigDecimal("2.5")), Optional.of(new BigDecimal("10"))),
                    Optional.of(new BigDecimal("0.01")),
                    Optional.of(Duration.ofSeconds(2)),
                    OptionalDouble.of(50),
                    Set.of(Capability.TOOLS, Capability.IMAGE_INPUT),
                    false),
            new Fallbacks(
                    Set.of(ErrorKind.RATE_LIMITED, ErrorKind.TIMEOUT),
                    List.of(
                            RouterTarget.of("gemini/gemini-2.5-pro"),
                            new RouterTarget(
                                    "big",
                                    new ModelRef("openai", "gpt-5"),
                                    2,
                                    Optional.empty(),
                                    Optional.empty(),
                                    PolicyOverride.NONE,
                                    MaxPrice.NONE,
                                    OptionalDouble.empty(),
                                    Optional.empty(),
                                    Map.of())),
                    List.of(RouterTarget.of("mistral/mistral-large-2512"))),
            new Attempts(OptionalInt.of(3), OptionalInt.of(1), Optional.of(Duration.ofSeconds(30))),
            Optional.of(new Hedging(Optional.of(Duration.ofMillis(800)), 2)),
            Optional.of(new Cascade(
                    Optional.of("${body} contains \"yes\""),
                    Optional.of(new Cascade.Confidence("/confidence", 0.8)),
                    Optional.of(new Cascade.Judge(
                            RouterTarget.of("anthropic/claude-sonnet-4-5"), Optional.of("Is it polite?"))))),
            Optional.of(new Verification(
                    new RouterTarget(
                            "openai/gpt-5",
                            new ModelRef("openai", "gpt-5"),
                            1,
                            Optional.of("sk-verify"),
                            Optional.empty(),
                            PolicyOverride.NONE,
                            MaxPrice.NONE,
                            OptionalDouble.empty(),
                            Optional.empty(),
                            Map.of()),
                    "direct:corrections",
                    Optional.of("Is it true?"))),
            new Streams(
                    OptionalInt.of(3),
                    OptionalInt.of(200),
                    Optional.of(Duration.ofMillis(500)),
                    Streams.OnBreak.CONTINUE),
            Optional.of("${header.conversation}"),
            "routers.yaml");

    private static RouterDefinitions yaml(String text) {
        return RouterDefinitions.NONE.withYaml("routers.yaml", new StringReader(text));
    }

    private static RouterDefinition one(String keys) {
        return yaml("id: r\ntargets: [simulator/m]\n" + keys).get("r");
    }

    @Test
    void readsEveryKey() {
        assertThat(yaml(EVERYTHING).find("support")).contains(SUPPORT);
    }

    @Test
    void readsTheSameFromProperties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("support.strategy", "sticky");
        properties.put("support.targets", "anthropic/claude-haiku-4-5, openai/gpt-5-mini,router/fast");
        properties.put("support.targets[1].name", "mini");
        properties.put("support.targets[1].weight", "3");
        properties.put("support.targets[1].apiKey", "sk-own");
        properties.put("support.targets[1].baseUrl", "https://llm.example/v1");
        properties.put("support.targets[1].regions", "eu,de");
        properties.put("support.targets[1].training", "no");
        properties.put("support.targets[1].retentionDays", "0");
        properties.put("support.targets[1].zeroRetention", "default");
        properties.put("support.targets[1].maxPrice.input", "1");
        properties.put("support.targets[1].maxPrice.output", "5");
        properties.put("support.targets[1].quality", "0.8");
        properties.put("support.targets[1].when", "${header.tenant} == 'a'");
        properties.put("support.targets[1].options.temperature", "0");
        properties.put("support.targets[1].options.maxTokens", "200");
        properties.put("support.targets[1].options.var.region", "eu");
        properties.put("support.constraints.allow[0]", "anthropic/*");
        properties.put("support.constraints.allow[1]", "*/gpt-5*");
        properties.put("support.constraints.deny", "deepseek/*");
        properties.put("support.constraints.regions", "eu");
        properties.put("support.constraints.noTraining", "true");
        properties.put("support.constraints.zeroRetention", "true");
        properties.put("support.constraints.maxRetentionDays", "30");
        properties.put("support.constraints.maxPrice.input", "2.5");
        properties.put("support.constraints.maxPrice.output", "10");
        properties.put("support.constraints.maxCost", "0.01");
        properties.put("support.constraints.preferredMaxLatency", "2s");
        properties.put("support.constraints.preferredMinThroughput", "50");
        properties.put("support.constraints.require", "tools,imageInput");
        properties.put("support.constraints.allowUnknownModels", "false");
        properties.put("support.fallbacks.on", "rateLimited,timeout");
        properties.put("support.fallbacks.contextWindow", "gemini/gemini-2.5-pro,openai/gpt-5");
        properties.put("support.fallbacks.contextWindow[1].name", "big");
        properties.put("support.fallbacks.contextWindow[1].weight", "2");
        properties.put("support.fallbacks.contentFilter[0]", "mistral/mistral-large-2512");
        properties.put("support.maxTargets", "3");
        properties.put("support.maxRetries", "1");
        properties.put("support.deadline", "30s");
        properties.put("support.hedge", "800ms");
        properties.put("support.hedge.maxExtra", "2");
        properties.put("support.cascade.accept", "${body} contains \"yes\"");
        properties.put("support.cascade.confidence.at", "/confidence");
        properties.put("support.cascade.confidence.least", "0.8");
        properties.put("support.cascade.judge.model", "anthropic/claude-sonnet-4-5");
        properties.put("support.cascade.judge.prompt", "Is it polite?");
        properties.put("support.verify.model", "openai/gpt-5");
        properties.put("support.verify.model.apiKey", "sk-verify");
        properties.put("support.verify.to", "direct:corrections");
        properties.put("support.verify.prompt", "Is it true?");
        properties.put("support.stream.commitAfter.events", "3");
        properties.put("support.stream.commitAfter.bytes", "200");
        properties.put("support.stream.commitAfter.time", "500ms");
        properties.put("support.stream.onBreak", "continue");
        properties.put("support.stickyBy", "${header.conversation}");
        // An empty option cannot be told from an absent one in properties.
        String withoutEmpty = EVERYTHING.replace(", header.X-Team: ''", "");
        RouterDefinitions read = RouterDefinitions.NONE.withProperties(properties);
        assertThat(read.find("support").orElseThrow())
                .usingRecursiveComparison()
                .ignoringFields("definedIn")
                .isEqualTo(yaml(withoutEmpty).find("support").orElseThrow());
        assertThat(read.find("support").orElseThrow().definedIn()).isEqualTo("properties");
    }

    @Test
    void whatIsNotGivenHasItsDefault() {
        assertThat(one(""))
                .isEqualTo(new RouterDefinition(
                        "r",
                        Strategy.PRIORITY,
                        List.of(RouterTarget.of("simulator/m")),
                        Constraints.NONE,
                        Fallbacks.DEFAULT,
                        Attempts.DEFAULT,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Streams.DEFAULT,
                        Optional.empty(),
                        "routers.yaml"));
        assertThat(one("constraints: {}\nfallbacks: {}\nstream: {}\n")).isEqualTo(one(""));
    }

    @Test
    void hedgingHasShortForms() {
        assertThat(one("hedge: p95").hedging()).contains(new Hedging(Optional.empty(), 1));
        assertThat(one("hedge: 800ms").hedging()).contains(new Hedging(Optional.of(Duration.ofMillis(800)), 1));
        assertThat(one("hedge: {after: p95, maxExtra: 3}").hedging()).contains(new Hedging(Optional.empty(), 3));
    }

    @Test
    void aCascadeWithoutTestsIsOneThatTestsTheSchemaOnly() {
        assertThat(one("cascade: {}").cascade())
                .contains(new Cascade(Optional.empty(), Optional.empty(), Optional.empty()));
    }

    @Test
    void fallbacksCanBeSwitchedOff() {
        assertThat(one("fallbacks: {on: none}").fallbacks().on()).isEmpty();
        assertThat(one("fallbacks: {on: []}").fallbacks().on()).isEmpty();
    }

    @Test
    void filteredAnswersMayLeadToTheNextTargetToo() {
        assertThat(one("fallbacks: {on: [timeout, contentFiltered]}")
                        .fallbacks()
                        .on())
                .containsExactlyInAnyOrder(ErrorKind.TIMEOUT, ErrorKind.CONTENT_FILTERED);
    }

    @Test
    void aStreamIsHeldBackUntilTheBoundsThatAreGiven() {
        Streams streams = one("stream: {commitAfter: {bytes: 64}}").streams();
        assertThat(streams.commitEvents()).isEmpty();
        assertThat(streams.commitBytes()).hasValue(64);
        assertThat(one("stream: {onBreak: continue}").streams().commitEvents()).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({
        "800ms, 800",
        "2s, 2000",
        "1m, 60000",
        "1m30s, 90000",
        "1h, 3600000",
        "1h2m3s4ms, 3723004",
        "PT2S, 2000",
        "PT0.25S, 250",
        "24h, 86400000"
    })
    void readsDurations(String text, long millis) {
        assertThat(Durations.parse(text)).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "5", "0s", "-1s", "PT-1S", "1s1m", "1.5s", "1 s", "s", "25h", "P1Y", "p95", "9999999999s"})
    void refusesWhatIsNoDuration(String text) {
        assertThat(Durations.parse(text)).isEmpty();
    }

    @Test
    void readsListsDocumentsAndNamedRouters() {
        List<String> forms = List.of(
                "- {id: a, targets: [simulator/m]}\n- {id: b, targets: [simulator/n]}\n",
                "id: a\ntargets: [simulator/m]\n---\nid: b\ntargets: simulator/n\n",
                "routers:\n  a: {targets: [simulator/m]}\n  b: {targets: [simulator/n]}\n",
                "routers:\n  - {id: a, targets: [simulator/m]}\n  - {id: b, targets: [simulator/n]}\n");
        for (String form : forms) {
            assertThat(yaml(form).all()).isEqualTo(yaml(forms.get(0)).all());
        }
        assertThat(yaml("# nothing\n").names()).isEmpty();
        assertThat(yaml("").names()).isEmpty();
    }

    @Test
    void laterSourcesReplaceRoutersWhole() {
        RouterDefinitions all = yaml("{id: a, strategy: cheapest, targets: [simulator/m]}")
                .withProperties(Map.of("a.targets", "simulator/n", "b.targets", "simulator/m"));
        assertThat(all.names()).containsExactly("a", "b");
        assertThat(all.get("a").strategy()).isEqualTo(Strategy.PRIORITY);
        assertThat(all.get("a").definedIn()).isEqualTo("properties");
    }

    @Test
    void namesMayHaveDots() {
        RouterDefinitions all = RouterDefinitions.NONE.withProperties(
                Map.of("gpt-3.5-turbo.targets", "simulator/m", "gpt-3.5-turbo.hedge.after", "1s"));
        assertThat(all.get("gpt-3.5-turbo").hedging()).isPresent();
    }

    @Test
    void anUnknownRouterIsAnsweredWithNearNames() {
        RouterDefinitions all = yaml("routers: {support: {targets: [simulator/m]}, other: {targets: [simulator/m]}}");
        assertThatThrownBy(() -> all.get("suport"))
                .isInstanceOf(CatalogException.class)
                .hasMessage("unknown router 'suport'; did you mean 'support'? known are other, support");
        assertThatThrownBy(() -> all.get("zzz")).hasMessage("unknown router 'zzz'; known are other, support");
        assertThatThrownBy(() -> RouterDefinitions.NONE.get("a")).hasMessage("unknown router 'a'; none is defined");
    }

    @Test
    void routersMayNameRoutersThatAreReadLater() {
        RouterDefinitions all = yaml("{id: a, targets: [router/b]}").withProperties(Map.of("b.targets", "simulator/m"));
        assertThat(all.validated().get("a").targets()).hasSize(1);
    }

    @Test
    void aNestedRouterThatIsNotThereIsRefused() {
        RouterDefinitions all = yaml("routers: {first: {targets: [router/second]}, second: {targets: [router/thrid]},"
                + " third: {targets: [simulator/m]}}");
        assertThatThrownBy(all::validated)
                .isInstanceOf(CatalogException.class)
                .hasMessage("routers.yaml: router 'second' names router/thrid, which is not defined;"
                        + " did you mean 'third'? (first → second → thrid)");
        assertThatThrownBy(() -> all.get("second"))
                .hasMessage("routers.yaml: router 'second' names router/thrid, which is not defined;"
                        + " did you mean 'third'?");
        assertThat(all.get("third").name()).isEqualTo("third");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "targets: [router/a]",
                "targets: [simulator/m], fallbacks: {contextWindow: [router/a]}",
                "targets: [simulator/m], fallbacks: {contentFilter: [router/a]}",
                "targets: [simulator/m], cascade: {judge: {model: router/a}}",
                "targets: [simulator/m], verify: {model: router/a, to: 'direct:x'}"
            })
    void routersThatGoRoundAreRefusedWhereverTheyAreNamed(String keys) {
        RouterDefinitions all = yaml("routers: {a: {targets: [router/b]}, b: {" + keys + "}}");
        assertThatThrownBy(all::validated).hasMessage("routers.yaml: routers go round: a → b → a");
        assertThatThrownBy(() -> all.get("b")).hasMessage("routers.yaml: routers go round: b → a → b");
    }

    @Test
    void routersThatShareARouterAreNoCircle() {
        assertThat(
                        yaml("routers: {a: {targets: [router/b, router/c]}, b: {targets: [router/c]}, c: {targets: [simulator/m]}}")
                                .validated()
                                .names())
                .hasSize(3);
    }

    @Test
    void routersThatAreNestedTooDeepAreRefused() {
        StringBuilder text = new StringBuilder("routers:\n");
        for (int i = 0; i < 40; i++) {
            // Down and up the alphabet, so that what is known of inner routers counts too.
            text.append("  r%02d: {targets: [router/r%02d]}\n".formatted(i, i + 1));
            text.append("  z%02d: {targets: [%s]}\n"
                    .formatted(i, i == 0 ? "simulator/m" : "router/z%02d".formatted(i - 1)));
        }
        String deep = text + "  r40: {targets: [simulator/m]}\n";
        assertThatThrownBy(() -> yaml(deep).validated()).hasMessageContaining("are nested deeper than 16, from r00 → ");
        assertThatThrownBy(() -> yaml("routers:\n"
                                + deep.lines()
                                        .filter(line -> line.contains(" z"))
                                        .map(line -> line + "\n")
                                        .reduce("", String::concat))
                        .validated())
                .hasMessageContaining("are nested deeper than 16");
        assertThat(yaml(deep).get("z15").name()).isEqualTo("z15");
    }

    @Test
    void keysAreNotShown() {
        RouterDefinitions all = yaml(EVERYTHING);
        assertThat(all.toString() + all.find("support") + all.all()).doesNotContain("sk-own", "sk-verify");
    }
}
