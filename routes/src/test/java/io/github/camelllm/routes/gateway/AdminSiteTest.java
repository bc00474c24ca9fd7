package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.routes.http.LlmHttpConsumer;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.simulator.Simulator;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard on the port for administrators. */
class AdminSiteTest {
    private static final String SECRET = "let-me-see-the-dashboard";

    private static TestGateway gateway(String... settings) {
        Properties properties = new Properties();
        properties.setProperty("llm.jdbc.url", "jdbc:h2:mem:" + UUID.randomUUID());
        properties.setProperty("llm.gateway.admin.port", "0");
        for (int i = 0; i < settings.length; i += 2) {
            properties.setProperty(settings[i], settings[i + 1]);
        }
        return TestGateway.with(Simulator.started(), properties);
    }

    private static RawClient admin(TestGateway gateway) throws Exception {
        return new RawClient(((LlmHttpConsumer)
                        gateway.context().getRoute("llm-gateway-admin").getConsumer())
                .getPort());
    }

    @ParameterizedTest
    @CsvSource({"/llm", "/llm/", "/admin-pages//"})
    void theRootLeadsToTheDashboard(String path) throws Exception {
        try (TestGateway gateway = gateway("llm.dashboard.secret", SECRET, "llm.dashboard.path", path)
                        .start();
                RawClient admin = admin(gateway)) {
            RawClient.Answer root = admin.get("/").answer();

            assertThat(root.status()).isEqualTo(302);
            assertThat(root.header("location")).isEqualTo(path.replaceAll("/+$", "") + "/");
            assertThat(admin.get(root.header("location"), "Authorization: Bearer " + SECRET)
                            .answer()
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void theRootIsTheDashboardIfItIsMountedThere() throws Exception {
        try (TestGateway gateway = gateway("llm.dashboard.secret", SECRET, "llm.dashboard.path", "/")
                        .start();
                RawClient admin = admin(gateway)) {
            assertThat(admin.get("/", "Authorization: Bearer " + SECRET)
                            .answer()
                            .status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "none "})
    void aDashboardForOtherMachinesNeedsASecret(String auth) {
        try (TestGateway gateway = gateway("llm.dashboard.auth", auth, "llm.gateway.admin.host", "0.0.0.0")) {
            assertThatThrownBy(gateway::start).hasStackTraceContaining("the dashboard needs a secret");
        }
    }
}
