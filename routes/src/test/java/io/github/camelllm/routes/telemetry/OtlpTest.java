package io.github.camelllm.routes.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Simulator;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

/** What a receiver of OTLP gets over HTTP, with nothing but properties set. */
class OtlpTest {
    private static void askOnce(Properties properties) throws Exception {
        try (Simulator simulator = Simulator.started();
                SimulatedContext context = new SimulatedContext(simulator, properties)) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:ask").to("llm:openai/gpt-5-mini");
                }
            });
            context.start();
            context.createFluentProducerTemplate()
                    .to("direct:ask")
                    .withBody("Hi")
                    .request();
            // What has not been sent is sent at the end
            context.stop();
        }
    }

    private static Map<String, String> texts(List<KeyValue> attributes) {
        return attributes.stream()
                .filter(attribute -> attribute.getValue().hasStringValue())
                .collect(Collectors.toMap(
                        KeyValue::getKey, attribute -> attribute.getValue().getStringValue()));
    }

    private static String service(Resource resource) {
        return texts(resource.getAttributesList()).get("service.name");
    }

    @Test
    void spansReachAReceiver() throws Exception {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Properties properties = new Properties();
            properties.setProperty("llm.telemetry.traces", "otlp");
            properties.setProperty("llm.telemetry.endpoint", receiver.address());
            properties.setProperty("llm.telemetry.serviceName", "letters");

            askOnce(properties);

            List<Span> spans = receiver.traces().stream()
                    .flatMap(request -> request.getResourceSpansList().stream())
                    .peek(resource ->
                            assertThat(service(resource.getResource())).isEqualTo("letters"))
                    .flatMap(resource -> resource.getScopeSpansList().stream())
                    .flatMap(scope -> scope.getSpansList().stream())
                    .toList();
            assertThat(spans)
                    .extracting(Span::getName)
                    .containsExactlyInAnyOrder("chat gpt-5-mini", "attempt openai/gpt-5-mini");
            Span call = spans.stream()
                    .filter(span -> span.getName().startsWith("chat"))
                    .findFirst()
                    .orElseThrow();
            assertThat(texts(call.getAttributesList()))
                    .containsEntry("gen_ai.provider.name", "openai")
                    .containsEntry("gen_ai.operation.name", "chat");
            assertThat(call.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
        }
    }

    @Test
    void samplingIsWhatOpenTelemetrysPropertiesSay() throws Exception {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Properties properties = new Properties();
            properties.setProperty("llm.telemetry.traces", "otlp");
            properties.setProperty("llm.telemetry.endpoint", receiver.address());
            properties.setProperty("otel.traces.sampler", "always_off");

            askOnce(properties);

            assertThat(receiver.traces()).isEmpty();
        }
    }

    @Test
    void metricsReachAReceiverUnderTheNamesOfTheConventions() throws Exception {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Properties properties = new Properties();
            properties.setProperty("llm.telemetry.metrics", "otlp");
            properties.setProperty("llm.telemetry.endpoint", receiver.address());

            askOnce(properties);

            List<ExportMetricsServiceRequest> requests = receiver.metrics();
            assertThat(requests).isNotEmpty();
            assertThat(service(requests.get(0).getResourceMetrics(0).getResource()))
                    .isEqualTo("camel-llm");
            Map<String, Metric> metrics = requests.get(requests.size() - 1).getResourceMetricsList().stream()
                    .flatMap(resource -> resource.getScopeMetricsList().stream())
                    .flatMap(scope -> scope.getMetricsList().stream())
                    .collect(Collectors.toMap(Metric::getName, Function.identity()));
            Metric duration = metrics.get("gen_ai.client.operation.duration");
            assertThat(duration.getUnit()).isEqualTo("seconds");
            assertThat(duration.getHistogram().getDataPoints(0).getCount()).isEqualTo(1);
            assertThat(duration.getHistogram().getDataPoints(0).getExplicitBoundsList())
                    .contains(0.01, 81.92);
            Metric tokens = metrics.get("gen_ai.client.token.usage");
            assertThat(tokens.getHistogram().getDataPointsList())
                    .extracting(point -> texts(point.getAttributesList()).get("gen_ai.token.type"))
                    .containsExactlyInAnyOrder("input", "output");
            assertThat(metrics).containsKey("llm.cost");
        }
    }
}
