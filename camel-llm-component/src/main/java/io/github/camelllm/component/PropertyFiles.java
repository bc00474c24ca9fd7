package io.github.camelllm.component;

import java.util.List;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.AbstractLocationPropertiesSource;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.spi.LoadablePropertiesSource;
import org.apache.camel.spi.PropertiesSource;
import org.jspecify.annotations.Nullable;

/**
 * The properties of an application as its files are now. Camel reads the files once, and its own way to read them again would
 * change the placeholders of the whole application too: what Camel holds stays as it is. Thread-safe.
 */
final class PropertyFiles {
    private static final Pattern TRAILING_SPACES = Pattern.compile(" +$");

    private PropertyFiles() {}

    /**
     * Properties in the order of precedence that Camel has.
     *
     * @throws RuntimeException if a file cannot be read
     */
    static Properties load(CamelContext camel, Predicate<String> names) {
        if (!(camel.getPropertiesComponent() instanceof PropertiesComponent component)) {
            return camel.getPropertiesComponent().loadProperties(names);
        }
        Properties found = new Properties();
        add(found, component.getInitialProperties(), names);
        List<PropertiesSource> firstWins = component.getPropertiesSources();
        for (int i = firstWins.size() - 1; i >= 0; i--) {
            add(found, properties(component, firstWins.get(i), names), names);
        }
        add(found, component.getOverrideProperties(), names);
        SystemProperties.over(camel, found, names);
        return found;
    }

    private static @Nullable Properties properties(
            PropertiesComponent component, PropertiesSource source, Predicate<String> names) {
        if (source instanceof AbstractLocationPropertiesSource file) {
            return file.loadPropertiesFromLocation(component, file.getLocation());
        }
        return source instanceof LoadablePropertiesSource loadable ? loadable.loadProperties(names) : null;
    }

    private static void add(Properties found, @Nullable Properties more, Predicate<String> names) {
        if (more != null) {
            for (String name : more.stringPropertyNames()) {
                if (names.test(name)) {
                    // As Camel does with what it reads of a file
                    found.setProperty(
                            name,
                            TRAILING_SPACES.matcher(more.getProperty(name)).replaceFirst(""));
                }
            }
        }
    }
}
