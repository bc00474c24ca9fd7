package io.github.camelllm.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.testing.Answer;
import io.github.camelllm.testing.PlaybackServer;
import io.github.camelllm.testing.RecordedRequest;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.console.DevConsole;
import org.apache.camel.console.DevConsoleRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.util.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    private final PlaybackServer server = PlaybackServer.start();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        server.close();
    }

    private String baseUrl() {
        return server.uri("/v1").toString();
    }

    private static Answer ok() {
        return Answer.json(200, LlmRouteTest.answerJson("ok"));
    }

    private static RouteBuilder route(String uri) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(uri);
            }
        };
    }

    /** Runs one route with properties as an application would set them, and asks it once. */
    private String ask(String uri, Map<String, String> properties) throws Exception {
        Main main = new Main();
        main.configure().addRoutesBuilder(route(uri));
        Properties initial = new Properties();
        initial.putAll(properties);
        main.setInitialProperties(initial);
        try {
            main.start();
            return main.getCamelTemplate().requestBody("direct:in", "Hi", String.class);
        } finally {
            main.stop();
        }
    }

    @Test
    void propertiesOfTheComponentAreTheEndpointsDefaults() throws Exception {
        server.play(ok());

        ask(
                "llm:openai/gpt-5-mini",
                Map.of(
                        "camel.component.llm.base-url", baseUrl(),
                        "camel.component.llm.api-keys[openai]", "from-properties",
                        "camel.component.llm.system-message", "Be brief",
                        "camel.component.llm.request-timeout", "30s",
                        "camel.component.llm.max-connections", "7"));

        RecordedRequest request = server.takeRequest();
        assertThat(request.header("authorization")).contains("Bearer from-properties");
        assertThat(request.text()).contains("Be brief");
    }

    @Test
    void aliasSchemeIsTheSameComponent() throws Exception {
        server.play(ok());

        ask("camel-llm:openai/gpt-5-mini?apiKey=k&baseUrl=" + baseUrl(), Map.of());

        assertThat(server.takeRequest().path()).isEqualTo("/v1/chat/completions");
    }

    @Test
    void yamlRouteNamesProviderModelAndOptionsAsParameters() throws Exception {
        server.play(ok());
        String yaml = """
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - to:
                            uri: llm
                            parameters:
                              provider: openrouter
                              model: meta-llama/llama-3.1-8b-instruct:free
                              apiKey: RAW(a+b)
                              baseUrl: %s
                              maxTokens: 9
                """.formatted(baseUrl());
        try (CamelContext context = new DefaultCamelContext()) {
            Resource resource = ResourceHelper.fromString("route.yaml", yaml);
            PluginHelper.getRoutesLoader(context).loadRoutes(resource);
            context.start();
            context.createProducerTemplate().requestBody("direct:in", "Hi");
        }

        RecordedRequest request = server.takeRequest();
        assertThat(request.header("authorization")).contains("Bearer a+b");
        assertThat(request.text())
                .contains("\"meta-llama/llama-3.1-8b-instruct:free\"")
                .contains(":9");
    }

    @Test
    void providerIsAddedByAFileWithoutJava() throws Exception {
        server.play(ok());
        Path file = Files.writeString(
                folder.resolve("providers.yaml"),
                "id: acme\ndialect: openai-chat\nbaseUrl: " + baseUrl()
                        + "\nauth: {scheme: header, name: x-acme-key, env: ACME_KEY}\nsource: https://acme.example/docs\n");

        ask("llm:acme/anything?apiKey=secret", Map.of("camel.component.llm.providers-location", "file:" + file));

        assertThat(server.takeRequest().header("x-acme-key")).contains("secret");
    }

    @Test
    void providerIsAddedByPropertiesWithoutJava() throws Exception {
        server.play(ok());

        ask(
                "llm:acme/anything?apiKey=secret",
                Map.of("llm.provider.acme.extends", "openai", "llm.provider.acme.baseUrl", baseUrl()));

        assertThat(server.takeRequest().header("authorization")).contains("Bearer secret");
    }

    @Test
    void badDescriptorIsRefusedWithFileLineKeyAndWhatWasExpected() throws Exception {
        Path file = Files.writeString(
                folder.resolve("providers.yaml"),
                "id: acme\ndialect: openai-chat\nbaseUrl: http://x\nauth: {scheme: token}\n");

        assertThatThrownBy(() -> ask(
                        "llm:acme/anything?apiKey=secret",
                        Map.of("camel.component.llm.providers-location", "file:" + file)))
                .hasStackTraceContaining("providers.yaml")
                .hasStackTraceContaining("line 4")
                .hasStackTraceContaining("scheme")
                .hasStackTraceContaining("bearer");
    }

    @Test
    void unknownProviderIsRefusedWithNearMatches() {
        assertThatThrownBy(() -> ask("llm:antropic/claude?apiKey=k", Map.of())).hasStackTraceContaining("anthropic");
    }

    @Test
    void missingKeyFailsTheStartAndNamesTheWaysToSetIt() {
        assertThatThrownBy(() -> ask("llm:sambanova/some-model", Map.of()))
                .hasStackTraceContaining("SAMBANOVA_API_KEY")
                .hasStackTraceContaining("apiKeys[sambanova]");
    }

    @Test
    void missingModelAndUnknownOptionFailTheStart() {
        assertThatThrownBy(() -> ask("llm:openai?apiKey=k", Map.of())).hasStackTraceContaining("llm:openai/MODEL");
        assertThatThrownBy(() -> ask("llm:openai/x?apiKey=k&temprature=1", Map.of()))
                .hasStackTraceContaining("temprature");
        assertThatThrownBy(() -> ask("llm:openai/x?apiKey=k&streaming=true&outputClass=java.lang.String", Map.of()))
                .hasStackTraceContaining("streaming=true cannot be used with outputClass");
    }

    @Test
    void secretsAreMaskedWhereAnEndpointIsShown() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.start();
            Endpoint endpoint = context.getEndpoint("llm:openai/gpt-5-mini?apiKey=sk-canary");

            assertThat(endpoint.toString()).doesNotContain("sk-canary").contains("apiKey=xxxxxx");
            assertThat(((LlmEndpoint) endpoint).target("m").toString()).doesNotContain("sk-canary");
            assertThat(((LlmEndpoint) endpoint).target("m").credentials().toString())
                    .doesNotContain("sk-canary");
        }
    }

    @Test
    void endpointTellsItsServiceWithoutSecrets() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.start();
            EndpointServiceLocation service =
                    context.getEndpoint("llm:anthropic/claude-haiku-4-5?apiKey=sk-canary", LlmEndpoint.class);

            assertThat(service.getServiceUrl()).isEqualTo("https://api.anthropic.com/v1");
            assertThat(service.getServiceProtocol()).isEqualTo("llm");
            assertThat(service.getServiceMetadata())
                    .containsEntry("dialect", "anthropic")
                    .containsEntry("model", "claude-haiku-4-5");
        }
    }

    @Test
    void devConsoleShowsCallsTokensAndCost() throws Exception {
        server.play(ok(), LlmRouteTest.error(500, "server_error", "server_error"));
        try (CamelContext context = new DefaultCamelContext()) {
            context.setDevConsole(true);
            context.addRoutes(route("llm:openai/gpt-5-mini?apiKey=k&baseUrl=" + baseUrl()));
            context.start();
            ProducerTemplate template = context.createProducerTemplate();
            template.send("direct:in", exchange -> exchange.getMessage().setBody("Hi"));
            template.send("direct:in", exchange -> exchange.getMessage().setBody("Hi"));

            DevConsole console = DevConsoleRegistry.get(context).resolveById("llm");
            JsonObject json = (JsonObject) console.call(DevConsole.MediaType.JSON);
            JsonObject model = json.<java.util.Collection<JsonObject>>getCollection("models")
                    .iterator()
                    .next();

            assertThat(model)
                    .containsEntry("model", "openai/gpt-5-mini")
                    .containsEntry("calls", 2L)
                    .containsEntry("failures", 1L)
                    .containsEntry("inputTokens", 1000L)
                    .containsEntry("cost", "0.00125")
                    .containsEntry("pricesOf", "2026-09-23");
            assertThat(console.call(DevConsole.MediaType.TEXT).toString()).contains("openai/gpt-5-mini: calls 2");
        }
    }

    @Test
    void namesOtherOwnersOfItsSchemeAndStillAnswersToItsAlias() throws Exception {
        server.play(ok());
        Path services = Files.createDirectories(folder.resolve("META-INF/services/org/apache/camel/component"));
        Files.writeString(services.resolve("llm"), "class=com.acme.OtherLlmComponent");
        try (URLClassLoader loader = new URLClassLoader(
                        new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
                CamelContext context = new DefaultCamelContext()) {
            context.setApplicationContextClassLoader(loader);
            context.addRoutes(route("camel-llm:openai/gpt-5-mini?apiKey=k&baseUrl=" + baseUrl()));
            context.start();

            assertThat(SchemeOwners.others(context)).containsExactly("com.acme.OtherLlmComponent");
            assertThat(context.createProducerTemplate().requestBody("direct:in", "Hi", String.class))
                    .isEqualTo("ok");
        }
    }

    @Test
    void catalogKnowsTheComponent() throws Exception {
        DefaultCamelCatalog catalog = new DefaultCamelCatalog();
        try (InputStream json =
                LlmComponent.class.getResourceAsStream("/META-INF/io/github/camelllm/component/llm.json")) {
            catalog.addComponent(
                    "llm", LlmComponent.class.getName(), new String(json.readAllBytes(), StandardCharsets.UTF_8));
        }

        Map<String, String> parts = catalog.endpointProperties("llm:openai/gpt-5-mini?temperature=0.5");

        assertThat(parts)
                .containsEntry("provider", "openai")
                .containsEntry("model", "gpt-5-mini")
                .containsEntry("temperature", "0.5");
        assertThat(catalog.validateEndpointProperties("llm:openai/gpt-5-mini?operation=dance")
                        .isSuccess())
                .isFalse();
    }

    @Test
    void defaultsOfAllOptions() {
        LlmConfiguration configuration = new LlmConfiguration();
        Map<String, String> defaults = new TreeMap<>();
        for (var method : LlmConfiguration.class.getMethods()) {
            if (method.getName().matches("(get|is)[A-Z].*") && method.getDeclaringClass() == LlmConfiguration.class) {
                String name = method.getName().replaceFirst("get|is", "");
                try {
                    defaults.put(name, String.valueOf(method.invoke(configuration)));
                } catch (ReflectiveOperationException e) {
                    throw new AssertionError(e);
                }
            }
        }
        String set = defaults.entrySet().stream()
                .filter(entry ->
                        !entry.getValue().equals("null") && !entry.getValue().equals("{}"))
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining("\n"));

        assertThat(set).isEqualTo("""
                BodyFormat=text
                Cache=off
                CacheMaxBytes=1048576
                CacheTtl=PT1H
                ConnectTimeout=PT10S
                ContinueOnIoThread=false
                ConversationHistoryProperty=CamelLlmConversationHistory
                ConversationMemory=false
                FirstByteTimeout=PT5M
                IdleTimeout=PT2M
                MaxEventBytes=8388608
                MaxInputBytes=52428800
                MaxRedeliveryDelay=PT1M
                MaxRepairs=1
                MaxResponseBytes=67108864
                MaxRetries=0
                MaxRetryAfter=PT1M
                MaxRetryBackoff=PT8S
                MaxWhitespace=10000
                MinBytesPerSecond=0
                Operation=chat
                PromptLanguage=simple
                RequestTimeout=PT10M
                ResponseFormat=text
                RetryBackoff=PT0.5S
                SchemaMode=auto
                SemanticThreshold=0.95
                StoreFullResponse=false
                Streaming=false
                Unsupported=default""");
    }
}
