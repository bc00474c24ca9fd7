package io.github.camelllm.router;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Kind;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import io.github.camelllm.catalog.NamedTrees;
import io.github.camelllm.catalog.PropertyTree;
import io.github.camelllm.catalog.Suggestions;
import io.github.camelllm.catalog.YamlConfig;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * All routers known, by name. Immutable and thread-safe; a change is a new value. A definition replaces one of the same name
 * that was there before, whole.
 *
 * <pre>
 * id: support
 * strategy: cheapest
 * targets: [anthropic/claude-haiku-4-5, openai/gpt-5-mini, router/fast]
 * fallbacks: {contextWindow: [gemini/gemini-2.5-pro]}
 * </pre>
 *
 * <p>A definition can name routers that are read later; {@link #validated} says when all are there.
 */
public final class RouterDefinitions {
    /** No router. */
    public static final RouterDefinitions NONE = new RouterDefinitions(Map.of(), List.of());

    /** A router in a router in a router is hard enough to follow. */
    static final int MOST_DEPTH = 16;

    private static final String IMPORTED = "openrouter, portkey, litellm";
    private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)((?:\\[\\d{1,4}\\])*)");
    /** Places where a text is short for a map with one member. */
    private static final Pattern TARGET = Pattern.compile(
            "((targets|fallbacks\\.(contextWindow|contentFilter))\\[\\d{1,4}\\]|(verify|cascade\\.judge)\\.model)");

    private static final Set<String> TARGET_LISTS =
            Set.of("targets", "fallbacks.contextWindow", "fallbacks.contentFilter");

    private final Map<String, RouterDefinition> byName;
    private final List<RouterImport.Note> notes;

    private RouterDefinitions(Map<String, RouterDefinition> byName, List<RouterImport.Note> notes) {
        this.byName = Collections.unmodifiableMap(new TreeMap<>(byName));
        this.notes = List.copyOf(notes);
    }

    /** These routers and others; the others win. */
    public RouterDefinitions with(List<RouterDefinition> definitions) {
        return with(definitions, List.of());
    }

    /** These routers and imported ones, which win, with what was noted when they were read. */
    public RouterDefinitions with(RouterImport imported) {
        return with(imported.routers(), imported.notes());
    }

    private RouterDefinitions with(List<RouterDefinition> definitions, List<RouterImport.Note> noted) {
        Map<String, RouterDefinition> all = new TreeMap<>(byName);
        Set<String> added = new HashSet<>();
        for (RouterDefinition definition : definitions) {
            if (!added.add(definition.name())) {
                throw new CatalogException(
                        definition.definedIn() + ": router '" + definition.name() + "' is defined twice");
            }
            all.put(definition.name(), definition);
        }
        List<RouterImport.Note> allNotes = new ArrayList<>(notes);
        allNotes.addAll(noted);
        return new RouterDefinitions(all, allNotes);
    }

    /**
     * These routers and those of a YAML text, where imported configurations find no environment variables.
     *
     * @see #withYaml(String, Reader, RouterImport.Settings)
     */
    public RouterDefinitions withYaml(String sourceName, Reader text) {
        return withYaml(sourceName, text, RouterImport.Settings.DEFAULT);
    }

    /**
     * These routers and those of a YAML text: one definition, a list of them, several documents, or {@code routers:} with a
     * list or with a map from names to definitions. In place of its own keys a definition can hold a configuration of
     * OpenRouter, Portkey or LiteLLM.
     *
     * @param sourceName names the text in errors, such as its file name
     * @param text not closed; placeholders are resolved already
     * @param settings for configurations that are imported
     * @throws CatalogException if a definition is wrong; the message has source name and line
     */
    public RouterDefinitions withYaml(String sourceName, Reader text, RouterImport.Settings settings) {
        List<RouterDefinition> definitions = new ArrayList<>();
        List<RouterImport.Note> noted = new ArrayList<>();
        for (ConfigNode tree : NamedTrees.ofDocuments(YamlConfig.read(sourceName, text), "routers")) {
            Optional<RouterImport> imported = imported(tree, sourceName, settings);
            if (imported.isPresent()) {
                definitions.addAll(imported.get().routers());
                noted.addAll(imported.get().notes());
            } else {
                definitions.add(DefinitionReader.read(tree, sourceName));
            }
        }
        return with(definitions, noted);
    }

    private static Optional<RouterImport> imported(ConfigNode tree, String sourceName, RouterImport.Settings settings) {
        if (!(tree instanceof Entries map)) {
            return Optional.empty();
        }
        for (RouterImport.Format format : RouterImport.Format.values()) {
            if (map.members().containsKey(format.key())) {
                return Optional.of(RouterImport.embedded(format, map, sourceName, settings));
            }
        }
        return Optional.empty();
    }

    /**
     * These routers and those of flat properties, such as {@code support.strategy=cheapest},
     * {@code support.targets=anthropic/claude-haiku-4-5,openai/gpt-5-mini}, {@code support.targets[1].weight=3}. They say all
     * that YAML says, except what is imported. Lists are written with commas or with indexes from 0; an empty value counts as
     * absent.
     *
     * @param properties without any prefix that they had
     * @throws CatalogException if one is wrong; the message names the property
     */
    public RouterDefinitions withProperties(Map<String, String> properties) {
        Map<String, PropertyTree> trees = new TreeMap<>();
        Map<String, String> firsts = new TreeMap<>();
        new TreeMap<>(properties).forEach((key, value) -> {
            String where = "property " + key;
            int dot = NamedTrees.nameEnd(key, DefinitionReader.KEYS);
            if (dot <= 0 || dot == key.length() - 1) {
                throw new CatalogException(where + ": expected a router's name and a key, such as support.strategy");
            }
            String name = key.substring(0, dot);
            firsts.putIfAbsent(name, where);
            put(trees.computeIfAbsent(name, id -> new PropertyTree(where)), key.substring(dot + 1), value, where);
        });
        List<RouterDefinition> definitions = new ArrayList<>();
        trees.forEach((name, tree) -> {
            Entries written = tree.entries();
            String where = firsts.getOrDefault(name, "properties");
            written.members().forEach((key, node) -> {
                if (key.equals("id")) {
                    throw new CatalogException(node.where() + ": a router has its name already; expected no 'id'");
                }
                if (Stream.of(RouterImport.Format.values())
                        .anyMatch(format -> format.key().equals(key))) {
                    throw new CatalogException(node.where() + ": configurations of others (" + IMPORTED
                            + ") are imported from YAML files only");
                }
            });
            definitions.add(DefinitionReader.read(NamedTrees.named(name, written, where), "properties"));
        });
        return with(definitions, List.of());
    }

    private static void put(PropertyTree tree, String path, String value, String where) {
        List<String> steps = new ArrayList<>();
        int at = 0;
        while (at < path.length()) {
            Matcher step = STEP.matcher(path).region(at, path.length());
            if (!step.lookingAt()) {
                throw new CatalogException(where + ": expected keys with dots between them and indexes such as [0]");
            }
            steps.add(step.group(1));
            Matcher index = Pattern.compile("\\[(\\d+)\\]").matcher(step.group(2));
            while (index.find()) {
                steps.add("[" + Integer.parseInt(index.group(1)) + "]");
            }
            at = step.end();
            if (at < path.length()) {
                if (path.charAt(at) != '.' || at == path.length() - 1) {
                    throw new CatalogException(
                            where + ": expected keys with dots between them and indexes such as [0]");
                }
                at++;
                if (step.group(1).equals("options")) {
                    // Options have dots in their own names, such as var.region
                    steps.add(path.substring(at));
                    break;
                }
            }
        }
        if (!value.isBlank() && TARGET_LISTS.contains(path)) {
            List<String> models = Stream.of(value.split(","))
                    .map(String::trim)
                    .filter(model -> !model.isEmpty())
                    .toList();
            for (int i = 0; i < models.size(); i++) {
                List<String> place = new ArrayList<>(steps);
                place.addAll(List.of("[" + i + "]", "model"));
                tree.put(place, new Scalar(where, models.get(i), Kind.TEXT));
            }
            if (!models.isEmpty()) {
                return;
            }
        }
        if (TARGET.matcher(path).matches()) {
            steps.add("model");
        } else if (path.equals("hedge")) {
            steps.add("after");
        }
        tree.put(steps, new Scalar(where, value, value.isBlank() ? Kind.NULL : Kind.TEXT));
    }

    /**
     * A router whose nested routers are all there.
     *
     * @throws CatalogException if there is no such router, near names first; or if one that it leads to is missing or leads
     *     back to it
     */
    public RouterDefinition get(String name) {
        RouterDefinition definition = byName.get(name);
        if (definition == null) {
            String near = Suggestions.didYouMean(name, byName.keySet());
            throw new CatalogException("unknown router '" + name + "'" + near
                    + (byName.isEmpty()
                            ? "; none is defined"
                            : (near.isEmpty() ? "; " : " ") + "known are " + String.join(", ", names())));
        }
        height(definition, new ArrayList<>(), new HashMap<>());
        return definition;
    }

    /** Empty if there is no such router. */
    public Optional<RouterDefinition> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Names of all routers, sorted. */
    public List<String> names() {
        return List.copyOf(new TreeSet<>(byName.keySet()));
    }

    /** All routers, sorted by name. */
    public List<RouterDefinition> all() {
        return List.copyOf(byName.values());
    }

    /** What imported configurations said that these routers do not do as it was meant. */
    public List<RouterImport.Note> notes() {
        return notes;
    }

    /**
     * These routers, once every router that one of them names is known to be there and none leads back to itself. To be
     * called when all sources are read, so that mistakes show at the start and not with the first request.
     *
     * @throws CatalogException naming the path that leads nowhere or in a circle
     */
    public RouterDefinitions validated() {
        Map<String, Integer> heights = new HashMap<>();
        byName.values().forEach(definition -> height(definition, new ArrayList<>(), heights));
        return this;
    }

    /** Levels of routers below and including this one. */
    private int height(RouterDefinition definition, List<String> path, Map<String, Integer> heights) {
        path.add(definition.name());
        String route = String.join(" → ", path);
        int height = 1;
        if (path.size() > MOST_DEPTH) {
            throw tooDeep(definition, route);
        }
        for (String next : nested(definition)) {
            if (path.contains(next)) {
                throw new CatalogException(definition.definedIn() + ": routers go round: " + route + " → " + next);
            }
            RouterDefinition inner = byName.get(next);
            if (inner == null) {
                throw new CatalogException(definition.definedIn() + ": router '" + definition.name()
                        + "' names router/" + next + ", which is not defined"
                        + Suggestions.didYouMean(next, byName.keySet())
                        + (path.size() > 1 ? " (" + route + " → " + next + ")" : ""));
            }
            Integer known = heights.get(next);
            height = Math.max(height, 1 + (known == null ? height(inner, path, heights) : known));
        }
        if (height > MOST_DEPTH) {
            throw tooDeep(definition, route);
        }
        path.remove(path.size() - 1);
        heights.put(definition.name(), height);
        return height;
    }

    private static CatalogException tooDeep(RouterDefinition definition, String route) {
        return new CatalogException(
                definition.definedIn() + ": routers are nested deeper than " + MOST_DEPTH + ", from " + route);
    }

    /** Names of the routers that a definition leads to, wherever it names them. */
    private static Set<String> nested(RouterDefinition definition) {
        Set<String> names = new TreeSet<>();
        Stream.of(
                        definition.targets().stream(),
                        definition.fallbacks().contextWindow().stream(),
                        definition.fallbacks().contentFilter().stream(),
                        definition.cascade().stream()
                                .flatMap(cascade -> cascade.judge().stream())
                                .map(RouterDefinition.Cascade.Judge::model),
                        definition.verification().stream().map(RouterDefinition.Verification::verifier))
                .flatMap(targets -> targets)
                .map(RouterTarget::model)
                .filter(ModelRef::isRouter)
                .forEach(model -> names.add(model.model()));
        return names;
    }

    @Override
    public String toString() {
        return "RouterDefinitions" + byName.keySet();
    }
}
