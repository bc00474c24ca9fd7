package io.github.camelllm.limit;

import io.github.camelllm.call.ScopeIndex;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.NamedTrees;
import io.github.camelllm.catalog.YamlConfig;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final ScopeIndex<LimitDefinition> index;

    private LimitDefinitions(Map<String, LimitDefinition> byName) {
        this.byName = Collections.unmodifiableMap(new TreeMap<>(byName));
        this.all = List.copyOf(this.byName.values());
        this.index = new ScopeIndex<>(all, LimitDefinition::scope);
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

    /** These limits and those of others, of which the later ones win. */
    public LimitDefinitions withAll(List<LimitDefinitions> others) {
        Map<String, LimitDefinition> more = new TreeMap<>(byName);
        others.forEach(other -> more.putAll(other.byName));
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
        return withTrees(NamedTrees.ofDocuments(YamlConfig.read(sourceName, text), "limits"), sourceName);
    }

    private LimitDefinitions withTrees(List<ConfigNode> trees, String definedIn) {
        List<LimitDefinition> definitions = new ArrayList<>();
        trees.forEach(tree -> definitions.add(LimitReader.read(tree, definedIn)));
        return with(definitions);
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
        return withTrees(
                NamedTrees.ofProperties(properties, LimitReader.KEYS, "openai-mini.requestsPerMinute"), "properties");
    }

    public Optional<LimitDefinition> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** All limits, sorted by name. */
    public List<LimitDefinition> all() {
        return all;
    }

    /** Those that an attempt with these tags can fall into, and perhaps others. */
    List<LimitDefinition> candidates(Map<String, String> tags) {
        return index.candidates(tags);
    }

    public List<String> names() {
        return List.copyOf(byName.keySet());
    }

    @Override
    public String toString() {
        return "LimitDefinitions" + byName.keySet();
    }
}
