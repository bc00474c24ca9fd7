package io.github.camelllm.routes.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/** The registries that settings ask for, together. What was made here is closed with it. */
final class MeterRegistries implements AutoCloseable {
    /** The name that camel-micrometer looks for. */
    static final String CAMELS_NAME = "metricsRegistry";

    private final CompositeMeterRegistry all = new CompositeMeterRegistry();
    private final List<MeterRegistry> made = new ArrayList<>();
    private Optional<Supplier<String>> scrape = Optional.empty();

    MeterRegistries(CamelContext context, TelemetrySettings settings) {
        Set<MeterRegistry> beans = context.getRegistry().findByType(MeterRegistry.class);
        for (TelemetrySettings.Metrics metrics : settings.metrics()) {
            switch (metrics) {
                case PROMETHEUS:
                    requiring("io.micrometer:micrometer-registry-prometheus", () -> addPrometheus(context));
                    break;
                case OTLP:
                    requiring("io.micrometer:micrometer-registry-otlp", () -> addOtlp(settings));
                    break;
                default:
                    if (beans.isEmpty()) {
                        throw TelemetrySettings.wrong(
                                "metrics", "a bean MeterRegistry in the application for this", "application");
                    }
                    beans.forEach(all::add);
            }
        }
    }

    private static void requiring(String artifact, Runnable use) {
        try {
            use.run();
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    TelemetrySettings.PREFIX + "metrics needs " + artifact + " on the class path", e);
        }
    }

    private void addPrometheus(CamelContext context) {
        PrometheusMeterRegistry registry = context.getRegistry().findByType(PrometheusMeterRegistry.class).stream()
                .findFirst()
                .orElse(null);
        if (registry == null) {
            registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            made.add(registry);
            new JvmMemoryMetrics().bindTo(registry);
            new JvmThreadMetrics().bindTo(registry);
            new ProcessorMetrics().bindTo(registry);
            new UptimeMetrics().bindTo(registry);
            if (context.getRegistry().lookupByName(CAMELS_NAME) == null) {
                context.getRegistry().bind(CAMELS_NAME, registry);
            }
        }
        all.add(registry);
        scrape = Optional.of(registry::scrape);
    }

    private void addOtlp(TelemetrySettings settings) {
        String endpoint = settings.endpoint()
                .orElseThrow(() ->
                        TelemetrySettings.wrong("endpoint", "the address of the OTLP receiver for metrics", "nothing"));
        MeterRegistry registry = new OtlpMeterRegistry(
                new OtlpConfig() {
                    @Override
                    public @Nullable String get(String key) {
                        return null;
                    }

                    @Override
                    public String url() {
                        return endpoint + "/v1/metrics";
                    }

                    @Override
                    public Duration step() {
                        return settings.interval();
                    }

                    @Override
                    public Map<String, String> resourceAttributes() {
                        return Map.of("service.name", settings.serviceName());
                    }

                    /** As the conventions want it. */
                    @Override
                    public TimeUnit baseTimeUnit() {
                        return TimeUnit.SECONDS;
                    }
                },
                io.micrometer.core.instrument.Clock.SYSTEM);
        made.add(registry);
        all.add(registry);
    }

    MeterRegistry all() {
        return all;
    }

    /** All metrics in Prometheus' text format; empty if they do not go there. */
    Optional<Supplier<String>> scrape() {
        return scrape;
    }

    @Override
    public void close() {
        made.forEach(MeterRegistry::close);
        all.close();
    }
}
