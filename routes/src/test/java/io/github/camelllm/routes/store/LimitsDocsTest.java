package io.github.camelllm.routes.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.limit.LimitDefinitions;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What docs/rate-limits.md shows. */
class LimitsDocsTest {
    @ParameterizedTest
    @EnumSource(Dsl.class)
    void limitsHoldFromYamlAlone(Dsl dsl) throws Exception {
        try (Simulator simulator = Simulator.builder().build().start();
                SimulatedContext context = new SimulatedContext(simulator)) {
            context.getComponent("llm", LlmComponent.class).setLimitsLocation("classpath:docs/limits.yaml");
            dsl.loadUse(context, "docs/limits.camel.yaml", new LimitsDocsRoutes());
            context.start();
            ProducerTemplate template = context.createProducerTemplate();
            assertThat(template.requestBody("direct:person-waits", "Hi", String.class))
                    .isNotBlank();
            assertThat(template.requestBody("direct:nightly", "Hi", String.class))
                    .isNotBlank();
            for (int i = 0; i < 20; i++) {
                assertThat(tenant(template, "a").getException()).isNull();
            }
            // The next one would pass after three seconds
            Exception refused = null;
            for (int i = 0; i < 5 && refused == null; i++) {
                refused = tenant(template, "a").getException();
            }
            assertThat(refused).isInstanceOf(LlmRateLimitedException.class);
            assertThat(((LlmRateLimitedException) refused).getErrorType()).isEqualTo("client_rate_limit");
            assertThat(refused.getMessage()).contains("limit 'each-tenant/tenant=a' of classpath:docs/limits.yaml");
            assertThat(tenant(template, "b").getException()).isNull();
        }
    }

    private static Exchange tenant(ProducerTemplate template, String tenant) {
        return template.request("direct:tenant", exchange -> {
            exchange.getMessage().setHeader("tenant", tenant);
            // The limit of the route's model would space these calls
            exchange.getMessage().setHeader(LlmConstants.MODEL, "gpt-5-nano");
            exchange.getMessage().setBody("Hi");
        });
    }

    @Test
    void propertiesSayTheSameAsYaml() throws IOException {
        Map<String, String> limits = new HashMap<>();
        properties("docs/limits.properties")
                .forEach((key, value) ->
                        limits.put(String.valueOf(key).substring("llm.limit.".length()), String.valueOf(value)));
        LimitDefinitions yaml = yaml("docs/limits.yaml");
        assertThat(yaml.names()).contains("openai-mini", "each-tenant");
        assertThat(LimitDefinitions.NONE.withProperties(limits).all().get(0))
                .usingRecursiveComparison()
                .ignoringFields("definedIn")
                .isEqualTo(yaml.all().get(1));
    }

    @Test
    void eachKeyOfAProviderCanHaveItsOwnLimit() throws IOException {
        assertThat(yaml("docs/limits-keys.yaml").all().get(0).scope().dimensions())
                .isEqualTo(Map.of("provider", Set.of("openai"), "providerKey", Set.of(), "model", Set.of()));
    }

    private static LimitDefinitions yaml(String name) throws IOException {
        try (InputStream in = stream(name)) {
            return LimitDefinitions.NONE.withYaml("limits.yaml", new InputStreamReader(in, StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void theStoresOfTheDocsAreKnown(Store store) throws Exception {
        Properties shown = properties("docs/limits-" + store + ".properties");
        String kind = String.valueOf(shown.remove("camel.component.llm.limit-store"));
        shown.setProperty("llm.jdbc.connectTimeout", "300");
        shown.putAll(properties("docs/limits.properties"));
        try (Simulator simulator = Simulator.builder().build().start();
                SimulatedContext context = new SimulatedContext(simulator, shown)) {
            context.getComponent("llm", LlmComponent.class).setLimitStore(kind);
            context.start();
            // Nothing listens there: then each node keeps to its share, and waits for it before a long answer
            String answer = context.createProducerTemplate()
                    .requestBody("llm:openai/gpt-5-mini?maxTokens=20", "Hi", String.class);
            assertThat(answer).isNotBlank();
        }
    }

    private enum Store {
        redis,
        jdbc
    }

    private static Properties properties(String name) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = stream(name)) {
            properties.load(in);
        }
        return properties;
    }

    private static InputStream stream(String name) {
        return LimitsDocsTest.class.getClassLoader().getResourceAsStream(name);
    }
}
