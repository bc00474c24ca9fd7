package io.github.camelllm.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.wire.Json;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever properties say, YAML of the same keys and values says too. */
class YamlAndPropertiesTest {
    /** Keys and values that go together in any selection. */
    private static final Map<String, String> ALL = new LinkedHashMap<>();

    static {
        ALL.put("strategy", "sticky");
        ALL.put("targets[1].weight", "2.5");
        ALL.put("targets[1].name", "mini");
        ALL.put("targets[1].apiKey", "sk-1");
        ALL.put("targets[1].baseUrl", "https://h.example/v1");
        ALL.put("targets[1].regions", "eu,de");
        ALL.put("targets[1].training", "optOut");
        ALL.put("targets[0].retentionDays", "7");
        ALL.put("targets[0].zeroRetention", "selfService");
        ALL.put("targets[0].maxPrice.input", "0.25");
        ALL.put("targets[0].maxPrice.output", "4");
        ALL.put("targets[0].quality", "1");
        ALL.put("targets[0].when", "${header.a} == 'b, c'");
        ALL.put("targets[0].options.var.region", "eu");
        ALL.put("targets[0].options.temperature", "0");
        ALL.put("constraints.allow", "anthropic/*,openai/*");
        ALL.put("constraints.deny[0]", "openai/gpt-4*");
        ALL.put("constraints.noTraining", "true");
        ALL.put("constraints.zeroRetention", "false");
        ALL.put("constraints.maxRetentionDays", "30");
        ALL.put("constraints.maxCost", "0.5");
        ALL.put("constraints.preferredMaxLatency", "PT2S");
        ALL.put("constraints.preferredMinThroughput", "10.5");
        ALL.put("constraints.require", "tools");
        ALL.put("constraints.allowUnknownModels", "false");
        ALL.put("fallbacks.on", "none");
        ALL.put("fallbacks.contextWindow[0].model", "gemini/gemini-2.5-pro");
        ALL.put("fallbacks.contentFilter[0].model", "router/safe");
        ALL.put("maxTargets", "2");
        ALL.put("maxRetries", "0");
        ALL.put("deadline", "1m30s");
        ALL.put("hedge.after", "p95");
        ALL.put("cascade.accept", "${body} contains 'x'");
        ALL.put("cascade.judge.model", "openai/gpt-5");
        ALL.put("stream.commitAfter.bytes", "64");
        ALL.put("stream.onBreak", "continue");
    }

    @Provide
    Arbitrary<Set<String>> selections() {
        return Arbitraries.of(ALL.keySet()).set();
    }

    @Property(tries = 500)
    void theyGiveTheSameRouter(@ForAll("selections") Set<String> keys) throws Exception {
        Map<String, String> chosen = new LinkedHashMap<>();
        chosen.put("targets[0].model", "anthropic/claude-haiku-4-5");
        chosen.put("targets[1].model", "openai/gpt-5-mini");
        keys.forEach(key -> chosen.put(key, ALL.get(key)));
        Map<String, String> properties = new LinkedHashMap<>();
        chosen.forEach((key, value) -> properties.put("r." + key, value));
        // JSON is YAML.
        String yaml = Json.MAPPER.writeValueAsString(tree(chosen));
        // Named like the other source, so that all of the two can be compared.
        assertThat(RouterDefinitions.NONE.withProperties(properties).all())
                .isEqualTo(RouterDefinitions.NONE
                        .withYaml("properties", new StringReader(yaml))
                        .all());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> tree(Map<String, String> flat) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("id", "r");
        flat.forEach((path, value) -> {
            Map<String, Object> at = root;
            String rest = path;
            while (rest.contains(".")) {
                String step = rest.substring(0, rest.indexOf('.'));
                rest = rest.substring(rest.indexOf('.') + 1);
                if (step.endsWith("]")) {
                    List<Object> list = (List<Object>)
                            at.computeIfAbsent(step.substring(0, step.indexOf('[')), name -> new ArrayList<>());
                    int index = Integer.parseInt(step.substring(step.indexOf('[') + 1, step.length() - 1));
                    if (index == list.size()) {
                        list.add(new LinkedHashMap<String, Object>());
                    }
                    at = (Map<String, Object>) list.get(index);
                } else {
                    at = (Map<String, Object>) at.computeIfAbsent(step, name -> new LinkedHashMap<String, Object>());
                }
                if (step.equals("options")) {
                    break;
                }
            }
            if (rest.endsWith("[0]")) {
                at.put(rest.substring(0, rest.length() - 3), List.of(value));
            } else {
                at.put(rest, value);
            }
        });
        return root;
    }
}
