package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.routes.ledger.LedgerRun;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.RecordedRequest;
import io.github.camelllm.simulator.Simulator;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the ledger holds of the gateway's requests. */
class GatewayLedgerTest {
    private static final String OPENAI = "openai/gpt-5-mini";
    private static final String ANTHROPIC = "anthropic/claude-haiku-4-5";

    @TempDir
    private Path folder;

    private static String chat(String model, boolean stream) {
        return "{\"model\":\"" + model + "\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    }

    private static Properties ledger(TestLedger ledger, Path folder) {
        Properties properties = new Properties();
        properties.putAll(ledger.contextProperties());
        properties.setProperty("llm.ledger.journal", folder.toString());
        return properties;
    }

    /** Asks the gateway for something that does not come, and leaves once the provider was asked. */
    private static void askAndLeave(TestGateway gateway, String path, String body) throws Exception {
        Simulator simulator = gateway.simulator();
        int before = simulator.requests().size();
        simulator.failNext(Fault.stallBeforeHead());
        try (RawClient client = gateway.client()) {
            client.post(path, body);
            await().until(() -> simulator.requests().size() > before);
        }
        await().untilAsserted(() ->
                assertThat(simulator.requests().get(before).outcome()).isEqualTo(RecordedRequest.Outcome.CLIENT_LEFT));
    }

    @Test
    void howLongTheGatewayTookBeforeItAskedAndInHowManyPiecesAStreamCame() throws Exception {
        try (TestLedger ledger = TestLedger.on(TestLedger.Server.H2)) {
            try (TestGateway gateway = TestGateway.of(Simulator.started())) {
                gateway.context().getPropertiesComponent().setOverrideProperties(ledger(ledger, folder));
                gateway.context().getComponent("llm", LlmComponent.class).setLedger(true);
                gateway.start();
                try (RawClient client = gateway.client()) {
                    client.post("/v1/chat/completions", chat(OPENAI, false)).answer();
                    client.post("/v1/chat/completions", chat(OPENAI, true)).answer();
                }
            }
            assertThat(LedgerRun.rows(
                            ledger.database(),
                            "select stream, chunks > 0 pieces, started_after_micros > 0 ours from llm_attempt"
                                    + " order by stream"))
                    .extracting(row -> row.get("stream") + " " + row.get("pieces") + " " + row.get("ours"))
                    .containsExactly("false null true", "true true true");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"apache", "vertx"})
    void cancelWhatTheProviderWasAskedAndTheLedgerSaysSo(String httpClient) throws Exception {
        try (TestLedger ledger = TestLedger.on(TestLedger.Server.H2)) {
            try (TestGateway gateway = TestGateway.of(Simulator.started())) {
                gateway.context().getPropertiesComponent().setOverrideProperties(ledger(ledger, folder));
                LlmComponent component = gateway.context().getComponent("llm", LlmComponent.class);
                component.setHttpClient(httpClient);
                component.setLedger(true);
                gateway.start();

                askAndLeave(gateway, "/v1/chat/completions", chat(OPENAI, false));
                askAndLeave(gateway, "/v1/chat/completions", chat(OPENAI, true));
                askAndLeave(gateway, "/v1/chat/completions", chat(ANTHROPIC, false));
                askAndLeave(gateway, "/v1/chat/completions", chat(ANTHROPIC, true));
                askAndLeave(
                        gateway, "/v1/embeddings", "{\"model\":\"openai/text-embedding-3-small\",\"input\":\"Hello\"}");

                await().untilAsserted(() ->
                        assertThat(gateway.consumer().getPendingExchangesSize()).isZero());
            }
            assertThat(LedgerRun.rows(
                            ledger.database(), "select outcome, count(*) n from llm_attempt group by outcome"))
                    .containsExactly(Map.of("outcome", "CANCELLED", "n", 5L));
        }
    }
}
