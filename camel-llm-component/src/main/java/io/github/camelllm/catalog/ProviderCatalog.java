package io.github.camelllm.catalog;

import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Items;
import io.github.camelllm.catalog.ConfigNode.Kind;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * All providers known: those that ship in the jar, and those of users laid over them. Immutable and thread-safe; a change
 * is a new catalogue. Shipped descriptors are read when they are first asked for.
 *
 * <p>A user's descriptor with the id of an existing one replaces it whole. With {@code extends: ID} it takes over all keys
 * of that provider (also of the one it replaces) and changes those it names: maps are merged key by key, lists and texts
 * replaced, and a key set to nothing ({@code ~}) is taken away. Properties extend an existing provider of their id by
 * themselves.
 *
 * <pre>
 * id: acme
 * extends: openai
 * baseUrl: https://llm.acme.example/v1
 * auth: {env: ACME_KEY}
 * </pre>
 */
public final class ProviderCatalog {
    private static final ProviderCatalog BUILT_IN = new ProviderCatalog(Map.of(), shippedIds());

    /** Users' trees by id, with {@code extends} resolved. */
    private final Map<String, Defined> defined;

    private final Set<String> ids;
    private final Map<String, ProviderDescriptor> read = new ConcurrentHashMap<>();

    private ProviderCatalog(Map<String, Defined> defined, Set<String> ids) {
        this.defined = defined;
        this.ids = ids;
    }

    private record Defined(Entries tree, String definedIn) {}

    /** The providers that ship in the jar. */
    public static ProviderCatalog builtIn() {
        return BUILT_IN;
    }

    /**
     * This catalogue with the descriptors of a YAML text: one descriptor, a list of them, or several documents.
     *
     * @param sourceName names the text in errors, such as its file name
     * @param text not closed
     * @throws CatalogException if a descriptor is wrong; the message has source name and line
     */
    public ProviderCatalog withYaml(String sourceName, Reader text) {
        List<Entries> trees = new ArrayList<>();
        for (ConfigNode document : YamlConfig.read(sourceName, text)) {
            if (document instanceof Items list) {
                list.items().forEach(item -> trees.add(descriptorTree(item)));
            } else if (!(document instanceof Scalar scalar && scalar.kind() == Kind.NULL)) {
                trees.add(descriptorTree(document));
            }
        }
        return with(trees, sourceName);
    }

    /**
     * This catalogue with descriptors given as flat properties, such as {@code groq.baseUrl=…}, {@code acme.extends=openai},
     * {@code acme.auth.env=ACME_KEY}, {@code acme.headers.X-Team=blue}, {@code acme.omit=seed,stop}. Lists are written with
     * commas, an empty value takes a key away, and values of {@code defaults} are read as YAML
     * ({@code acme.defaults.safe_prompt=true}). Adjustments for single models need a file.
     *
     * @param properties without any prefix that they had
     * @throws CatalogException if one is wrong; the message names the property
     */
    public ProviderCatalog withProperties(Map<String, String> properties) {
        Map<String, PropertyTree> trees = new TreeMap<>();
        new TreeMap<>(properties).forEach((key, value) -> {
            int dot = key.indexOf('.');
            String where = "property " + key;
            if (dot <= 0 || dot == key.length() - 1) {
                throw new CatalogException(where + ": expected a provider's id and a key, such as groq.baseUrl");
            }
            String id = key.substring(0, dot);
            PropertyPath path = PropertyPath.of(key.substring(dot + 1), where);
            trees.computeIfAbsent(id, name -> new PropertyTree(where)).put(path.keys(), path.scalar(value));
        });
        List<Entries> descriptors = new ArrayList<>();
        trees.forEach((id, tree) -> {
            Entries written = tree.entries();
            Scalar own = new Scalar(written.where(), id, Kind.TEXT);
            Entries identified = written.members().containsKey("id") ? written : written.with("id", own);
            boolean extending = ids.contains(id) && !written.members().containsKey("extends");
            descriptors.add(extending ? identified.with("extends", own) : identified);
        });
        return with(descriptors, "properties");
    }

    private static Entries descriptorTree(ConfigNode node) {
        if (node instanceof Entries tree) {
            return tree;
        }
        throw new CatalogException(node.where() + ": a descriptor must be a map but is " + node.describe());
    }

    private ProviderCatalog with(List<Entries> trees, String definedIn) {
        Map<String, Entries> added = new LinkedHashMap<>();
        for (Entries tree : trees) {
            String id = DescriptorReader.idOf(tree);
            if (added.put(id, tree) != null) {
                throw new CatalogException(tree.where() + ": provider '" + id + "' is described twice in " + definedIn);
            }
        }
        Map<String, Defined> all = new LinkedHashMap<>(defined);
        for (String id : added.keySet()) {
            all.put(id, new Defined(resolve(id, added, new ArrayList<>()), definedIn));
        }
        Set<String> allIds = new TreeSet<>(ids);
        allIds.addAll(added.keySet());
        ProviderCatalog changed = new ProviderCatalog(Map.copyOf(all), Set.copyOf(allIds));
        // Wrong descriptors are refused now, when somebody looks, and not when they are first used.
        added.keySet().forEach(changed::get);
        return changed;
    }

    /** The tree of a provider that is being added, laid over the one that it extends. */
    private Entries resolve(String id, Map<String, Entries> added, List<String> path) {
        Entries tree = added.get(id);
        if (tree == null) {
            return treeOf(id);
        }
        Optional<String> base = new ConfigSection("", tree, DescriptorReader.KEYS).text("extends");
        if (base.isEmpty()) {
            return tree.without("extends");
        }
        path.add(id);
        Entries below;
        if (base.get().equals(id)) {
            if (!ids.contains(id)) {
                throw new CatalogException(tree.where() + ": provider '" + id + "' extends itself");
            }
            below = treeOf(id);
        } else {
            if (path.contains(base.get())) {
                throw new CatalogException(
                        tree.where() + ": 'extends' goes round: " + String.join(" → ", path) + " → " + base.get());
            }
            if (!ids.contains(base.get()) && !added.containsKey(base.get())) {
                throw new CatalogException(tree.where() + ": 'extends' names '" + base.get() + "', which is no provider"
                        + Suggestions.didYouMean(base.get(), ids));
            }
            below = resolve(base.get(), added, path);
        }
        return overlay(below, tree.without("extends"), id, base.get());
    }

    private static Entries overlay(Entries below, Entries over, String id, String base) {
        Entries from = below;
        if (!id.equals(base)) {
            // Another provider has its own name in telemetry, unless it says otherwise.
            from = from.without("telemetryName");
        }
        // The name of a header or parameter belongs to its scheme.
        if (over.members().get("auth") instanceof Entries auth
                && auth.members().containsKey("scheme")
                && !auth.members().containsKey("name")
                && from.members().get("auth") instanceof Entries old) {
            from = from.with("auth", old.without("name"));
        }
        return from.overlaidBy(over);
    }

    private Entries treeOf(String id) {
        Defined known = defined.get(id);
        return known != null ? known.tree() : shipped(id);
    }

    private static Entries shipped(String id) {
        String name = "providers/" + id + ".yaml";
        try (Reader text = Resources.open(name)) {
            return descriptorTree(YamlConfig.read(name, text).get(0));
        } catch (IOException e) {
            throw new UncheckedIOException("data file " + name + " could not be read", e);
        }
    }

    private static Set<String> shippedIds() {
        return Set.copyOf(Resources.lines("providers/index.txt"));
    }

    /** Empty if there is no such provider. */
    public Optional<ProviderDescriptor> find(String id) {
        ProviderDescriptor known = read.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        if (!ids.contains(id)) {
            return Optional.empty();
        }
        Defined own = defined.get(id);
        ProviderDescriptor descriptor = DescriptorReader.read(treeOf(id), own == null ? "built in" : own.definedIn());
        read.put(id, descriptor);
        return Optional.of(descriptor);
    }

    /** @throws CatalogException if there is no such provider; the message lists those that there are, near ones first */
    public ProviderDescriptor get(String id) {
        return find(id).orElseThrow(
                        () -> new CatalogException("unknown provider '" + id + "'" + Suggestions.didYouMean(id, ids)
                                + (Suggestions.near(id, ids).isEmpty() ? "; " : " ") + "known are "
                                + String.join(", ", new TreeSet<>(ids))));
    }

    /** Ids of all providers, sorted. */
    public List<String> ids() {
        return List.copyOf(new TreeSet<>(ids));
    }

    /** All providers, sorted by id. Reads all descriptors. */
    public List<ProviderDescriptor> all() {
        return ids().stream().map(this::get).collect(Collectors.toUnmodifiableList());
    }

    /** Where one property goes in a descriptor's tree. */
    private record PropertyPath(List<String> keys, String where) {
        static PropertyPath of(String key, String where) {
            int dot = key.indexOf('.');
            if (dot < 0) {
                return new PropertyPath(List.of(key), where);
            }
            String first = key.substring(0, dot);
            String rest = key.substring(dot + 1);
            if (first.equals("models") || first.startsWith("models[")) {
                throw new CatalogException(where + ": adjustments for single models need a file");
            }
            int last = rest.lastIndexOf('.');
            if (first.equals("variables") && last > 0) {
                return new PropertyPath(List.of(first, rest.substring(0, last), rest.substring(last + 1)), where);
            }
            return new PropertyPath(List.of(first, rest), where);
        }

        ConfigNode scalar(String value) {
            if (value.isBlank()) {
                return new Scalar(where, "", Kind.NULL);
            }
            if (keys.get(0).equals("defaults")) {
                List<ConfigNode> documents = YamlConfig.read(where, new StringReader(value));
                if (documents.size() != 1) {
                    throw new CatalogException(where + ": expected one value, written as YAML");
                }
                return documents.get(0);
            }
            return new Scalar(where, value, Kind.TEXT);
        }
    }
}
