package io.github.camelllm.routes.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Simulator;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

/** What a receiver of OTLP gets over HTTP, with nothing but properties set. */
class OtlpTest {
    /** Takes what is sent as the protocol says, and answers. */
    private static final class Receiver implements AutoCloseable {
        private final HttpServer server;
        final List<ExportTraceServiceRequest> traces = new CopyOnWriteArrayList<>();
        final List<ExportMetricsServiceRequest> metrics = new CopyOnWriteArrayList<>();

        Receiver() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            take("/v1/traces", in -> traces.add(ExportTraceServiceRequest.parseFrom(in)));
            take("/v1/metrics", in -> metrics.add(ExportMetricsServiceRequest.parseFrom(in)));
            server.start();
        }

        private interface Reading {
            void read(InputStream in) throws IOException;
        }

        private void take(String path, Reading reading) {
            server.createContext(path, exchange -> {
                boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
                try (InputStream in = exchange.getRequestBody()) {
                    reading.read(zipped ? new GZIPInputStream(in) : in);
                }
                exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
        }

        String address() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

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
        try (Receiver receiver = new Receiver()) {
            Properties properties = new Properties();
            properties.setProperty("llm.telemetry.traces", "otlp");
            properties.setProperty("llm.telemetry.endpoint", receiver.address());
            properties.setProperty("llm.telemetry.serviceName", "letters");

            askOnce(properties);

            List<Span> spans = receiver.traces.stream()
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
        try (Receiver receiver = new Receiver()) {
            Properties properties = new Properties();
            properties.setProperty("llm.telemetry.traces", "otlp");
            properties.setProperty("llm.telemetry.endpoint", receiver.address());
            properties.setProperty("otel.traces.sampler", "always_off");

            askOnce(properties);

            assertThat(receiver.traces).isEmpty();
        }
    }

    @Test
    void metricsReachAReceiverUnderTheNamesOfTheConventions() throws Exception {
        try (Receiver receiver = new Receiver()) {
            Properties properties = new Properties();
            properties.setProperty("llm.telemetry.metrics", "otlp");
            properties.setProperty("llm.telemetry.endpoint", receiver.address());

            askOnce(properties);

            List<ExportMetricsServiceRequest> requests = receiver.metrics;
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
