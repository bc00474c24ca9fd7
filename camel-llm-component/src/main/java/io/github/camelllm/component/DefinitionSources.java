package io.github.camelllm.component;

import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.util.IOHelper;
import org.jspecify.annotations.Nullable;

/** Where the definitions of one component stand, files and properties, read anew at each call. Thread-safe. */
final class DefinitionSources {
    private static final String PROVIDER_PROPERTIES = "llm.provider.";
    private static final String PRICE_PROPERTIES = "llm.price.";
    private static final String BUDGET_PROPERTIES = "llm.budget.";
    private static final String ROUTER_PROPERTIES = "llm.router.";
    private static final String LIMIT_PROPERTIES = "llm.limit.";
    private static final List<String> KEY_PROPERTIES =
            List.of("camel.component.llm.apiKeys", "camel.component.llm.api-keys");
    private static final Pattern KEY_NAME = Pattern.compile("[.\\[]([^\\[\\].]+)]?");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[^{}]+}}");

    private final LlmComponentOptions options;
    private final CamelContext camel;
    /** Providers whose keys properties have named. */
    private final Set<String> writtenKeys = ConcurrentHashMap.newKeySet();

    DefinitionSources(LlmComponentOptions options, CamelContext camel) {
        this.options = options;
        this.camel = camel;
    }

    Reloaded.Source providers() throws Exception {
        return source(options.getProvidersLocation(), PROVIDER_PROPERTIES, false);
    }

    Reloaded.Source prices() throws Exception {
        return source(options.getPricesLocation(), PRICE_PROPERTIES, false);
    }

    Reloaded.Source routers() throws Exception {
        return source(options.getRoutersLocation(), ROUTER_PROPERTIES, true);
    }

    Reloaded.Source budgets() throws Exception {
        return source(options.getBudgetsLocation(), BUDGET_PROPERTIES, true);
    }

    Reloaded.Source limits() throws Exception {
        return source(options.getLimitsLocation(), LIMIT_PROPERTIES, true);
    }

    /** Keys of the option {@code apiKeys}: as properties say now, or as they were given otherwise. */
    Reloaded.Source keys() {
        Map<String, String> keys = new TreeMap<>();
        options.getApiKeys().forEach((provider, key) -> keys.put(provider, String.valueOf(key)));
        Map<String, String> written = new TreeMap<>();
        for (String option : KEY_PROPERTIES) {
            properties(option).forEach((name, key) -> {
                Matcher provider = KEY_NAME.matcher(name);
                if (provider.matches()) {
                    written.put(provider.group(1), key);
                }
            });
        }
        writtenKeys.addAll(written.keySet());
        // Those are the ones that were bound at the start
        keys.keySet().removeAll(writtenKeys);
        keys.putAll(written);
        return new Reloaded.Source("", "", keys, Map.of());
    }

    /** Properties that begin with a prefix, without it, as the files with properties are now. */
    Map<String, String> properties(String prefix) {
        Properties found = PropertyFiles.load(camel, name -> name.startsWith(prefix));
        Map<String, String> map = new TreeMap<>();
        for (String name : found.stringPropertyNames()) {
            map.put(name.substring(prefix.length()), camel.resolvePropertyPlaceholders(found.getProperty(name)));
        }
        return map;
    }

    /** @param placeholders whether Camel's placeholders in the file are filled in */
    private Reloaded.Source source(@Nullable String location, String prefix, boolean placeholders) throws Exception {
        String text = "";
        if (location != null) {
            try (Reader file = open(location)) {
                String written = IOHelper.toString(file);
                text = placeholders ? resolved(written) : written;
            }
        }
        return new Reloaded.Source(location == null ? "" : location, text, properties(prefix), Map.of());
    }

    private Reader open(String location) throws Exception {
        return new InputStreamReader(
                ResourceHelper.resolveMandatoryResourceAsInputStream(camel, location), StandardCharsets.UTF_8);
    }

    /** A text with Camel's placeholders filled in. Closing braces of nested YAML maps are none. */
    private String resolved(String text) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(camel.resolvePropertyPlaceholders(found.group())));
    }
}
