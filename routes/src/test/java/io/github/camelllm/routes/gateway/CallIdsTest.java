package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import io.github.camelllm.wire.Json;
import java.io.EOFException;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever becomes of a call, its client learns the id by which the ledger knows it. */
class CallIdsTest {
    /** A client's API: its path, and where an error has a place for the id of a request. */
    enum Api {
        OPENAI("/v1/chat/completions", "/v1/chat/completions", "x-request-id", ""),
        ANTHROPIC("/v1/messages", "/v1/messages", "request-id", "/request_id"),
        GEMINI(
                "/v1beta/models/%s:generateContent",
                "/v1beta/models/%s:streamGenerateContent?alt=sse", "", "/error/details/0/requestId");

        private final String path;
        private final String streamPath;
        private final String header;
        private final String place;

        Api(String path, String streamPath, String header, String place) {
            this.path = path;
            this.streamPath = streamPath;
            this.header = header;
            this.place = place;
        }

        void ask(RawClient client, String model, boolean stream) throws Exception {
            client.post(
                    (stream ? streamPath : path).formatted(model.replace("/", "%2F")),
                    this == GEMINI
                            ? "{\"contents\":[{\"parts\":[{\"text\":\"Hello\"}]}]}"
                            : "{\"model\":\"" + model + "\",\"stream\":" + stream
                                    + ",\"max_tokens\":1000,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}",
                    "Content-Type: application/json");
        }

        void expectId(RawClient.Answer head, String body) throws Exception {
            String id = head.header("x-llm-call-id");
            assertThat(id).isNotBlank();
            if (!header.isEmpty()) {
                assertThat(head.header(header)).isEqualTo(id);
            }
            JsonNode error = Json.MAPPER.readTree(body);
            assertThat(error.has("error")).as(body).isTrue();
            if (!place.isEmpty()) {
                assertThat(error.at(place).asText()).as(body).isEqualTo(id);
            }
        }
    }

    private TestGateway gateway;

    @AfterEach
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI, openai/gpt-5-mini", "OPENAI, anthropic/claude-haiku-4-5",
        "ANTHROPIC, openai/gpt-5-mini", "ANTHROPIC, anthropic/claude-haiku-4-5",
        "GEMINI, openai/gpt-5-mini", "GEMINI, gemini/gemini-2.5-flash"
    })
    void areInErrors(Api api, String model) throws Exception {
        Simulator simulator = Simulator.started();
        simulator.failNext(2, Fault.status(503));
        gateway = TestGateway.of(simulator).start();
        try (RawClient client = gateway.client()) {
            for (boolean stream : new boolean[] {false, true}) {
                api.ask(client, model, stream);
                RawClient.Answer answer = client.answer();
                assertThat(answer.status()).isEqualTo(api == Api.ANTHROPIC ? 529 : 503);
                api.expectId(answer, answer.body());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI, openai/gpt-5-mini", "OPENAI, anthropic/claude-haiku-4-5",
        "ANTHROPIC, openai/gpt-5-mini", "ANTHROPIC, anthropic/claude-haiku-4-5",
        "GEMINI, openai/gpt-5-mini", "GEMINI, gemini/gemini-2.5-flash"
    })
    void areInStreamsThatBreakOff(Api api, String model) throws Exception {
        Simulator simulator = Simulator.builder()
                .responder(Responders.always(ScriptedAnswer.text("word ".repeat(500))))
                .build()
                .start();
        simulator.failNext(Fault.cutAfter(100));
        gateway = TestGateway.of(simulator).start();
        try (RawClient client = gateway.client()) {
            api.ask(client, model, true);
            expectIdInBrokenStream(api, client);
        }
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void areInRefusalsOfAnswers(Api api) throws Exception {
        // A guardrail that there is not lets nothing pass
        gateway = TestGateway.of(Simulator.started(), "guardrails.answer", "missing")
                .start();
        try (RawClient client = gateway.client()) {
            api.ask(client, "openai/gpt-5-mini", false);
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("x-should-retry")).as("paid already").isEqualTo("false");
            api.expectId(answer, answer.body());

            api.ask(client, "openai/gpt-5-mini", true);
            expectIdInBrokenStream(api, client);
        }
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void areInFailuresOfStagesBehindTheCallWhichNobodyIsToRepeat(Api api) throws Exception {
        gateway = TestGateway.of(Simulator.started()).start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:llm-gateway-out")
                        .routeId("llm-gateway-out")
                        .throwException(new IllegalStateException("a stage of a user's is broken"));
            }
        });
        try (RawClient client = gateway.client()) {
            api.ask(client, "openai/gpt-5-mini", false);
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.header("x-should-retry")).isEqualTo("false");
            api.expectId(answer, answer.body());
        }
    }

    private static void expectIdInBrokenStream(Api api, RawClient client) throws Exception {
        RawClient.Answer head = new RawClient.Answer(200, client.head(), "");
        StringBuilder all = new StringBuilder();
        assertThatThrownBy(() -> {
                    for (String chunk = client.chunk(); !chunk.isEmpty(); chunk = client.chunk()) {
                        all.append(chunk);
                    }
                })
                .isInstanceOf(EOFException.class);
        api.expectId(head, all.substring(all.lastIndexOf("data: ") + "data: ".length()));
    }
}
