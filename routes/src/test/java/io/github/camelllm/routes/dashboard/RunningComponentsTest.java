package io.github.camelllm.routes.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Simulator;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** What pages show of the process itself. */
class RunningComponentsTest {
    @Test
    void circuitsLimitsAndWeightsAreThoseOfTheProcess() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("llm.router.everyday.strategy", "priority");
        properties.setProperty("llm.router.everyday.targets[0].model", "openai/gpt-5-mini");
        properties.setProperty("llm.router.everyday.targets[0].weight", "2.5");
        properties.setProperty("llm.router.everyday.targets[1].model", "anthropic/claude-haiku-4-5");
        properties.setProperty("llm.limit.everybody.requestsPerMinute", "300");
        try (TestLedger ledger = TestLedger.on(Server.H2)) {
            properties.putAll(ledger.contextProperties());
            try (Simulator simulator = Simulator.started();
                    SimulatedContext context = new SimulatedContext(simulator, properties)) {
                context.start();
                simulator.failNext(Fault.parse("status=429;retry-after-ms=600000"));
                context.createProducerTemplate().requestBody("llm:router/everyday", "Hello");
                DashboardSite site =
                        new DashboardSite(context, DashboardSettings.of(Map.of("auth", "none")), Clock.systemUTC());

                assertThat(get(site, "/health"))
                        .containsPattern("openai/gpt-5-mini</th>\\s*<td[^>]*class=\"bad\">open</td>")
                        .contains("requestsPerMinute: 300");
                assertThat(get(site, "/routers")).contains("Router everyday: priority", ">2.5</td>", ">1</td>");
            }
        }
    }

    private static String get(DashboardSite site, String path) {
        DashboardResponse response = site.answer(new DashboardRequest("GET", path, Map.of(), Map.of(), Map.of(), ""));
        assertThat(response.status()).isEqualTo(200);
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
