package io.github.camelllm.routes.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Simulator;
import io.github.camelllm.wire.Json;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights of routers over the admin API, and by a route. */
class RouterAdminTest {
    private static final String SECRET = "an-admin-secret-of-a-test";

    private final Simulator simulator = Simulator.started();
    private TestLedger ledger;
    private SimulatedContext context;

    @BeforeEach
    void start() throws Exception {
        ledger = TestLedger.on(Server.H2);
        for (String model : new String[] {"a', 9000", "b', 3000"}) {
            ledger.execute(
                    "insert into llm_score_sum (model, score_sum, bucket, task, name, provider, currency, scores,"
                            + " yes_or_no, yes, square_sum, cost_nanos, latency_micros) values ('" + model
                            + " * 50, timestamp with time zone '" + LocalDate.now(ZoneOffset.UTC)
                            + " 00:00:00+00', 'letters', 'feedback', 'openai', 'USD', 50, 0, 0, 1, 50000, 50000000)");
        }
        Properties properties = new Properties();
        properties.putAll(ledger.contextProperties());
        properties.setProperty("llm.gateway.keys.adminSecret", SECRET);
        properties.setProperty("llm.router.support.strategy", "bestValue");
        properties.setProperty("llm.router.support.targets", "openai/a,openai/b");
        properties.setProperty("llm.quality.rebalance.support.priorScores", "0");
        context = new SimulatedContext(simulator, properties);
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(PluginHelper.getResourceLoader(context)
                        .resolveResource("classpath:camel-llm/quality/llm-rebalance.camel.yaml"));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:admin").process(new RouterAdmin());
            }
        });
        context.start();
    }

    @AfterEach
    void stop() throws Exception {
        context.close();
        simulator.close();
        ledger.close();
    }

    private JsonNode send(int status, String method, String path, String query) throws Exception {
        return send(status, method, path, query, "Bearer " + SECRET);
    }

    private JsonNode send(int status, String method, String path, String query, String authorization) throws Exception {
        Exchange done = context.createProducerTemplate().request("direct:admin", exchange -> {
            exchange.getMessage().setHeader(Exchange.HTTP_METHOD, method);
            exchange.getMessage().setHeader(Exchange.HTTP_PATH, path);
            exchange.getMessage().setHeader(Exchange.HTTP_QUERY, query);
            exchange.getMessage().setHeader("Authorization", authorization);
            exchange.getMessage().setHeader("X-Llm-Actor", "alice");
        });
        String body = done.getMessage().getBody(String.class);
        assertThat(done.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE))
                .as(body)
                .isEqualTo(status);
        return Json.MAPPER.readTree(body);
    }

    @Test
    void rebalancesShowsWhyAndGoesBack() throws Exception {
        JsonNode proposed = send(200, "POST", "/admin/routers/support/rebalance", "dryRun=true");
        assertThat(proposed.path("changed").asBoolean()).isFalse();
        JsonNode changed = send(200, "POST", "/admin/routers/support/rebalance", "");
        assertThat(changed.path("changed").asBoolean()).isTrue();
        assertThat(changed.at("/weights/openai~1a").asDouble()).isEqualTo(72.5);
        assertThat(changed.path("actor").asText()).isEqualTo("alice");

        JsonNode shown = send(200, "GET", "/admin/routers/support", "");
        assertThat(shown.at("/weights/openai~1a").asDouble()).isEqualTo(72.5);
        assertThat(shown.at("/changes/0/targets/0/why").asText()).startsWith("50 scores with the mean 0.900");

        JsonNode back = send(200, "POST", "/admin/routers/support/restore", "");
        assertThat(back.path("kind").asText()).isEqualTo("reset");
        assertThat(send(200, "POST", "/admin/routers/support/restore", "version=1")
                        .path("kind")
                        .asText())
                .isEqualTo("restore");
        assertThat(send(200, "GET", "/admin/routers/support", "")
                        .at("/weights/openai~1a")
                        .asDouble())
                .isEqualTo(72.5);
    }

    @Test
    void letsInWhoHasTheSecret() throws Exception {
        send(401, "POST", "/admin/routers/support/rebalance", "", "Bearer wrong");
        send(401, "POST", "/admin/routers/support/rebalance", "", "");
        assertThat(new WeightsTable(ledger.database()).history("support", 1)).isEmpty();
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        send(404, "GET", "/admin/routers/nothing", "");
        send(404, "GET", "/admin/routers", "");
        send(404, "POST", "/admin/routers/support/explode", "");
        send(405, "GET", "/admin/routers/support/rebalance", "");
        assertThat(send(400, "POST", "/admin/routers/support/rebalance", "dry=true")
                        .at("/error/message")
                        .asText())
                .contains("expected nothing but dryRun");
        assertThat(send(400, "POST", "/admin/routers/support/restore", "version=x")
                        .at("/error/message")
                        .asText())
                .contains("expected nothing but version");
        send(400, "POST", "/admin/routers/support/restore", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "too-short"})
    void doesNotStartWithoutASecretOrWithAShortOne(String secret) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("llm.gateway.keys.adminSecret", secret);
        try (SimulatedContext other = new SimulatedContext(simulator, properties);
                RouterAdmin admin = new RouterAdmin()) {
            admin.setCamelContext(other);
            assertThatThrownBy(admin::start).hasMessageContaining("property llm.gateway.keys.adminSecret");
        }
    }

    @Test
    void aRouteDoesTheSame() {
        Map<?, ?> changed = context.createProducerTemplate()
                .requestBodyAndHeader("direct:llm-rebalance", "", LlmConstants.ROUTER, "support", Map.class);
        assertThat(changed.get("changed")).isEqualTo(true);
        assertThat(changed.get("actor")).isEqualTo("llm-rebalance");
        Map<?, ?> back = context.createProducerTemplate()
                .requestBodyAndHeader("direct:llm-restore-weights", "", LlmConstants.ROUTER, "support", Map.class);
        assertThat(back.get("why")).isEqualTo("Back to the weights of the router's definition");
    }
}
