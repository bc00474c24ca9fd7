package io.github.camelllm.routes.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.catalog.CatalogException;
import io.github.camelllm.routes.testing.ManualClock;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Simulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that are defined in a file or by properties. */
class DefinedKeysTest {
    private static final String SECRET = IssuedKey.newSecret();
    private static final String OTHER = IssuedKey.newSecret();
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    private final Simulator simulator = Simulator.started();

    @AfterEach
    void stop() {
        simulator.close();
    }

    private static String yaml(String secret) {
        return "keys:\n  ci:\n    name: Builds\n    hash: " + KeyHash.of(secret).hex()
                + "\n    models: [openai/*]\n    tags: {team: build}\n    expires: 2027-01-01T00:00:00Z\n";
    }

    private KeyNode node(Map<String, String> properties) throws Exception {
        return new KeyNode(simulator, new ManualClock(), properties);
    }

    @Test
    void aKeyThatAnotherGatewayGaveOutIsKnownByItsHash(@TempDir Path folder) throws Exception {
        String foreign = "sk-QHbTHPD2gwL2tZTX0P5iOw";
        Path file = Files.writeString(folder.resolve("keys.yaml"), yaml(foreign));
        try (KeyNode node = node(Map.of("llm.gateway.keys.location", "file:" + file))) {
            assertThat(node.caller(foreign).id()).isEqualTo("ci");
        }
    }

    @Test
    void aFileOfKeysIsReadAgainWhenItChanges(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("keys.yaml"), yaml(SECRET));
        try (KeyNode node = node(Map.of("llm.gateway.keys.location", "file:" + file))) {
            Caller caller = node.caller(SECRET);
            assertThat(caller.tags()).isEqualTo(Map.of("team", "build", "key", "ci"));
            assertThat(caller.models()).containsExactly("openai/*");
            assertThat(caller.expires()).contains(Instant.parse("2027-01-01T00:00:00Z"));

            Files.writeString(file, "keys: {ci: {hash: oops}}");
            node.keys.refresh();
            node.keys.refresh();
            assertThat(node.caller(SECRET).id()).isEqualTo("ci");
            assertThat(node.keys.getProblem()).contains("keys.yaml line 1: 'hash' must be the SHA-256 of a key");

            Files.writeString(file, yaml(OTHER));
            node.keys.refresh();
            assertThat(node.caller(OTHER).id()).isEqualTo("ci");
            assertThat(node.refusal(SECRET)).hasMessageContaining("not known");
            assertThat(node.keys.getProblem()).isNull();

            Files.delete(file);
            node.keys.refresh();
            assertThat(node.caller(OTHER).id()).isEqualTo("ci");
            assertThat(node.keys.getProblem()).contains("FileNotFoundException");

            Files.writeString(file, yaml(OTHER));
            node.keys.refresh();
            assertThat(node.keys.getProblem()).isNull();
        }
    }

    @Test
    void propertiesDefineKeysToo() throws Exception {
        try (KeyNode node = node(
                Map.of("llm.gateway.key.ci.hash", KeyHash.of(SECRET).hex(), "llm.gateway.key.ci.tags.team", "build"))) {
            assertThat(node.caller(SECRET).tags()).isEqualTo(Map.of("team", "build", "key", "ci"));
            assertThatThrownBy(() -> node.create("{'id':'ci','name':'CI'}"))
                    .isInstanceOf(KeyRefusal.class)
                    .hasMessageContaining("is defined in a file or by properties");
        }
    }

    @Test
    void aDatabaseThatIsAwayKeepsNoGatewayFromStartingButLetsNobodyIn() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("llm.gateway.keys.store", "jdbc");
        properties.setProperty("llm.jdbc.url", "jdbc:postgresql://localhost:1/llm");
        properties.setProperty("llm.jdbc.connectTimeout", "300");
        properties.setProperty("llm.gateway.key.ci.hash", KeyHash.of(SECRET).hex());
        try (SimulatedContext context = new SimulatedContext(simulator, properties)) {
            context.start();
            Authenticator authenticator = VirtualKeys.of(context).authenticator();

            assertThat(KeyNode.refusal(authenticator, SECRET).getStatusCode()).isEqualTo(503);
        }
    }

    @Test
    void aWrongFileKeepsTheGatewayFromStarting(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("keys.yaml"), "keys: {ci: {hash: " + SECRET + "}}");
        assertThatThrownBy(() -> node(Map.of("llm.gateway.keys.location", "file:" + file)))
                .hasStackTraceContaining("line 1: 'hash' must be the SHA-256 of a key in 64 hex digits")
                .satisfies(e -> {
                    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                        assertThat(cause.toString()).doesNotContain(SECRET);
                    }
                });
    }

    @Test
    void wrongDefinitionsAreRefusedWithTheirPlace() {
        String hash = KeyHash.of(SECRET).hex();
        Map<String, String> cases = Map.of(
                "keys: {ci: {name: CI}}",
                "k.yaml line 1: 'hash' is missing",
                "keys: {CI: {hash: " + hash + "}}",
                "'id' must be small letters, digits and -",
                "keys:\n  ci: {hash: " + hash + "}\n  cd: {hash: " + hash + "}",
                "k.yaml line 3: key 'cd' has the hash of another key",
                "keys: {ci: {hash: " + hash + ", budgets: []}}",
                "unknown key 'budgets'",
                "keys: {ci: {hash: " + hash + ", expires: soon}}",
                "k.yaml line 1: 'expires' must be a time such as",
                "keys: {ci: {hash: " + hash + ", tags: {model: x}}}",
                "'tags' must be other names than");
        cases.forEach((yaml, words) -> assertThatThrownBy(() -> KeyReader.ofYaml("k.yaml", yaml, NOW))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining(words));
    }

    @Test
    void wrongSettingsAreRefusedWithTheirPlace() {
        assertThatThrownBy(() -> KeySettings.of(Map.of("stroe", "jdbc")))
                .hasMessageContaining("property llm.gateway.keys.stroe: unknown key 'stroe'; did you mean 'store'");
        assertThatThrownBy(() -> KeySettings.of(Map.of("store", "redis")))
                .hasMessageContaining("property llm.gateway.keys.store: 'store' must be one of memory, jdbc");
        assertThatThrownBy(() -> KeySettings.of(Map.of("refreshInterval", "50m")))
                .hasMessage("property llm.gateway.keys.maxStale: expected at least twice the refreshInterval, which is"
                        + " PT50M, but it is 'PT1H'");
        assertThatThrownBy(() -> KeySettings.of(Map.of("graceTime", "100d")))
                .hasMessageContaining("property llm.gateway.keys.graceTime: expected a duration such as 30s");
    }

    @Test
    void everySettingHasADefault() {
        assertThat(KeySettings.of(Map.of()))
                .isEqualTo(new KeySettings(
                        KeySettings.Store.MEMORY,
                        java.util.Optional.empty(),
                        java.time.Duration.ofSeconds(5),
                        java.time.Duration.ofHours(1),
                        java.time.Duration.ofDays(1),
                        java.util.Optional.empty()));
        assertThat(JwtSettings.of(Map.of("issuer", "https://login.example.com", "audience", "llm")))
                .isEqualTo(new JwtSettings(
                        "https://login.example.com",
                        java.util.List.of("llm"),
                        java.util.Optional.empty(),
                        java.util.List.of("RS256", "PS256", "ES256"),
                        java.time.Duration.ofSeconds(30),
                        "sub",
                        Map.of(),
                        java.util.Optional.empty(),
                        java.util.List.of(),
                        java.time.Duration.ofMinutes(10),
                        java.time.Duration.ofSeconds(10),
                        java.time.Duration.ofSeconds(5),
                        16_384));
    }
}
