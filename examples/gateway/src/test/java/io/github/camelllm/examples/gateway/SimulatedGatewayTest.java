package io.github.camelllm.examples.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.routes.http.LlmHttpConsumer;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SimulatedGatewayTest {
    private static final Simulator SIMULATOR = Simulator.started();
    private static Main main;
    private static String url;
    private static String adminUrl;

    @BeforeAll
    static void start() throws Exception {
        main = SimulatedGateway.gateway(
                Path.of("gateway.yaml"), Map.of("LLM_GATEWAY_PORT", "0", "LLM_GATEWAY_ADMIN_PORT", "0"), SIMULATOR);
        main.start();
        url = address("llm-gateway-in");
        adminUrl = address("llm-gateway-admin");
    }

    private static String address(String route) {
        LlmHttpConsumer server =
                (LlmHttpConsumer) main.getCamelContext().getRoute(route).getConsumer();
        return "http://127.0.0.1:" + server.getPort();
    }

    @AfterAll
    static void stop() {
        main.stop();
        SIMULATOR.close();
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> ask(String model, String text) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}")));
    }

    @Test
    void answersForEachModelThatItLists() throws Exception {
        String models =
                send(HttpRequest.newBuilder(URI.create(url + "/v1/models"))).body();
        for (String model : new String[] {"fast", "smart", "openai/gpt-5-mini", "gemini/gemini-2.5-flash"}) {
            assertThat(models).contains("\"" + model + "\"");
            assertThat(ask(model, "Hello").statusCode()).isEqualTo(200);
        }
        assertThat(ask("smart", "Hello").headers().firstValue("x-llm-router")).contains("smart");
        assertThat(ask("openai/gpt-4.1", "Hello").statusCode()).isEqualTo(404);
    }

    @Test
    void sendsNoCardNumbers() throws Exception {
        HttpResponse<String> refused = ask("fast", "pay with 4111 1111 1111 1111 please");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("card numbers must not be sent to models");
        assertThat(ask("fast", "pay 4111 please").statusCode()).isEqualTo(200);
    }

    @Test
    void showsCallsAndTheirCostOnItsDashboard() throws Exception {
        HttpHeaders answer = ask("fast", "Hello").headers();
        String callId = answer.firstValue("x-llm-call-id").orElseThrow();
        String cost = answer.firstValue("x-llm-cost").orElseThrow();
        HttpRequest.Builder calls = HttpRequest.newBuilder(URI.create(adminUrl + "/llm/calls"));
        await().until(() -> send(calls).body().contains(callId));
        assertThat(send(calls).body()).contains("openai").contains("gpt-5-mini");
        HttpRequest.Builder call = HttpRequest.newBuilder(URI.create(adminUrl + "/llm/call?id=" + callId));
        assertThat(send(call).body())
                .contains(new BigDecimal(cost).stripTrailingZeros().toPlainString() + " USD");
    }

    @Test
    void isStartedAsItsReadmeSays() throws Exception {
        String command = "mvn -q -Pquickstart -pl examples/gateway -am";
        assertThat(Files.readString(Path.of("README.md"))).contains(command);
        assertThat(Files.readString(Path.of("..", "..", "docs", "gateway.md")))
                .contains("<!-- gateway -->\n```sh\n" + command)
                .contains("<!-- gateway-dist -->\n```sh\n" + command.replace("quickstart", "dist"));
    }
}
