package io.github.camelllm.routes.telemetry;

import io.github.camelllm.routes.store.PrefixedProperties;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Finds the application's OpenTelemetry, or makes one. */
final class OpenTelemetries {
    private OpenTelemetries() {}

    /**
     * The bean of this type, or what {@code camel-opentelemetry2} takes as well: beans {@code Tracer} and
     * {@code ContextPropagators}, or the global one, which may be an agent's.
     */
    static OpenTelemetry ofApplication(CamelContext context) {
        Registry registry = context.getRegistry();
        OpenTelemetry bean = registry.findSingleByType(OpenTelemetry.class);
        if (bean != null) {
            return bean;
        }
        Tracer tracer = registry.findSingleByType(Tracer.class);
        ContextPropagators propagators = registry.findSingleByType(ContextPropagators.class);
        if (tracer != null && propagators != null) {
            return new Beans(tracer, propagators);
        }
        return GlobalOpenTelemetry.get();
    }

    /** A tracer and propagators that were bound without what they are of. */
    private record Beans(Tracer tracer, ContextPropagators propagators) implements OpenTelemetry {
        @Override
        public TracerProvider getTracerProvider() {
            return new TracerProvider() {
                @Override
                public Tracer get(String scope) {
                    return tracer;
                }

                @Override
                public Tracer get(String scope, String version) {
                    return tracer;
                }
            };
        }

        @Override
        public ContextPropagators getPropagators() {
            return propagators;
        }
    }

    /**
     * One that sends spans to an OTLP receiver. Variables such as {@code OTEL_TRACES_SAMPLER} and properties {@code otel.…} of
     * Camel say how; closed by its caller.
     */
    static OpenTelemetrySdk sending(CamelContext context, TelemetrySettings settings) {
        Map<String, String> defaults = new HashMap<>();
        defaults.put("otel.service.name", settings.serviceName());
        defaults.put("otel.metrics.exporter", "none");
        defaults.put("otel.logs.exporter", "none");
        defaults.put("otel.exporter.otlp.protocol", "http/protobuf");
        settings.endpoint().ifPresent(endpoint -> defaults.put("otel.exporter.otlp.endpoint", endpoint));
        Map<String, String> own = new HashMap<>();
        PrefixedProperties.of(context, "otel.").forEach((name, value) -> own.put("otel." + name, value));
        return AutoConfiguredOpenTelemetrySdk.builder()
                .addPropertiesSupplier(() -> defaults)
                .addPropertiesCustomizer(known -> own)
                .disableShutdownHook()
                .build()
                .getOpenTelemetrySdk();
    }
}
