package io.github.camelllm.routes.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.Redis;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Simulator;
import java.io.InputStream;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CachingDocsTest {
    private static final String QUESTION = "How do I reset my password?";

    private static String status(Exchange done) {
        assertThat(done.getException()).isNull();
        return done.getMessage().getHeader("CamelLlmCacheStatus", String.class);
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void everyRouteOfThePageWorks(Dsl dsl) throws Exception {
        try (TemplateRun run = new TemplateRun(Simulator.builder())
                .withRoutes(dsl, "docs/caching.camel.yaml", new CachingDocsRoutes())
                .start()) {
            assertThat(status(run.ask("direct:once", QUESTION))).isEqualTo("miss");
            assertThat(status(run.ask("direct:once", QUESTION))).isEqualTo("hit");

            Map<String, Object> acme = Map.of("tenant", "acme");
            Map<String, Object> umbrella = Map.of("tenant", "umbrella");
            assertThat(status(run.ask("direct:tenants", QUESTION, acme))).isEqualTo("miss");
            assertThat(status(run.ask("direct:tenants", QUESTION, acme))).isEqualTo("hit");
            assertThat(status(run.ask("direct:tenants", QUESTION, umbrella))).isEqualTo("miss");
            assertThat(status(run.ask("direct:tenants", QUESTION))).isEqualTo("bypass");

            assertThat(status(run.ask("direct:similar", "How can I cancel my order?")))
                    .isEqualTo("miss");
            // An answer is given before it is remembered: until then each other question goes to the provider
            AtomicInteger asked = new AtomicInteger();
            await().until(() -> status(
                            run.ask("direct:similar", "How do I cancel my order" + "?".repeat(asked.incrementAndGet())))
                    .equals("semantic"));

            Exchange vector = run.ask("direct:vectors", QUESTION);
            Exchange again = run.ask("direct:vectors", QUESTION);
            assertThat(status(vector)).isEqualTo("miss");
            assertThat(status(again)).isEqualTo("hit");
            assertThat(again.getMessage().getBody())
                    .isEqualTo(vector.getMessage().getBody());

            assertThat(status(run.ask("direct:never", "How old is Anna?"))).isEqualTo("bypass");
            assertThat(status(run.ask("direct:never", "How old is Anna?"))).isEqualTo("bypass");

            assertThat(status(run.ask("direct:saved", "Why is the sky blue?"))).isEqualTo("miss");
            Exchange hit = run.ask("direct:saved", "Why is the sky blue?");
            assertThat(hit.getMessage().getHeader("CamelLlmCacheSaved")).isNotNull();
        }
    }

    @Test
    void nodesShareWhatOneOfThemWasAnswered() throws Exception {
        Properties properties = new Properties();
        try (InputStream in = CachingDocsTest.class.getResourceAsStream("/docs/caching.properties")) {
            properties.load(in);
        }
        try (Redis redis = new Redis();
                Simulator simulator = Simulator.started()) {
            properties.setProperty("llm.redis.uri", redis.uri());
            // A connection takes its time on a busy machine
            properties.setProperty("llm.cache.timeout", "20s");
            assertThat(askOnANode(simulator, properties)).isEqualTo("miss");
            assertThat(askOnANode(simulator, properties)).isEqualTo("hit");
            assertThat(simulator.requestCount()).isEqualTo(1);
        }
    }

    private static String askOnANode(Simulator simulator, Properties properties) throws Exception {
        try (SimulatedContext node = new SimulatedContext(simulator, properties)) {
            node.getComponent("llm", LlmComponent.class)
                    .setCacheStore(properties.getProperty("camel.component.llm.cache-store"));
            node.start();
            Exchange done = node.createProducerTemplate()
                    .request("llm:openai/gpt-5-mini?cache=exact", exchange -> exchange.getMessage()
                            .setBody(QUESTION));
            String status = status(done);
            // What was asked for is kept a moment later
            await().until(() -> "hit"
                    .equals(status(node.createProducerTemplate()
                            .request("llm:openai/gpt-5-mini?cache=exact", exchange -> exchange.getMessage()
                                    .setBody(QUESTION)))));
            return status;
        }
    }
}
