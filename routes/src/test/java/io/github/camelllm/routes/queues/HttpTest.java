package io.github.camelllm.routes.queues;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.Simulator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HttpTest {
    private record Called(String body, String job, Optional<String> failure) {}

    private final Simulator simulator =
            Simulator.builder().responder(Responders.echo()).build().start();
    private final SimulatedContext context = new SimulatedContext(simulator);
    private final BlockingQueue<Called> called = new LinkedBlockingQueue<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private HttpServer callback;
    private int port;

    @BeforeEach
    void startServers() throws Exception {
        callback = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        callback.createContext("/answers", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            int status = 204;
            if (refusals.getAndDecrement() > 0) {
                status = 503;
            } else {
                called.add(new Called(
                        body,
                        String.valueOf(exchange.getRequestHeaders().getFirst("llmJobId")),
                        Optional.ofNullable(exchange.getRequestHeaders().getFirst("llmFailure"))));
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        callback.start();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
        configuration.setBindHost("localhost");
        configuration.setBindPort(port);
        context.addService(new VertxPlatformHttpServer(configuration));
    }

    @AfterEach
    void close() throws Exception {
        context.close();
        simulator.close();
        callback.stop(0);
    }

    private void start(Dsl dsl) throws Exception {
        dsl.load(context, "llm-http-in", new HttpInTemplate());
        dsl.load(context, "llm-http-callback", new HttpCallbackTemplate());
        Properties properties = new Properties();
        properties.setProperty(
                "callback.url", "http://localhost:" + callback.getAddress().getPort() + "/answers");
        context.getPropertiesComponent().setOverrideProperties(properties);
        dsl.loadUse(context, "queues/http.camel.yaml", new HttpRoutes());
        context.start();
    }

    private HttpResponse<String> post(String question) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/questions"))
                                .POST(HttpRequest.BodyPublishers.ofString(question))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private Called called() throws InterruptedException {
        Called next = called.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("a call back").isNotNull();
        return next;
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void takesAQuestionAtOnceAndCallsBackWithTheAnswer(Dsl dsl) throws Exception {
        simulator.failNext(Fault.parse("status=429;retry-after-ms=5"));
        refusals.set(1);
        start(dsl);

        HttpResponse<String> taken = post("What is the capital of France?");

        assertThat(taken.statusCode()).isEqualTo(202);
        assertThat(taken.body()).matches("\\{\"id\":\"[^\"]+\"}");
        Called answer = called();
        assertThat(answer.body()).isEqualTo("What is the capital of France?");
        assertThat(taken.body()).contains(answer.job());
        assertThat(answer.failure()).isEmpty();
        assertThat(simulator.requestCount()).isEqualTo(2);
        assertThat(called).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void callsBackWithTheReasonIfThereIsNoAnswer(Dsl dsl) throws Exception {
        simulator.failNext(Fault.parse("context-too-long"));
        start(dsl);

        post("a very long question");

        Called answer = called();
        assertThat(answer.body()).isEmpty();
        assertThat(answer.failure()).contains("LlmContextWindowExceededException");
        assertThat(simulator.requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void refusesAnEmptyQuestion(Dsl dsl) throws Exception {
        start(dsl);

        HttpResponse<String> refused = post(" ");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("expected a question");
        assertThat(simulator.requestCount()).isZero();
    }
}
