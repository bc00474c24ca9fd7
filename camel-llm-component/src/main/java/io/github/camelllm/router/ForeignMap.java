package io.github.camelllm.router;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Items;
import io.github.camelllm.catalog.ConfigNode.Kind;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A map in somebody else's configuration. It remembers what was taken from it, so that the rest can be noted: nothing is
 * passed over in silence. Errors and notes name kinds, never texts: any of them may be a key. Not thread-safe.
 */
final class ForeignMap {
    private static final Pattern DECIMAL = Pattern.compile("-?\\d{1,15}(\\.\\d{1,18})?([eE][+-]?\\d{1,2})?");

    private final String path;
    private final Entries entries;
    private final List<RouterImport.Note> notes;
    private final Set<String> taken = new HashSet<>();

    private ForeignMap(String path, Entries entries, List<RouterImport.Note> notes) {
        this.path = path;
        this.entries = entries;
        this.notes = notes;
    }

    /**
     * @param path in their document; empty for all of it
     * @throws CatalogException if it is no map
     */
    static ForeignMap of(String path, ConfigNode node, List<RouterImport.Note> notes) {
        if (node instanceof Entries entries) {
            return new ForeignMap(path, entries, notes);
        }
        throw new CatalogException(node.where() + ": " + (path.isEmpty() ? "the configuration" : "'" + path + "'")
                + " must be a map but is " + kind(node));
    }

    String where() {
        return entries.where();
    }

    ConfigNode node() {
        return entries;
    }

    String path() {
        return path;
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    Set<String> keys() {
        return entries.members().keySet();
    }

    /** A value, also where the key is written in camel case; empty if absent or null. */
    Optional<ConfigNode> take(String key) {
        Map<String, ConfigNode> members = entries.members();
        String found = members.containsKey(key) ? key : camelCase(key);
        ConfigNode node = members.get(found);
        if (node == null) {
            return Optional.empty();
        }
        taken.add(found);
        return node instanceof Scalar scalar && scalar.kind() == Kind.NULL ? Optional.empty() : Optional.of(node);
    }

    Optional<String> text(String key) {
        return take(key).map(node -> text(path(key), node));
    }

    static String text(String path, ConfigNode node) {
        if (node instanceof Scalar scalar
                && scalar.kind() != Kind.NULL
                && !scalar.value().isBlank()) {
            return scalar.value().trim();
        }
        throw wrong(path, node, "a text");
    }

    /** From 0. */
    Optional<BigDecimal> number(String key) {
        return take(key).map(node -> {
            if (node instanceof Scalar scalar && DECIMAL.matcher(scalar.value()).matches()) {
                BigDecimal value = new BigDecimal(scalar.value());
                if (value.signum() >= 0) {
                    return value;
                }
            }
            throw wrong(path(key), node, "a number from 0");
        });
    }

    boolean flag(String key, boolean otherwise) {
        return take(key)
                .map(node -> {
                    if (node instanceof Scalar scalar && scalar.value().matches("(?i)true|false")) {
                        return Boolean.parseBoolean(scalar.value());
                    }
                    throw wrong(path(key), node, "true or false");
                })
                .orElse(otherwise);
    }

    List<ConfigNode> list(String key) {
        return take(key)
                .map(node -> {
                    if (node instanceof Items list) {
                        return list.items();
                    }
                    throw wrong(path(key), node, "a list");
                })
                .orElse(List.of());
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (ConfigNode item : list(key)) {
            texts.add(text(path(key) + "[" + texts.size() + "]", item));
        }
        return texts;
    }

    Optional<ForeignMap> map(String key) {
        return take(key).map(node -> of(path(key), node, notes));
    }

    /** The members whose keys are free. */
    Map<String, ConfigNode> members(String key) {
        return map(key).map(inner -> inner.entries.members()).orElse(Map.of());
    }

    /** Notes a value that has no counterpart, if it is there. */
    void note(String key, String why, String instead) {
        take(key).ifPresent(node -> notes.add(new RouterImport.Note(path(key), kind(node), why, instead)));
    }

    /** Notes something about a value that was taken. */
    void noteTaken(String key, String why, String instead) {
        String found = entries.members().containsKey(key) ? key : camelCase(key);
        ConfigNode node = entries.members().get(found);
        notes.add(new RouterImport.Note(path(key), node == null ? "absent" : kind(node), why, instead));
    }

    /** Notes all that nobody took. */
    void noteRest(String why, String instead) {
        new LinkedHashMap<>(entries.members()).forEach((key, node) -> {
            if (!taken.contains(key) && !(node instanceof Scalar scalar && scalar.kind() == Kind.NULL)) {
                notes.add(new RouterImport.Note(path(key), kind(node), why, instead));
            }
        });
    }

    static CatalogException wrong(String path, ConfigNode node, String expected) {
        return new CatalogException(node.where() + ": '" + path + "' must be " + expected + " but is " + kind(node));
    }

    /** What a value is, without saying it if it is a text. */
    static String kind(ConfigNode node) {
        if (node instanceof Entries) {
            return "a map";
        }
        if (node instanceof Items list) {
            return "a list of " + list.items().size();
        }
        Scalar scalar = (Scalar) node;
        switch (scalar.kind()) {
            case TEXT:
                return scalar.value().isBlank() ? "an empty text" : "a text";
            case NULL:
                return "nothing";
            default:
                return scalar.value();
        }
    }

    private static String camelCase(String key) {
        StringBuilder camel = new StringBuilder();
        for (String part : key.split("_")) {
            camel.append(
                    camel.length() == 0 || part.isEmpty()
                            ? part
                            : Character.toUpperCase(part.charAt(0)) + part.substring(1));
        }
        return camel.toString();
    }
}
