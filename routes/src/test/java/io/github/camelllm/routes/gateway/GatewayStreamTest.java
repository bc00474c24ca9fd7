package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.RecordedRequest;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.io.EOFException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a stream when one of its ends gives up; on the pass-through path and when translated. */
class GatewayStreamTest {
    private static final String OPENAI = "openai/gpt-5-mini";
    private static final String ANTHROPIC = "anthropic/claude-haiku-4-5";

    private TestGateway gateway;

    private static String chat(String model) {
        return "{\"model\":\"" + model + "\",\"stream\":true,\"max_tokens\":100000,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    }

    private RawClient start(Simulator simulator) throws Exception {
        gateway = TestGateway.of(simulator).start();
        return gateway.client();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, ANTHROPIC})
    void endsTheProvidersAnswerWhenTheClientLeaves(String model) throws Exception {
        Simulator simulator = Simulator.started();
        simulator.failNext(Fault.stallAfter(2));
        try (RawClient client = start(simulator)) {
            client.post("/v1/chat/completions", chat(model));
            assertThat(client.head()).contains("200");
            assertThat(client.chunk()).contains("data: ");
        }
        await().untilAsserted(() ->
                assertThat(simulator.requests().get(0).outcome()).isEqualTo(RecordedRequest.Outcome.CLIENT_LEFT));
        await().untilAsserted(() ->
                assertThat(gateway.consumer().getPendingExchangesSize()).isZero());
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, ANTHROPIC})
    void doesNotTakeFromTheProviderWhatTheClientDoesNotTake(String model) throws Exception {
        // More than all buffers on the way hold
        Simulator simulator = Simulator.builder()
                .responder(Responders.always(ScriptedAnswer.text("word ".repeat(4_000_000))))
                .build()
                .start();
        gateway = TestGateway.of(simulator, "writeTimeout", "1h").start();
        try (RawClient client = new RawClient(gateway.port(), 4 << 10)) {
            client.post("/v1/chat/completions", chat(model));
            assertThat(client.head()).startsWith("HTTP/1.1 200");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> simulator.requests().get(0).bytesSent(), new Settled()::isSettled);
            assertThat(simulator.requests().get(0).outcome()).isEqualTo(RecordedRequest.Outcome.RUNNING);
        }
        await().untilAsserted(() ->
                assertThat(simulator.requests().get(0).outcome()).isEqualTo(RecordedRequest.Outcome.CLIENT_LEFT));
    }

    /** Looks whether a number stays as it is, ten times in a row. */
    private static final class Settled {
        private long last = -1;
        private int times;

        boolean isSettled(long now) {
            times = now == last && now > 0 ? times + 1 : 0;
            last = now;
            return times >= 10;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, ANTHROPIC})
    void doesNotEndAnAnswerThatBrokeAsIfItWereWhole(String model) throws Exception {
        Simulator simulator = Simulator.builder()
                .responder(Responders.always(ScriptedAnswer.text("word ".repeat(500))))
                .build()
                .start();
        simulator.failNext(Fault.cutAfter(100));
        try (RawClient client = start(simulator)) {
            client.post("/v1/chat/completions", chat(model));
            assertThat(client.head()).startsWith("HTTP/1.1 200");
            StringBuilder all = new StringBuilder();
            assertThatThrownBy(() -> {
                        for (String chunk = client.chunk(); !chunk.isEmpty(); chunk = client.chunk()) {
                            all.append(chunk);
                        }
                    })
                    .isInstanceOf(EOFException.class);
            assertThat(all).contains("\"error\"").doesNotContain("[DONE]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, ANTHROPIC})
    void answersAFailureBeforeTheFirstPieceWithItsStatus(String model) throws Exception {
        Simulator simulator = Simulator.started();
        simulator.failNext(Fault.status(503));
        try (RawClient client = start(simulator)) {
            RawClient.Answer answer =
                    client.post("/v1/chat/completions", chat(model)).answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("content-type")).isEqualTo("application/json");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENAI, ANTHROPIC})
    void finishesStreamsBeforeItStops(String model) throws Exception {
        Simulator simulator = Simulator.started();
        simulator.failNext(Fault.stallAfter(2));
        try (RawClient client = start(simulator)) {
            client.post("/v1/chat/completions", chat(model));
            client.head();
            assertThat(client.chunk()).contains("data: ");
            int port = gateway.port();
            CompletableFuture<Void> stopping =
                    CompletableFuture.runAsync(() -> gateway.context().stop());
            await().until(() -> gateway.consumer() == null || gateway.consumer().isSuspendingOrSuspended());
            assertThat(stopping).isNotDone();
            await().untilAsserted(() -> assertThatThrownBy(() -> new RawClient(port).close())
                    .as("a proxy takes another node")
                    .isInstanceOf(ConnectException.class));
            await().until(() -> simulator.releaseStalls() > 0);
            assertThat(client.rest()).contains("[DONE]").endsWith("0\r\n\r\n");
            stopping.get(30, TimeUnit.SECONDS);
        }
    }
}
