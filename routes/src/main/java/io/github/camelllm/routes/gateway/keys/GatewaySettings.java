package io.github.camelllm.routes.gateway.keys;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.ConfigNode.Kind;
import io.github.camelllm.catalog.ConfigNode.Scalar;
import io.github.camelllm.catalog.ConfigSection;
import io.github.camelllm.catalog.Durations;
import io.github.camelllm.catalog.PropertyTree;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads properties of one prefix, with a closed list of keys. */
public final class GatewaySettings {
    private final String prefix;
    private final ConfigSection section;

    /** @throws CatalogException if there is another key */
    public GatewaySettings(String prefix, Map<String, String> properties, Set<String> keys) {
        this.prefix = prefix;
        PropertyTree tree = new PropertyTree("properties " + prefix + "*");
        new TreeMap<>(properties)
                .forEach((key, value) -> tree.put(
                        List.of(key.split("\\.", 2)),
                        new Scalar("property " + prefix + key, value, value.isBlank() ? Kind.NULL : Kind.TEXT)));
        section = new ConfigSection("", "the properties", tree.entries(), keys);
    }

    public Optional<String> text(String key) {
        return section.text(key);
    }

    public String required(String key, String expected) {
        return text(key)
                .orElseThrow(
                        () -> new CatalogException("property " + prefix + key + " is missing; expected " + expected));
    }

    public List<String> list(String key) {
        return section.list(key);
    }

    public Map<String, String> map(String key) {
        return section.mapOfAny(key);
    }

    public boolean flag(String key) {
        return section.flag(key);
    }

    public Duration duration(String key, Duration usual, Duration most) {
        return text(key)
                .map(text -> Durations.parse(text, most)
                        .orElseThrow(() -> wrong(key, "a duration such as 30s, above 0 and up to " + most, text)))
                .orElse(usual);
    }

    public int number(String key, int usual, int least, int most) {
        return (int) section.number(key, least, most).orElse(usual);
    }

    public <E extends Enum<E>> E oneOf(String key, E usual) {
        return section.oneOf(key, usual.getDeclaringClass()).orElse(usual);
    }

    public CatalogException wrong(String key, String expected, String came) {
        String where = section.node(key).map(ConfigNode::where).orElse("property " + prefix + key);
        return new CatalogException(where + ": expected " + expected + ", but it is '" + came + "'");
    }
}
