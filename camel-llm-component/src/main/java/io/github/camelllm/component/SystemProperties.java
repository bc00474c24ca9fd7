package io.github.camelllm.component;

import java.util.Properties;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;

/** Properties of the JVM, which win over an application's own: Camel lets them in single values only, not where it lists many. */
public final class SystemProperties {
    private SystemProperties() {}

    /** Puts those of some names over what was found elsewhere, unless Camel is told to prefer the application's own. */
    public static void over(CamelContext camel, Properties found, Predicate<String> names) {
        if (camel.getPropertiesComponent() instanceof PropertiesComponent component
                && component.getSystemPropertiesMode() == PropertiesComponent.SYSTEM_PROPERTIES_MODE_OVERRIDE) {
            Properties system = System.getProperties();
            system.stringPropertyNames().stream()
                    .filter(names)
                    .forEach(name -> found.setProperty(name, system.getProperty(name)));
        }
    }
}
