package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What docs/gateway.md shows. */
class GatewayDocsTest {
    private static final Path PAGE = Path.of("../docs/gateway.md");
    private static final Path TWINS = Path.of("src/test/java/io/github/camelllm/routes/gateway/GatewayDocsRoutes.java");

    @TempDir
    private Path folder;

    private static String page() {
        try {
            return Files.readString(PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> blocks(String regex) {
        List<String> blocks = new ArrayList<>();
        Matcher found = Pattern.compile(regex + "\n(.*?)\n```", Pattern.DOTALL).matcher(page());
        while (found.find()) {
            blocks.add(found.group(1));
        }
        assertThat(blocks).isNotEmpty();
        return blocks;
    }

    private static RoutesBuilder yaml(String text) {
        return new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                PluginHelper.getRoutesLoader(getContext())
                        .loadRoutes(ResourceHelper.fromString("page.camel.yaml", text));
            }
        };
    }

    @TestFactory
    List<DynamicTest> commandsOfThePageAreAnswered() {
        return blocks("<!-- gateway-call -->\n```sh").stream()
                .map(command ->
                        DynamicTest.dynamicTest(command.lines().findFirst().orElse(""), () -> run(command)))
                .toList();
    }

    private static void run(String command) throws Exception {
        try (TestGateway gateway = TestGateway.started()) {
            String url = group("http://localhost:8080(\\S*)", command).get(0);
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(gateway.url() + url)).timeout(Duration.ofSeconds(20));
            for (String header : group("-H '([^']*)'", command)) {
                request.header(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(':') + 1));
            }
            for (String body : group("-d '([^']*)'", command)) {
                request.POST(HttpRequest.BodyPublishers.ofString(body));
            }
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    private static List<String> group(String regex, String text) {
        List<String> groups = new ArrayList<>();
        Matcher found = Pattern.compile(regex).matcher(text);
        while (found.find()) {
            groups.add(found.group(1));
        }
        return groups;
    }

    @TestFactory
    List<DynamicTest> settingsOfThePageAreUnderstood() {
        return blocks("<!-- gateway-settings -->\n```yaml").stream()
                .map(text -> DynamicTest.dynamicTest(text, () -> {
                    Path file = Files.writeString(folder.resolve("gateway.yaml"), text);
                    Map<String, String> settings = new TreeMap<>();
                    GatewayFile read = new GatewayFile(Optional.of(file), Map.of());
                    read.loadProperties(name -> name.startsWith(GatewayConfig.PREFIX))
                            .stringPropertyNames()
                            .forEach(name -> settings.put(
                                    name.substring(GatewayConfig.PREFIX.length()), read.getProperty(name)));
                    GatewayConfig.of(settings);
                }))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void stageOfThePageTakesThePlaceOfTheGateways(Dsl dsl) throws Exception {
        RoutesBuilder stage = dsl == Dsl.YAML
                ? yaml(blocks("<!-- gateway-stage -->\n```yaml").get(0))
                : new GatewayDocsRoutes.Stage();
        try (TestGateway gateway = TestGateway.of(Simulator.started()).start(stage);
                RawClient client = gateway.client()) {
            RawClient.Answer answer = client.post(
                            "/v1/messages",
                            "{\"model\":\"openai/gpt-5-mini\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}")
                    .answer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.header("x-llm-model")).matches("gpt-5-(mini|nano)");
            assertThat(answer.body()).contains("\"type\":\"message\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void guardrailOfThePageRefuses(Dsl dsl) throws Exception {
        RoutesBuilder guardrail = dsl == Dsl.YAML
                ? yaml(blocks("<!-- gateway-guardrail -->\n```yaml").get(0))
                : new GatewayDocsRoutes.Guardrail();
        try (TestGateway gateway = TestGateway.of(Simulator.started(), "guardrails.request", "no-secrets")
                        .start(guardrail);
                RawClient client = gateway.client()) {
            String body = "{\"model\":\"openai/gpt-5-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}";
            assertThat(client.post("/v1/chat/completions", body.formatted("confidential"))
                            .answer()
                            .body())
                    .contains("this text is confidential");
            assertThat(client.post("/v1/chat/completions", body.formatted("Hello"))
                            .answer()
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void routesInJavaAreThoseOfThePage() throws Exception {
        String twins = Files.readString(TWINS).replaceAll("\\s+", "");
        assertThat(blocks("<!-- gateway-(?:stage|guardrail) -->\n```java"))
                .hasSize(2)
                .allSatisfy(block -> assertThat(twins).contains(block.replaceAll("\\s+", "")));
    }

    @Test
    void tableOfThePageHasEverySetting() {
        String table = page().substring(page().indexOf("## Settings"));
        assertThat(GatewayConfig.names()).hasSizeGreaterThan(15).allSatisfy(name -> assertThat(table)
                .contains("`" + name + "`"));
    }
}
