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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(
                        "id: r",
                        "line 1: 'targets' is missing; expected a list such as"
                                + " [anthropic/claude-haiku-4-5, openai/gpt-5-mini]"),
                Arguments.of("targets: [a/b]", "line 1: 'id' is missing; expected the router's name"),
                Arguments.of("id: r\ntargets: []", "line 2: 'targets' must name at least one target but is empty"),
                Arguments.of(
                        "id: a b\ntargets: [a/b]",
                        "line 1: 'id' must be letters, digits and . _ : / @ -,"
                                + " a letter or digit first, 128 at most but is 'a b'"),
                Arguments.of("id: r\nstrategie: cheapest", "line 2: unknown key 'strategie'; did you mean 'strategy'?"),
                Arguments.of("- a", "line 1: a router must be a map but is 'a'"),
                Arguments.of("just text", "line 1: a router must be a map but is 'just text'"),
                Arguments.of(
                        "routers: {a: {targets: [a/b]}}\nid: x",
                        "line 2: 'id' stands beside 'routers'; expected nothing else there"),
                Arguments.of("routers: 5", "line 1: 'routers' must be a map from names to routers but is '5'"),
                Arguments.of("routers: {a: 5}", "line 1: 'routers.a' must be a map but is '5'"),
                Arguments.of(
                        "routers: {a: {id: b, targets: [a/b]}}",
                        "line 1: 'routers.a' has its name already; expected no 'id' in it"),
                Arguments.of(
                        r("strategy: best"),
                        "line 3: 'strategy' must be one of priority, weighted, roundRobin, leastBusy,"
                                + " fastest, cheapest, bestValue, sticky, conditional but is 'best'"),
                Arguments.of(
                        "id: r\ntargets: [claude]",
                        "line 2: 'targets[0].model': expected provider/model, such as"
                                + " groq/openai/gpt-oss-20b, but got 'claude'"),
                Arguments.of(
                        "id: r\ntargets: {a: b}",
                        "line 2: 'targets' must be a list of targets such as"
                                + " anthropic/claude-haiku-4-5 but is a map"),
                Arguments.of(
                        "id: r\ntargets: [a/b, a/b]",
                        "line 2: 'targets' holds two targets called 'a/b'; give one a 'name'"),
                Arguments.of(
                        t("weight: 1"),
                        "line 2: 'targets[0].model' is missing; expected provider/model, such as groq/openai/gpt-oss-20b"),
                Arguments.of(
                        t("model: a/b, weigth: 1"), "line 2: unknown key 'targets[0].weigth'; did you mean 'weight'?"),
                Arguments.of(
                        t("model: a/b, weight: -1"),
                        "line 2: 'targets[0].weight' must be a number from 0 to 1000000 but is '-1'"),
                Arguments.of(
                        t("model: a/b, weight: [1]"),
                        "line 2: 'targets[0].weight' must be a number from 0 to 1000000 but is a list"),
                Arguments.of(
                        t("model: a/b, quality: 0"),
                        "line 2: 'targets[0].quality' must be a number above 0 up to 1 but is '0'"),
                Arguments.of(
                        t("model: a/b, quality: .nan"),
                        "line 2: 'targets[0].quality' must be a number above 0 up to 1 but is '.nan'"),
                Arguments.of(
                        t("model: a/b, training: maybe"),
                        "line 2: 'targets[0].training' must be one of no, yes, optOut, optIn, unknown but is 'maybe'"),
                Arguments.of(
                        t("model: a/b, zeroRetention: yes"),
                        "line 2: 'targets[0].zeroRetention' must be one of default, selfService, approval, none, unknown but is 'yes'"),
                Arguments.of(
                        t("model: a/b, retentionDays: -1"),
                        "line 2: 'targets[0].retentionDays' must be a whole number from 0 to 100000 but is '-1'"),
                Arguments.of(
                        t("model: a/b, regions: [EU]"),
                        "line 2: 'targets[0].regions' must be lower-case words such as eu but is 'EU'"),
                Arguments.of(
                        t("model: a/b, maxPrice: {inptu: 1}"),
                        "line 2: unknown key 'targets[0].maxPrice.inptu'; did you mean 'input'?"),
                Arguments.of(
                        t("model: a/b, maxPrice: {input: free}"),
                        "line 2: 'targets[0].maxPrice.input' must be a price per million tokens, from 0 but is 'free'"),
                Arguments.of(
                        t("model: a/b, options: {apiKey: sk-1}"),
                        "line 2: 'targets[0].options' holds apiKey; it stands beside 'options', not in it"),
                Arguments.of(
                        t("model: a/b, options: {temperature: [sk-1]}"),
                        "line 2: 'targets[0].options.temperature' must be a text but is a list"),
                Arguments.of(
                        t("model: router/x, apiKey: sk-1"),
                        "line 2: 'targets[0].apiKey' is not for another router: its own targets say that"),
                Arguments.of(
                        t("model: a/b, baseUrl: 'sk-1'"),
                        "line 2: 'targets[0].baseUrl' must be a URL that begins with https:// or http:// but is something else"),
                Arguments.of(r("constraints: 5"), "line 3: 'constraints' must be a map but is '5'"),
                Arguments.of(
                        r("constraints: {region: eu}"),
                        "line 3: unknown key 'constraints.region'; did you mean 'regions'?"),
                Arguments.of(
                        r("constraints: {allow: [anthropic]}"),
                        "line 3: 'constraints.allow' must be patterns of provider/model, such as anthropic/* but is 'anthropic'"),
                Arguments.of(
                        r("constraints: {noTraining: sure}"),
                        "line 3: 'constraints.noTraining' must be true or false but is 'sure'"),
                Arguments.of(
                        r("constraints: {maxCost: 0}"),
                        "line 3: 'constraints.maxCost' must be an amount above 0 but is '0'"),
                Arguments.of(
                        r("constraints: {preferredMaxLatency: 5}"),
                        "line 3: 'constraints.preferredMaxLatency' must be a duration above 0 of at most 24 hours, such as 800ms, 2s or 1m30s but is '5'"),
                Arguments.of(
                        r("constraints: {preferredMinThroughput: 0}"),
                        "line 3: 'constraints.preferredMinThroughput' must be tokens a second, above 0 but is '0'"),
                Arguments.of(
                        r("constraints: {require: [tool]}"),
                        "line 3: 'constraints.require' must be a list of imageInput, pdfInput, audioInput, videoInput, audioOutput, tools, structuredOutput, reasoning but is 'tool'; did you mean 'tools'?"),
                Arguments.of(
                        r("fallbacks: {on: [authentication]}"),
                        "line 3: 'fallbacks.on' must be a list of rateLimited, unavailable, timeout, contentFiltered, malformedResponse but is 'authentication'"),
                Arguments.of(
                        r("fallbacks: {on: [timeout, contextWindowExceeded]}"),
                        "line 3: 'fallbacks.on' must be without contextWindowExceeded: what comes then stands in 'fallbacks.contextWindow' but is with it"),
                Arguments.of(
                        r("fallbacks: {contextWindow: [x]}"),
                        "line 3: 'fallbacks.contextWindow[0].model': expected provider/model, such as groq/openai/gpt-oss-20b, but got 'x'"),
                Arguments.of(
                        r("maxTargets: 0"), "line 3: 'maxTargets' must be a whole number from 1 to 1000 but is '0'"),
                Arguments.of(
                        r("maxRetries: many"),
                        "line 3: 'maxRetries' must be a whole number from 0 to 100 but is 'many'"),
                Arguments.of(
                        r("deadline: soon"),
                        "line 3: 'deadline' must be a duration above 0 of at most 24 hours, such as 800ms, 2s or 1m30s but is 'soon'"),
                Arguments.of(
                        r("hedge: p99"),
                        "line 3: 'hedge.after' must be p95 or a duration above 0 of at most 24 hours, such as 800ms, 2s or 1m30s but is 'p99'"),
                Arguments.of(
                        r("hedge: {maxExtra: 1}"),
                        "line 3: 'hedge.after' is missing; expected p95 or a duration such as 800ms"),
                Arguments.of(
                        r("hedge: {after: 1s, maxExtra: 0}"),
                        "line 3: 'hedge.maxExtra' must be a whole number from 1 to 10 but is '0'"),
                Arguments.of(
                        r("cascade: {confidence: {at: c, least: 1}}"),
                        "line 3: 'cascade.confidence.at' must be a JSON pointer such as /confidence but is 'c'"),
                Arguments.of(
                        r("cascade: {confidence: {at: /c}}"),
                        "line 3: 'cascade.confidence.least' is missing; expected a number from 0 to 1"),
                Arguments.of(
                        r("cascade: {confidence: {at: /c, least: 2}}"),
                        "line 3: 'cascade.confidence.least' must be a number from 0 to 1 but is '2'"),
                Arguments.of(
                        r("cascade: {judge: {prompt: x}}"),
                        "line 3: 'cascade.judge.model' is missing; expected a target such as openai/gpt-5-mini"),
                Arguments.of(
                        r("verify: {to: 'direct:x'}"),
                        "line 3: 'verify.model' is missing; expected a target such as openai/gpt-5-mini"),
                Arguments.of(
                        r("verify: {model: a/b}"),
                        "line 3: 'verify.to' is missing; expected the endpoint that gets corrections, such as direct:corrections"),
                Arguments.of(
                        r("verify: {model: a/b, to: there}"),
                        "line 3: 'verify.to' must be an endpoint such as direct:corrections but is 'there'"),
                Arguments.of(
                        r("stream: {commitAfter: {}}"),
                        "line 3: 'stream.commitAfter' must give events, bytes or time but gives none"),
                Arguments.of(
                        r("stream: {commitAfter: {events: 0}}"),
                        "line 3: 'stream.commitAfter.events' must be a whole number from 1 to 10000 but is '0'"),
                Arguments.of(
                        r("stream: {commitAfter: {bytes: 99999999}}"),
                        "line 3: 'stream.commitAfter.bytes' must be a whole number from 1 to 1048576 but is '99999999'"),
                Arguments.of(
                        r("stream: {onBreak: retry}"),
                        "line 3: 'stream.onBreak' must be one of fail, continue but is 'retry'"),
                Arguments.of(r("stickyBy: x"), "line 3: 'stickyBy' is only for the strategy sticky, not for priority"),
                Arguments.of("id: r\nopenrouter: ~", "line 1: 'openrouter' must be a map but is nothing"),
                Arguments.of(
                        "id: r\nopenrouter: {model: openai/gpt-5}\nvia: portkey",
                        "line 3: 'via' must be openrouter or absent but is 'portkey'"),
                Arguments.of(
                        "id: r\nopenrouter: {model: openai/gpt-5}\nstrategy: cheapest",
                        "line 3: unknown key 'strategy'; known are id, openrouter, via"));
    }

    private static String r(String keys) {
        return "id: r\ntargets: [a/b]\n" + keys;
    }

    private static String t(String keys) {
        return "id: r\ntargets: [{" + keys + "}]";
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusesWhatIsWrongWithItsPlace(String text, String message) {
        assertThatThrownBy(() -> yaml(text))
                .isInstanceOf(CatalogException.class)
                .hasMessage("routers.yaml " + message)
                .hasMessageNotContaining("sk-1");
    }

    static Stream<Arguments> refusedProperties() {
        return Stream.of(
                Arguments.of(
                        Map.of("support", "x"),
                        "property support: expected a router's name and a key, such as support.strategy"),
                Arguments.of(
                        Map.of("support.", "x"),
                        "property support.: expected a router's name and a key, such as support.strategy"),
                Arguments.of(
                        Map.of("s.id", "x", "s.targets", "a/b"),
                        "property s.id: a router has its name already; expected no 'id'"),
                Arguments.of(
                        Map.of("s.strategie", "x"),
                        "property s.strategie: unknown key 'strategie'; did you mean 'strategy'?"),
                Arguments.of(
                        Map.of("s.strategy", "x", "s.targets", "a/b"),
                        "property s.strategy: 'strategy' must be one of priority, weighted, roundRobin, leastBusy, fastest, cheapest, bestValue, sticky, conditional but is 'x'"),
                Arguments.of(
                        Map.of("s.targets", ""),
                        "property s.targets: 'targets' is missing; expected a list such as [anthropic/claude-haiku-4-5, openai/gpt-5-mini]"),
                Arguments.of(
                        Map.of("s.targets[1]", "a/b"),
                        "property s.targets[1]: has the index 1, but there is none with 0; a list is counted from 0 without gaps"),
                Arguments.of(
                        Map.of("s.targets", "a/b", "s.targets[0]", "a/c"),
                        "property s.targets[0]: is already given by property s.targets"),
                Arguments.of(
                        Map.of("s.targets", "a/b", "s.targets[0].weight", "x"),
                        "property s.targets[0].weight: 'targets[0].weight' must be a number from 0 to 1000000 but is 'x'"),
                Arguments.of(
                        Map.of("s.targets", "a/b", "s.deadline", "1s", "s.deadline.x", "1s"),
                        "property s.deadline: is given both as one value and in parts"),
                Arguments.of(
                        Map.of("s.targets[x]", "a/b"),
                        "property s.targets[x]: expected keys with dots between them and indexes such as [0]"),
                Arguments.of(
                        Map.of("s.constraints.", "a/b"),
                        "property s.constraints.: expected keys with dots between them and indexes such as [0]"),
                Arguments.of(
                        Map.of("s.portkey.retry", "x"),
                        "property s.portkey.retry: configurations of others (openrouter, portkey, litellm) are imported from YAML files only"));
    }

    @ParameterizedTest
    @MethodSource("refusedProperties")
    void refusesWrongProperties(Map<String, String> properties, String message) {
        assertThatThrownBy(() -> RouterDefinitions.NONE.withProperties(properties))
                .isInstanceOf(CatalogException.class)
                .hasMessage(message);
    }

    @Test
    void twoRoutersOfOneNameInOneSourceAreRefused() {
        assertThatThrownBy(() -> yaml("- {id: a, targets: [a/b]}\n- {id: a, targets: [a/c]}\n"))
                .hasMessage("routers.yaml: router 'a' is defined twice");
    }

    @Test
    void keysAreNotShown() {
        RouterDefinitions all = yaml(EVERYTHING);
        assertThat(all.toString() + all.find("support") + all.all()).doesNotContain("sk-own", "sk-verify");
    }

    @Test
    void recordsRefuseWhatNoRouterCanDo() {
        assertThatThrownBy(() -> RouterDefinition.of(
                        "r", Strategy.PRIORITY, List.of(RouterTarget.of("a/b"), RouterTarget.of("a/b"))))
                .hasMessage("router 'r' has two targets called 'a/b'");
        assertThatThrownBy(() -> new Hedging(Optional.empty(), 0)).hasMessage("maxExtra must be at least 1 but is 0");
        assertThatThrownBy(() -> new Cascade.Confidence("/c", 1.5)).hasMessage("least must be from 0 to 1 but is 1.5");
        assertThatThrownBy(() -> target(-1, OptionalDouble.empty()))
                .hasMessage("weight of 't' must be from 0 but is -1.0");
        assertThatThrownBy(() -> target(Double.NaN, OptionalDouble.empty())).hasMessageContaining("must be from 0");
        assertThatThrownBy(() -> target(1, OptionalDouble.of(0)))
                .hasMessage("quality of 't' must be above 0 up to 1 but is 0.0");
    }

    private static RouterTarget target(double weight, OptionalDouble quality) {
        return new RouterTarget(
                "t",
                new ModelRef("a", "b"),
                weight,
                Optional.empty(),
                Optional.empty(),
                PolicyOverride.NONE,
                MaxPrice.NONE,
                quality,
                Optional.empty(),
                Map.of());
    }
}
