package io.github.camelllm.routes.store;

import io.github.camelllm.component.SystemProperties;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;

/** Properties of a Camel context that belong together by how their names begin. */
public final class PrefixedProperties {
    private PrefixedProperties() {}

    /** Those whose names begin with a prefix, without it, placeholders filled in. Those of the JVM win. */
    public static Map<String, String> of(CamelContext context, String prefix) {
        Predicate<String> names = name -> name.startsWith(prefix);
        Properties found = context.getPropertiesComponent().loadProperties(names);
        SystemProperties.over(context, found, names);
        Map<String, String> properties = new TreeMap<>();
        for (String name : found.stringPropertyNames()) {
            properties.put(
                    name.substring(prefix.length()), context.resolvePropertyPlaceholders(found.getProperty(name)));
        }
        return properties;
    }
}
