package io.github.camelllm.catalog;

import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Items;
import io.github.camelllm.catalog.ConfigNode.Kind;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds the definitions of named things in YAML and in properties, each as a map that holds its name as {@code id}. */
public final class NamedTrees {
    private NamedTrees() {}

    /**
     * The definitions of some documents: each is one definition, a list of them, or a map with the plural as its only key and
     * a list, or a map from names to definitions, below it.
     *
     * @param plural such as {@code routers}
     * @throws CatalogException if something else is there
     */
    public static List<ConfigNode> ofDocuments(List<ConfigNode> documents, String plural) {
        List<ConfigNode> trees = new ArrayList<>();
        for (ConfigNode document : documents) {
            if (document instanceof Items list) {
                trees.addAll(list.items());
            } else if (document instanceof Entries map && map.members().containsKey(plural)) {
                map.members().forEach((key, node) -> {
                    if (!key.equals(plural)) {
                        throw new CatalogException(node.where() + ": '" + key + "' stands beside '" + plural
                                + "'; expected nothing else there");
                    }
                    addNamed(node, plural, trees);
                });
            } else if (!(document instanceof Scalar scalar && scalar.kind() == Kind.NULL)) {
                trees.add(document);
            }
        }
        return trees;
    }

    private static void addNamed(ConfigNode definitions, String plural, List<ConfigNode> trees) {
        if (definitions instanceof Items list) {
            trees.addAll(list.items());
        } else if (definitions instanceof Entries map) {
            map.members().forEach((name, node) -> {
                if (!(node instanceof Entries tree)) {
                    throw new CatalogException(
                            node.where() + ": '" + plural + "." + name + "' must be a map but is " + node.describe());
                }
                if (tree.members().containsKey("id")) {
                    throw new CatalogException(node.where() + ": '" + plural + "." + name
                            + "' has its name already; expected no 'id' in it");
                }
                trees.add(named(name, tree, node.where()));
            });
        } else {
            throw new CatalogException(definitions.where() + ": '" + plural + "' must be a map from names to " + plural
                    + " but is " + definitions.describe());
        }
    }

    /** A definition with its name in it. */
    public static Entries named(String name, Entries tree, String where) {
        Map<String, ConfigNode> named = new LinkedHashMap<>(tree.members());
        named.put("id", new Scalar(where, name, Kind.TEXT));
        return new Entries(where, named);
    }

    /**
     * The definitions of flat properties such as {@code team.limit=5 USD}, {@code team.scope.team=*}. An empty value counts as
     * absent.
     *
     * @param properties without any prefix that they had
     * @param keys that definitions have
     * @param example of a property, for errors
     */
    public static List<ConfigNode> ofProperties(Map<String, String> properties, Set<String> keys, String example) {
        Map<String, PropertyTree> trees = new TreeMap<>();
        Map<String, String> firsts = new TreeMap<>();
        new TreeMap<>(properties).forEach((key, value) -> {
            String where = "property " + key;
            int dot = nameEnd(key, keys);
            if (dot <= 0 || dot == key.length() - 1) {
                throw new CatalogException(where + ": expected a name and a key, such as " + example);
            }
            String name = key.substring(0, dot);
            firsts.putIfAbsent(name, where);
            // Below a key there are only names, which may have dots of their own
            List<String> path = List.of(key.substring(dot + 1).split("\\.", 2));
            trees.computeIfAbsent(name, id -> new PropertyTree(where))
                    .put(path, new Scalar(where, value, value.isBlank() ? Kind.NULL : Kind.TEXT));
        });
        List<ConfigNode> definitions = new ArrayList<>();
        trees.forEach((name, tree) -> {
            String where = firsts.getOrDefault(name, "properties");
            Entries written = tree.entries();
            if (written.members().containsKey("id")) {
                throw new CatalogException(where + ": it has its name already; expected no 'id'");
            }
            definitions.add(named(name, written, where));
        });
        return definitions;
    }

    /** Where the name ends: at a dot that a known key follows, since names may have dots, else at the first dot. */
    public static int nameEnd(String key, Set<String> keys) {
        for (int dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
            String first = key.substring(dot + 1).split("[.\\[]", 2)[0];
            if (keys.contains(first)) {
                return dot;
            }
        }
        return key.indexOf('.');
    }
}
