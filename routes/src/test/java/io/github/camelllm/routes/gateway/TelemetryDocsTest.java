package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.catalog.ConfigNode;
import io.github.camelllm.catalog.YamlConfig;
import io.github.camelllm.routes.http.LlmHttpConsumer;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.routes.telemetry.AccessLogSettings;
import io.github.camelllm.routes.telemetry.OtlpReceiver;
import io.github.camelllm.routes.telemetry.PrometheusText;
import io.github.camelllm.routes.telemetry.TelemetryDocsRoutes;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Simulator;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What docs/telemetry.md shows. */
class TelemetryDocsTest {
    private static final Path PAGE = Path.of("../docs/telemetry.md");
    private static final String QUESTION =
            "{\"model\":\"openai/gpt-5-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    @TempDir
    private Path folder;

    private static String page() {
        try {
            return Files.readString(PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> all(String regex, String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = Pattern.compile(regex, Pattern.DOTALL).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        assertThat(found).as(regex).isNotEmpty();
        return found;
    }

    private Properties settings(String yaml, OtlpReceiver receiver) throws IOException {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), yaml);
        Properties properties = new Properties();
        properties.putAll(new GatewayFile(Optional.of(file), Map.of()).loadProperties());
        properties.replace("llm.telemetry.endpoint", receiver.address());
        properties.replace("llm.gateway.admin.port", "0");
        properties.replace(
                "llm.gateway.accessLog.file", folder.resolve("access.log").toString());
        return properties;
    }

    @TestFactory
    List<DynamicTest> settingsOfThePageDoWhatItSays() {
        return all("<!-- gateway-telemetry -->\n```yaml\n(.*?)```", page()).stream()
                .map(yaml -> DynamicTest.dynamicTest(yaml, () -> {
                    try (OtlpReceiver receiver = new OtlpReceiver()) {
                        run(settings(yaml, receiver), receiver);
                    }
                }))
                .toList();
    }

    private static void run(Properties settings, OtlpReceiver receiver) throws Exception {
        try (TestGateway gateway =
                TestGateway.with(Simulator.started(), settings).start()) {
            try (RawClient client = gateway.client()) {
                assertThat(client.post("/v1/chat/completions", QUESTION)
                                .answer()
                                .status())
                        .isEqualTo(200);
            }
            if (settings.containsKey("llm.gateway.admin.port")) {
                LlmHttpConsumer admin = (LlmHttpConsumer)
                        gateway.context().getRoute("llm-gateway-admin").getConsumer();
                try (RawClient client = new RawClient(admin.getPort())) {
                    assertThat(client.get("/metrics").answer().body()).contains("llm_attempts_total");
                }
            }
        }
        assertThat(receiver.traces().isEmpty()).isEqualTo(!"otlp".equals(settings.getProperty("llm.telemetry.traces")));
        assertThat(receiver.metrics().isEmpty())
                .isEqualTo(!"otlp".equals(settings.getProperty("llm.telemetry.metrics")));
        String log = settings.getProperty("llm.gateway.accessLog.file");
        if (log != null) {
            assertThat(Files.readAllLines(Path.of(log))).hasSize(1);
        }
    }

    @Test
    void theRequestOfThePageIsOneTraceFromTheClientToTheAttempt() throws Exception {
        String command =
                all("<!-- gateway-telemetry-call -->\n```sh\n(.*?)```", page()).get(0);
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Properties settings = new Properties();
            settings.setProperty("llm.telemetry.traces", "otlp");
            settings.setProperty("llm.telemetry.endpoint", receiver.address());
            try (TestGateway gateway =
                    TestGateway.with(Simulator.started(), settings).start()) {
                HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.url()
                                + all("http://localhost:8080(\\S*)", command).get(0)))
                        .timeout(Duration.ofSeconds(60))
                        .POST(HttpRequest.BodyPublishers.ofString(
                                all("-d '([^']*)'", command).get(0)));
                all("-H '([^']*)'", command)
                        .forEach(header -> request.header(header.split(": ?", 2)[0], header.split(": ?", 2)[1]));
                assertThat(HttpClient.newHttpClient()
                                .send(request.build(), HttpResponse.BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(200);
            }
            List<Span> spans = receiver.traces().stream()
                    .flatMap(sent -> sent.getResourceSpansList().stream())
                    .flatMap(resource -> resource.getScopeSpansList().stream())
                    .flatMap(scope -> scope.getSpansList().stream())
                    .toList();
            assertThat(spans)
                    .extracting(Span::getName)
                    .containsExactlyInAnyOrder(
                            "POST /v1/chat/completions", "chat gpt-5-mini", "attempt openai/gpt-5-mini")
                    .allSatisfy(name -> assertThat(page()).contains("`" + name + "`"));
            assertThat(spans)
                    .extracting(Span::getTraceId)
                    .containsOnly(spans.get(0).getTraceId());
        }
    }

    @Test
    void prometheusOfThePageReadsThePortOfThePage() {
        String yaml =
                all("<!-- gateway-prometheus -->\n```yaml\n(.*?)```", page()).get(0);

        assertThat(YamlConfig.read("prometheus.yml", new StringReader(yaml)))
                .singleElement()
                .isInstanceOf(ConfigNode.Entries.class);
        // Its path is /metrics where nothing is said
        assertThat(yaml).contains("127.0.0.1:8081").doesNotContain("metrics_path");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void theRouteOfThePageServesMetrics(Dsl dsl) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("llm.telemetry.metrics", "prometheus");
        int port = freePort();
        try (Simulator simulator = Simulator.started();
                SimulatedContext context = new SimulatedContext(simulator, properties)) {
            VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
            configuration.setBindHost("localhost");
            configuration.setBindPort(port);
            context.addService(new VertxPlatformHttpServer(configuration));
            dsl.loadUse(context, "docs/telemetry.camel.yaml", new TelemetryDocsRoutes());
            context.start();
            context.createProducerTemplate().requestBody("llm:openai/gpt-5-mini", "Hello");

            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("text/plain; version=0.0.4");
            assertThat(PrometheusText.parse(answer.body()).value("llm_attempts_total"))
                    .isEqualTo(1);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Test
    void theReadyRouteIsSentRequestsByAnotherOne() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("llm.telemetry.metrics", "prometheus");
        try (Simulator simulator = Simulator.started();
                SimulatedContext context = new SimulatedContext(simulator, properties)) {
            Dsl.YAML.loadUse(context, "camel-llm/telemetry/llm-metrics.camel.yaml", new TelemetryDocsRoutes());
            context.start();

            assertThat(context.createProducerTemplate().requestBody("direct:llm-metrics", "", String.class))
                    .contains("jvm_memory_used_bytes");
        }
    }

    @Test
    void tablesOfThePageHaveEverySetting() {
        String text = page();
        assertThat(AccessLogSettings.names()).isNotEmpty().allSatisfy(name -> assertThat(text)
                .contains("| `" + name + "` |"));
        String table = text.substring(text.indexOf("## Properties"));
        Set<String> documented = new TreeSet<>(all("\n\\| `([A-Za-z]+)` \\|", table));
        assertThat(documented).isEqualTo(io.github.camelllm.routes.telemetry.TelemetryNames.settings());
    }
}
