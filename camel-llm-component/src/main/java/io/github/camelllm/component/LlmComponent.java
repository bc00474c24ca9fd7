package io.github.camelllm.component;

import io.github.camelllm.budget.BudgetDefinitions;
import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.budget.Budgets;
import io.github.camelllm.budget.MemoryBudgetStore;
import io.github.camelllm.cache.ResponseCache;
import io.github.camelllm.call.CallLedger;
import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.call.CallStatistics;
import io.github.camelllm.call.ExecutorTimer;
import io.github.camelllm.call.Guards;
import io.github.camelllm.call.HealthSettings;
import io.github.camelllm.call.RetryBudgets;
import io.github.camelllm.call.TargetHealths;
import io.github.camelllm.call.Timer;
import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.ModelCatalog;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.catalog.ProviderCatalog;
import io.github.camelllm.catalog.ProviderDescriptor;
import io.github.camelllm.limit.LimitDefinitions;
import io.github.camelllm.limit.LimitSettings;
import io.github.camelllm.limit.RateLimits;
import io.github.camelllm.transport.ApacheHttpTransport;
import io.github.camelllm.transport.HttpTransport;
import io.github.camelllm.transport.HttpTransportSettings;
import io.github.camelllm.transport.HttpVersionPolicy;
import io.github.camelllm.transport.ProxySettings;
import io.github.camelllm.transport.TlsSettings;
import io.github.camelllm.transport.VertxHttpTransport;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.IOHelper;
import org.apache.camel.util.PropertiesHelper;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * LLM APIs as endpoints: {@code llm:provider/model}, also as {@code camel-llm:provider/model}.
 *
 * <p>Holds what its endpoints share: provider descriptors, prices, connections and statistics. Providers are added or
 * changed by a file ({@code providersLocation}) or by properties ({@code llm.provider.ID.KEY=…}), prices by a file
 * ({@code pricesLocation}) or by properties ({@code llm.price.…}).
 */
@Component("llm,camel-llm")
public class LlmComponent extends HealthCheckComponent implements SSLContextParametersAware {
    private static final Logger LOG = LoggerFactory.getLogger(LlmComponent.class);
    private static final String PROVIDER_PROPERTIES = "llm.provider.";
    private static final String PRICE_PROPERTIES = "llm.price.";
    private static final String BUDGET_PROPERTIES = "llm.budget.";
    private static final String ROUTER_PROPERTIES = "llm.router.";
    private static final String LIMIT_PROPERTIES = "llm.limit.";
    private static final String LIMIT_SETTINGS = "llm.limits.";
    private static final List<String> KEY_PROPERTIES =
            List.of("camel.component.llm.apiKeys", "camel.component.llm.api-keys");
    private static final Pattern KEY_NAME = Pattern.compile("[.\\[]([^\\[\\].]+)]?");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[^{}]+}}");

    @Metadata(description = "Options that endpoints start from.")
    private LlmConfiguration configuration = new LlmConfiguration();

    @Metadata(description = "YAML file with provider descriptors that are added to the built-in ones or override them.")
    private @Nullable String providersLocation;

    @Metadata(description = "CSV file with models and prices that are added to the built-in ones or override them.")
    private @Nullable String pricesLocation;

    @Metadata(
            description =
                    "YAML file with the definitions of routers for llm:router/NAME. Properties llm.router.NAME.KEY"
                            + " define more or change them.")
    private @Nullable String routersLocation;

    @Metadata(
            label = "advanced",
            defaultValue = "5s",
            javaType = "java.time.Duration",
            description = "How often providers, their keys, models and prices are looked at for changes; 0 for never.")
    private Duration catalogReloadInterval = Duration.ofSeconds(5);

    @Metadata(
            label = "advanced",
            defaultValue = "5s",
            javaType = "java.time.Duration",
            description = "How often the definitions of routers are looked at for changes; 0 for never.")
    private Duration routersReloadInterval = Duration.ofSeconds(5);

    @Metadata(
            defaultValue = "false",
            description =
                    "Whether every call is kept in the ledger, a database. Properties llm.ledger.KEY and llm.jdbc.KEY"
                            + " say where and how. Needs camel-llm-routes on the class path.")
    private boolean ledger;

    @Metadata(
            description =
                    "YAML file with budgets: what may be spent by whom in what time. Properties llm.budget.NAME.KEY"
                            + " define more or change them.")
    private @Nullable String budgetsLocation;

    @Metadata(
            defaultValue = "memory",
            description =
                    "Where the amounts of budgets are kept: memory, for one process, or jdbc or redis, for any number"
                            + " of nodes. The latter two need camel-llm-routes on the class path.")
    private String budgetStore = "memory";

    @Metadata(
            description =
                    "YAML file with rate limits: how many requests and tokens may be sent in what time. Properties"
                            + " llm.limit.NAME.KEY define more or change them.")
    private @Nullable String limitsLocation;

    @Metadata(
            defaultValue = "memory",
            description = "Where the states of rate limits are kept: memory, for one process, or jdbc or redis, for any"
                    + " number of nodes. The latter two need camel-llm-routes on the class path.")
    private String limitStore = "memory";

    @Metadata(
            defaultValue = "memory",
            description =
                    "Where cached answers are kept: memory, or jdbc or redis, which nodes share. The latter two need"
                            + " camel-llm-routes on the class path.")
    private String cacheStore = "memory";

    @Metadata(
            defaultValue = "memory",
            description =
                    "Where definitions of budgets and limits are kept that are made while the component runs: memory,"
                            + " or jdbc, which nodes share. The latter needs camel-llm-routes on the class path.")
    private String policyStore = "memory";

    @Metadata(
            label = "advanced",
            defaultValue = "5s",
            javaType = "java.time.Duration",
            description = "How often the definitions of budgets and limits are looked at for changes; 0 for never.")
    private Duration policyReloadInterval = Duration.ofSeconds(5);

    @Metadata(
            label = "security",
            secret = true,
            description = "Keys by provider id. As a property, the id stands in square brackets after"
                    + " camel.component.llm.api-keys.")
    private Map<String, Object> apiKeys = new LinkedHashMap<>();

    @Metadata(
            label = "advanced",
            defaultValue = "AUTO",
            enums = "AUTO,HTTP_1_1,HTTP_2",
            description = "HTTP version. AUTO takes HTTP/2 where the server offers it over TLS.")
    private String httpVersion = "AUTO";

    @Metadata(
            label = "advanced",
            defaultValue = "apache",
            enums = "apache,vertx",
            description = "What carries the calls: apache, or vertx for the event loops of Vert.x. The latter needs"
                    + " io.vertx:vertx-core on the class path, and takes the Vertx of the registry if there is"
                    + " exactly one.")
    private String httpClient = "apache";

    @Metadata(label = "advanced", defaultValue = "512", description = "Most open connections, all providers together.")
    private int maxConnections = 512;

    @Metadata(label = "advanced", defaultValue = "256", description = "Most open connections to one provider.")
    private int maxConnectionsPerHost = 256;

    @Metadata(
            label = "advanced",
            defaultValue = "1024",
            description = "Most calls that wait for a connection; the next one fails as unavailable.")
    private int maxPendingCalls = 1024;

    @Metadata(
            label = "advanced",
            defaultValue = "32",
            description =
                    "Threads that routes go on with once an answer is in. With virtual threads on, it does not matter.")
    private int workerPoolSize = 32;

    @Metadata(
            label = "advanced",
            defaultValue = "10",
            description = "Retries that one provider may be sent for a hundred calls, all routes together; ten may come"
                    + " before that. 0 for none at all.")
    private int retryBudgetPercent = 10;

    @Metadata(
            label = "advanced",
            defaultValue = "50",
            description = "Share of failed calls, in percent, at which routers leave a target alone for a while.")
    private int circuitFailureRate = 50;

    @Metadata(label = "advanced", defaultValue = "20", description = "How many calls that share is taken of.")
    private int circuitWindow = 20;

    @Metadata(
            label = "advanced",
            defaultValue = "5",
            description = "How many calls must have been made before that share says anything.")
    private int circuitMinCalls = 5;

    @Metadata(
            label = "advanced",
            defaultValue = "30s",
            javaType = "java.time.Duration",
            description = "How long routers leave a target alone then, before they try it again.")
    private Duration circuitOpenTime = Duration.ofSeconds(30);

    @Metadata(label = "proxy", description = "Host of an HTTP proxy.")
    private @Nullable String proxyHost;

    @Metadata(label = "proxy", description = "Port of the HTTP proxy.")
    private @Nullable Integer proxyPort;

    @Metadata(label = "proxy,security", secret = true, description = "User of the HTTP proxy.")
    private @Nullable String proxyUsername;

    @Metadata(label = "proxy,security", secret = true, description = "Password of the HTTP proxy.")
    private @Nullable String proxyPassword;

    @Metadata(
            label = "proxy",
            description = "Hosts reached without the proxy, separated by commas; a star at the beginning or end of a"
                    + " name stands for anything.")
    private @Nullable String nonProxyHosts;

    @Metadata(label = "security", description = "TLS configuration for calls to providers.")
    private @Nullable SSLContextParameters sslContextParameters;

    @Metadata(
            label = "security",
            defaultValue = "false",
            description = "Whether Camel's global TLS configuration is used.")
    private boolean useGlobalSslContextParameters;

    @Metadata(
            label = "advanced",
            autowired = true,
            description = "Transport to be used instead of the component's own. It is not closed with the component.")
    private @Nullable HttpTransport httpTransport;

    /** Providers whose keys properties have named. */
    private final Set<String> writtenKeys = ConcurrentHashMap.newKeySet();

    private volatile @Nullable LlmEngine engine;
    private @Nullable HttpTransport ownTransport;
    private @Nullable ExecutorService workers;
    private @Nullable ProducerTemplate template;
    private @Nullable ScheduledExecutorService clock;
    private @Nullable LlmExtensions extensions;
    private volatile @Nullable LlmPolicies policies;
    private volatile @Nullable LlmCaches caches;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        int slash = remaining.indexOf('/');
        String provider = slash < 0 ? remaining : remaining.substring(0, slash);
        if (provider.isBlank()) {
            throw new IllegalArgumentException(
                    "llm: expected llm:provider/model, such as llm:anthropic/claude-haiku-4-5, but the provider is missing");
        }
        String model = slash >= 0 && slash < remaining.length() - 1 ? remaining.substring(slash + 1) : null;
        LlmEndpoint endpoint = newEndpoint(uri, provider, model, configuration.copy(), parameters);
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
        reportForeignScheme();
        super.doStart();
        engine().addListeners(getCamelContext().getRegistry().findByType(CallRecordListener.class));
    }

    @Override
    protected void doShutdown() throws Exception {
        if (ownTransport != null) {
            ownTransport.close();
            ownTransport = null;
        }
        ServiceHelper.stopService(template);
        template = null;
        LlmPolicies known = policies;
        if (known != null) {
            known.limits().close();
        }
        if (extensions != null) {
            extensions.close();
            extensions = null;
        }
        if (clock != null) {
            getCamelContext().getExecutorServiceManager().shutdownNow(clock);
            clock = null;
        }
        if (workers != null) {
            getCamelContext().getExecutorServiceManager().shutdownGraceful(workers);
            workers = null;
        }
        policies = null;
        engine = null;
        caches = null;
        super.doShutdown();
    }

    /** Running totals of this component's calls, by provider and model. */
    public CallStatistics getStatistics() {
        return engine().statistics();
    }

    /** Budgets and limits if anything has needed them yet. */
    Optional<LlmPolicies> policiesInUse() {
        return Optional.ofNullable(policies);
    }

    /** The budgets and limits, to be looked at or changed. */
    public LlmPolicies getPolicies() {
        LlmPolicies known = policies;
        if (known == null) {
            engine();
            known = policies;
        }
        if (known == null) {
            throw new IllegalStateException("the component has stopped");
        }
        return known;
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

    /** Sends messages that routers emit. Made when the first router needs it. */
    ProducerTemplate template() {
        lock.lock();
        try {
            ProducerTemplate made = template;
            if (made == null) {
                made = getCamelContext().createProducerTemplate();
                template = made;
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    /** The engine if any endpoint has needed it yet. */
    Optional<LlmEngine> engineInUse() {
        return Optional.ofNullable(engine);
    }

    /** The cache if any endpoint has needed it yet. */
    Optional<ResponseCache> cacheInUse() {
        LlmCaches made = caches;
        return made == null ? Optional.empty() : made.inUse();
    }

    /** Made when the first endpoint needs it: only then are all options and properties known. */
    LlmEngine engine() {
        lock.lock();
        try {
            LlmEngine made = engine;
            if (made == null) {
                made = newEngine();
                engine = made;
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    /** Answers kept for endpoints with the option {@code cache}. */
    LlmCaches caches() {
        lock.lock();
        try {
            LlmCaches made = caches;
            if (made == null) {
                LlmEngine running = engine();
                LlmExtension.Context context = new ExtensionContext(running.catalogs(), running.timer());
                LlmExtensions more = extensions;
                if (more == null) {
                    throw new IllegalStateException("the component is shut down");
                }
                made = new LlmCaches(cacheStore, more, context, running.workers(), running.channels()::publish);
                caches = made;
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    private LlmEngine newEngine() {
        try {
            LlmCatalogs catalogs = new LlmCatalogs(
                    () -> source(providersLocation, PROVIDER_PROPERTIES, false),
                    () -> source(pricesLocation, PRICE_PROPERTIES, false),
                    this::keys);
            HttpTransport transport = httpTransport == null ? newTransport() : httpTransport;
            ExecutorService pool = newWorkers();
            workers = pool;
            ScheduledExecutorService timer =
                    getCamelContext().getExecutorServiceManager().newScheduledThreadPool(this, "LlmTimer", 1);
            clock = timer;
            Timer time = new ExecutorTimer(timer, pool);
            LlmRouters routers =
                    new LlmRouters(() -> source(routersLocation, ROUTER_PROPERTIES, true), () -> catalogs.current()
                            .providers());
            routers.watch(routersReloadInterval, time);
            catalogs.check(routers::requireProviders);
            catalogs.watch(catalogReloadInterval, time);
            LlmExtensions more = new LlmExtensions(new ExtensionContext(catalogs, time));
            extensions = more;
            LlmEngine made = new LlmEngine(
                    catalogs,
                    guards(catalogs, more, time, pool),
                    transport,
                    new TargetHealths(healthSettings(), Clock.systemUTC()),
                    new RetryBudgets(retryBudgetPercent, retryBudgetPercent == 0 ? 0 : 10),
                    routers,
                    more.tracing(),
                    pool,
                    time);
            made.addListeners(more.listeners());
            return made;
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeCamelException(e);
        }
    }

    /** Limits, budgets and books, as far as they are asked for. */
    private Guards guards(LlmCatalogs catalogs, LlmExtensions more, Timer time, ExecutorService pool) {
        Optional<CallLedger> books = ledger ? Optional.of(more.ledger()) : Optional.empty();
        LlmPolicies made = policies(catalogs, more, books, time, pool);
        policies = made;
        return new Guards(Optional.of(made.limits()), Optional.of(made.budgets()), books);
    }

    private LlmPolicies policies(
            LlmCatalogs catalogs, LlmExtensions more, Optional<CallLedger> books, Timer time, ExecutorService pool) {
        Clock today = Clock.systemUTC();
        PolicyStore stored = policyStore.equals("memory") ? new MemoryPolicyStore() : more.policyStore(policyStore);
        PolicyDefinitions<BudgetDefinitions> budgetDefinitions = new PolicyDefinitions<>(
                "budget",
                LlmPolicies.BUDGETS,
                () -> source(budgetsLocation, BUDGET_PROPERTIES, true),
                stored,
                books,
                today,
                changed -> getPolicies().budgets().define(changed));
        PolicyDefinitions<LimitDefinitions> limitDefinitions = new PolicyDefinitions<>(
                "limit",
                LlmPolicies.LIMITS,
                () -> source(limitsLocation, LIMIT_PROPERTIES, true),
                stored,
                books,
                today,
                changed -> getPolicies().limits().define(changed));
        LimitSettings limitSettings = LimitSettings.of(properties(LIMIT_SETTINGS));
        LlmLimits limits = new LlmLimits(
                limitDefinitions.get(),
                definitions -> new RateLimits(
                        definitions,
                        provider -> catalogs.current()
                                .providers()
                                .find(provider)
                                .map(ProviderDescriptor::limits)
                                .orElse(ProviderDescriptor.Limits.UNKNOWN),
                        limitStore.equals("memory") ? LlmLimits.inMemory(time) : more.limitStore(limitStore),
                        time,
                        today,
                        limitSettings));
        Budgets budgets = new Budgets(
                budgetDefinitions.get(),
                budgetStore(budgetDefinitions.get(), more, books, today),
                () -> catalogs.current().pricing(),
                time,
                today,
                new BudgetEvents(this::template, pool)::tell);
        budgetDefinitions.watch(policyReloadInterval, time);
        limitDefinitions.watch(policyReloadInterval, time);
        return new LlmPolicies(budgetDefinitions, limitDefinitions, budgets, limits, books);
    }

    /** Amounts in memory go on from what the ledger knows. */
    private BudgetStore budgetStore(
            BudgetDefinitions definitions, LlmExtensions more, Optional<CallLedger> books, Clock today) {
        if (!budgetStore.equals("memory")) {
            return more.budgetStore(budgetStore);
        }
        MemoryBudgetStore memory = new MemoryBudgetStore(today);
        if (books.isPresent() && !definitions.isEmpty()) {
            Budgets.restore(memory, definitions, books.get().spent(), today.instant());
        }
        return memory;
    }

    /** What extensions are given. */
    private final class ExtensionContext implements LlmExtension.Context {
        private final LlmCatalogs catalogs;
        private final Timer timer;

        ExtensionContext(LlmCatalogs catalogs, Timer timer) {
            this.catalogs = catalogs;
            this.timer = timer;
        }

        @Override
        public CamelContext camelContext() {
            return getCamelContext();
        }

        @Override
        public Map<String, String> properties(String prefix) {
            return LlmComponent.this.properties(prefix);
        }

        @Override
        public Pricing pricing() {
            return catalogs.current().pricing();
        }

        @Override
        public Timer timer() {
            return timer;
        }

        @Override
        public Clock clock() {
            return Clock.systemUTC();
        }
    }

    /**
     * Camel takes the first component that it finds for a scheme and says nothing of others, and newer Camel may have an
     * {@code llm} of its own. So this says it.
     */
    private void reportForeignScheme() throws IOException {
        for (String other : foreignOwners()) {
            LOG.error(
                    "The scheme llm: also belongs to {}, and which of the two answers depends on the class path. Write"
                            + " camel-llm:provider/model to mean {} for sure",
                    other,
                    LlmComponent.class.getName());
        }
    }

    /** Other classes that are registered for the scheme {@code llm}. */
    Set<String> foreignOwners() throws IOException {
        ClassLoader loader = getCamelContext().getApplicationContextClassLoader();
        Set<String> others = new TreeSet<>();
        for (URL file : Collections.list((loader == null ? LlmComponent.class.getClassLoader() : loader)
                .getResources("META-INF/services/org/apache/camel/component/llm"))) {
            Properties registered = new Properties();
            try (InputStream in = file.openStream()) {
                registered.load(in);
            }
            others.add(registered.getProperty("class", "unknown"));
        }
        others.remove(LlmComponent.class.getName());
        return others;
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

    /** Keys of the option {@code apiKeys}: as properties say now, or as they were given otherwise. */
    private Reloaded.Source keys() {
        Map<String, String> keys = new TreeMap<>();
        apiKeys.forEach((provider, key) -> keys.put(provider, String.valueOf(key)));
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

    /** A text with Camel's placeholders filled in. Closing braces of nested YAML maps are none. */
    private String resolved(String text) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(found ->
                        Matcher.quoteReplacement(getCamelContext().resolvePropertyPlaceholders(found.group())));
    }

    private HealthSettings healthSettings() {
        HealthSettings usual = HealthSettings.DEFAULT;
        return new HealthSettings(
                circuitFailureRate,
                circuitWindow,
                Math.min(circuitMinCalls, circuitWindow),
                circuitOpenTime,
                usual.probes(),
                usual.rateLimitCooldown(),
                usual.quotaCooldown());
    }

    private Reader open(String location) throws Exception {
        return new InputStreamReader(
                ResourceHelper.resolveMandatoryResourceAsInputStream(getCamelContext(), location),
                StandardCharsets.UTF_8);
    }

    /** Properties that begin with a prefix, without it. */
    private Map<String, String> properties(String prefix) {
        Properties found = getCamelContext().getPropertiesComponent().loadProperties(name -> name.startsWith(prefix));
        Map<String, String> map = new TreeMap<>();
        for (String name : found.stringPropertyNames()) {
            map.put(
                    name.substring(prefix.length()),
                    getCamelContext().resolvePropertyPlaceholders(found.getProperty(name)));
        }
        return map;
    }

    private HttpTransport newTransport() throws Exception {
        HttpTransportSettings.Builder settings = HttpTransportSettings.builder()
                .maxConnections(maxConnections)
                .maxConnectionsPerHost(maxConnectionsPerHost)
                .maxPending(maxPendingCalls)
                .httpVersion(HttpVersionPolicy.valueOf(httpVersion));
        SSLContextParameters tls =
                sslContextParameters == null ? retrieveGlobalSslContextParameters() : sslContextParameters;
        if (tls != null) {
            settings.tls(TlsSettings.of(tls.createSSLContext(getCamelContext())));
        }
        if (proxyHost != null) {
            settings.proxy(proxy(proxyHost));
        }
        HttpTransport transport = newTransport(settings.build());
        ownTransport = transport;
        return transport;
    }

    private HttpTransport newTransport(HttpTransportSettings settings) {
        switch (httpClient) {
            case "apache":
                return new ApacheHttpTransport(settings);
            case "vertx":
                try {
                    return VertxHttpTransport.of(
                            settings, type -> getCamelContext().getRegistry().findSingleByType(type));
                } catch (NoClassDefFoundError e) {
                    throw new IllegalArgumentException(
                            "llm: httpClient=vertx needs io.vertx:vertx-core, version 4, on the class path", e);
                }
            default:
                throw new IllegalArgumentException("llm: httpClient must be apache or vertx, is " + httpClient);
        }
    }

    private ProxySettings proxy(String host) {
        if (proxyPort == null) {
            throw new IllegalArgumentException("llm: proxyHost is set, so proxyPort must be set too");
        }
        Optional<ProxySettings.Credentials> credentials = Optional.ofNullable(proxyUsername)
                .map(user -> new ProxySettings.Credentials(user, proxyPassword == null ? "" : proxyPassword));
        List<String> direct = nonProxyHosts == null ? List.of() : List.of(nonProxyHosts.split(","));
        return new ProxySettings(host, proxyPort, credentials, direct);
    }

    /** A call waits for a worker at most once, and calls are bounded by connections and waiting places, so is the queue. */
    private ExecutorService newWorkers() {
        org.apache.camel.spi.ThreadPoolProfile profile = new org.apache.camel.spi.ThreadPoolProfile("LlmWorker");
        profile.setPoolSize(workerPoolSize);
        profile.setMaxPoolSize(workerPoolSize);
        profile.setMaxQueueSize((maxConnections + maxPendingCalls) * 100);
        profile.setAllowCoreThreadTimeOut(true);
        profile.setKeepAliveTime(30L);
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        return getCamelContext().getExecutorServiceManager().newThreadPool(this, "LlmWorker", profile);
    }

    public LlmConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(LlmConfiguration configuration) {
        this.configuration = configuration;
    }

    public @Nullable String getProvidersLocation() {
        return providersLocation;
    }

    public void setProvidersLocation(@Nullable String providersLocation) {
        this.providersLocation = providersLocation;
    }

    public @Nullable String getPricesLocation() {
        return pricesLocation;
    }

    public void setPricesLocation(@Nullable String pricesLocation) {
        this.pricesLocation = pricesLocation;
    }

    public Map<String, Object> getApiKeys() {
        return apiKeys;
    }

    public void setApiKeys(Map<String, Object> apiKeys) {
        this.apiKeys = apiKeys;
    }

    public String getHttpVersion() {
        return httpVersion;
    }

    public void setHttpVersion(String httpVersion) {
        this.httpVersion = httpVersion;
    }

    public String getHttpClient() {
        return httpClient;
    }

    public void setHttpClient(String httpClient) {
        this.httpClient = httpClient;
    }

    public int getMaxConnections() {
        return maxConnections;
    }

    public void setMaxConnections(int maxConnections) {
        this.maxConnections = maxConnections;
    }

    public int getMaxConnectionsPerHost() {
        return maxConnectionsPerHost;
    }

    public void setMaxConnectionsPerHost(int maxConnectionsPerHost) {
        this.maxConnectionsPerHost = maxConnectionsPerHost;
    }

    public int getMaxPendingCalls() {
        return maxPendingCalls;
    }

    public void setMaxPendingCalls(int maxPendingCalls) {
        this.maxPendingCalls = maxPendingCalls;
    }

    public int getWorkerPoolSize() {
        return workerPoolSize;
    }

    public void setWorkerPoolSize(int workerPoolSize) {
        this.workerPoolSize = workerPoolSize;
    }

    public @Nullable String getProxyHost() {
        return proxyHost;
    }

    public void setProxyHost(@Nullable String proxyHost) {
        this.proxyHost = proxyHost;
    }

    public @Nullable Integer getProxyPort() {
        return proxyPort;
    }

    public void setProxyPort(@Nullable Integer proxyPort) {
        this.proxyPort = proxyPort;
    }

    public @Nullable String getProxyUsername() {
        return proxyUsername;
    }

    public void setProxyUsername(@Nullable String proxyUsername) {
        this.proxyUsername = proxyUsername;
    }

    public @Nullable String getProxyPassword() {
        return proxyPassword;
    }

    public void setProxyPassword(@Nullable String proxyPassword) {
        this.proxyPassword = proxyPassword;
    }

    public @Nullable String getNonProxyHosts() {
        return nonProxyHosts;
    }

    public void setNonProxyHosts(@Nullable String nonProxyHosts) {
        this.nonProxyHosts = nonProxyHosts;
    }

    public @Nullable SSLContextParameters getSslContextParameters() {
        return sslContextParameters;
    }

    public void setSslContextParameters(@Nullable SSLContextParameters sslContextParameters) {
        this.sslContextParameters = sslContextParameters;
    }

    @Override
    public boolean isUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    @Override
    public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }

    public @Nullable HttpTransport getHttpTransport() {
        return httpTransport;
    }

    public void setHttpTransport(@Nullable HttpTransport httpTransport) {
        this.httpTransport = httpTransport;
    }

    public int getRetryBudgetPercent() {
        return retryBudgetPercent;
    }

    public void setRetryBudgetPercent(int retryBudgetPercent) {
        this.retryBudgetPercent = retryBudgetPercent;
    }

    public int getCircuitFailureRate() {
        return circuitFailureRate;
    }

    public void setCircuitFailureRate(int circuitFailureRate) {
        this.circuitFailureRate = circuitFailureRate;
    }

    public int getCircuitWindow() {
        return circuitWindow;
    }

    public void setCircuitWindow(int circuitWindow) {
        this.circuitWindow = circuitWindow;
    }

    public Duration getCircuitOpenTime() {
        return circuitOpenTime;
    }

    public void setCircuitOpenTime(Duration circuitOpenTime) {
        this.circuitOpenTime = circuitOpenTime;
    }

    public @Nullable String getRoutersLocation() {
        return routersLocation;
    }

    public void setRoutersLocation(@Nullable String routersLocation) {
        this.routersLocation = routersLocation;
    }

    public Duration getCatalogReloadInterval() {
        return catalogReloadInterval;
    }

    public void setCatalogReloadInterval(Duration catalogReloadInterval) {
        this.catalogReloadInterval = catalogReloadInterval;
    }

    public Duration getRoutersReloadInterval() {
        return routersReloadInterval;
    }

    public void setRoutersReloadInterval(Duration routersReloadInterval) {
        this.routersReloadInterval = routersReloadInterval;
    }

    public int getCircuitMinCalls() {
        return circuitMinCalls;
    }

    public void setCircuitMinCalls(int circuitMinCalls) {
        this.circuitMinCalls = circuitMinCalls;
    }

    public boolean isLedger() {
        return ledger;
    }

    public void setLedger(boolean ledger) {
        this.ledger = ledger;
    }

    public @Nullable String getBudgetsLocation() {
        return budgetsLocation;
    }

    public void setBudgetsLocation(@Nullable String budgetsLocation) {
        this.budgetsLocation = budgetsLocation;
    }

    public String getBudgetStore() {
        return budgetStore;
    }

    public void setBudgetStore(String budgetStore) {
        this.budgetStore = budgetStore;
    }

    public @Nullable String getLimitsLocation() {
        return limitsLocation;
    }

    public void setLimitsLocation(@Nullable String limitsLocation) {
        this.limitsLocation = limitsLocation;
    }

    public String getLimitStore() {
        return limitStore;
    }

    public void setLimitStore(String limitStore) {
        this.limitStore = limitStore;
    }

    public String getCacheStore() {
        return cacheStore;
    }

    public void setCacheStore(String cacheStore) {
        this.cacheStore = cacheStore;
    }

    public Duration getPolicyReloadInterval() {
        return policyReloadInterval;
    }

    public void setPolicyReloadInterval(Duration policyReloadInterval) {
        this.policyReloadInterval = policyReloadInterval;
    }

    public String getPolicyStore() {
        return policyStore;
    }

    public void setPolicyStore(String policyStore) {
        this.policyStore = policyStore;
    }
}
