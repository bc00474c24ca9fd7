package io.github.camelllm.routes.gateway.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.budget.BudgetDefinitions;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.limit.LimitDefinitions;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The budgets and rate limits of keys as definitions like any others, each with the key in its scope: the budgets of the key
 * {@code marketing} are named {@code key.marketing.1}, {@code key.marketing.2} and so on.
 */
final class KeyPolicies {
    private static final int MOST = 8;
    private static final Pattern MEMBER = Pattern.compile("[A-Za-z]{1,40}");

    private KeyPolicies() {}

    /** What a definition is of. */
    enum Family {
        BUDGET,
        LIMIT;

        /** As stores of definitions call it, and the audit. */
        String kind() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A definition is written, or taken away if it has no text. */
    record PolicyChange(Family family, String name, Optional<String> yaml) {}

    /**
     * Definitions out of a request.
     *
     * @param list the member with them; may be absent or null
     * @param where names the member, for errors
     * @return each as a JSON object
     * @throws CatalogException if one is wrong; the message says where and what was expected
     */
    static List<String> read(Family family, String id, JsonNode list, String where) {
        if (list.isMissingNode() || list.isNull()) {
            return List.of();
        }
        if (!list.isArray() || list.size() > MOST) {
            throw new CatalogException(where + ": expected a list of at most " + MOST + " definitions, such as "
                    + (family == Family.BUDGET
                            ? "[{\"limit\": \"50 USD\", \"window\": \"month\"}]"
                            : "[{\"requestsPerMinute\": 60}]")
                    + ", but it is " + (list.isArray() ? "one of " + list.size() : "a JSON " + list.getNodeType()));
        }
        List<String> read = new ArrayList<>();
        for (JsonNode one : list) {
            String place = where + "[" + read.size() + "]";
            if (!(one instanceof ObjectNode definition)) {
                throw new CatalogException(
                        place + ": expected a definition as a JSON object, but it is a JSON " + one.getNodeType());
            }
            if (definition.has("id") || definition.path("scope").has(VirtualKey.TAG)) {
                throw new CatalogException(place + ": expected no 'id' and no 'scope." + VirtualKey.TAG
                        + "', since both are those of the key");
            }
            check(family, yaml(id, name(id, read.size()), definition.toString()), place);
            read.add(definition.toString());
        }
        return read;
    }

    private static void check(Family family, String yaml, String place) {
        if (family == Family.BUDGET) {
            BudgetDefinitions.NONE.withYaml(place, new StringReader(yaml));
        } else {
            LimitDefinitions.NONE.withYaml(place, new StringReader(yaml));
        }
    }

    private static String name(String id, int index) {
        return "key." + id + "." + (index + 1);
    }

    /** What has to change in the definitions when a key changes. */
    static List<PolicyChange> changes(Optional<VirtualKey> before, Optional<VirtualKey> after) {
        List<PolicyChange> changes = new ArrayList<>();
        for (Family family : Family.values()) {
            Map<String, String> old = before.map(key -> all(family, key)).orElse(Map.of());
            Map<String, String> young = after.map(key -> all(family, key)).orElse(Map.of());
            TreeSet<String> names = new TreeSet<>(old.keySet());
            names.addAll(young.keySet());
            for (String name : names) {
                if (!Objects.equals(old.get(name), young.get(name))) {
                    changes.add(new PolicyChange(family, name, Optional.ofNullable(young.get(name))));
                }
            }
        }
        return changes;
    }

    private static Map<String, String> all(Family family, VirtualKey key) {
        List<String> definitions =
                family == Family.BUDGET ? key.grants().budgets() : key.grants().limits();
        Map<String, String> all = new TreeMap<>();
        for (int i = 0; i < definitions.size(); i++) {
            String name = name(key.id(), i);
            all.put(name, yaml(key.id(), name, definitions.get(i)));
        }
        return all;
    }

    /** One member a line, since stored definitions are written like that; JSON values are YAML. */
    private static String yaml(String id, String name, String json) {
        ObjectNode definition = JsonConfig.object(json.getBytes(StandardCharsets.UTF_8), name);
        ObjectNode scope = definition.path("scope").isObject()
                ? (ObjectNode) definition.path("scope").deepCopy()
                : JsonNodeFactory.instance.objectNode();
        if (definition.hasNonNull("scope") && !definition.path("scope").isObject()) {
            throw new CatalogException(name + ": 'scope' must be a map such as {\"model\": \"gpt-5-mini\"}");
        }
        scope.put(VirtualKey.TAG, id);
        definition.set("scope", scope);
        StringBuilder yaml = new StringBuilder("id: " + name + "\n");
        definition.properties().forEach(member -> {
            if (!MEMBER.matcher(member.getKey()).matches()) {
                throw new CatalogException(name + ": a member's name must be letters, but one has "
                        + member.getKey().length() + " characters that are not all letters");
            }
            yaml.append(member.getKey()).append(": ").append(member.getValue()).append('\n');
        });
        return yaml.toString();
    }
}
