package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.http.HeaderMapFactory;
import io.github.camelllm.routes.http.LlmHttpConsumer;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayApplicationTest {
    private static final String CHAT = "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    @TempDir
    private Path folder;

    private final Simulator simulator = Simulator.started();
    private Main main;

    @AfterEach
    void stop() {
        if (main != null) {
            main.stop();
        }
        simulator.close();
    }

    private Path write(String more) throws Exception {
        return Files.writeString(
                folder.resolve("gateway.yaml"),
                """
                camel:
                  component:
                    llm:
                      apiKeys[openai]: none-needed
                      apiKeys[anthropic]: none-needed
                llm:
                  provider:
                    openai.baseUrl: %s
                    anthropic.baseUrl: %s
                  gateway:
                    reloadInterval: 0
                """.formatted(simulator.baseUrl(SimulatedDialect.OPENAI), simulator.baseUrl(SimulatedDialect.ANTHROPIC))
                        + more);
    }

    private void start(Path file) throws Exception {
        main = Gateway.application(Optional.of(file), Map.of("LLM_GATEWAY_PORT", "0"));
        main.start();
    }

    private RawClient.Answer ask(String model) throws Exception {
        LlmHttpConsumer consumer = (LlmHttpConsumer)
                main.getCamelContext().getRoute("llm-gateway-in").getConsumer();
        try (RawClient client = new RawClient(consumer.getPort())) {
            return client.post("/v1/chat/completions", CHAT.formatted(model)).answer();
        }
    }

    private RawClient.Answer ready() throws Exception {
        LlmHttpConsumer consumer = (LlmHttpConsumer)
                main.getCamelContext().getRoute("llm-gateway-in").getConsumer();
        try (RawClient client = new RawClient(consumer.getPort())) {
            return client.get("/health/ready").answer();
        }
    }

    @Test
    void runsFromOneFile() throws Exception {
        start(write("    alias: {fast: openai/gpt-5-mini}\n"));
        RawClient.Answer answer = ask("fast");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("x-llm-provider")).isEqualTo("openai");
        assertThat(ready().body()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(main.getCamelContext().getCamelContextExtension().getHeadersMapFactory())
                .isInstanceOf(HeaderMapFactory.class);
    }

    @Test
    void takesChangesOfItsFileOver() throws Exception {
        start(write("    alias: {fast: openai/gpt-5-mini}\n"));
        assertThat(ask("fast").header("x-llm-provider")).isEqualTo("openai");
        write("    alias: {fast: anthropic/claude-haiku-4-5, best: router/both}\n"
                + "  router.both.targets: anthropic/claude-haiku-4-5, openai/gpt-5-mini\n");
        GatewayState.of(main.getCamelContext()).refresh();
        assertThat(ask("fast").header("x-llm-provider")).isEqualTo("anthropic");
        assertThat(ask("best").header("x-llm-router")).isEqualTo("both");
    }

    @Test
    void refusesChangesThatAreWrong() throws Exception {
        start(write("    alias: {fast: openai/gpt-5-mini}\n"));
        for (String wrong : List.of("    alias: {fast: nobody/knows}\n", "    nonsense: 1\n", "    : [\n")) {
            write(wrong);
            GatewayState.of(main.getCamelContext()).refresh();
            assertThat(ask("fast").header("x-llm-provider")).isEqualTo("openai");
            assertThat(ready().status()).isEqualTo(200);
            assertThat(ready().body()).contains("refused, the ones before are in use");
        }
        write("    alias: {fast: anthropic/claude-haiku-4-5}\n");
        GatewayState.of(main.getCamelContext()).refresh();
        assertThat(ask("fast").header("x-llm-provider")).isEqualTo("anthropic");
        assertThat(ready().body()).isEqualTo("{\"status\":\"UP\"}");
    }

    @Test
    void loadsRoutesOfTheUsersThatReplaceItsOwn() throws Exception {
        Files.writeString(folder.resolve("own.camel.yaml"), """
                - route:
                    id: llm-gateway-call
                    from:
                      uri: direct:llm-gateway-call
                      steps:
                        - setBody:
                            constant: '{"canned":true}'
                """);
        start(write("    routes: file:" + folder + "/*.camel.yaml\n"));
        assertThat(ask("openai/gpt-5-mini").body()).isEqualTo("{\"canned\":true}");
    }

    @Test
    void hasAPortForAdministrators() throws Exception {
        start(write("""
                    admin.port: 0
                    keys.adminSecret: let-me-in-as-an-administrator
                    auth: none
                  dashboard.secret: let-me-see-the-dashboard
                  jdbc.url: jdbc:h2:mem:admin-port
                  router.support: {strategy: weighted, targets: 'openai/gpt-5-mini, anthropic/claude-haiku-4-5'}
                  quality.rebalance.support.every: never
                """));

        assertThat(admin("/", "").status()).isEqualTo(302);
        assertThat(admin("/", "").header("location")).isEqualTo("/llm/");
        assertThat(admin("/llm/", "").header("location")).isEqualTo("login");
        RawClient.Answer page = admin("/llm/prices", "Authorization: Bearer let-me-see-the-dashboard\r\n");
        assertThat(page.status()).as(page.body()).isEqualTo(200);
        assertThat(page.header("cache-control")).isEqualTo("no-store");
        assertThat(page.body()).contains("Prices").doesNotContain("let-me-see");
        assertThat(admin("/admin/keys", "").status()).isEqualTo(401);
        RawClient.Answer keys = admin("/admin/keys", "Authorization: Bearer let-me-in-as-an-administrator\r\n");
        assertThat(keys.status()).as(keys.body()).isEqualTo(200);
        assertThat(admin("/admin/routers/support", "").status()).isEqualTo(401);
        RawClient.Answer router =
                admin("/admin/routers/support", "Authorization: Bearer let-me-in-as-an-administrator\r\n");
        assertThat(router.status()).as(router.body()).isEqualTo(200);
        assertThat(router.body())
                .isEqualTo("{\"router\":\"support\",\"weights\":{\"openai/gpt-5-mini\":1.0,"
                        + "\"anthropic/claude-haiku-4-5\":1.0},\"changes\":[]}");
    }

    private RawClient.Answer admin(String path, String headers) throws Exception {
        LlmHttpConsumer consumer = (LlmHttpConsumer)
                main.getCamelContext().getRoute("llm-gateway-admin").getConsumer();
        try (RawClient client = new RawClient(consumer.getPort())) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n")
                    .answer();
        }
    }

    @Test
    void refusesAPortForAdministratorsWithoutSecrets() throws Exception {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        Map<String, String> anyPort = Map.of("LLM_GATEWAY_PORT", "0");
        Path nothing = write("    admin.port: 0\n");
        assertThat(Gateway.run(List.of(nothing.toString()), anyPort, stream, stream))
                .isEqualTo(1);
        Path open = write("    admin: {port: 0, host: 0.0.0.0}\n  dashboard.auth: none\n");
        assertThat(Gateway.run(List.of(open.toString()), anyPort, stream, stream))
                .isEqualTo(1);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("llm.gateway.admin.port: there is nothing to serve; expected llm.dashboard.secret")
                .contains("llm.gateway.admin.host: 0.0.0.0 is reached from other machines");
    }

    @Test
    void saysWhyItCannotStart() throws Exception {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        int wrongSetting = Gateway.run(
                List.of(write("    nonsense: 1\n").toString()), Map.of("LLM_GATEWAY_PORT", "0"), stream, stream);
        int noFile = Gateway.run(List.of(folder + "/none.yaml"), Map.of(), stream, stream);
        int wrongOption = Gateway.run(List.of("--verbose"), Map.of(), stream, stream);
        assertThat(List.of(wrongSetting, noFile, wrongOption)).containsExactly(1, 1, 2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("llm.gateway.nonsense: there is no such setting")
                .contains("none.yaml: the configuration cannot be read")
                .contains("expected at most the name of a file");
    }
}
