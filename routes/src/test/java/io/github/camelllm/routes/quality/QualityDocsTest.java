package io.github.camelllm.routes.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.gateway.TestGateway;
import io.github.camelllm.routes.http.LlmHttpConsumer;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Simulator;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What docs/quality.md shows. */
class QualityDocsTest {
    private static final Path PAGE = Path.of("../docs/quality.md");
    private static final String SECRET = "an-admin-secret-of-a-test";

    @TempDir
    Path folder;

    private final Properties properties = new Properties();
    private TestLedger ledger;

    @BeforeEach
    void read() throws Exception {
        ledger = TestLedger.on(Server.H2);
        // Makes the tables, so that the context need not do so at the same time
        ledger.query("select * from llm_score");
        try (InputStream in = getClass().getResourceAsStream("/docs/quality.properties")) {
            properties.load(in);
        }
        properties.putAll(ledger.contextProperties());
        properties.setProperty("llm.ledger.journal", folder.resolve("journal").toString());
        properties.setProperty("llm.quality.feedback.settleInterval", "50ms");
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    private void scores(String model, int yes) throws Exception {
        DemoScores.add(ledger, LocalDate.now(ZoneOffset.UTC), "letters", "feedback", model, 50, yes);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void routesJudgeScoreRebalanceAndGoBack(Dsl dsl) throws Exception {
        properties.setProperty("llm.quality.score.judge.percent", "100");
        properties.setProperty("llm.quality.rebalance.letters.every", "never");
        scores("openai/gpt-5-mini", 45);
        scores("anthropic/claude-haiku-4-5", 15);
        try (Simulator simulator = Simulator.started();
                SimulatedContext context = new SimulatedContext(simulator, properties)) {
            context.getComponent("llm", LlmComponent.class).setLedger(true);
            for (String file :
                    properties.getProperty("camel.main.routes-include-pattern").split(",")) {
                PluginHelper.getRoutesLoader(context)
                        .loadRoutes(PluginHelper.getResourceLoader(context).resolveResource(file));
            }
            dsl.loadUse(context, "docs/quality.camel.yaml", new QualityDocsRoutes());
            context.start();

            Exchange letter = context.createProducerTemplate()
                    .request("direct:letter", exchange -> exchange.getMessage().setBody("Write to Mr Smith"));
            assertThat(letter.getException()).isNull();
            String call = letter.getMessage().getHeader(LlmConstants.CALL_ID, String.class);
            context.createProducerTemplate()
                    .requestBodyAndHeaders("direct:judged", "Very good", Map.of("callId", call, "score", "0.9"));

            await().untilAsserted(() -> assertThat(
                            ledger.query(
                                    "select name, counted, coalesce(comment, '') from llm_score where task = 'letters' order by name"))
                    .containsExactly("feedback TRUE Very good", "judge TRUE ", "refusal TRUE ", "short TRUE "));
            Map<?, ?> changed = context.createProducerTemplate().requestBody("direct:best-value-now", "", Map.class);
            assertThat(changed.get("changed")).isEqualTo(true);
            Map<?, ?> back = context.createProducerTemplate().requestBody("direct:go-back", "", Map.class);
            assertThat(back.get("kind")).isEqualTo("reset");
        }
    }

    @Test
    void commandsOfThePageAreAnswered() throws Exception {
        properties.remove("llm.quality.score.short.to");
        scores("openai/gpt-5-mini", 45);
        scores("anthropic/claude-haiku-4-5", 15);
        properties.setProperty("llm.quality.rebalance.letters.every", "never");
        try (TestGateway gateway =
                TestGateway.of(Simulator.started(), "auth", "none", "admin.port", "0", "keys.adminSecret", SECRET)) {
            Properties all = new Properties();
            all.putAll(gateway.context().getPropertiesComponent().loadProperties());
            all.putAll(properties);
            gateway.context().getPropertiesComponent().setInitialProperties(all);
            gateway.context().getComponent("llm", LlmComponent.class).setLedger(true);
            gateway.start();
            int admin = ((LlmHttpConsumer)
                            gateway.context().getRoute("llm-gateway-admin").getConsumer())
                    .getPort();
            HttpResponse<String> answer = send(HttpRequest.newBuilder(
                            URI.create(gateway.url() + "/v1/chat/completions"))
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"router/letters\",\"messages\":[{\"role\":"
                            + "\"user\",\"content\":\"Hello\"}]}")));
            String call = answer.headers().firstValue("x-llm-call-id").orElseThrow();

            List<String> bodies = new ArrayList<>();
            for (String command : group("(?s)<!-- gateway-quality -->\n```sh\n(.*?)\n```", Files.readString(PAGE))) {
                bodies.add(run(command.replace("http://localhost:8080", gateway.url())
                        .replace("http://localhost:8081", "http://127.0.0.1:" + admin)
                        .replace("CALL\"", call + "\"")
                        .replace("$LLM_ADMIN_SECRET", SECRET)));
            }

            assertThat(bodies).hasSize(3);
            assertThat(bodies.get(0)).contains("\"status\":");
            assertThat(bodies.get(1)).contains("\"changed\":true", "\"kind\":\"rebalance\"");
            assertThat(bodies.get(2)).contains("\"kind\":\"reset\"");
            await().untilAsserted(() -> assertThat(ledger.query(
                            "select score, label, comment, task, counted from llm_score where name = 'feedback'"))
                    .containsExactly("8000 helpful Too long letters TRUE"));
        }
    }

    private static String run(String command) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(group("(http://\\S+)", command).get(0)))
                .timeout(Duration.ofSeconds(20));
        for (String header : group("-H ['\"]([^'\"]*)['\"]", command)) {
            request.header(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(':') + 1));
        }
        List<String> data = group("-d '([^']*)'", command);
        request.POST(
                data.isEmpty()
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(data.get(0)));
        HttpResponse<String> answer = send(request);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 202);
        return answer.body();
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static List<String> group(String regex, String text) {
        List<String> groups = new ArrayList<>();
        Matcher found = Pattern.compile(regex).matcher(text);
        while (found.find()) {
            groups.add(found.group(1));
        }
        return groups;
    }
}
