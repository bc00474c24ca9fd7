package io.github.camelllm.routes.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts requests to a server.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#http-server">Semantic conventions for HTTP
 *     metrics</a>
 */
final class MicrometerServerMeters implements ServerMeters {
    static final String DURATION = "http.server.request.duration";

    private static final double[] BUCKETS = {
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0
    };
    private static final int SERVER_ERROR = 500;

    private final MeterRegistry registry;
    private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

    private record Kind(String method, String route, int status, boolean whole) {}

    MicrometerServerMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void ended(String method, String route, int status, boolean whole, Duration duration) {
        timers.computeIfAbsent(new Kind(method, route, status, whole), this::timer)
                .record(duration);
    }

    private Timer timer(Kind kind) {
        return Timer.builder(DURATION)
                .description("Duration of HTTP server requests.")
                .tag("http.request.method", kind.method())
                .tag("http.route", kind.route())
                .tag("http.response.status_code", Integer.toString(kind.status()))
                .tag("error.type", errorType(kind))
                .serviceLevelObjectives(CallMeters.durations(BUCKETS))
                .register(registry);
    }

    private static String errorType(Kind kind) {
        if (kind.status() >= SERVER_ERROR) {
            return Integer.toString(kind.status());
        }
        return kind.whole() ? "" : "broken_off";
    }
}
