package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.routes.http.LlmHttpConsumer;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.routes.telemetry.PrometheusText;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Simulator;
import io.github.camelllm.wire.Json;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Traces, metrics and the access log of a gateway. */
class GatewayTelemetryTest {
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final String QUESTION =
            "{\"model\":\"fast\",\"messages\":[{\"role\":\"user\",\"content\":\"What a secret question\"}]}";
    private static final String STREAMED = QUESTION.replace("{\"model\"", "{\"stream\":true,\"model\"");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private Properties properties(String... settings) {
        Properties properties = new Properties();
        properties.setProperty("llm.gateway.alias.fast", "openai/gpt-5-mini");
        for (int i = 0; i < settings.length; i += 2) {
            properties.setProperty(settings[i], settings[i + 1]);
        }
        return properties;
    }

    private TestGateway gateway(String... settings) throws Exception {
        return TestGateway.with(Simulator.started(), properties(settings)).start();
    }

    @Test
    void aRequestIsASpanOnTheClientsTraceAndItsCallIsBelow() throws Exception {
        InMemorySpanExporter exporter = InMemorySpanExporter.create();
        OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                        .build())
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .build();
        TestGateway made = TestGateway.with(Simulator.started(), properties("llm.telemetry.traces", "application"));
        made.context().getRegistry().bind("telemetry", OpenTelemetry.class, telemetry);
        try (TestGateway gateway = made.start();
                RawClient client = gateway.client()) {
            RawClient.Answer answer = client.post("/v1/chat/completions?key=my-key", QUESTION, "traceparent: " + PARENT)
                    .answer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.header("traceparent"))
                    .as("not the client's business")
                    .isEmpty();
            await().atMost(PATIENCE).until(() -> exporter.getFinishedSpanItems().size() == 3);

            SpanData server = span(exporter, SpanKind.SERVER);
            SpanData call = exporter.getFinishedSpanItems().stream()
                    .filter(span -> span.getName().equals("chat gpt-5-mini"))
                    .findFirst()
                    .orElseThrow();
            assertThat(server.getName()).isEqualTo("POST /v1/chat/completions");
            assertThat(server.getParentSpanId()).isEqualTo("b7ad6b7169203331");
            assertThat(server.getTraceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
            assertThat(call.getParentSpanId()).isEqualTo(server.getSpanId());
            assertThat(text(server, "http.route")).isEqualTo("/v1/chat/completions");
            assertThat(text(server, "http.request.method")).isEqualTo("POST");
            assertThat(server.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
                    .isEqualTo(200);
            assertThat(text(server, "llm.key.id")).isEqualTo("anonymous");
            assertThat(text(call, "llm.call.id")).isEqualTo(answer.header("x-llm-call-id"));
            assertThat(exporter.getFinishedSpanItems().toString()).doesNotContain("my-key", "secret question");
        } finally {
            telemetry.close();
        }
    }

    private static SpanData span(InMemorySpanExporter exporter, SpanKind kind) {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getKind() == kind)
                .findFirst()
                .orElseThrow();
    }

    private static String text(SpanData span, String attribute) {
        return span.getAttributes().get(AttributeKey.stringKey(attribute));
    }

    private List<JsonNode> lines(int count) {
        Path file = folder.resolve("access.log");
        await().atMost(PATIENCE)
                .until(() -> Files.exists(file) && Files.readAllLines(file).size() >= count);
        try {
            return Files.readAllLines(file).stream()
                    .map(line -> {
                        try {
                            return Json.MAPPER.readTree(line);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theAccessLogHasALineForEachRequest() throws Exception {
        try (TestGateway gateway = gateway(
                        "llm.gateway.accessLog.file",
                        folder.resolve("access.log").toString());
                RawClient client = gateway.client()) {
            RawClient.Answer answer = client.post(
                            "/v1/chat/completions?key=my-key",
                            QUESTION,
                            "traceparent: " + PARENT,
                            "authorization: Bearer my-other-key")
                    .answer();
            client.post("/v1/chat/completions", "{\"no\":1}").answer();
            client.get("/nothing").answer();

            List<JsonNode> lines = lines(3);
            JsonNode line = lines.get(0);
            assertThat(line.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
            assertThat(line.path("method").asText()).isEqualTo("POST");
            assertThat(line.path("path").asText()).isEqualTo("/v1/chat/completions");
            assertThat(line.path("status").asInt()).isEqualTo(200);
            assertThat(line.path("durationMillis").asDouble()).isPositive();
            assertThat(line.path("key").asText()).isEqualTo("anonymous");
            assertThat(line.path("api").asText()).isEqualTo("openai");
            assertThat(line.path("operation").asText()).isEqualTo("chat");
            assertThat(line.path("asked").asText()).isEqualTo("fast");
            assertThat(line.path("provider").asText()).isEqualTo("openai");
            assertThat(line.path("model").asText()).isEqualTo("gpt-5-mini");
            assertThat(line.path("callId").asText()).isEqualTo(answer.header("x-llm-call-id"));
            assertThat(line.path("attempts").asInt()).isEqualTo(1);
            assertThat(line.path("inputTokens").asLong()).isPositive();
            assertThat(line.path("outputTokens").asLong()).isPositive();
            assertThat(line.path("cost").asText()).isEqualTo(answer.header("x-llm-cost"));
            assertThat(line.path("currency").asText()).isEqualTo("USD");
            assertThat(line.path("traceId").asText()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
            assertThat(lines.get(1).path("status").asInt()).isEqualTo(400);
            assertThat(lines.get(1).path("error").asText()).isNotEmpty();
            assertThat(lines.get(1).has("callId")).isFalse();
            assertThat(lines.get(2).path("status").asInt()).isEqualTo(404);
            assertThat(lines.toString()).doesNotContain("my-key", "my-other-key", "secret question");
        }
    }

    @Test
    void aStreamsLineHasWhatItCameTo() throws Exception {
        try (TestGateway gateway = gateway(
                        "llm.gateway.accessLog.file",
                        folder.resolve("access.log").toString());
                RawClient client = gateway.client()) {
            client.post("/v1/chat/completions", STREAMED).answer();

            JsonNode line = lines(1).get(0);
            assertThat(line.path("stream").asText()).isEqualTo("true");
            assertThat(line.path("outputTokens").asLong()).isPositive();
            assertThat(line.path("firstChunkMillis").asDouble()).isPositive();
            assertThat(line.has("brokenOff")).isFalse();
        }
    }

    @Test
    void aClientThatLeavesHasALineToo() throws Exception {
        try (TestGateway gateway = gateway(
                "llm.gateway.accessLog.file", folder.resolve("access.log").toString())) {
            gateway.simulator().failNext(Fault.stallAfter(2));
            try (RawClient client = gateway.client()) {
                client.post("/v1/chat/completions", STREAMED).head();
            }

            JsonNode line = lines(1).get(0);
            assertThat(line.path("brokenOff").asBoolean()).isTrue();
            assertThat(line.path("provider").asText()).isEqualTo("openai");
        }
    }

    @Test
    void requestsThatNoRouteGetsHaveALine() throws Exception {
        try (TestGateway gateway = gateway(
                        "llm.gateway.accessLog.file",
                        folder.resolve("access.log").toString(),
                        "llm.gateway.maxBodyBytes",
                        "10");
                RawClient client = gateway.client()) {
            client.post("/v1/chat/completions", QUESTION).answer();

            JsonNode line = lines(1).get(0);
            assertThat(line.path("status").asInt()).isEqualTo(413);
            assertThat(line.path("path").asText()).isEqualTo("/v1/chat/completions");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions,/v1/chat/completions",
        "/chat/completions,/chat/completions",
        "/v1/models,/v1/models",
        "/v1/models/openai/gpt,/v1/models/{model}",
        "/models/gpt,/models/{model}",
        "/v1beta/models/gemini:generateContent,/v1beta/models/{model}:generateContent",
        "/v1beta/models/gemini:invented,''",
        "/anything,''"
    })
    void routesOfPathsAreFew(String path, String route) {
        assertThat(GatewayPaths.templateOf(path)).isEqualTo(route);
    }

    private static RawClient admin(TestGateway gateway) throws Exception {
        return new RawClient(((LlmHttpConsumer)
                        gateway.context().getRoute("llm-gateway-admin").getConsumer())
                .getPort());
    }

    @Test
    void prometheusReadsCallsRequestsAndState() throws Exception {
        try (TestGateway gateway = gateway(
                        "llm.telemetry.metrics", "prometheus",
                        "llm.telemetry.tags", "key",
                        "llm.gateway.admin.port", "0",
                        "llm.budget.all.limit", "5 USD",
                        "llm.budget.all.window", "day");
                RawClient client = gateway.client();
                RawClient admin = admin(gateway)) {
            client.post("/v1/chat/completions", QUESTION).answer();
            client.post("/v1/chat/completions", STREAMED).answer();
            client.get("/v1/models/" + "x".repeat(50)).answer();

            // A request is counted when its answer is out, which the client may read before
            await().atMost(PATIENCE)
                    .until(() -> admin.get("/metrics").answer().body().contains("/v1/models/{model}"));
            RawClient.Answer page = admin.get("/metrics").answer();
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.header("content-type")).startsWith("text/plain; version=0.0.4");
            PrometheusText text = PrometheusText.parse(page.body());
            assertThat(text.value(
                            "llm_attempts_total",
                            "gen_ai_request_model",
                            "gpt-5-mini",
                            "llm_outcome",
                            "succeeded",
                            "llm_tag_key",
                            "anonymous"))
                    .isEqualTo(2);
            assertThat(text.value("llm_cost_total", "llm_cost_currency", "USD")).isPositive();
            assertThat(text.value(
                            "http_server_request_duration_seconds_count",
                            "http_route",
                            "/v1/chat/completions",
                            "http_response_status_code",
                            "200"))
                    .isEqualTo(2);
            assertThat(text.samples("http_server_request_duration_seconds_count"))
                    .extracting(sample -> sample.labels().get("http_route"))
                    .contains("/v1/models/{model}");
            assertThat(text.value("llm_budget_limit", "llm_budget", "all")).isEqualTo(5);
            assertThat(text.value("llm_budget_spent", "llm_budget", "all")).isPositive();
            assertThat(text.samples("llm_circuit_state")).singleElement().satisfies(circuit -> {
                assertThat(circuit.labels().get("llm_target")).startsWith("openai/gpt-5-mini");
                assertThat(circuit.value()).isZero();
            });
            assertThat(text.value("llm_http_connections", "camel_route_id", "llm-gateway-in"))
                    .isEqualTo(1);
            assertThat(text.value("llm_http_requests_active", "camel_route_id", "llm-gateway-admin"))
                    .isEqualTo(1);
            assertThat(text.names()).contains("jvm_memory_used_bytes");
        }
    }

    @Test
    void metricsWantTheirSecret() throws Exception {
        try (TestGateway gateway = gateway(
                        "llm.telemetry.metrics", "prometheus",
                        "llm.telemetry.secret", "0123456789abcdef",
                        "llm.gateway.admin.port", "0");
                RawClient admin = admin(gateway)) {
            assertThat(admin.get("/metrics").answer().status()).isEqualTo(401);
            assertThat(admin.get("/metrics", "Authorization: Bearer wrong")
                            .answer()
                            .status())
                    .isEqualTo(401);
            assertThat(admin.get("/metrics", "Authorization: Bearer 0123456789abcdef")
                            .answer()
                            .status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"llm.telemetry.auth,''", "llm.telemetry.secret,''", "llm.telemetry.secret,' '"})
    void metricsForOtherMachinesNeedASecret(String name, String value) {
        TestGateway gateway = TestGateway.with(
                Simulator.started(),
                properties(
                        "llm.telemetry.metrics",
                        "prometheus",
                        "llm.gateway.admin.port",
                        "0",
                        "llm.gateway.admin.host",
                        "0.0.0.0",
                        name,
                        value));
        try (gateway) {
            assertThatThrownBy(gateway::start).hasStackTraceContaining("metrics need a secret (llm.telemetry.secret)");
        }
    }

    @Test
    void aWrongSettingFailsTheStart() {
        TestGateway gateway = TestGateway.with(Simulator.started(), properties("llm.gateway.accessLog.queue", "many"));
        try (gateway) {
            assertThatThrownBy(gateway::start).hasStackTraceContaining("llm.gateway.accessLog.queue");
        }
    }

    @Test
    void withoutSettingsNobodyWatches() throws Exception {
        try (TestGateway gateway = gateway()) {
            assertThat(GatewayState.of(gateway.context()).watch()).isSameAs(GatewayWatch.NONE);
        }
    }
}
