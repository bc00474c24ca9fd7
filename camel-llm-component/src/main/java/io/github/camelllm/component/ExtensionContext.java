package io.github.camelllm.component;

import io.github.camelllm.call.Timer;
import io.github.camelllm.catalog.Pricing;
import java.time.Clock;
import java.util.Map;
import org.apache.camel.CamelContext;

/** What extensions are given by one component. */
record ExtensionContext(CamelContext camelContext, DefinitionSources sources, LlmCatalogs catalogs, Timer timer)
        implements LlmExtension.Context {
    @Override
    public Map<String, String> properties(String prefix) {
        return sources.properties(prefix);
    }

    @Override
    public Pricing pricing() {
        return catalogs.current().pricing();
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }
}
