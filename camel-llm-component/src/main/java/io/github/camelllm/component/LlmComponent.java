package io.github.camelllm.component;

import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.call.CallStatistics;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ModelCatalog;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.catalog.ProviderCatalog;
import io.github.camelllm.transport.HttpTransport;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.util.PropertiesHelper;
import org.jspecify.annotations.Nullable;

/**
 * LLM APIs as endpoints: {@code llm:provider/model}, also as {@code camel-llm:provider/model}.
 *
 * <p>Holds what its endpoints share: provider descriptors, prices, connections and statistics. Providers are added or
 * changed by a file ({@code providersLocation}) or by properties ({@code llm.provider.ID.KEY=…}), prices by a file
 * ({@code pricesLocation}) or by properties ({@code llm.price.…}).
 */
@Component("llm,camel-llm")
public class LlmComponent extends LlmComponentOptions {
    private volatile @Nullable LlmRuntime runtime;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        int slash = remaining.indexOf('/');
        String provider = slash < 0 ? remaining : remaining.substring(0, slash);
        if (provider.isBlank()) {
            throw new IllegalArgumentException(
                    "llm: expected llm:provider/model, such as llm:anthropic/claude-haiku-4-5, but the provider is missing");
        }
        String model = slash >= 0 && slash < remaining.length() - 1 ? remaining.substring(slash + 1) : null;
        LlmEndpoint endpoint =
                newEndpoint(uri, provider, model, getConfiguration().copy(), parameters);
        endpoint.requireKnown();
        return endpoint;
    }

    /** @param parameters options by name; those that were understood are removed */
    LlmEndpoint newEndpoint(
            String uri, String provider, @Nullable String model, LlmConfiguration own, Map<String, Object> parameters)
            throws Exception {
        own.getExtra().putAll(PropertiesHelper.extractProperties(parameters, "extra."));
        own.getVariables().putAll(PropertiesHelper.extractProperties(parameters, "var."));
        own.getTags().putAll(PropertiesHelper.extractProperties(parameters, "tag."));
        own.getAdditionalHeaders().putAll(PropertiesHelper.extractProperties(parameters, "header."));
        LlmEndpoint endpoint = new LlmEndpoint(uri, this, own);
        endpoint.setProvider(provider);
        endpoint.setModel(model);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        SchemeOwners.reportOthers(getCamelContext());
        super.doStart();
        engine().addListeners(getCamelContext().getRegistry().findByType(CallRecordListener.class));
    }

    @Override
    protected void doShutdown() throws Exception {
        LlmRuntime made = runtime;
        if (made != null) {
            made.close();
            runtime = null;
        }
        super.doShutdown();
    }

    /** Made when the first endpoint needs it: only then are all options and properties known. */
    LlmRuntime runtime() {
        LlmRuntime running = runtime;
        return running == null ? started() : running;
    }

    private LlmRuntime started() {
        lock.lock();
        try {
            LlmRuntime made = runtime;
            if (made == null) {
                SSLContextParameters own = getSslContextParameters();
                made = new LlmRuntime(
                        this, own == null ? retrieveGlobalSslContextParameters() : own, this::getPolicies);
                runtime = made;
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    /** What the component runs on if any endpoint has needed it yet. */
    Optional<LlmRuntime> runtimeInUse() {
        return Optional.ofNullable(runtime);
    }

    LlmEngine engine() {
        return runtime().engine();
    }

    /** Running totals of this component's calls, by provider and model. */
    public CallStatistics getStatistics() {
        return engine().statistics();
    }

    /** The budgets and limits, to be looked at or changed. */
    public LlmPolicies getPolicies() {
        return runtime().policies();
    }

    /**
     * Reads providers and their keys, models, prices and the definitions of routers, budgets and limits again now if they have changed.
     * What cannot be used is logged, and what was there before stays. Calls go on with what they began with.
     */
    public void refreshDefinitions() {
        LlmEngine running = engine();
        running.catalogs().refresh();
        running.routers().refresh();
        getPolicies().refresh();
        if (running.catalogs().problem().isPresent()) {
            // A router no longer asks for what was taken away, say
            running.catalogs().refresh();
        }
    }

    /** Why the newest definitions are not in use; empty if they are. */
    public Optional<String> definitionProblem() {
        LlmEngine running = engine();
        return running.catalogs()
                .problem()
                .or(running.routers()::problem)
                .or(() -> Optional.ofNullable(getPolicies().getProblem()));
    }

    /** Looks at providers before they are used from now on; throws a {@link CatalogException} to refuse them. */
    public void checkProviders(Consumer<ProviderCatalog> check) {
        engine().catalogs().check(check);
    }

    /** The models that are known: the shipped ones, and those of files and properties. */
    public ModelCatalog models() {
        return engine().catalog().models();
    }

    /** The prices that calls are priced at: the shipped ones, and those of files and properties. */
    public Pricing pricing() {
        return engine().pricing();
    }

    /** Weights of routers that can be changed while they are used. */
    public RouterWeights routerWeights() {
        return new RouterWeights(engine().routers());
    }

    /** What calls go through, with the component's TLS and proxy. Closed with the component. */
    public HttpTransport transport() {
        return engine().transport();
    }
}
