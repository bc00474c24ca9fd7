package io.github.camelllm.catalog;

import io.github.camelllm.catalog.ConfigNode.Entries;
import io.github.camelllm.catalog.ConfigNode.Items;
import io.github.camelllm.catalog.ConfigNode.Kind;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A map of a configuration file with a closed list of keys, read key by key; what is wrong is refused with its place. */
public final class ConfigSection {
    private final String path;
    private final Entries entries;

    /**
     * @param path key of this map as users write it, such as {@code auth}; empty for the outermost
     * @throws CatalogException if it is no map, or holds another key
     */
    public ConfigSection(String path, ConfigNode node, Set<String> keys) {
        this(path, "a descriptor", node, keys);
    }

    /**
     * @param path key of this map as users write it; empty for the outermost
     * @param whole what the outermost map is, such as {@code a descriptor}
     * @throws CatalogException if it is no map, or holds another key
     */
    public ConfigSection(String path, String whole, ConfigNode node, Set<String> keys) {
        this.path = path;
        if (!(node instanceof Entries map)) {
            throw new CatalogException(node.where() + ": " + (path.isEmpty() ? whole : "'" + path + "'")
                    + " must be a map but is " + node.describe());
        }
        this.entries = map;
        for (Map.Entry<String, ConfigNode> member : map.members().entrySet()) {
            if (!keys.contains(member.getKey())) {
                String known = keys.stream().sorted().collect(Collectors.joining(", "));
                String near = Suggestions.didYouMean(member.getKey(), keys);
                throw new CatalogException(member.getValue().where() + ": unknown key '" + name(member.getKey()) + "'"
                        + (near.isEmpty() ? "; known are " + known : near));
            }
        }
    }

    public String where() {
        return entries.where();
    }

    /** Where a member of a map is written. */
    public String where(String key, String member) {
        ConfigNode node = members(key).get(member);
        return node == null ? where() : node.where();
    }

    /** Empty if the key is absent or set to nothing. */
    public Optional<ConfigNode> node(String key) {
        ConfigNode node = entries.members().get(key);
        if (node == null || node instanceof Scalar scalar && scalar.kind() == Kind.NULL) {
            return Optional.empty();
        }
        return Optional.of(node);
    }

    public Optional<String> text(String key) {
        return node(key).map(node -> text(name(key), node, "a text"));
    }

    public String required(String key, String expected) {
        return node(key)
                .map(node -> text(name(key), node, expected))
                .orElseThrow(
                        () -> new CatalogException(where() + ": '" + name(key) + "' is missing; expected " + expected));
    }

    /** A list, or one text with commas between its parts; empty if absent. */
    public List<String> list(String key) {
        Optional<ConfigNode> node = node(key);
        if (node.isEmpty()) {
            return List.of();
        }
        if (node.get() instanceof Items list) {
            List<String> texts = new ArrayList<>();
            for (ConfigNode item : list.items()) {
                texts.add(text(name(key), item, "a list of texts"));
            }
            return texts;
        }
        return Stream.of(text(name(key), node.get(), "a list").split(","))
                .map(String::trim)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.toList());
    }

    /** A map of texts, in the order written; empty if absent. */
    Map<String, String> map(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        members(key).forEach((member, node) -> texts.put(member, text(name(key) + "." + member, node, "a text")));
        return texts;
    }

    /** A map of texts that may be empty, in the order written; empty if absent. */
    public Map<String, String> mapOfAny(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        members(key).forEach((member, node) -> {
            boolean empty = node instanceof Scalar scalar
                    && scalar.kind() == Kind.TEXT
                    && scalar.value().isBlank();
            texts.put(member, empty ? "" : text(name(key) + "." + member, node, "a text"));
        });
        return texts;
    }

    /** A map of JSON values, in the order written; empty if absent. */
    Map<String, Object> json(String key) {
        Map<String, Object> values = new LinkedHashMap<>();
        members(key).forEach((member, node) -> {
            Object value = jsonOf(node);
            if (value != null) {
                values.put(member, value);
            }
        });
        return values;
    }

    /** The members of a map whose keys are free; empty if absent. */
    Map<String, ConfigNode> members(String key) {
        Optional<ConfigNode> node = node(key);
        if (node.isEmpty()) {
            return Map.of();
        }
        if (node.get() instanceof Entries map) {
            return map.members();
        }
        throw wrong(key, node.get(), "a map");
    }

    public boolean flag(String key) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return false;
        }
        if (text.get().equals("true") || text.get().equals("false")) {
            return text.get().equals("true");
        }
        throw wrong(key, entries, "true or false", "'" + text.get() + "'");
    }

    /** A whole number above zero (or from zero); empty if absent. */
    public OptionalLong number(String key, long least, long most) {
        Optional<ConfigNode> node = node(key);
        if (node.isEmpty()) {
            return OptionalLong.empty();
        }
        String text = text(name(key), node.get(), "a whole number");
        if (text.matches("\\d{1,18}")) {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return OptionalLong.of(value);
            }
        }
        throw wrong(key, node.get(), "a whole number from " + least + " to " + most);
    }

    /** One of some words: the constants of an enum in {@code camelCase}. */
    public <E extends Enum<E>> Optional<E> oneOf(String key, Class<E> type) {
        Optional<ConfigNode> node = node(key);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        E[] constants = type.getEnumConstants();
        if (node.get() instanceof Scalar scalar) {
            for (E constant : constants) {
                if (wordOf(constant).equals(scalar.value())) {
                    return Optional.of(constant);
                }
            }
        }
        String words = Stream.of(constants).map(ConfigSection::wordOf).collect(Collectors.joining(", "));
        throw wrong(key, node.get(), "one of " + words);
    }

    /** How configuration files write a constant: {@code SELF_SERVICE} is {@code selfService}. */
    public static String wordOf(Enum<?> constant) {
        String[] parts = constant.name().toLowerCase(Locale.ROOT).split("_");
        StringBuilder word = new StringBuilder(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            word.append(Character.toUpperCase(parts[i].charAt(0))).append(parts[i].substring(1));
        }
        return word.toString();
    }

    public CatalogException wrong(String key, ConfigNode value, String expected) {
        return wrong(key, value, expected, value.describe());
    }

    /** @param came what came, or words that stand for it where it may be a secret */
    public CatalogException wrong(String key, ConfigNode at, String expected, String came) {
        String where = node(key).map(ConfigNode::where).orElse(at.where());
        return new CatalogException(where + ": '" + name(key) + "' must be " + expected + " but is " + came);
    }

    /** A key as users write it from the outermost map. */
    public String name(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String text(String name, ConfigNode node, String expected) {
        if (node instanceof Scalar scalar
                && scalar.kind() != Kind.NULL
                && !scalar.value().isBlank()) {
            return scalar.value().trim();
        }
        String came = node instanceof Scalar ? "empty" : node.describe();
        throw new CatalogException(node.where() + ": '" + name + "' must be " + expected + " but is " + came);
    }

    private static @Nullable Object jsonOf(ConfigNode node) {
        if (node instanceof Entries map) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            map.members().forEach((key, value) -> values.put(key, jsonOf(value)));
            return values;
        }
        if (node instanceof Items list) {
            List<@Nullable Object> values = new ArrayList<>();
            list.items().forEach(item -> values.add(jsonOf(item)));
            return values;
        }
        Scalar scalar = (Scalar) node;
        try {
            switch (scalar.kind()) {
                case INTEGER:
                    BigInteger whole = new BigInteger(scalar.value());
                    return whole.bitLength() < 64 ? (Object) whole.longValue() : whole;
                case DECIMAL:
                    return new BigDecimal(scalar.value());
                case BOOLEAN:
                    return Boolean.valueOf(scalar.value());
                case NULL:
                    return null;
                default:
                    return scalar.value();
            }
        } catch (NumberFormatException e) {
            // .inf and .nan, and texts with a tag of another type
            throw new CatalogException(scalar.where() + ": " + scalar.describe() + " is no JSON number", e);
        }
    }
}
