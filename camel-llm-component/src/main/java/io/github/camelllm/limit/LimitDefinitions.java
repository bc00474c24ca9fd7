package io.github.camelllm.limit;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Items;
import io.github.camelllm.catalog.ConfigNode.Kind;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import io.github.camelllm.catalog.PropertyTree;
import io.github.camelllm.catalog.YamlConfig;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * All limits known, by name. Immutable and thread-safe; a change is a new value. A definition replaces one of the same name
 * that was there before, whole.
 *
 * <pre>{@code
 * limits:
 *   openai-mini:
 *     scope: {provider: openai, model: gpt-5-mini}
 *     requestsPerMinute: 100
 *     tokensPerMinute: 10000
 * }</pre>
 */
public final class LimitDefinitions {
    /** No limit. */
    public static final LimitDefinitions NONE = new LimitDefinitions(Map.of());

    private final Map<String, LimitDefinition> byName;
    private final List<LimitDefinition> all;

    private LimitDefinitions(Map<String, LimitDefinition> byName) {
        this.byName = Collections.unmodifiableMap(new TreeMap<>(byName));
        this.all = List.copyOf(this.byName.values());
    }

    /** These limits and others; the others win. */
    public LimitDefinitions with(List<LimitDefinition> definitions) {
        Map<String, LimitDefinition> more = new TreeMap<>(byName);
        Set<String> added = new HashSet<>();
        for (LimitDefinition definition : definitions) {
            if (!added.add(definition.name())) {
                throw new CatalogException(
                        definition.definedIn() + ": limit '" + definition.name() + "' is defined twice");
            }
            more.put(definition.name(), definition);
        }
        return new LimitDefinitions(more);
    }

    /**
     * These limits and those of a YAML text: {@code limits:} with a map from names to definitions or with a list, a list of
     * definitions, or one.
     *
     * @param sourceName names the text in errors, such as its file name
     * @param text not closed; placeholders are resolved already
     * @throws CatalogException if a definition is wrong; the message has source name and line
     */
    public LimitDefinitions withYaml(String sourceName, Reader text) {
        List<LimitDefinition> definitions = new ArrayList<>();
        for (ConfigNode document : YamlConfig.read(sourceName, text)) {
            for (ConfigNode tree : trees(document)) {
                definitions.add(LimitReader.read(tree, sourceName));
            }
        }
        return with(definitions);
    }

    private static List<ConfigNode> trees(ConfigNode document) {
        if (document instanceof Items list) {
            return list.items();
        }
        if (document instanceof Scalar scalar && scalar.kind() == Kind.NULL) {
            return List.of();
        }
        if (!(document instanceof Entries map && map.members().containsKey("limits"))) {
            return List.of(document);
        }
        map.members().forEach((key, node) -> {
            if (!key.equals("limits")) {
                throw new CatalogException(
                        node.where() + ": '" + key + "' stands beside 'limits'; expected nothing else there");
            }
        });
        ConfigNode limits = map.members().get("limits");
        if (limits instanceof Items list) {
            return list.items();
        }
        if (!(limits instanceof Entries named)) {
            throw new CatalogException((limits == null ? document : limits).where()
                    + ": 'limits' must be a map from names to limits but is "
                    + (limits == null ? "nothing" : limits.describe()));
        }
        List<ConfigNode> trees = new ArrayList<>();
        named.members().forEach((name, node) -> {
            if (!(node instanceof Entries tree)) {
                throw new CatalogException(
                        node.where() + ": 'limits." + name + "' must be a map but is " + node.describe());
            }
            trees.add(named(name, tree, "limits." + name));
        });
        return trees;
    }

    /**
     * These limits and those of flat properties, such as {@code openai-mini.requestsPerMinute=100} and
     * {@code openai-mini.scope.provider=openai}. They say all that YAML says; lists are written with commas, and an empty
     * value counts as absent.
     *
     * @param properties without any prefix that they had
     * @throws CatalogException if one is wrong; the message names the property
     */
    public LimitDefinitions withProperties(Map<String, String> properties) {
        Map<String, PropertyTree> trees = new TreeMap<>();
        Map<String, String> firsts = new TreeMap<>();
        new TreeMap<>(properties).forEach((key, value) -> {
            String where = "property " + key;
            int dot = nameEnd(key);
            if (dot <= 0 || dot == key.length() - 1) {
                throw new CatalogException(
                        where + ": expected a limit's name and a key, such as openai-mini.requestsPerMinute");
            }
            firsts.putIfAbsent(key.substring(0, dot), where);
            trees.computeIfAbsent(key.substring(0, dot), name -> new PropertyTree(where))
                    .put(
                            List.of(key.substring(dot + 1).split("\\.", 2)),
                            new Scalar(where, value, value.isBlank() ? Kind.NULL : Kind.TEXT));
        });
        List<LimitDefinition> definitions = new ArrayList<>();
        trees.forEach((name, tree) -> definitions.add(LimitReader.read(
                named(name, tree.entries(), firsts.getOrDefault(name, "properties")), "properties")));
        return with(definitions);
    }

    /** Where the name ends: at a dot that a known key follows, since names may have dots, else at the first dot. */
    private static int nameEnd(String key) {
        for (int dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
            if (LimitReader.KEYS.contains(key.substring(dot + 1).split("\\.", 2)[0])) {
                return dot;
            }
        }
        return key.indexOf('.');
    }

    private static Entries named(String name, Entries tree, String place) {
        if (tree.members().containsKey("id")) {
            throw new CatalogException(
                    tree.where() + ": '" + place + "' has its name already; expected no 'id' in it");
        }
        Map<String, ConfigNode> members = new LinkedHashMap<>(tree.members());
        members.put("id", new Scalar(tree.where(), name, Kind.TEXT));
        return new Entries(tree.where(), members);
    }

    /** All limits, sorted by name. */
    public List<LimitDefinition> all() {
        return all;
    }

    public List<String> names() {
        return List.copyOf(byName.keySet());
    }

    @Override
    public String toString() {
        return "LimitDefinitions" + byName.keySet();
    }
}
