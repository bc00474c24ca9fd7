package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.component.LlmConfiguration;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Simulator;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the head of a stream says of its call, whichever way the call takes. */
class StreamHeadersTest {
    private static final String OPENAI = "openai/gpt-5-mini";
    private static final String ANTHROPIC = "anthropic/claude-haiku-4-5";

    private final Simulator simulator = Simulator.started();
    private final BlockingQueue<CallRecord> records = new LinkedBlockingQueue<>();
    private TestGateway gateway;

    private LlmConfiguration start(Map<String, String> settings) throws Exception {
        Properties properties = new Properties();
        properties.putAll(settings);
        gateway = TestGateway.with(simulator, properties);
        gateway.context().getRegistry().bind("records", (CallRecordListener) records::add);
        gateway.start();
        return gateway.context().getComponent("llm", LlmComponent.class).getConfiguration();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private RawClient.Answer stream(String model) throws Exception {
        try (RawClient client = gateway.client()) {
            RawClient.Answer answer = client.post(
                            "/v1/chat/completions",
                            "{\"model\":\"" + model + "\",\"stream\":true,"
                                    + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}",
                            "Content-Type: application/json")
                    .answer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("[DONE]");
            return answer;
        }
    }

    private void expectCall(RawClient.Answer answer, String model, int attempts) throws Exception {
        assertThat(answer.header("x-llm-provider") + "/" + answer.header("x-llm-model"))
                .isEqualTo(model);
        assertThat(answer.header("x-llm-attempts")).isEqualTo(Integer.toString(attempts));
        assertThat(answer.header("x-request-id")).isEqualTo(answer.header("x-llm-call-id"));
        CallRecord last = records.poll(20, TimeUnit.SECONDS);
        while (last != null
                && !answer.header("x-llm-call-id").equals(last.callId().toString())) {
            last = records.poll(20, TimeUnit.SECONDS);
        }
        assertThat(last).as("the call that the head names").isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, ANTHROPIC})
    void sayWhoAnswers(String model) throws Exception {
        start(Map.of());
        RawClient.Answer answer = stream(model);
        expectCall(answer, model, 1);
        assertThat(answer.header("x-llm-cache")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, ANTHROPIC})
    void sayWhetherTheyComeFromTheCache(String model) throws Exception {
        start(Map.of()).setCache("exact");

        RawClient.Answer first = stream(model);
        expectCall(first, model, 1);
        assertThat(first.header("x-llm-cache")).isEqualTo("miss");

        RawClient.Answer second = stream(model);
        expectCall(second, model, 0);
        assertThat(second.header("x-llm-cache")).isEqualTo("hit");
        assertThat(second.header("x-llm-call-id")).isNotEqualTo(first.header("x-llm-call-id"));
    }

    @ParameterizedTest
    @CsvSource({"off," + OPENAI, "exact," + OPENAI, "off," + ANTHROPIC})
    void countTheAttemptsBeforeThem(String cache, String model) throws Exception {
        LlmConfiguration configuration = start(Map.of());
        configuration.setCache(cache);
        configuration.setMaxRetries(1);
        simulator.failNext(Fault.status(503));

        expectCall(stream(model), model, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "exact"})
    void countTheTargetsAskedBefore(String cache) throws Exception {
        start(Map.of("llm.router.both.targets", OPENAI + ", " + ANTHROPIC)).setCache(cache);
        simulator.failNext(Fault.status(503));

        RawClient.Answer answer = stream("router/both");

        expectCall(answer, ANTHROPIC, 2);
        assertThat(answer.header("x-llm-router")).isEqualTo("both");
    }

    @ParameterizedTest
    @CsvSource({"!=," + OPENAI + ",1", "==," + ANTHROPIC + ",2"})
    void sayWhoseAnswerACascadeTook(String accepts, String model, int attempts) throws Exception {
        start(Map.of(
                "llm.router.pair.targets",
                OPENAI + ", " + ANTHROPIC,
                "llm.router.pair.cascade.accept",
                "${body} " + accepts + " 'never said'"));

        expectCall(stream("router/pair"), model, attempts);
    }

    @Test
    void sayWhoAnswersWhereOptionsAddSomething() throws Exception {
        start(Map.of()).setTemperature(0.5);
        expectCall(stream(OPENAI), OPENAI, 1);
    }
}
