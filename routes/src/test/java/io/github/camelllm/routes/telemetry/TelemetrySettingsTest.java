package io.github.camelllm.routes.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.catalog.CatalogException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The properties {@code llm.telemetry.…} and {@code llm.gateway.accessLog.…}. */
class TelemetrySettingsTest {
    @Test
    void nothingIsOnByDefault() {
        TelemetrySettings settings = TelemetrySettings.of(Map.of());

        assertThat(settings.metrics()).isEmpty();
        assertThat(settings.traces()).isEqualTo(TelemetrySettings.Traces.OFF);
        assertThat(settings.content()).isEqualTo(TelemetrySettings.Content.OFF);
        assertThat(settings.propagateTo()).isEmpty();
        assertThat(settings.tags()).isEmpty();
        assertThat(settings.endpoint()).isEmpty();
        assertThat(settings.serviceName()).isEqualTo("camel-llm");
        assertThat(settings.maxModels()).isEqualTo(200);
        assertThat(settings.maxTagValues()).isEqualTo(100);
        assertThat(settings.maxSeries()).isEqualTo(5_000);
        assertThat(settings.interval()).isEqualTo(Duration.ofSeconds(10));
        AccessLogSettings log = AccessLogSettings.of(Map.of());
        assertThat(log.isOn()).isFalse();
        assertThat(log.queue()).isEqualTo(10_000);
        assertThat(log.maxFiles()).isEqualTo(5);
        assertThat(log.maxFileBytes()).isEqualTo(104_857_600);
    }

    @Test
    void valuesOfSeveralWords() {
        TelemetrySettings settings = TelemetrySettings.of(Map.of(
                "metrics", "prometheus, otlp", "traces", "otlp", "endpoint", "http://localhost:4318/", "tags", "team"));

        assertThat(settings.metrics())
                .containsExactlyInAnyOrder(TelemetrySettings.Metrics.PROMETHEUS, TelemetrySettings.Metrics.OTLP);
        assertThat(settings.endpoint()).contains("http://localhost:4318");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            metrics  | statsd                    | property llm.telemetry.metrics: expected some of prometheus, otlp, application, but came 'statsd'
            metrics  | Prometheus                | property llm.telemetry.metrics: expected some of prometheus, otlp, application, but came 'Prometheus'
            tags     | team.x                    | property llm.telemetry.tags: expected names of letters, digits and underscores, but came 'team.x'
            endpoint | localhost:4318            | property llm.telemetry.endpoint: expected an address without a path, such as http://localhost:4318, but came 'localhost:4318'
            endpoint | http://me:word@host:4318  | property llm.telemetry.endpoint: expected an address without a path, such as http://localhost:4318, but came 'one with a password'
            interval | 1ms                       | property llm.telemetry.interval: expected a duration from 1s to 10m, but came '1ms'
            auth     | basic                     | property llm.telemetry.auth: expected secret or none, but came 'basic'
            secret   | short                     | property llm.telemetry.secret: expected at least 16 characters, but came 'one of 5 characters'
            """)
    void whatIsWrongIsSaid(String key, String value, String message) {
        assertThatThrownBy(() -> TelemetrySettings.of(Map.of(key, value)))
                .isInstanceOf(CatalogException.class)
                .hasMessage(message);
    }

    @Test
    void anUnknownSettingIsRefused() {
        assertThatThrownBy(() -> TelemetrySettings.of(Map.of("metric", "prometheus")))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("metric");
        assertThatThrownBy(() -> AccessLogSettings.of(Map.of("path", "x")))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("path");
    }

    @Test
    void secretAndNoneDoNotGoTogether() {
        Map<String, String> both = new HashMap<>(Map.of("auth", "none", "secret", "0123456789abcdef"));

        assertThatThrownBy(() -> TelemetrySettings.of(both))
                .hasMessageContaining("llm.telemetry.auth")
                .hasMessageNotContaining("0123456789abcdef");
        both.remove("auth");
        assertThat(TelemetrySettings.of(both).toString()).doesNotContain("0123456789abcdef");
    }

    @ParameterizedTest
    @CsvSource({
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01,true",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more,true",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more,false",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01,false",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01,false",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01,false",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01,false",
        "nonsense,false"
    })
    void traceParentsAreReadStrictly(String header, boolean valid) {
        assertThat(TraceParent.of(header).isPresent()).isEqualTo(valid);
    }
}
