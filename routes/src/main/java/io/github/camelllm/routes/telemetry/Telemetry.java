package io.github.camelllm.routes.telemetry;

import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.call.CallTracing;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.routes.ledger.LedgerState;
import io.github.camelllm.routes.store.PrefixedProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;

/**
 * The telemetry of one Camel context, as the properties {@code llm.telemetry.…} say; nothing without them. Made when something first
 * asks for it, closed with the context. Thread-safe.
 *
 * <p>What is off is not touched, not even by a method reference: its libraries need not be there.
 */
public final class Telemetry extends ServiceSupport {
    private final TelemetrySettings settings;
    private final Optional<Traces> traces;
    private final Optional<MeteredState> metrics;
    private final List<Supplier<LedgerState>> ledgers = new CopyOnWriteArrayList<>();
    private volatile @Nullable CallRecordListener meters;

    private Telemetry(CamelContext context) {
        Map<String, String> properties = PrefixedProperties.of(context, TelemetrySettings.PREFIX);
        settings = TelemetrySettings.of(properties);
        traces = settings.traces() == TelemetrySettings.Traces.OFF
                ? Optional.empty()
                : Optional.of(requiring(
                        "traces needs io.opentelemetry:opentelemetry-api"
                                + (settings.traces() == TelemetrySettings.Traces.OTLP
                                        ? ", opentelemetry-sdk-extension-autoconfigure and opentelemetry-exporter-otlp"
                                        : ""),
                        () -> Traces.of(context, settings)));
        metrics = settings.hasMetrics()
                ? Optional.of(requiring(
                        "metrics needs io.micrometer:micrometer-core",
                        () -> new MeteredState(context, settings, this::ledgerStates)))
                : Optional.empty();
    }

    private static <T> T requiring(String what, Supplier<T> make) {
        try {
            return make.get();
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(TelemetrySettings.PREFIX + what + " on the class path", e);
        }
    }

    /**
     * The telemetry of a context.
     *
     * @throws io.github.camelllm.catalog.CatalogException if a property is wrong
     */
    public static Telemetry of(CamelContext context) {
        ExtendedCamelContext extension = context.getCamelContextExtension();
        synchronized (extension) {
            Telemetry known = extension.getContextPlugin(Telemetry.class);
            if (known == null) {
                known = new Telemetry(context);
                extension.addContextPlugin(Telemetry.class, known);
                try {
                    context.addService(known);
                } catch (Exception e) {
                    throw new IllegalStateException("telemetry cannot start: " + e.getMessage(), e);
                }
            }
            return known;
        }
    }

    /** Follows calls; empty if there are neither traces nor providers that are told of those that come in. */
    public Optional<CallTracing> tracing() {
        if (traces.isPresent()) {
            return Optional.of(traces.get().calls());
        }
        return settings.propagateTo().isEmpty()
                ? Optional.empty()
                : Optional.of(new PassedOnTracing(settings.propagateTo()));
    }

    /** Who counts attempts; the same for all components of the context. */
    public synchronized List<CallRecordListener> listeners(Pricing pricing) {
        if (metrics.isEmpty()) {
            return List.of();
        }
        CallRecordListener known = meters;
        if (known == null) {
            known = metrics.get().calls(pricing, settings);
            meters = known;
        }
        return List.of(known);
    }

    /** From now on the state of this ledger is told too. */
    public void watch(Supplier<LedgerState> ledger) {
        ledgers.add(ledger);
    }

    private List<LedgerState> ledgerStates() {
        List<LedgerState> states = new ArrayList<>();
        ledgers.forEach(ledger -> states.add(ledger.get()));
        return states;
    }

    /** Follows requests to a server; empty without traces. */
    public Optional<ServerTracing> serverTracing() {
        return traces.isPresent() ? Optional.of(traces.get().requests()) : Optional.empty();
    }

    /** Counts requests to a server; empty without metrics. */
    public Optional<ServerMeters> serverMeters() {
        return metrics.isPresent() ? Optional.of(metrics.get().requests()) : Optional.empty();
    }

    /** Counts something that happens elsewhere. */
    public void count(String name, String description, Supplier<Number> sinceStart) {
        if (metrics.isPresent()) {
            metrics.get().count(name, description, sinceStart);
        }
    }

    /** All metrics as Prometheus reads them; empty if they do not go there. */
    Optional<Supplier<String>> scrape() {
        return metrics.isPresent() ? metrics.get().scrape() : Optional.empty();
    }

    /** Names of our metrics, as OpenTelemetry writes them. */
    List<String> meterNames() {
        return metrics.isPresent() ? metrics.get().names() : List.of();
    }

    TelemetrySettings settings() {
        return settings;
    }

    @Override
    protected void doStop() {
        if (metrics.isPresent()) {
            metrics.get().close();
        }
        if (traces.isPresent()) {
            traces.get().close();
        }
    }
}
