package io.github.camelllm.routes.testing;

import io.github.camelllm.catalog.ProviderCatalog;
import io.github.camelllm.catalog.ProviderDescriptor;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.Endpoint;
import org.apache.camel.component.seda.SedaComponent;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.impl.DefaultCamelContext;

/** A Camel context in which the simulator plays every provider, so that {@code llm:anthropic/…} and all others answer. */
public final class SimulatedContext extends DefaultCamelContext {
    /** Not started yet: add templates and routes, then call {@link #start()}. */
    public SimulatedContext(Simulator simulator) {
        this(simulator, new Properties());
    }

    /** @param more properties of Camel, such as those that a template reads */
    public SimulatedContext(Simulator simulator, Properties more) {
        LlmComponent component = new LlmComponent();
        component.getConfiguration().setApiKey("none-needed");
        addComponent("llm", component);
        addComponent("seda", new ImpatientSeda());
        Properties properties = new Properties();
        for (ProviderDescriptor provider : ProviderCatalog.builtIn().all()) {
            properties.setProperty("llm.provider." + provider.id() + ".baseUrl", simulator.baseUrl(dialect(provider)));
        }
        properties.putAll(more);
        getPropertiesComponent().setInitialProperties(properties);
    }

    private static SimulatedDialect dialect(ProviderDescriptor provider) {
        return SimulatedDialect.valueOf(provider.dialect().replace("-chat", "").toUpperCase(Locale.ROOT));
    }

    /** A consumer looks up only once its queue was empty for a while: in tests a short one, so that contexts stop soon. */
    private static final class ImpatientSeda extends SedaComponent {
        @Override
        protected void afterConfiguration(
                String uri, String remaining, Endpoint endpoint, Map<String, Object> parameters) throws Exception {
            super.afterConfiguration(uri, remaining, endpoint, parameters);
            ((SedaEndpoint) endpoint).setPollTimeout(20);
        }
    }
}
