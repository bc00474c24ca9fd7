package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.catalog.CatalogException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayFileTest {
    @TempDir
    private Path folder;

    private Path write(String yaml) throws IOException {
        return Files.writeString(folder.resolve("gateway.yaml"), yaml);
    }

    private static Map<String, String> properties(GatewayFile file) {
        Map<String, String> properties = new TreeMap<>();
        Properties loaded = file.loadProperties();
        loaded.stringPropertyNames().forEach(name -> properties.put(name, loaded.getProperty(name)));
        return properties;
    }

    @Test
    void joinsNestedKeysAndLists() throws Exception {
        GatewayFile file = new GatewayFile(Optional.of(write("""
                llm:
                  gateway:
                    port: 8080
                    models: [openai/*, router/fast]
                    alias:
                      gpt-4.1: openai/gpt-4.1
                camel.component.llm.ledger: true
                """)), Map.of());
        assertThat(properties(file))
                .containsOnly(
                        Map.entry("llm.gateway.port", "8080"),
                        Map.entry("llm.gateway.models", "openai/*,router/fast"),
                        Map.entry("llm.gateway.alias.gpt-4.1", "openai/gpt-4.1"),
                        Map.entry("camel.component.llm.ledger", "true"));
        assertThat(file.loadProperties(name -> name.startsWith("camel.")).stringPropertyNames())
                .containsExactly("camel.component.llm.ledger");
    }

    @Test
    void letsTheEnvironmentWin() throws Exception {
        GatewayFile file = new GatewayFile(
                Optional.of(write("llm.gateway.port: 8080")),
                Map.of(
                        "LLM_GATEWAY_PORT", "9090",
                        "LLM_GATEWAY_DEFAULT_PROVIDER", "openai",
                        "LLM_GATEWAY_GUARDRAILS_FAIL_OPEN", "true",
                        "LLM_GATEWAY_KEYS_ADMIN_SECRET", "x",
                        "PATH", "/bin"));
        assertThat(properties(file))
                .containsOnly(
                        Map.entry("llm.gateway.port", "9090"),
                        Map.entry("llm.gateway.defaultProvider", "openai"),
                        Map.entry("llm.gateway.guardrails.failOpen", "true"),
                        Map.entry("llm.gateway.keys.adminSecret", "x"));
    }

    @Test
    void takesVariablesThatAreNoSettingsForNone() {
        GatewayFile file = new GatewayFile(
                Optional.empty(),
                Map.ofEntries(
                        Map.entry("LLM_GATEWAY_CONFIG", "/etc/gateway.yaml"),
                        Map.entry("LLM_GATEWAY_SERVICE_HOST", "10.0.0.1"),
                        Map.entry("LLM_GATEWAY_SERVICE_PORT", "8080"),
                        Map.entry("LLM_GATEWAY_SERVICE_PORT_HTTP", "8080"),
                        Map.entry("LLM_GATEWAY_PORT", "tcp://10.0.0.1:8080"),
                        Map.entry("LLM_GATEWAY_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
                        Map.entry("LLM_GATEWAY_PORT_8080_TCP_PROTO", "tcp"),
                        Map.entry("LLM_GATEWAY_PORT_8080_TCP_PORT", "8080"),
                        Map.entry("LLM_GATEWAY_PORT_8080_TCP_ADDR", "10.0.0.1"),
                        Map.entry("LLM_GATEWAY_ADMIN_PORT", "tcp://10.0.0.2:8081"),
                        Map.entry("LLM_GATEWAY_ADMIN_SERVICE_HOST", "10.0.0.2"),
                        Map.entry("LLM_GATEWAY_HOST", "0.0.0.0")));
        assertThat(properties(file)).containsOnly(Map.entry("llm.gateway.host", "0.0.0.0"));
    }

    @Test
    void keepsWhatItHasWhenTheNewVersionIsNoYaml() throws Exception {
        GatewayFile file = new GatewayFile(Optional.of(write("a: one")), Map.of());
        write("a: two\nb: [");
        assertThat(file.getProperty("a")).isEqualTo("one");
        assertThat(file.problem().orElseThrow()).contains("gateway.yaml line").contains("not YAML");
        write("a: three");
        assertThat(file.getProperty("a")).isEqualTo("three");
        assertThat(file.problem()).isEmpty();
        Files.delete(folder.resolve("gateway.yaml"));
        assertThat(file.getProperty("a")).isEqualTo("three");
        assertThat(file.problem().orElseThrow()).contains("cannot be read");
    }

    @Test
    void saysWhatIsWrongWithAFile() throws Exception {
        Path list = write("- a");
        assertThatThrownBy(() -> new GatewayFile(Optional.of(list), Map.of()))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("line 1: a configuration must be a map but is");
        Path nested = write("a: [{b: c}]");
        assertThatThrownBy(() -> new GatewayFile(Optional.of(nested), Map.of()))
                .hasMessageContaining("'a' must be a list of texts");
        assertThatThrownBy(() -> new GatewayFile(Optional.of(folder.resolve("none")), Map.of()))
                .hasMessageContaining("none: the configuration cannot be read");
    }
}
