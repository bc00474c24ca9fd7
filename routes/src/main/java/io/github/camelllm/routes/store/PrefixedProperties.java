package io.github.camelllm.routes.store;

import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.camel.CamelContext;

/** Properties of a Camel context that belong together by how their names begin. */
public final class PrefixedProperties {
    private PrefixedProperties() {}

    /** Those whose names begin with a prefix, without it, placeholders filled in. */
    public static Map<String, String> of(CamelContext context, String prefix) {
        Properties found = context.getPropertiesComponent().loadProperties(name -> name.startsWith(prefix));
        Map<String, String> properties = new TreeMap<>();
        for (String name : found.stringPropertyNames()) {
            properties.put(
                    name.substring(prefix.length()), context.resolvePropertyPlaceholders(found.getProperty(name)));
        }
        return properties;
    }
}
