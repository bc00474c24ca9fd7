package io.github.camelllm.budget;

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
 * All budgets, by name. Immutable; a change is a new value. A definition replaces one of the same name that was there
 * before, whole.
 *
 * <pre>
 * budgets:
 *   team-month:
 *     scope: {team: "*"}
 *     limit: 500 USD
 *     window: month
 * </pre>
 */
public final class BudgetDefinitions {
    /** No budget. */
    public static final BudgetDefinitions NONE = new BudgetDefinitions(Map.of());

    private final Map<String, BudgetDefinition> byName;
    private final ScopeIndex<BudgetDefinition> index;

    private BudgetDefinitions(Map<String, BudgetDefinition> byName) {
        this.byName = Collections.unmodifiableMap(new TreeMap<>(byName));
        this.index = new ScopeIndex<>(this.byName.values(), BudgetDefinition::scope);
    }

    /**
     * These budgets and those of a YAML text: one definition, a list of them, or {@code budgets:} with a list or with a map
     * from names to definitions.
     *
     * @param sourceName names the text in errors, such as its file name
     * @param text not closed; placeholders are resolved already
     * @throws CatalogException if a definition is wrong; the message has source name and line
     */
    public BudgetDefinitions withYaml(String sourceName, Reader text) {
        return with(NamedTrees.ofDocuments(YamlConfig.read(sourceName, text), "budgets"), sourceName);
    }

    /**
     * These budgets and those of flat properties, such as {@code team-month.limit=500 USD},
     * {@code team-month.scope.team=*}.
     *
     * @param properties without any prefix that they had
     * @throws CatalogException if one is wrong; the message names the property
     */
    public BudgetDefinitions withProperties(Map<String, String> properties) {
        return with(NamedTrees.ofProperties(properties, BudgetReader.KEYS, "team-month.limit"), "properties");
    }

    private BudgetDefinitions with(List<ConfigNode> trees, String definedIn) {
        Map<String, BudgetDefinition> all = new TreeMap<>(byName);
        Set<String> added = new HashSet<>();
        for (ConfigNode tree : trees) {
            BudgetDefinition definition = BudgetReader.read(tree, definedIn);
            if (!added.add(definition.name())) {
                throw new CatalogException(tree.where() + ": budget '" + definition.name() + "' is defined twice");
            }
            all.put(definition.name(), definition);
        }
        return new BudgetDefinitions(all);
    }

    /** These budgets and those of others, of which the later ones win. */
    public BudgetDefinitions withAll(List<BudgetDefinitions> others) {
        Map<String, BudgetDefinition> all = new TreeMap<>(byName);
        others.forEach(more -> all.putAll(more.byName));
        return new BudgetDefinitions(all);
    }

    /** These budgets without one. */
    public BudgetDefinitions without(String name) {
        Map<String, BudgetDefinition> fewer = new TreeMap<>(byName);
        fewer.remove(name);
        return new BudgetDefinitions(fewer);
    }

    /** @throws CatalogException if the currency of one of these is another than before, in which its amounts are kept */
    void checkCurrencies(BudgetDefinitions before) {
        for (BudgetDefinition budget : byName.values()) {
            before.find(budget.name())
                    .ifPresent(old -> budget.checkKeptIn(old.limit().currency()));
        }
    }

    /** Those of these whose amounts were kept by other periods before. */
    List<BudgetDefinition> withOtherWindows(BudgetDefinitions before) {
        return byName.values().stream()
                .filter(budget -> !(budget.window() instanceof BudgetWindow.Call))
                .filter(budget -> before.find(budget.name())
                        .filter(old -> !old.window().equals(budget.window()))
                        .isPresent())
                .toList();
    }

    public Optional<BudgetDefinition> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** All budgets, sorted by name. */
    public List<BudgetDefinition> all() {
        return new ArrayList<>(byName.values());
    }

    /** Those that an attempt with these tags can fall into, and perhaps others. */
    List<BudgetDefinition> candidates(Map<String, String> tags) {
        return index.candidates(tags);
    }

    public boolean isEmpty() {
        return byName.isEmpty();
    }
}
