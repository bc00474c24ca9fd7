package io.github.camelllm.examples.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

class HelpDeskTest {
    private final Simulator simulator = Simulator.started();
    private final HttpClient http = HttpClient.newHttpClient();
    private ConfigurableApplicationContext application;

    @AfterEach
    void stop() {
        if (application != null) {
            application.close();
        }
        simulator.close();
    }

    private void start(String... more) {
        List<String> arguments = new java.util.ArrayList<>(List.of(
                "--server.port=0",
                "--camel.component.llm.api-keys[openai]=sk-boot-test",
                "--llm.provider.openai.baseUrl=" + simulator.baseUrl(SimulatedDialect.OPENAI)));
        arguments.addAll(List.of(more));
        application = SpringApplication.run(HelpDesk.class, arguments.toArray(String[]::new));
    }

    private HttpResponse<String> ask(String question) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(url() + "/ask"))
                        .header("Content-Type", "text/plain; charset=utf-8")
                        .POST(HttpRequest.BodyPublishers.ofString(question))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String url() {
        return "http://localhost:" + application.getEnvironment().getProperty("local.server.port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yaml", "java"})
    void answersOverHttp(String route) throws Exception {
        start("--spring.profiles.active=" + route);

        HttpResponse<String> response = ask("Größe des Tisches?");

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode answer = new ObjectMapper().readTree(response.body());
        assertThat(answer.get("answer").asText()).isNotBlank();
        assertThat(answer.get("model").asText()).isEqualTo("gpt-5-mini");
        assertThat(answer.get("inputTokens").asLong()).isPositive();
        assertThat(simulator.requests().get(0).chat().orElseThrow().messages()).hasSize(2);
    }

    @Test
    void bindsThePropertiesOfTheComponent() {
        start();

        LlmComponent component = application.getBean(CamelContext.class).getComponent("llm", LlmComponent.class);

        assertThat(component.getConfiguration().getSystemMessage()).startsWith("You answer the help desk");
        assertThat(component.getConfiguration().getRequestTimeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void tellsWhatIsWrongAndWhenToComeBackWithoutTheProvidersWords() throws Exception {
        start();
        simulator.failNext(Fault.parse("status=429;retry-after=7"));

        HttpResponse<String> busy = ask("Anybody there?");

        assertThat(busy.statusCode()).isEqualTo(503);
        assertThat(busy.headers().firstValue("Retry-After")).hasValue("7");
        assertThat(new ObjectMapper().readTree(busy.body()).size()).isEqualTo(1);
        simulator.failNext(Fault.status(401));
        assertThat(ask("Anybody there?").statusCode()).isEqualTo(502);
    }

    @Test
    void healthShowsTheModelOfTheRoute() throws Exception {
        start();

        JsonNode health = new ObjectMapper()
                .readTree(http.send(
                                HttpRequest.newBuilder(URI.create(url() + "/actuator/health"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body());

        assertThat(health.get("status").asText()).isEqualTo("UP");
        assertThat(health.toString()).contains("llm:openai/gpt-5-mini").doesNotContain("sk-boot-test");
        assertThat(simulator.bill().requests()).isZero();
    }

    @Test
    void demonstrationAnswersAllItsQuestions() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        int status = new Demonstration(new PrintStream(out, true, StandardCharsets.UTF_8))
                .run("", "yaml", Files.readAllLines(Path.of("questions.txt")), false);

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("12 of 12 questions answered.", "\"status\":\"UP\"");
        assertThat(status).isZero();
    }
}
