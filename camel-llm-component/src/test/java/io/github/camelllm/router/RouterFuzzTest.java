package io.github.camelllm.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.catalog.CatalogException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever comes gives routers or a {@link CatalogException}, nothing else. */
class RouterFuzzTest {
    private static final List<String> KEYS = List.of(
            "id",
            "strategy",
            "targets",
            "constraints",
            "fallbacks",
            "maxTargets",
            "maxRetries",
            "deadline",
            "hedge",
            "cascade",
            "verify",
            "stream",
            "stickyBy",
            "openrouter",
            "portkey",
            "litellm",
            "via",
            "model",
            "routers");

    private static final List<String> FOREIGN_KEYS = List.of(
            "model",
            "models",
            "provider",
            "route",
            "strategy",
            "targets",
            "retry",
            "override_params",
            "weight",
            "name",
            "api_key",
            "virtual_key",
            "request_timeout",
            "custom_host",
            "model_list",
            "router_settings",
            "litellm_settings",
            "model_name",
            "litellm_params",
            "mode",
            "conditions",
            "query",
            "then",
            "default",
            "on_status_codes",
            "order",
            "only",
            "ignore",
            "sort",
            "max_price",
            "prompt",
            "zdr",
            "data_collection",
            "allow_fallbacks",
            "fallbacks",
            "model_group_alias",
            "rpm",
            "api_base",
            "num_retries",
            "timeout",
            "attempts",
            "metadata.plan",
            "$eq",
            "$or",
            "$regex",
            "$in",
            "preferred_max_latency",
            "p50",
            "by",
            "partition",
            "sticky",
            "bogus");

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "x",
                        "a/b",
                        "[a/b, router/r]",
                        "{model: a/b, weight: 2}",
                        "[{model: a/b, when: x}]",
                        "cheapest",
                        "sticky",
                        "p95",
                        "800ms",
                        "PT1S",
                        "{after: 1s}",
                        "{on: [timeout]}",
                        "{regions: [eu]}",
                        "~",
                        "",
                        "0",
                        "-1",
                        "1e400",
                        ".inf",
                        "12345678901234567890",
                        "true",
                        "'",
                        "\"",
                        "{",
                        "[",
                        "&a b",
                        "*a",
                        "|",
                        "{events: 1}",
                        "{commitAfter: {time: 1s}}",
                        "{judge: {model: router/r}}",
                        "1\n---\n2",
                        "{model: openai/gpt-5, models: [x-ai/grok-4.3:nitro]}",
                        "{strategy: {mode: fallback}, targets: []}",
                        "{model_list: [{model_name: m, litellm_params: {model: openai/m}}]}",
                        "openrouter"),
                Arbitraries.strings().ofMaxLength(12));
    }

    @Provide
    Arbitrary<String> documents() {
        return Combinators.combine(Arbitraries.of(KEYS), values())
                .as((key, value) -> key + ": " + value + "\n")
                .list()
                .ofMaxSize(6)
                .map(lines -> lines.stream().collect(Collectors.joining()));
    }

    @Property
    void anyDefinition(@ForAll("documents") String text) {
        yaml(text);
    }

    @Property
    void anyText(@ForAll String text) {
        yaml(text);
    }

    @Property
    void anyBytes(@ForAll byte[] bytes) {
        yaml(new String(bytes, StandardCharsets.UTF_8));
    }

    private static void yaml(String text) {
        try {
            RouterDefinitions read = RouterDefinitions.NONE.withYaml("fuzz.yaml", new StringReader(text));
            assertThat(read.all())
                    .allSatisfy(router -> assertThat(router.targets()).isNotEmpty());
        } catch (CatalogException e) {
            assertThat(e).hasMessageContaining("fuzz.yaml");
        }
    }

    @Provide
    Arbitrary<String> paths() {
        return Combinators.combine(
                        Arbitraries.of("r", "", "a.b"),
                        Arbitraries.of(KEYS),
                        Arbitraries.of(
                                "", "[0]", "[1]", "[0].model", ".on", ".a.b", ".", "[x]", "[0][0]", ".after", "[9999]"))
                .as((name, key, rest) -> name + "." + key + rest);
    }

    @Property
    void anyProperties(
            @ForAll("paths") String path,
            @ForAll("values") String value,
            @ForAll("paths") String other,
            @ForAll("values") String otherValue) {
        Map<String, String> properties = new HashMap<>(Map.of("r.targets", "a/b"));
        properties.put(path, value);
        properties.put(other, otherValue);
        try {
            assertThat(RouterDefinitions.NONE.withProperties(properties).all())
                    .allSatisfy(router -> assertThat(router.targets()).isNotEmpty());
        } catch (CatalogException e) {
            assertThat(e).hasMessageContaining("property ");
        }
    }

    /** JSON of known words and values in any shape. */
    @Provide
    Arbitrary<String> configurations() {
        Arbitrary<String> scalar = Arbitraries.of(
                "1",
                "0.5",
                "-1",
                "1e9",
                "429",
                "true",
                "null",
                "\"\"",
                "\"a\"",
                "\"openai\"",
                "\"openai/gpt-5-mini\"",
                "\"x-ai/grok-4.3:floor\"",
                "\"@slug/m\"",
                "\"price\"",
                "\"fallback\"",
                "\"loadbalance\"",
                "\"conditional\"",
                "\"least-busy\"",
                "\"os.environ/KEY\"",
                "\"https://h\"",
                "\"[\"",
                "\"deny\"");
        Arbitrary<String> json = Arbitraries.recursive(
                () -> scalar,
                inner -> Arbitraries.oneOf(
                        inner.list().ofMaxSize(3).map(items -> "[" + String.join(",", items) + "]"),
                        Combinators.combine(
                                        Arbitraries.of(FOREIGN_KEYS)
                                                .list()
                                                .uniqueElements()
                                                .ofMaxSize(5),
                                        inner.list().ofSize(5))
                                .as((keys, values) -> {
                                    StringBuilder text = new StringBuilder("{");
                                    for (int i = 0; i < keys.size(); i++) {
                                        text.append(i == 0 ? "" : ",")
                                                .append('"')
                                                .append(keys.get(i))
                                                .append("\":");
                                        text.append(values.get(i));
                                    }
                                    return text.append('}').toString();
                                })),
                0,
                4);
        return Arbitraries.oneOf(
                json,
                json.map(targets -> "{\"strategy\":{\"mode\":\"fallback\"},\"targets\":[" + targets + "]}"),
                json.map(list ->
                        "{\"model_list\":[{\"model_name\":\"m\",\"litellm_params\":{\"model\":\"openai/m\"}}],\"router_settings\":"
                                + list + "}"),
                json.map(provider -> "{\"model\":\"openai/gpt-5-mini\",\"provider\":" + provider + "}"),
                json.map(
                        query -> "{\"strategy\":{\"mode\":\"conditional\",\"conditions\":[{\"query\":" + query
                                + ",\"then\":\"t\"}],\"default\":\"t\"},\"targets\":[{\"name\":\"t\",\"provider\":\"openai\"}]}"));
    }

    @Property(tries = 1000)
    void anyConfiguration(@ForAll("configurations") String json) {
        RouterImport.Settings settings = RouterImport.Settings.DEFAULT.withModel("m");
        for (RouterImport.Format format : RouterImport.Format.values()) {
            try {
                RouterImport read;
                switch (format) {
                    case OPENROUTER:
                        read = RouterImport.openRouter("r", json, settings);
                        break;
                    case PORTKEY:
                        read = RouterImport.portkey("r", json, settings);
                        break;
                    default:
                        read = RouterImport.liteLlm("fuzz", json, settings);
                }
                // What is imported is complete: no router leads to one that is missing, or round.
                assertThat(RouterDefinitions.NONE.with(read).validated().all()).isNotEmpty();
            } catch (CatalogException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Property
    void anyJsonText(@ForAll String text) {
        try {
            assertThat(RouterImport.openRouter("r", text, RouterImport.Settings.DEFAULT)
                            .routers())
                    .isNotEmpty();
        } catch (CatalogException e) {
            assertThat(e).hasMessageStartingWith("OpenRouter");
        }
    }
}
