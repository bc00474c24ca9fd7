package io.github.camelllm.routes.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Simulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of targets and limits. */
class StateGaugesTest {
    private static final String CIRCUIT = "llm_circuit_state";
    private static final String ACTIVE = "llm_target_attempts_active";

    private final Simulator simulator = Simulator.started();
    private SimulatedContext context;
    private ProducerTemplate template;

    private void start(String... settings) {
        Properties properties = new Properties();
        properties.setProperty("llm.telemetry.metrics", "prometheus");
        for (int i = 0; i < settings.length; i += 2) {
            properties.setProperty(settings[i], settings[i + 1]);
        }
        context = new SimulatedContext(simulator, properties);
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() throws Exception {
        template.stop();
        context.close();
        simulator.close();
    }

    private Exchange ask(String uri) {
        return template.request("llm:" + uri, in -> in.getMessage().setBody("Hello"));
    }

    private PrometheusText scraped() {
        return PrometheusText.parse(Telemetry.of(context).scrape().orElseThrow().get());
    }

    @Test
    void targetsOfOneNameAreToldTogether() throws Exception {
        start();
        simulator.failNext(Fault.status(429));
        assertThat(ask("openai/gpt-5-mini?apiKey=first").getException()).isNotNull();
        assertThat(ask("openai/gpt-5-mini?apiKey=second").getException()).isNull();
        assertThat(scraped().value(CIRCUIT, "llm_target", "openai/gpt-5-mini"))
                .as("the worst")
                .isEqualTo(2);

        simulator.failNext(2, Fault.stallAfter(0));
        long before = simulator.requestCount();
        CompletableFuture<Exchange> third = template.asyncSend(
                "llm:openai/gpt-5-mini?apiKey=third", in -> in.getMessage().setBody("Hello"));
        CompletableFuture<Exchange> fourth = template.asyncSend(
                "llm:openai/gpt-5-mini?apiKey=fourth", in -> in.getMessage().setBody("Hello"));
        assertThat(simulator.awaitRequests(before + 2, Duration.ofSeconds(20))).isTrue();
        assertThat(scraped().value(ACTIVE, "llm_target", "openai/gpt-5-mini")).isEqualTo(2);
        simulator.releaseStalls();
        CompletableFuture.allOf(third, fourth).join();
    }

    @Test
    void thoseWhoWaitForALimitOfOneNameAreToldTogether() throws Exception {
        start("llm.limit.one.maxConcurrent", "1");
        LlmComponent other = new LlmComponent();
        other.getConfiguration().setApiKey("none-needed");
        context.addComponent("other", other);
        simulator.failNext(2, Fault.stallAfter(0));
        List<CompletableFuture<Object>> calls = new ArrayList<>();
        for (String scheme : List.of("llm", "other")) {
            long before = simulator.requestCount();
            calls.add(template.asyncRequestBody(scheme + ":openai/gpt-5-mini", "Hello"));
            assertThat(simulator.awaitRequests(before + 1, Duration.ofSeconds(20)))
                    .isTrue();
            calls.add(template.asyncRequestBody(scheme + ":openai/gpt-5-mini", "Hello"));
        }

        await().untilAsserted(() -> assertThat(scraped().value("llm_limit_waiting", "llm_limit_account", "one"))
                .isEqualTo(2));
        simulator.releaseStalls();
        calls.forEach(CompletableFuture::join);
    }

    @Test
    void namesThatNobodyAnswersToAreNoTargets() {
        start("llm.telemetry.maxModels", "5", "llm.router.own.targets", "openai/zzz-own,openai/gpt-5-nano");
        simulator.failNext(300, Fault.status(404));
        for (int i = 0; i < 300; i++) {
            assertThat(ask("openai/aaa-" + i).getException()).isNotNull();
        }
        ask("openai/gpt-5-mini");
        ask("openai/zzz-answers");
        simulator.failNext(Fault.status(404));
        ask("openai/zzz-own");

        PrometheusText text = scraped();
        assertThat(text.samples(CIRCUIT))
                .extracting(sample -> sample.labels().get("llm_target"))
                .containsExactlyInAnyOrder("openai/gpt-5-mini", "openai/zzz-answers", "openai/zzz-own", "other");
        assertThat(text.samples(ACTIVE)).hasSize(4);
    }

    @Test
    void targetsAreBounded() {
        start("llm.telemetry.maxModels", "2");
        for (int i = 0; i < 5; i++) {
            ask("openai/model-" + i);
        }

        assertThat(scraped().samples(CIRCUIT))
                .extracting(sample -> sample.labels().get("llm_target"))
                .hasSize(3)
                .contains("other");
    }
}
