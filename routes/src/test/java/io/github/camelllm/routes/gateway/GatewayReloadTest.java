package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.routes.http.LlmHttpConsumer;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Providers, keys, models, prices and routers that change in the gateway's file while calls run. */
class GatewayReloadTest {
    private static final String CHAT =
            "{\"model\":\"%s\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    @TempDir
    private Path folder;

    private final Simulator first = simulator("first-key");
    private final Simulator second = simulator("second-key");
    private Main main;

    private static Simulator simulator(String key) {
        return Simulator.builder()
                .apiKeys(key)
                .responder(Responders.always(ScriptedAnswer.text("four short words here")))
                .build()
                .start();
    }

    @BeforeEach
    void start() throws Exception {
        write(first, "first-key", "1", "acme/tiny", "");
        main = Gateway.application(Optional.of(folder.resolve("gateway.yaml")), Map.of("LLM_GATEWAY_PORT", "0"));
        main.start();
    }

    @AfterEach
    void stop() {
        main.stop();
        first.close();
        second.close();
    }

    /** @param more lines below {@code llm} */
    private void write(Simulator provider, String key, String price, String routed, String more) throws Exception {
        Files.writeString(
                folder.resolve("gateway.yaml"),
                """
                camel:
                  component:
                    llm:
                      apiKeys[acme]: %s
                llm:
                  provider:
                    acme: {extends: openai, baseUrl: "%s"}
                  price:
                    acme/tiny: {input: "%s", output: "%s", context: 8000}
                  router.all.targets: %s
                  gateway:
                    reloadInterval: 0
                    alias: {small: acme/tiny}
                    models: [small, acme/*, router/*, other/*]
                """.formatted(key, provider.baseUrl(SimulatedDialect.OPENAI), price, price, routed) + more);
    }

    private void refresh() {
        GatewayState.of(main.getCamelContext()).refresh();
    }

    private RawClient client() throws Exception {
        return new RawClient(((LlmHttpConsumer)
                        main.getCamelContext().getRoute("llm-gateway-in").getConsumer())
                .getPort());
    }

    private RawClient.Answer ask(String model) throws Exception {
        try (RawClient client = client()) {
            return client.post("/v1/chat/completions", CHAT.formatted(model, false))
                    .answer();
        }
    }

    private RawClient.Answer get(String path) throws Exception {
        try (RawClient client = client()) {
            return client.get(path).answer();
        }
    }

    private String problem() throws Exception {
        return get("/health/ready").body();
    }

    private static double cost(RawClient.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return Double.parseDouble(answer.header("x-llm-cost"));
    }

    @Test
    void callsUnderWayEndWhereAndAtThePriceThatTheyBeganWith() throws Exception {
        double before = cost(ask("small"));
        first.failNext(Fault.stallBeforeHead());
        try (RawClient whole = client();
                RawClient stream = client()) {
            whole.post("/v1/chat/completions", CHAT.formatted("router/all", false));
            await().until(() -> first.stalledAnswers() == 1);
            first.failNext(Fault.stallAfter(2));
            stream.post("/v1/chat/completions", CHAT.formatted("small", true));
            assertThat(stream.head()).contains(" 200 ");

            write(second, "second-key", "10", "acme/tiny", "");
            refresh();

            assertThat(cost(ask("small"))).isEqualTo(10 * before);
            assertThat(cost(ask("router/all"))).isEqualTo(10 * before);
            assertThat(second.requestCount()).isEqualTo(2);
            assertThat(problem()).isEqualTo("{\"status\":\"UP\"}");

            await().until(() -> first.stalledAnswers() == 2);
            first.releaseStalls();
            assertThat(cost(whole.answer())).isEqualTo(before);
            StringBuilder rest = new StringBuilder();
            for (String chunk = stream.chunk(); !chunk.isEmpty(); chunk = stream.chunk()) {
                rest.append(chunk);
            }
            assertThat(rest).contains("[DONE]");
            assertThat(second.requestCount()).isEqualTo(2);
        }
    }

    @Test
    void takesNewProvidersModelsAndRoutersOverAtOnce() throws Exception {
        assertThat(ask("other/large").status()).isEqualTo(404);

        write(
                first,
                "first-key",
                "1",
                "other/large",
                "  provider.other: {extends: openai, auth: {scheme: none}, baseUrl: \""
                        + second.baseUrl(SimulatedDialect.OPENAI) + "\"}\n"
                        + "  price.other/large: {input: \"3\", output: \"3\", context: \"5000\"}\n");
        Files.writeString(
                folder.resolve("gateway.yaml"),
                Files.readString(folder.resolve("gateway.yaml"))
                        .replace("apiKeys[acme]: first-key", "apiKeys: {acme: first-key, other: second-key}")
                        .replace(", auth: {scheme: none}", ""));
        refresh();

        assertThat(problem()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(cost(ask("other/large"))).isPositive();
        assertThat(ask("router/all").header("x-llm-provider")).isEqualTo("other");
        assertThat(get("/v1/models").body()).contains("other/large").contains("acme/tiny");

        write(first, "first-key", "1", "acme/tiny", "");
        refresh();

        assertThat(problem()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(ask("other/large").status()).isEqualTo(404);
        assertThat(ask("router/all").header("x-llm-provider")).isEqualTo("acme");
        assertThat(get("/v1/models").body()).doesNotContain("other/large");
    }

    @Test
    void refusesWhatIsWrongAndSaysWhy() throws Exception {
        assertRefused(first, "first-key", "dear", "acme/tiny", "", "dear");
        assertRefused(first, "first-key", "1", "nobody/knows", "", "there is no provider 'nobody'");
        assertRefused(first, "first-key", "1", "acme/tiny", "  provider.bad: {baseUrl: 7, dialect: no}\n", "bad");
        Files.writeString(
                folder.resolve("gateway.yaml"),
                Files.readString(folder.resolve("gateway.yaml"))
                        .replaceAll("(?m)^    acme: .*$", "    groq.omit: seed")
                        .replaceAll("(?m)^  provider.bad.*\n", ""));
        refresh();
        assertThat(problem()).contains("acme");
        assertThat(cost(ask("small"))).isPositive();

        write(first, "first-key", "2", "acme/tiny", "");
        refresh();
        assertThat(problem()).isEqualTo("{\"status\":\"UP\"}");
    }

    private void assertRefused(Simulator provider, String key, String price, String routed, String more, String reason)
            throws Exception {
        double before = cost(ask("router/all"));
        write(provider, key, price, routed, more);
        refresh();
        assertThat(problem()).contains("refused, the ones before are in use").contains(reason);
        assertThat(cost(ask("small"))).isEqualTo(before);
        assertThat(cost(ask("router/all"))).isEqualTo(before);
    }
}
