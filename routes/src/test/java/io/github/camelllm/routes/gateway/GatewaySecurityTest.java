package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.routes.gateway.keys.Authenticator;
import io.github.camelllm.routes.gateway.keys.Caller;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.simulator.Simulator;
import io.github.camelllm.wire.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in, and that nobody's secret gets out. */
class GatewaySecurityTest {
    private static final String CHAT = "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    private static final Authenticator KEYS = bearer -> bearer.equals("sk-good")
            ? CompletableFuture.supplyAsync(
                    () -> new Caller("team-a", Map.of("team", "a"), List.of("openai/*", "fast"), Optional.empty()))
            : CompletableFuture.failedFuture(new LlmAuthenticationException(
                    "this key is not known",
                    new ErrorDetails(
                            "gateway",
                            "",
                            OptionalInt.of(401),
                            Optional.empty(),
                            "invalid_api_key",
                            false,
                            Optional.empty(),
                            Optional.empty()),
                    null));

    private final List<CallRecord> records = new CopyOnWriteArrayList<>();
    private TestGateway gateway;

    private RawClient start(String... settings) throws Exception {
        gateway = TestGateway.of(Simulator.started(), settings);
        gateway.context().getRegistry().bind("keys", KEYS);
        gateway.context().getRegistry().bind("records", (CallRecordListener) records::add);
        gateway.start();
        return gateway.client();
    }

    @AfterEach
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer sk-good",
                "authorization: bearer sk-good",
                "x-api-key: sk-good",
                "x-goog-api-key: sk-good"
            })
    void takesKeysWhereClientsSendThem(String header) throws Exception {
        try (RawClient client = start()) {
            RawClient.Answer answer = client.post("/v1/chat/completions", CHAT.formatted("openai/gpt-5-mini"), header)
                    .answer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        }
        assertThat(records).hasSize(1);
        assertThat(records.get(0).tags()).containsEntry("key", "team-a").containsEntry("team", "a");
    }

    @Test
    void takesKeysAndHeadersOfTheClientsApiBesideThoseThatSettingsAdd() throws Exception {
        List<Object> seen = new CopyOnWriteArrayList<>();
        gateway = TestGateway.of(Simulator.started(), "requestHeaders", "X-Own");
        gateway.context().getRegistry().bind("keys", KEYS);
        gateway.start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:llm-gateway-policy")
                        .routeId("llm-gateway-policy")
                        .process(exchange -> seen.add(exchange.getMessage().getHeader("x-own")));
            }
        });
        try (RawClient client = gateway.client()) {
            RawClient.Answer answer = client.post(
                            "/v1/chat/completions",
                            CHAT.formatted("openai/gpt-5-mini"),
                            "Authorization: Bearer sk-good",
                            "OpenAI-Beta: one=v2",
                            "X-Own: mine",
                            "X-Other: no")
                    .answer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        }
        assertThat(seen).containsExactly("mine");
        assertThat(gateway.simulator().requests().get(0).headers())
                .containsEntry("openai-beta", "one=v2")
                .doesNotContainKeys("x-own", "x-other");
    }

    @Test
    void takesKeysFromTheQueryAndShowsThemToNobody() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        gateway = TestGateway.of(Simulator.started());
        gateway.context().getRegistry().bind("keys", KEYS);
        gateway.start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:llm-gateway-policy")
                        .routeId("llm-gateway-policy")
                        .process(exchange ->
                                seen.add(exchange.getMessage().getHeaders() + " " + exchange.getProperties()));
            }
        });
        try (RawClient client = gateway.client()) {
            RawClient.Answer answer = client.post(
                            "/v1beta/models/openai%2Fgpt-5-mini:generateContent?a=b&key=sk-good",
                            "{\"contents\":[{\"parts\":[{\"text\":\"Hello\"}]}]}")
                    .answer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            client.post(
                            "/v1/chat/completions",
                            CHAT.formatted("openai/gpt-5-mini"),
                            "x-api-key: sk-good",
                            "Authorization: Bearer sk-good")
                    .answer();
        }
        assertThat(seen).hasSize(2).allSatisfy(line -> assertThat(line).doesNotContain("sk-good"));
        assertThat(gateway.simulator().requests()).allSatisfy(request -> assertThat(request.path() + request.headers())
                .doesNotContain("sk-good"));
    }

    @Test
    void letsNobodyInWithoutAKey() throws Exception {
        try (RawClient client = start("models", "*")) {
            String body = CHAT.formatted("openai/gpt-5-mini");
            RawClient.Answer none = client.post("/v1/chat/completions", body).answer();
            assertThat(none.status()).isEqualTo(401);
            assertThat(none.body()).contains("this key is not known");
            RawClient.Answer wrong =
                    client.post("/v1/messages", body, "x-api-key: sk-bad").answer();
            assertThat(wrong.status()).isEqualTo(401);
            assertThat(wrong.body()).contains("authentication_error").doesNotContain("sk-bad");
            assertThat(client.get("/v1/models").answer().status()).isEqualTo(401);
            assertThat(client.get("/health/live").answer().status()).isEqualTo(200);
        }
        assertThat(gateway.simulator().requestCount()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "authorization: Bearer sk-bad, OPENAI",
        "'anthropic-version: 2023-06-01\r\nx-api-key: sk-bad', ANTHROPIC",
        "x-goog-api-key: sk-bad, GEMINI"
    })
    void refusesEachClientInItsOwnShape(String headers, ClientApi api) throws Exception {
        try (RawClient client = start("models", "*")) {
            RawClient.Answer wrongKey = client.get("/v1/models", headers).answer();
            assertThat(wrongKey.status()).isEqualTo(401);
            assertThat(apiOf(wrongKey)).as(wrongKey.body()).isEqualTo(api);
            RawClient.Answer wrongMethod =
                    client.post("/v1/models", "{}", headers).answer();
            assertThat(wrongMethod.status()).isEqualTo(405);
            assertThat(apiOf(wrongMethod)).as(wrongMethod.body()).isEqualTo(api);
        }
    }

    private static ClientApi apiOf(RawClient.Answer error) throws Exception {
        JsonNode body = Json.MAPPER.readTree(error.body());
        assertThat(body.has("error")).as(error.body()).isTrue();
        if (body.has("type")) {
            return ClientApi.ANTHROPIC;
        }
        return body.path("error").has("status") ? ClientApi.GEMINI : ClientApi.OPENAI;
    }

    @ParameterizedTest
    @ValueSource(strings = {"key.builds.hash", "keys.location"})
    void letsNobodyInWithoutAKeyOnceOneIsDefined(String setting, @TempDir Path folder) throws Exception {
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest("sk-good".getBytes(StandardCharsets.UTF_8)));
        Path file = Files.writeString(folder.resolve("keys.yaml"), "keys: {builds: {hash: " + hash + "}}");
        gateway = TestGateway.started(setting, setting.endsWith("hash") ? hash : "file:" + file);
        try (RawClient client = gateway.client()) {
            String body = CHAT.formatted("openai/gpt-5-mini");
            assertThat(client.post("/v1/chat/completions", body).answer().status())
                    .isEqualTo(401);
            assertThat(client.post("/v1/chat/completions", body, "x-api-key: sk-good")
                            .answer()
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void asksOnlyModelsThatTheKeyAndTheGatewayAllow() throws Exception {
        try (RawClient client = start("models", "openai/gpt-5*,anthropic/*", "alias.fast", "openai/gpt-5-mini")) {
            String key = "x-api-key: sk-good";
            assertThat(client.post("/v1/chat/completions", CHAT.formatted("openai/gpt-5-mini"), key)
                            .answer()
                            .status())
                    .isEqualTo(200);
            RawClient.Answer notMine = client.post(
                            "/v1/chat/completions", CHAT.formatted("anthropic/claude-haiku-4-5"), key)
                    .answer();
            assertThat(notMine.status()).isEqualTo(403);
            RawClient.Answer notOffered = client.post("/v1/chat/completions", CHAT.formatted("openai/gpt-4.1"), key)
                    .answer();
            assertThat(notOffered.status()).isEqualTo(404);
            assertThat(client.get("/v1/models", key).answer().body())
                    .contains("openai/gpt-5-mini")
                    .doesNotContain("anthropic")
                    .doesNotContain("gpt-4.1");
        }
    }

    @Test
    void isNotOpenToOtherMachinesByMistake() {
        gateway = TestGateway.of(Simulator.started(), "host", "0.0.0.0");
        assertThatThrownBy(() -> gateway.start())
                .hasStackTraceContaining("0.0.0.0 is reached from other machines, so callers must be checked");
    }

    @Test
    void isOpenToOtherMachinesIfThatIsMeant() throws Exception {
        gateway = TestGateway.of(Simulator.started(), "host", "0.0.0.0", "auth", "none", "unauthenticated", "true");
        gateway.start();
        try (RawClient client = gateway.client()) {
            assertThat(client.get("/v1/models").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void saysWhatIsWrongWithASetting() {
        gateway = TestGateway.of(Simulator.started(), "alias.fast", "nobody/knows");
        assertThatThrownBy(() -> gateway.start())
                .hasStackTraceContaining("llm.gateway.alias.fast: there is no provider or router for nobody/knows");
        gateway.close();
        gateway = TestGateway.of(Simulator.started(), "defaultProvidor", "openai");
        assertThatThrownBy(() -> gateway.start())
                .hasStackTraceContaining("llm.gateway.defaultProvidor: there is no such");
        gateway.close();
        gateway = TestGateway.of(Simulator.started(), "requestHeaders", "*");
        assertThatThrownBy(() -> gateway.start())
                .hasStackTraceContaining("llm.gateway.requestHeaders: expected names of headers");
    }

    @Test
    void doesNotFetchFromPrivateNetworks() throws Exception {
        try (RawClient client = start("allowedUrlHosts", "images.internal")) {
            String body = "{\"model\":\"openai/gpt-5-mini\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
                    + "\"image_url\",\"image_url\":{\"url\":\"%s\"}}]}]}";
            RawClient.Answer refused = client.post(
                            "/v1/chat/completions",
                            body.formatted("http://169.254.169.254/a.png"),
                            "x-api-key: sk-good")
                    .answer();
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body()).contains("private network");
            assertThat(client.post(
                                    "/v1/chat/completions",
                                    body.formatted("http://images.internal/a.png"),
                                    "x-api-key: sk-good")
                            .answer()
                            .status())
                    .isEqualTo(200);
        }
    }
}
