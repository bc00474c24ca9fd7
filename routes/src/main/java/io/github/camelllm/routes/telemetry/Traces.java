package io.github.camelllm.routes.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Spans of calls and of requests, by one tracer. */
final class Traces implements AutoCloseable {
    private final OtelTracing calls;
    private final ServerTracing requests;
    private final AutoCloseable own;

    private Traces(OpenTelemetry telemetry, TelemetrySettings settings, CapturedContent content, AutoCloseable own) {
        this.calls = new OtelTracing(telemetry, settings.propagateTo(), content);
        this.requests = new OtelServerTracing(telemetry);
        this.own = own;
    }

    static Traces of(CamelContext context, TelemetrySettings settings) {
        CapturedContent content = CapturedContent.of(settings.content(), context);
        if (settings.traces() == TelemetrySettings.Traces.APPLICATION) {
            return new Traces(OpenTelemetries.ofApplication(context), settings, content, () -> {});
        }
        OpenTelemetrySdk sdk = OpenTelemetries.sending(context, settings);
        Registry registry = context.getRegistry();
        // For camel-opentelemetry2, which then adds the steps of routes to the same traces
        if (registry.findByType(Tracer.class).isEmpty()) {
            registry.bind("llmTracer", Tracer.class, sdk.getTracer(OtelTracing.SCOPE));
            registry.bind("llmContextPropagators", ContextPropagators.class, sdk.getPropagators());
        }
        return new Traces(sdk, settings, content, sdk);
    }

    OtelTracing calls() {
        return calls;
    }

    ServerTracing requests() {
        return requests;
    }

    /** Sends what has not been sent yet. */
    @Override
    public void close() {
        try {
            own.close();
        } catch (Exception e) {
            throw new IllegalStateException("spans could not all be sent", e);
        }
    }
}
