package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.routes.http.LlmHttpConsumer;
import io.github.camelllm.routes.testing.Postgres;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.RetryHint;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import io.github.camelllm.wire.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/replace-litellm.md and docs/replace-portkey.md show. */
class ReplaceDocsTest {
    private static final Path LITELLM = Path.of("../docs/replace-litellm.md");
    private static final Path PORTKEY = Path.of("../docs/replace-portkey.md");
    private static final String MASTER = "sk-master-0123456789";
    private static final String ANALYTICS = "sk-QHbTHPD2gwL2tZTX0P5iOw";
    private static final String POOR = "sk-0Qp8mLw3vKx7Zt2aRb5NcA";
    private static final int MOST_SECONDS = 60;

    @TempDir
    private Path folder;

    private volatile boolean isOpenAiDown;

    private final Simulator simulator = Simulator.builder()
            .responder(Responders.rules()
                    .when(
                            request -> request.model().startsWith("gpt-") && this.isOpenAiDown,
                            ScriptedAnswer.failing(
                                    Fault.status(503, RetryHint.of(RetryHint.Form.MILLIS, Duration.ofMillis(1)))))
                    .build())
            .build()
            .start();
    private Main main;

    @AfterEach
    void stop() {
        if (main != null) {
            main.stop();
        }
        simulator.close();
    }

    private static List<String> blocks(Path page, String mark) throws Exception {
        List<String> blocks = new ArrayList<>();
        Matcher block = Pattern.compile("(?ms)^<!-- " + mark + " -->\n```\\w+\n(.*?)^```$")
                .matcher(Files.readString(page));
        while (block.find()) {
            blocks.add(block.group(1));
        }
        assertThat(blocks).isNotEmpty();
        return blocks;
    }

    /** Starts the gateway with settings of a page, and the simulator as every provider. */
    private void start(String settings, String... more) throws Exception {
        Path file = Files.writeString(
                folder.resolve("gateway.yaml"),
                settings.replaceAll("file:(\\w+[.]yaml)", "file:" + folder + "/$1")
                        + """
                        ---
                        camel.component.llm.apiKey: none-needed
                        llm.provider.openai.baseUrl: %s
                        llm.provider.anthropic.baseUrl: %s
                        llm.provider.gemini.baseUrl: %s
                        llm.jdbc.url: jdbc:h2:mem:%s
                        llm.ledger.journal: %s
                        %s
                        """.formatted(
                                        simulator.baseUrl(SimulatedDialect.OPENAI),
                                        simulator.baseUrl(SimulatedDialect.ANTHROPIC),
                                        simulator.baseUrl(SimulatedDialect.GEMINI),
                                        folder.getFileName(),
                                        folder.resolve("journal"),
                                        String.join("\n", more)));
        main = Gateway.application(Optional.of(file), Map.of("LLM_GATEWAY_PORT", "0"));
        main.start();
    }

    private String url(String route) {
        return "http://127.0.0.1:"
                + ((LlmHttpConsumer) main.getCamelContext().getRoute(route).getConsumer()).getPort();
    }

    private HttpResponse<String> send(String url, String key, Optional<String> body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json");
        body.ifPresent(text -> request.POST(HttpRequest.BodyPublishers.ofString(text)));
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> ask(String key, String model, String text) throws Exception {
        return send(
                url("llm-gateway-in") + "/chat/completions",
                key,
                Optional.of("{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text
                        + "\"}],\"max_tokens\":50}"));
    }

    private String answeredBy(String model) throws Exception {
        return answeredBy("any", model);
    }

    private String answeredBy(String key, String model) throws Exception {
        HttpResponse<String> answer = ask(key, model, "Hello");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return header(answer, "x-llm-provider") + "/" + header(answer, "x-llm-model");
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static String hash(String secret) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
    }

    private void write(String file, String text) throws Exception {
        Files.writeString(folder.resolve(file), text);
    }

    private void importLiteLlm() throws Exception {
        write("config.yaml", blocks(LITELLM, "gateway-litellm-config").get(0));
        Process shell = new ProcessBuilder(
                        "bash", "-euc", blocks(LITELLM, "gateway-litellm-sh").get(0))
                .directory(folder.toFile())
                .inheritIO()
                .start();
        assertThat(shell.waitFor(MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(shell.exitValue()).isZero();
    }

    @Test
    void theShortestWayFromLiteLlmServesItsModels() throws Exception {
        importLiteLlm();
        start(blocks(LITELLM, "gateway-litellm-settings").get(0));
        assertThat(answeredBy("gpt-4o")).startsWith("openai/gpt-4o");
        assertThat(answeredBy("gpt-4")).startsWith("openai/gpt-4o");
        assertThat(answeredBy("cheap")).isEqualTo("gemini/gemini-2.5-flash");
        assertThat(ask("any", "nobody", "Hello").statusCode()).isEqualTo(404);
        isOpenAiDown = true;
        assertThat(answeredBy("gpt-4o")).isEqualTo("anthropic/claude-sonnet-4-5");
    }

    /** LiteLLM's table, as far as the queries read it. */
    private static DataSource liteLlmDatabase() throws Exception {
        DataSource database = Postgres.plain().emptyDatabase();
        Postgres.execute(
                database,
                "create table \"LiteLLM_VerificationToken\" (token text primary key, key_name text, key_alias text,"
                        + " models text[] default '{}', team_id text, expires timestamp(3), blocked boolean,"
                        + " max_budget double precision, budget_duration text)",
                "insert into \"LiteLLM_VerificationToken\" values"
                        + " ('" + hash(ANALYTICS) + "', 'sk-...iOw', 'Analytics: \"EU\"', '{gpt-4o,cheap}', 'bi',"
                        + " '2099-01-02 03:04:05', null, 100, '30d'),"
                        + " ('" + hash(POOR) + "', 'sk-...NcA', null, '{}', null, null, false, 0.0000001, null),"
                        + " ('" + hash("sk-gone") + "', 'sk-...one', 'gone', '{}', null, null, true, null, null)");
        return database;
    }

    private static String lines(DataSource database, String query) throws Exception {
        StringBuilder lines = new StringBuilder();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                lines.append(rows.getString(1)).append('\n');
            }
        }
        return lines.toString();
    }

    @Test
    void aWholeProxyOfLiteLlmKeepsItsKeys() throws Exception {
        DataSource database = liteLlmDatabase();
        write(
                "keys.yaml",
                "keys:\n"
                        + lines(
                                database,
                                blocks(LITELLM, "gateway-litellm-keys").get(0)));
        write(
                "budgets.yaml",
                "budgets:\n"
                        + lines(
                                database,
                                blocks(LITELLM, "gateway-litellm-budgets").get(0)));
        importLiteLlm();
        start(
                blocks(LITELLM, "gateway-litellm-settings").get(1),
                "llm.gateway.keys.adminSecret: " + MASTER,
                "llm.gateway.admin.port: 0");
        assertThat(answeredBy(ANALYTICS, "gpt-4o")).startsWith("openai/gpt-4o");
        assertThat(ask(ANALYTICS, "claude", "Hello").statusCode()).isEqualTo(403);
        assertThat(ask("sk-gone", "gpt-4o", "Hello").statusCode()).isEqualTo(401);
        assertThat(ask(POOR, "cheap", "Hello").body()).contains("budget");
        JsonNode models = Json.MAPPER.readTree(send(url("llm-gateway-in") + "/models", ANALYTICS, Optional.empty())
                .body());
        assertThat(models.path("data").findValuesAsText("id")).containsExactly("cheap", "gpt-4o");
        assertThat(header(ask(ANALYTICS, "gpt-4o", "Hello"), "x-llm-cache")).isEqualTo("hit");

        String body = blocks(LITELLM, "gateway-litellm-admin").get(0).replaceAll("(?s).*-d '(.*)'.*", "$1");
        HttpResponse<String> made = send(url("llm-gateway-admin") + "/admin/keys", MASTER, Optional.of(body));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        String secret = Json.MAPPER.readTree(made.body()).path("secret").asText();
        assertThat(answeredBy(secret, "cheap")).isEqualTo("gemini/gemini-2.5-flash");
    }

    @Test
    void theShortestWayFromPortkeyFailsOver() throws Exception {
        write("routers.yaml", blocks(PORTKEY, "gateway-portkey-routers").get(0));
        start(blocks(PORTKEY, "gateway-portkey-settings").get(0));
        assertThat(answeredBy("chat")).isEqualTo("openai/gpt-4o-mini");
        isOpenAiDown = true;
        assertThat(answeredBy("chat")).isEqualTo("anthropic/claude-haiku-4-5");
        isOpenAiDown = false;
        assertThat(answeredBy("openai/gpt-4o")).isEqualTo("openai/gpt-4o");
    }

    @Test
    void conditionsOfPortkeyGoByTheTagsOfKeys() throws Exception {
        write("routers.yaml", blocks(PORTKEY, "gateway-portkey-routers").get(1));
        write("stage.yaml", blocks(PORTKEY, "gateway-portkey-stage").get(0));
        start(
                blocks(PORTKEY, "gateway-portkey-settings").get(0),
                "llm.gateway.routes: file:" + folder.resolve("stage.yaml"),
                "llm.gateway.auth: keys",
                "llm.gateway.key.rich.hash: " + hash(ANALYTICS),
                "llm.gateway.key.rich.tags.plan: paid",
                "llm.gateway.key.poor.hash: " + hash(POOR));
        assertThat(answeredBy(ANALYTICS, "by-plan")).isEqualTo("openai/gpt-4o");
        assertThat(answeredBy(POOR, "by-plan")).isEqualTo("openai/gpt-4o-mini");
        assertThat(answeredBy(POOR, "balanced")).isIn("openai/gpt-4o-mini", "gemini/gemini-2.5-flash");
    }

    @Test
    void theCacheInPlaceOfPortkeysAnswersTwice() throws Exception {
        write("routers.yaml", blocks(PORTKEY, "gateway-portkey-routers").get(0));
        start(blocks(PORTKEY, "gateway-portkey-settings").get(1));
        ask("any", "chat", "Hello");
        assertThat(header(ask("any", "chat", "Hello"), "x-llm-cache")).isEqualTo("hit");
        assertThat(simulator.requestCount()).isEqualTo(1);
    }

    @Test
    void aKeyInPlaceOfPortkeysIsCheckedAndAProviderHasABudget() throws Exception {
        write("keys.yaml", "keys: {a: {hash: " + hash(ANALYTICS) + "}}");
        start(blocks(PORTKEY, "gateway-portkey-settings").get(2), "llm.budget.openai.limit: 0.0000001 USD");
        assertThat(ask(ANALYTICS, "openai/gpt-4o", "Hello").body()).contains("budget");
        assertThat(answeredBy(ANALYTICS, "anthropic/claude-haiku-4-5")).isEqualTo("anthropic/claude-haiku-4-5");
        assertThat(ask(POOR, "openai/gpt-4o", "Hello").statusCode()).isEqualTo(401);
    }

    @Test
    void aGuardrailInPlaceOfPortkeysRefuses() throws Exception {
        write("guardrail.yaml", blocks(PORTKEY, "gateway-portkey-guardrail").get(0));
        start(
                blocks(PORTKEY, "gateway-portkey-settings").get(3),
                "llm.gateway.routes: file:" + folder.resolve("guardrail.yaml"));
        HttpResponse<String> refused = ask("any", "openai/gpt-4o", "What is PROJECT-42?");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("internal names stay inside");
        assertThat(answeredBy("openai/gpt-4o")).isEqualTo("openai/gpt-4o");
    }
}
