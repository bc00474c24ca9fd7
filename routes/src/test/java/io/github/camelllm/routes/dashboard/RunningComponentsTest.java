package io.github.camelllm.routes.dashboard;

import static io.github.camelllm.routes.ledger.TestLedger.attempt;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.limit.LimitLevel;
import io.github.camelllm.limit.LimitUnit;
import io.github.camelllm.limit.Rate;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
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
        properties.setProperty("llm.limit.each-day.requestsPerDay", "1000");
        properties.setProperty("llm.limit.nobody.scope.tenant", "nobody");
        properties.setProperty("llm.limit.nobody.requestsPerDay", "7");
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
                // Two attempts: the first was refused by its provider
                assertThat(get(site, "/health.csv", Map.of("table", "limitLevels")))
                        .startsWith("account,rate,used,left,holds\r\n")
                        .contains("each-day,requestsPerDay: 1000,2,998,1000", "everybody,requestsPerMinute: 300,")
                        .doesNotContain("nobody");
                assertThat(get(site, "/routers"))
                        .contains("Router everyday: priority", "does not go by weights")
                        .doesNotContain(">2.5</td>");
            }
        }
    }

    @Test
    void aNamedTargetIsThatOfItsModelUnlessNobodyCanTell() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("llm.ledger.tags", "router");
        router(properties, "a.b", "weighted", "cheap=openai/gpt-5-mini", "other=router/a-b");
        router(properties, "a-b", "weighted", "one=openai/gpt-5", "two=openai/gpt-5");
        try (TestLedger ledger = TestLedger.on(Server.H2)
                .add(
                        attempt("2025-03-20T12:29:00Z", "openai", "gpt-5-mini")
                                .cost(1, "USD")
                                .tag("router", "a.b"),
                        attempt("2025-03-20T12:29:30Z", "openai", "gpt-5")
                                .cost(1, "USD")
                                .tag("router", "a.b"))) {
            properties.putAll(ledger.contextProperties());
            try (Simulator simulator = Simulator.started();
                    SimulatedContext context = new SimulatedContext(simulator, properties)) {
                context.start();
                context.createProducerTemplate().requestBody("llm:openai/gpt-5-mini", "Hello");
                DashboardSite site = new DashboardSite(
                        context,
                        DashboardSettings.of(Map.of("auth", "none")),
                        Clock.fixed(Instant.parse("2025-03-20T12:30:30Z"), ZoneOffset.UTC));

                assertThat(get(site, "/routers.csv", Map.of("table", "router-a-2e-b")))
                        .contains("cheap,2.5,1,50.0,closed,", "other,1.0,,,,");
                assertThat(get(site, "/routers.csv", Map.of("table", "router-a-2d-b")))
                        .contains("one,2.5,,,,", "two,1.0,,,,");
                assertThat(get(site, "/routers")).contains("data-seconds=\"1\"");
            }
        }
    }

    @Test
    void aPriceOfOnesOwnStandsBesideTheShippedOne() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("llm.price.openai/gpt-5-mini.input", "0.20");
        properties.setProperty("llm.price.openai/gpt-5-mini.output", "2");
        properties.setProperty("llm.price.openai/gpt-5-mini.cacheRead", "0.03");
        // The same as shipped
        properties.setProperty("llm.price.openai/gpt-5-nano.input", "0.050");
        properties.setProperty("llm.price.openai/gpt-5-nano.output", "0.4");
        properties.setProperty("llm.price.openai/gpt-5-nano.cacheRead", "0.005");
        properties.setProperty("llm.price.openai/gpt-5-nano.batchDiscount", "0.50");
        try (TestLedger ledger = TestLedger.on(Server.H2)) {
            properties.putAll(ledger.contextProperties());
            try (Simulator simulator = Simulator.started();
                    SimulatedContext context = new SimulatedContext(simulator, properties)) {
                context.start();
                DashboardSite site =
                        new DashboardSite(context, DashboardSettings.of(Map.of("auth", "none")), Clock.systemUTC());

                assertThat(get(site, "/prices.csv", Map.of("table", "changes", "provider", "openai")))
                        .isEqualTo("from,provider,model,currency,inputBefore,input,outputBefore,output,cacheReadBefore,"
                                + "cacheRead,batchDiscountPercentBefore,batchDiscountPercent\r\n"
                                + ",openai,gpt-5-mini,USD,0.25,0.20,2,2,0.025,0.03,50,\r\n");
                assertThat(get(site, "/prices", Map.of("provider", "openai")))
                        .containsPattern("class=\"number good\">0.20</td>")
                        .containsPattern("class=\"number bad\">0.03</td>");
            }
        }
    }

    /** @param targets names and models; the first has another weight */
    private static void router(Properties properties, String name, String strategy, String... targets) {
        String prefix = "llm.router." + name + ".";
        properties.setProperty(prefix + "strategy", strategy);
        properties.setProperty(prefix + "targets[0].weight", "2.5");
        for (int i = 0; i < targets.length; i++) {
            String[] target = targets[i].split("=");
            properties.setProperty(prefix + "targets[" + i + "].name", target[0]);
            properties.setProperty(prefix + "targets[" + i + "].model", target[1]);
        }
    }

    @Test
    void whatTheStoreOfLimitsDoesNotTellSoonIsUnknown() {
        Rate rate = new Rate(LimitUnit.REQUESTS, 10, Rate.Period.DAY);
        assertThat(LimitLevels.table(List.of(
                                new LimitLevel(
                                        "lost", rate, 10, CompletableFuture.failedFuture(new IOException("gone"))),
                                new LimitLevel("slow", rate, 10, new CompletableFuture<>()),
                                new LimitLevel("there", rate, 10, CompletableFuture.completedFuture(-2L))))
                        .csv())
                .contains(
                        "lost,requestsPerDay: 10,,,10\r\n",
                        "slow,requestsPerDay: 10,,,10\r\n",
                        "there,requestsPerDay: 10,12,-2,10\r\n");
    }

    private static String get(DashboardSite site, String path) {
        return get(site, path, Map.of());
    }

    private static String get(DashboardSite site, String path, Map<String, String> query) {
        DashboardResponse response = site.answer(new DashboardRequest("GET", path, query, Map.of(), Map.of(), ""));
        assertThat(response.status()).isEqualTo(200);
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
