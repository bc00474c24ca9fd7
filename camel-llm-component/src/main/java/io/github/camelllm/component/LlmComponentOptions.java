package io.github.camelllm.component;

import io.github.camelllm.transport.HttpTransport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.support.HealthCheckComponent;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/** The options of {@link LlmComponent}, as {@code camel.component.llm.OPTION} or by setters. They are read when it starts. */
public abstract class LlmComponentOptions extends HealthCheckComponent implements SSLContextParametersAware {
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
                    "Threads that routes go on with once an answer is in. Virtual ones cost little, if Camel uses them.")
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

    LlmComponentOptions() {}

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
