package io.github.camelllm.routes.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.testing.Dsl;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What docs/dashboard.md shows. */
class DashboardDocsTest {
    @TempDir
    Path folder;

    private Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>();
        properties.put("llm.dashboard.secret", DashboardServer.SECRET);
        properties.put("llm.ledger.journal", folder.resolve("journal").toString());
        return properties;
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void aCallIsSeenWithItsCost(Dsl dsl) throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2);
                DashboardServer server = DashboardServer.of(ledger, properties())) {
            server.component().setLedger(true);
            dsl.loadUse(server.context(), "docs/dashboard.camel.yaml", new DashboardDocsRoutes());
            server.start();
            String cookie = server.cookie();

            server.context().createProducerTemplate().requestBody("llm:openai/gpt-5-mini?tag.team=search", "Hello");

            await().untilAsserted(() -> assertThat(server.get("/calls?tag=team&tagValue=search", "Cookie", cookie)
                            .body())
                    .contains("gpt-5-mini")
                    .containsPattern("0\\.000[0-9]+ USD"));
            assertThat(server.get("/health", "Cookie", cookie).body()).contains("openai/gpt-5-mini");
        }
    }

    @Test
    void theReadyRouteIsMountedWhereAPropertySays() throws Exception {
        Map<String, String> properties = properties();
        properties.put(
                "llm.dashboard.from",
                "platform-http:/admin/llm?matchOnUriPrefix=true&headerFilterStrategy=#class:"
                        + DashboardHeaders.class.getName());
        properties.put("llm.dashboard.path", "/admin/llm");
        try (TestLedger ledger = TestLedger.on(Server.H2);
                DashboardServer server = DashboardServer.of(ledger, properties)) {
            Dsl.YAML.loadUse(
                    server.context(), "camel-llm/dashboard/llm-dashboard.camel.yaml", new DashboardDocsRoutes());
            server.start();

            assertThat(server.get("/../admin/llm/login").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void theReadyRouteIsSentRequestsByAnotherOneIfNothingIsSaid() throws Exception {
        try (TestLedger ledger = TestLedger.on(Server.H2);
                DashboardServer server = DashboardServer.of(ledger, properties())) {
            Dsl.YAML.loadUse(
                    server.context(), "camel-llm/dashboard/llm-dashboard.camel.yaml", new DashboardDocsRoutes());
            server.context().addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("platform-http:/llm?matchOnUriPrefix=true").to("direct:llm-dashboard");
                }
            });
            server.start();

            assertThat(server.get("/login").statusCode()).isEqualTo(200);
        }
    }
}
