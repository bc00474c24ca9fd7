package io.github.camelllm.router;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.router.RouterDefinition.Cascade;
import io.github.camelllm.router.RouterDefinition.Hedging;
import io.github.camelllm.router.RouterTarget.MaxPrice;
import io.github.camelllm.router.RouterTarget.PolicyOverride;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused when routers are defined, and where it says so. */
class WrongRouterDefinitionsTest {
    private static RouterDefinitions yaml(String text) {
        return RouterDefinitions.NONE.withYaml("routers.yaml", new StringReader(text));
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
                        "line 2: 'targets[0].model' is missing; expected provider/model, such as"
                                + " groq/openai/gpt-oss-20b"),
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
                        "line 2: 'targets[0].zeroRetention' must be one of default, selfService, approval, none,"
                                + " unknown but is 'yes'"),
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
                        "line 2: 'targets[0].baseUrl' must be a URL that begins with https:// or http:// but is"
                                + " something else"),
                Arguments.of(r("constraints: 5"), "line 3: 'constraints' must be a map but is '5'"),
                Arguments.of(
                        r("constraints: {region: eu}"),
                        "line 3: unknown key 'constraints.region'; did you mean 'regions'?"),
                Arguments.of(
                        r("constraints: {allow: [anthropic]}"),
                        "line 3: 'constraints.allow' must be patterns of provider/model, such as anthropic/* but is"
                                + " 'anthropic'"),
                Arguments.of(
                        r("constraints: {noTraining: sure}"),
                        "line 3: 'constraints.noTraining' must be true or false but is 'sure'"),
                Arguments.of(
                        r("constraints: {maxCost: 0}"),
                        "line 3: 'constraints.maxCost' must be an amount above 0 but is '0'"),
                Arguments.of(
                        r("constraints: {preferredMaxLatency: 5}"),
                        "line 3: 'constraints.preferredMaxLatency' must be a duration above 0 of at most 24 hours,"
                                + " such as 800ms, 2s or 1m30s but is '5'"),
                Arguments.of(
                        r("constraints: {preferredMinThroughput: 0}"),
                        "line 3: 'constraints.preferredMinThroughput' must be tokens a second, above 0 but is '0'"),
                Arguments.of(
                        r("constraints: {require: [tool]}"),
                        "line 3: 'constraints.require' must be a list of imageInput, pdfInput, audioInput, videoInput,"
                                + " audioOutput, tools, structuredOutput, reasoning but is 'tool'; did you mean 'tools'?"),
                Arguments.of(
                        r("fallbacks: {on: [authentication]}"),
                        "line 3: 'fallbacks.on' must be a list of rateLimited, unavailable, timeout, contentFiltered,"
                                + " malformedResponse but is 'authentication'"),
                Arguments.of(
                        r("fallbacks: {on: [timeout, contextWindowExceeded]}"),
                        "line 3: 'fallbacks.on' must be without contextWindowExceeded: what comes then stands in"
                                + " 'fallbacks.contextWindow' but is with it"),
                Arguments.of(
                        r("fallbacks: {contextWindow: [x]}"),
                        "line 3: 'fallbacks.contextWindow[0].model': expected provider/model, such as"
                                + " groq/openai/gpt-oss-20b, but got 'x'"),
                Arguments.of(
                        r("maxTargets: 0"), "line 3: 'maxTargets' must be a whole number from 1 to 1000 but is '0'"),
                Arguments.of(
                        r("maxRetries: many"),
                        "line 3: 'maxRetries' must be a whole number from 0 to 100 but is 'many'"),
                Arguments.of(
                        r("deadline: soon"),
                        "line 3: 'deadline' must be a duration above 0 of at most 24 hours, such as 800ms, 2s or 1m30s"
                                + " but is 'soon'"),
                Arguments.of(
                        r("hedge: p99"),
                        "line 3: 'hedge.after' must be p95 or a duration above 0 of at most 24 hours, such as 800ms,"
                                + " 2s or 1m30s but is 'p99'"),
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
                        "line 3: 'verify.to' is missing; expected the endpoint that gets corrections, such as"
                                + " direct:corrections"),
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
                        "line 3: 'stream.commitAfter.bytes' must be a whole number from 1 to 1048576 but is"
                                + " '99999999'"),
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
                        "property s.strategy: 'strategy' must be one of priority, weighted, roundRobin, leastBusy,"
                                + " fastest, cheapest, bestValue, sticky, conditional but is 'x'"),
                Arguments.of(
                        Map.of("s.targets", ""),
                        "property s.targets: 'targets' is missing; expected a list such as"
                                + " [anthropic/claude-haiku-4-5, openai/gpt-5-mini]"),
                Arguments.of(
                        Map.of("s.targets[1]", "a/b"),
                        "property s.targets[1]: has the index 1, but there is none with 0; a list is counted from 0"
                                + " without gaps"),
                Arguments.of(
                        Map.of("s.targets", "a/b", "s.targets[0]", "a/c"),
                        "property s.targets[0]: is already given by property s.targets"),
                Arguments.of(
                        Map.of("s.targets", "a/b", "s.targets[0].weight", "x"),
                        "property s.targets[0].weight: 'targets[0].weight' must be a number from 0 to 1000000 but is"
                                + " 'x'"),
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
                        "property s.portkey.retry: configurations of others (openrouter, portkey, litellm) are"
                                + " imported from YAML files only"));
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
