package io.github.camelllm.routes.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.Simulator;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An OpenAI-shaped endpoint in front of a model of another provider, over real HTTP. */
class OpenAiServerTest {
    private final Simulator simulator =
            Simulator.builder().responder(Responders.echo()).build().start();
    private final SimulatedContext context = new SimulatedContext(simulator);
    private int port;

    @BeforeEach
    void startServer() throws Exception {
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
    }

    private HttpResponse<String> post(boolean stream) throws Exception {
        String request = "{\"model\":\"any\",\"max_tokens\":500,\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"What is the capital of France?\"}]}";
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/v1/chat/completions"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(request))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void answersAsOpenAiDoes(Dsl dsl) throws Exception {
        dsl.loadUse(context, "wire/openai-server.camel.yaml", new OpenAiServerRoutes());
        context.start();

        HttpResponse<String> answer = post(false);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("application/json");
        assertThat(answer.body())
                .contains("\"object\":\"chat.completion\"", "What is the capital of France?", "\"usage\"");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void streamsAsOpenAiDoes(Dsl dsl) throws Exception {
        dsl.loadUse(context, "wire/openai-server.camel.yaml", new OpenAiServerRoutes());
        context.start();

        HttpResponse<String> answer = post(true);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("text/event-stream");
        assertThat(answer.body())
                .contains("\"object\":\"chat.completion.chunk\"")
                .endsWith("data: [DONE]\n\n");
    }
}
