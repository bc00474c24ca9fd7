package io.github.camelllm.routes.dashboard;

import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;

/** An application with the dashboard at {@code /llm} of a port of its own, the simulator behind its models. */
final class DashboardServer implements AutoCloseable {
    static final String SECRET = "correct-horse-battery";

    private final Simulator simulator = Simulator.started();
    private final SimulatedContext context;
    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;

    /** @param more properties, such as where the ledger is */
    DashboardServer(Map<String, String> ledger, Map<String, String> more) throws Exception {
        this(ledger, more, address -> Map.of());
    }

    private DashboardServer(
            Map<String, String> ledger, Map<String, String> more, Function<String, Map<String, String>> addressed)
            throws Exception {
        port = port();
        Properties properties = new Properties();
        properties.putAll(ledger);
        properties.setProperty("llm.ledger.tags", "team,key,routeId,router");
        properties.putAll(more);
        properties.putAll(addressed.apply("http://localhost:" + port + "/llm"));
        context = new SimulatedContext(simulator, properties);
        VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
        configuration.setBindHost("localhost");
        configuration.setBindPort(port);
        context.addService(new VertxPlatformHttpServer(configuration));
    }

    private static int port() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** Not started: routes may be added. Whoever has the secret may look. */
    static DashboardServer of(TestLedger ledger) throws Exception {
        return new DashboardServer(ledger.contextProperties(), Map.of("llm.dashboard.secret", SECRET));
    }

    static DashboardServer of(TestLedger ledger, Map<String, String> properties) throws Exception {
        return new DashboardServer(ledger.contextProperties(), properties);
    }

    /** @param addressed properties that need to know where it is */
    static DashboardServer withOwnAddress(
            Map<String, String> properties, Function<String, Map<String, String>> addressed) throws Exception {
        return new DashboardServer(properties, Map.of(), addressed);
    }

    /** Everybody may look. */
    static DashboardServer open(TestLedger ledger) throws Exception {
        return new DashboardServer(ledger.contextProperties(), Map.of("llm.dashboard.auth", "none")).withDashboard();
    }

    DashboardServer withDashboard() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/llm?matchOnUriPrefix=true&headerFilterStrategy=#class:"
                                + DashboardHeaders.class.getName())
                        .process(new Dashboard());
            }
        });
        return this;
    }

    DashboardServer start() {
        context.start();
        return this;
    }

    SimulatedContext context() {
        return context;
    }

    LlmComponent component() {
        return context.getComponent("llm", LlmComponent.class);
    }

    String url(String path) {
        return "http://localhost:" + port + "/llm" + path;
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send(request(path, headers).GET().build());
    }

    HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return send(request(path, headers)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(path)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
    }

    /** The cookie of somebody who has signed in. */
    String cookie() throws Exception {
        return cookieOf(post("/login", "secret=" + SECRET)).orElseThrow();
    }

    static Optional<String> cookieOf(HttpResponse<String> response) {
        return response.headers().firstValue("set-cookie").map(cookie -> cookie.substring(0, cookie.indexOf(';')));
    }

    @Override
    public void close() throws IOException {
        context.close();
        simulator.close();
    }
}
