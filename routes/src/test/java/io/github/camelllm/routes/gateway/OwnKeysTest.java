package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.simulator.Simulator;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers that bring keys of providers; the provider takes these and not the gateway's own. */
class OwnKeysTest {
    private static final String ANNA = "annas-very-own-key";
    private static final String BERT = "berts-very-own-key";

    private final Simulator simulator =
            Simulator.builder().apiKeys(ANNA, BERT).build().start();
    private final BlockingQueue<CallRecord> records = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private TestGateway gateway;

    private void start(String... settings) throws Exception {
        start(new Properties(), settings);
    }

    private void start(Properties more, String... settings) throws Exception {
        gateway = TestGateway.of(simulator, settings);
        more.setProperty("llm.router.both.targets", "openai/gpt-5-mini, anthropic/claude-haiku-4-5");
        gateway.context().getPropertiesComponent().setOverrideProperties(more);
        gateway.context().getRegistry().bind("records", (CallRecordListener) records::add);
        RouteStage stage = new RouteStage();
        stage.setCamelContext(gateway.context());
        gateway.start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:llm-gateway-route")
                        .routeId("llm-gateway-route")
                        .process(exchange -> seen.add(exchange.getMessage().getHeaders()
                                + " "
                                + exchange.getProperty(LlmConstants.CALLER_KEYS)))
                        .process(stage);
            }
        });
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private RawClient.Answer ask(String path, String body, String... headers) throws Exception {
        try (RawClient client = gateway.client()) {
            return client.post(path, body, headers).answer();
        }
    }

    private RawClient.Answer chat(String model, boolean stream, String... headers) throws Exception {
        return ask(
                "/v1/chat/completions",
                "{\"model\":\"" + model + "\",\"stream\":" + stream
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}",
                headers);
    }

    private static String keys(String value) {
        return "X-Llm-Provider-Key: " + value;
    }

    private CallRecord record() throws InterruptedException {
        return records.poll(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({
        "openai/gpt-5-mini,openai,false",
        "openai/gpt-5-mini,openai,true",
        "anthropic/claude-haiku-4-5,anthropic,false",
        "router/both,openai,false"
    })
    void theirsIsUsedAndTheRecordSaysSo(String model, String provider, boolean stream) throws Exception {
        start("byok.callers", "anon*");

        RawClient.Answer answer = chat(model, stream, keys("gemini=another, " + provider + "=" + ANNA));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        CallRecord record = record();
        assertThat(record.tags()).containsEntry("providerKey", "caller").containsEntry("key", "anonymous");
        assertThat(record.cost()).isPresent();
        assertThat(record.toString() + seen.take()).doesNotContain(ANNA).doesNotContain("another");
    }

    @Test
    void itGoesToItsOwnProviderOnly() throws Exception {
        start("byok.callers", "*");

        assertThat(chat("anthropic/claude-haiku-4-5", false, keys("openai=" + ANNA))
                        .status())
                .isEqualTo(401);

        assertThat(record().tags()).doesNotContainKey("providerKey");
    }

    @Test
    void embeddingsTakeItToo() throws Exception {
        start("byok.callers", "*");

        RawClient.Answer answer = ask(
                "/v1/embeddings",
                "{\"model\":\"openai/text-embedding-3-small\",\"input\":\"Hello\"}",
                keys("openai=" + ANNA));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(record().tags()).containsEntry("providerKey", "caller");
    }

    @Test
    void nobodyMayUnlessSettingsSaySo() throws Exception {
        start();

        RawClient.Answer answer = chat("openai/gpt-5-mini", false, keys("openai=" + ANNA));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("may not bring keys").doesNotContain(ANNA);
        assertThat(simulator.requestCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"annas-very-own-key", "openai=", "open ai=annas-very-own-key", "openai=a b", "openai=a,openai=b"
            })
    void whatIsNoKeyIsRefusedWithoutSayingIt(String header) throws Exception {
        start("byok.callers", "*");

        RawClient.Answer answer = chat("openai/gpt-5-mini", false, keys(header));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("expected PROVIDER=KEY").doesNotContain(ANNA);
        assertThat(simulator.requestCount()).isZero();
    }

    @Test
    void settingsNameTheProviders() throws Exception {
        start("byok.callers", "*", "byok.providers", "openai, groq");

        assertThat(chat("openai/gpt-5-mini", false, keys("openai=" + ANNA)).status())
                .isEqualTo(200);
        assertThat(chat("anthropic/claude-haiku-4-5", false, keys("anthropic=" + ANNA))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void answersAreNotSharedBetweenKeys() throws Exception {
        start("byok.callers", "*");
        gateway.context()
                .getComponent("llm", LlmComponent.class)
                .getConfiguration()
                .setCache("exact");

        assertThat(chat("openai/gpt-5-mini", false, keys("openai=" + ANNA)).header("x-llm-cache"))
                .isEqualTo("bypass");
        assertThat(chat("openai/gpt-5-mini", false, keys("openai=" + BERT)).header("x-llm-cache"))
                .isEqualTo("bypass");

        assertThat(simulator.requestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"false,402", "true,200"})
    void settingsSayWhetherBudgetsCountIt(String outside, int status) throws Exception {
        Properties more = new Properties();
        more.setProperty("llm.budget.tiny.limit", "0.000000001 USD");
        more.setProperty("llm.budget.tiny.window", "day");
        start(more, "byok.callers", "*", "byok.outsideBudgets", outside);

        RawClient.Answer answer = chat("openai/gpt-5-mini", false, keys("openai=" + ANNA));

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    }
}
