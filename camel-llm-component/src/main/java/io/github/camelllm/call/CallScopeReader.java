package io.github.camelllm.call;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Items;
import io.github.camelllm.catalog.ConfigNode.Kind;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a {@link CallScope} from a configuration: a map from dimensions to {@code *}, a value, or a list of values. */
public final class CallScopeReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");
    private static final int MOST_DIMENSIONS = 8;

    private CallScopeReader() {}

    /**
     * @param key name of the member that holds the scope, for errors
     * @throws CatalogException if it is no scope; the message says where and what was expected
     */
    public static CallScope read(String key, ConfigNode node) {
        if (!(node instanceof Entries map)) {
            throw new CatalogException(node.where() + ": '" + key
                    + "' must be a map such as {team: \"*\", model: gpt-5-mini} but is " + node.describe());
        }
        if (map.members().size() > MOST_DIMENSIONS) {
            throw new CatalogException(node.where() + ": '" + key + "' must have at most " + MOST_DIMENSIONS
                    + " dimensions but has " + map.members().size());
        }
        Map<String, Set<String>> dimensions = new LinkedHashMap<>();
        map.members().forEach((name, value) -> {
            if (!NAME.matcher(name).matches()) {
                throw new CatalogException(value.where() + ": '" + key
                        + "' must name provider, model, operation, route or a" + " tag but names '" + name + "'");
            }
            Set<String> values = values(key + "." + name, value);
            if (name.equals(CallScope.PROVIDER_KEY) && !values.isEmpty()) {
                throw new CatalogException(value.where() + ": '" + key + "." + name
                        + "' must be *, an account for each key, since keys are not written here");
            }
            dimensions.put(name, values);
        });
        return new CallScope(dimensions);
    }

    private static Set<String> values(String key, ConfigNode node) {
        Set<String> values = new LinkedHashSet<>();
        if (node instanceof Items list) {
            list.items().forEach(item -> values.add(value(key, item)));
            if (values.isEmpty() || values.contains("*")) {
                throw new CatalogException(node.where() + ": '" + key + "' must be * or a list of values");
            }
            return values;
        }
        for (String part : value(key, node).split(",")) {
            if (!part.isBlank()) {
                values.add(part.trim());
            }
        }
        if (values.isEmpty()) {
            throw new CatalogException(
                    node.where() + ": '" + key + "' must be * or a value such as billing but is empty");
        }
        if (values.contains("*")) {
            if (values.size() > 1) {
                throw new CatalogException(node.where() + ": '" + key + "' must be * or a list of values, not both");
            }
            return Set.of();
        }
        return values;
    }

    private static String value(String key, ConfigNode node) {
        if (node instanceof Scalar scalar
                && scalar.kind() != Kind.NULL
                && !scalar.value().isBlank()) {
            return scalar.value().trim();
        }
        throw new CatalogException(
                node.where() + ": '" + key + "' must be * or a value such as billing but is " + node.describe());
    }
}
