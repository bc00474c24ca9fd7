package io.github.camelllm.routes.gateway;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.catalog.Durations;
import io.github.camelllm.catalog.ProviderCatalog;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.component.Reloaded;
import io.github.camelllm.routes.gateway.keys.Authenticator;
import io.github.camelllm.routes.store.PrefixedProperties;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the stages of one context's gateway share. Thread-safe. */
final class GatewayState extends ServiceSupport {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayState.class);
    private static final Duration USUAL_INTERVAL = Duration.ofSeconds(5);
    private static final Duration LONGEST_INTERVAL = Duration.ofDays(1);

    private final CamelContext context;
    private final Reloaded<GatewayConfig> config;
    private final Targets targets;
    private final GatewayWorkers workers;
    private final Guardrails guardrails;
    private @Nullable ScheduledExecutorService clock;
    private volatile @Nullable Optional<Authenticator> authenticator;
    private volatile Optional<GatewayDeadLetters> deadLetters = Optional.empty();
    private volatile GatewayWatch watch = GatewayWatch.NONE;

    private GatewayState(CamelContext context) {
        this.context = context;
        this.targets = new Targets(context);
        this.config = new Reloaded<>(
                "Settings of the gateway",
                () -> new Reloaded.Source("", "", PrefixedProperties.of(context, GatewayConfig.PREFIX), Map.of()),
                source -> validated(GatewayConfig.of(source.properties())),
                changed -> targets.forget());
        this.workers = new GatewayWorkers(context);
        this.guardrails = new Guardrails(context, workers);
    }

    /**
     * The state of a context, made when it is first asked for.
     *
     * @throws CatalogException if a setting is wrong
     */
    static GatewayState of(CamelContext context) {
        ExtendedCamelContext extension = context.getCamelContextExtension();
        synchronized (extension) {
            GatewayState known = extension.getContextPlugin(GatewayState.class);
            if (known == null) {
                known = new GatewayState(context);
                extension.addContextPlugin(GatewayState.class, known);
                try {
                    context.addService(known);
                } catch (Exception e) {
                    throw new IllegalStateException("the gateway cannot start: " + e.getMessage(), e);
                }
            }
            return known;
        }
    }

    private GatewayConfig validated(GatewayConfig read) {
        read.aliases().forEach((alias, target) -> {
            if (!targets.exists(target)) {
                throw new CatalogException("property " + GatewayConfig.PREFIX + "alias." + alias
                        + ": there is no provider or router for " + target);
            }
        });
        read.defaultProvider().ifPresent(provider -> {
            if (!targets.isProvider(provider)) {
                throw new CatalogException("property " + GatewayConfig.PREFIX
                        + "defaultProvider: there is no provider '" + provider + "'");
            }
        });
        return read;
    }

    private LlmComponent component() {
        return context.getComponent("llm", LlmComponent.class);
    }

    /** What aliases mean must stay. */
    private void requireProviders(ProviderCatalog providers) {
        GatewayConfig now = config();
        now.aliases().forEach((alias, target) -> {
            if (!target.isRouter()) {
                requireProvider("alias." + alias, target.provider(), providers);
            }
        });
        now.defaultProvider().ifPresent(provider -> requireProvider("defaultProvider", provider, providers));
    }

    private static void requireProvider(String property, String provider, ProviderCatalog providers) {
        if (providers.find(provider).isEmpty()) {
            throw new CatalogException("property " + GatewayConfig.PREFIX + property + " names the provider '"
                    + provider + "', which is to be taken away");
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        component().checkProviders(this::requireProviders);
        deadLetters = GatewayDeadLetters.of(context, authenticator());
        watch = GatewayWatch.of(context);
        ScheduledExecutorService timer =
                context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "LlmGatewayReload");
        clock = timer;
        long millis = interval().toMillis();
        if (millis > 0) {
            timer.scheduleWithFixedDelay(this::tryRefresh, millis, millis, TimeUnit.MILLISECONDS);
        }
    }

    private Duration interval() {
        String text = context.getPropertiesComponent()
                .resolveProperty(GatewayConfig.PREFIX + "reloadInterval")
                .orElse("");
        if (text.isEmpty()) {
            return USUAL_INTERVAL;
        }
        return text.equals("0")
                ? Duration.ZERO
                : Durations.parse(text, LONGEST_INTERVAL)
                        .orElseThrow(() -> new CatalogException("property " + GatewayConfig.PREFIX
                                + "reloadInterval: expected a duration such as 5s, or 0 for never, got '" + text
                                + "'"));
    }

    @Override
    protected void doStop() throws Exception {
        ScheduledExecutorService timer = clock;
        if (timer != null) {
            clock = null;
            context.getExecutorServiceManager().shutdownNow(timer);
        }
        if (deadLetters.isPresent()) {
            deadLetters.get().close();
        }
        guardrails.close();
        workers.close();
        super.doStop();
    }

    GatewayConfig config() {
        return config.get();
    }

    /** Why the newest settings are not in use; empty if they are. */
    Optional<String> problem() {
        return context.getRegistry().findByType(GatewayFile.class).stream()
                .flatMap(file -> file.problem().stream())
                .findFirst()
                .or(config::problem)
                .or(() -> component().definitionProblem());
    }

    private void tryRefresh() {
        try {
            refresh();
        } catch (RuntimeException e) {
            LOG.warn("The gateway could not look for changed settings; it goes on with those it has", e);
        }
    }

    /** Reads the settings, and all that the component can read again, if they have changed. */
    void refresh() {
        LlmComponent component = component();
        component.refreshDefinitions();
        config.refresh();
        if (component.definitionProblem().isPresent()) {
            // An alias no longer means what was taken away, say
            component.refreshDefinitions();
        }
        targets.forget();
    }

    Targets targets() {
        return targets;
    }

    Guardrails guardrails() {
        return guardrails;
    }

    /** Empty if calls that fail are not kept. */
    Optional<GatewayDeadLetters> deadLetters() {
        return deadLetters;
    }

    /** Who watches requests. */
    GatewayWatch watch() {
        return watch;
    }

    /** For what takes too long for an event loop. */
    GatewayWorkers workers() {
        return workers;
    }

    /** Empty if anyone may call. */
    Optional<Authenticator> authenticator() {
        Optional<Authenticator> known = authenticator;
        if (known == null) {
            known = Authentication.of(context, config());
            authenticator = known;
        }
        return known;
    }
}
