package io.github.camelllm.examples.boot;

import io.github.camelllm.component.LlmComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.camel.util.StringHelper;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.stereotype.Component;

/**
 * Gives {@code camel.component.llm.*} and {@code llm.*} of Spring's environment to the component. Camel's Boot starter binds
 * the options of a component only through a starter of that component, and shows its properties to Camel one by one, never as
 * a list.
 */
@Component
class LlmProperties implements CamelContextConfiguration {
    private static final String OPTIONS = "camel.component.llm.";
    private static final String OTHERS = "llm.";

    private final ConfigurableEnvironment environment;

    LlmProperties(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public void beforeApplicationStart(CamelContext camel) {
        Properties others = new Properties();
        startingWith(OTHERS).forEach(others::setProperty);
        camel.getPropertiesComponent().setInitialProperties(others);
        Map<String, Object> options = new LinkedHashMap<>();
        startingWith(OPTIONS)
                .forEach((name, value) ->
                        options.put(StringHelper.dashToCamelCase(name.substring(OPTIONS.length())), value));
        LlmComponent component = camel.getComponent("llm", LlmComponent.class);
        PropertyBindingSupport.build()
                .withCamelContext(camel)
                .withTarget(component)
                .withConfigurer(component.getComponentPropertyConfigurer())
                .withProperties(options)
                .withMandatory(true)
                .withIgnoreCase(true)
                .bind();
    }

    @Override
    public void afterApplicationStart(CamelContext camel) {
        // All is done before
    }

    private Map<String, String> startingWith(String prefix) {
        TreeSet<String> names = new TreeSet<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> list) {
                for (String name : list.getPropertyNames()) {
                    if (name.startsWith(prefix)) {
                        names.add(name);
                    }
                }
            }
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : names) {
            String value = environment.getProperty(name);
            if (value != null) {
                values.put(name, value);
            }
        }
        return values;
    }
}
