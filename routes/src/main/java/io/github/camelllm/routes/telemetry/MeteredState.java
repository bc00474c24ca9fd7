package io.github.camelllm.routes.telemetry;

import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.routes.ledger.LedgerState;
import io.micrometer.core.instrument.FunctionCounter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The registries, and what is looked at from time to time. */
final class MeteredState implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MeteredState.class);

    private final CamelContext context;
    private final MeterRegistries registries;
    private final StateGauges gauges;
    private final ServerMeters requests;
    private final ScheduledExecutorService timer;
    /** A counter does not keep what it counts by. */
    private final List<Supplier<Number>> counted = new CopyOnWriteArrayList<>();

    MeteredState(CamelContext context, TelemetrySettings settings, Supplier<List<LedgerState>> ledgers) {
        this.context = context;
        this.registries = new MeterRegistries(context, settings);
        this.gauges = new StateGauges(context, registries.all(), ledgers, settings);
        this.requests = new MicrometerServerMeters(registries.all());
        this.timer = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "LlmTelemetry");
        long millis = settings.interval().toMillis();
        timer.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            gauges.refresh();
        } catch (RuntimeException e) {
            LOG.warn("The state of budgets, limits and targets could not be looked at; it is tried again", e);
        }
    }

    /** Counts attempts. */
    CallRecordListener calls(Pricing pricing, TelemetrySettings settings) {
        gauges.setPricing(pricing);
        return new CallMeters(registries.all(), pricing, settings);
    }

    ServerMeters requests() {
        return requests;
    }

    void count(String name, String description, Supplier<Number> sinceStart) {
        counted.add(sinceStart);
        FunctionCounter.builder(name, sinceStart, count -> count.get().doubleValue())
                .description(description)
                .register(registries.all());
    }

    List<String> names() {
        return registries.all().getMeters().stream()
                .map(meter -> meter.getId().getName())
                .distinct()
                .sorted()
                .toList();
    }

    /** All metrics as Prometheus reads them, looked at anew each time. */
    Optional<Supplier<String>> scrape() {
        return registries.scrape().map(text -> () -> {
            look();
            return text.get();
        });
    }

    @Override
    public void close() {
        context.getExecutorServiceManager().shutdownNow(timer);
        registries.close();
    }
}
