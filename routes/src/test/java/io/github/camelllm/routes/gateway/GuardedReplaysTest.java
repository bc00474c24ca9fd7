package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.deadletters.DeadLetter;
import io.github.camelllm.routes.deadletters.DeadLetter.State;
import io.github.camelllm.routes.deadletters.DeadLetterFilter;
import io.github.camelllm.routes.deadletters.DeadLetters;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Simulator;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dead letters of a gateway whose answers are guarded and one of whose stages is a user's. */
class GuardedReplaysTest {
    private static final String CHAT =
            "{\"model\":\"openai/gpt-5-mini\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    @TempDir
    private Path folder;

    private TestLedger ledger;
    private TestGateway gateway;
    private final List<String> regions = new CopyOnWriteArrayList<>();
    private volatile String verdict = "passes";

    @BeforeEach
    void start() throws Exception {
        ledger = TestLedger.on(Server.H2);
        ledger.query("select * from llm_dead_letter");
        Properties properties = new Properties();
        properties.putAll(ledger.contextProperties());
        properties.setProperty("llm.ledger.journal", folder.resolve("journal").toString());
        properties.setProperty("llm.deadLetters.secret", "a-secret-of-dead-letters");
        properties.setProperty("llm.deadLetters.gateway", "true");
        properties.setProperty("llm.deadLetters.answersTo", "mock:answers");
        properties.setProperty("llm.gateway.guardrails.answer", "moody");
        properties.setProperty("llm.gateway.requestHeaders", "x-region, x-tenant");
        gateway = TestGateway.with(Simulator.started(), properties);
        gateway.context().getComponent("llm", LlmComponent.class).setLedger(true);
        gateway.start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:moody").routeId("moody").process(GuardedReplaysTest.this::judge);
                from("direct:llm-gateway-call")
                        .routeId("llm-gateway-call")
                        .process(exchange ->
                                regions.add(String.valueOf(exchange.getMessage().getHeader("X-Region"))))
                        .setHeader(LlmConstants.OPERATION, constant("chat"))
                        .toD("llm:${exchangeProperty.CamelLlmGatewayTarget}");
            }
        });
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        ledger.close();
    }

    private void judge(Exchange question) {
        if (verdict.equals("refuses")) {
            question.getMessage().setHeader(Guardrails.REFUSED, "not this answer");
        } else if (verdict.equals("fails")) {
            throw new IllegalStateException("the guardrail is broken");
        }
    }

    private List<DeadLetter> letters() throws Exception {
        return DeadLetters.find(gateway.context()).orElseThrow().list(DeadLetterFilter.ALL, 10);
    }

    private DeadLetter only(State state) throws Exception {
        await().until(() -> letters().size() == 1 && letters().get(0).state() == state);
        return letters().get(0);
    }

    private int ask(boolean stream) throws Exception {
        try (RawClient client = gateway.client()) {
            client.post(
                    "/v1/chat/completions", CHAT.formatted(stream), "Content-Type: application/json", "x-region: eu");
            return client.answer().status();
        }
    }

    @Test
    void anAnswerThatAGuardrailStopsIsNotKept() throws Exception {
        verdict = "refuses";
        assertThat(ask(false)).isEqualTo(400);
        verdict = "fails";
        assertThat(ask(false)).isEqualTo(503);
        assertThat(gateway.simulator().requests()).hasSize(2);

        // They are kept in their order, so what came before would be there before this one
        gateway.simulator().failNext(Fault.status(429));
        assertThat(ask(false)).isEqualTo(429);
        only(State.KEPT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReplaysAnswerPassesTheGuardrailsBeforeItIsDelivered(boolean stream) throws Exception {
        MockEndpoint answers = gateway.context().getEndpoint("mock:answers", MockEndpoint.class);
        gateway.simulator().failNext(Fault.status(503));
        assertThat(ask(stream)).isEqualTo(503);
        DeadLetter kept = only(State.KEPT);

        verdict = "refuses";
        DeadLetter refused = replayedInVain(kept, 1);
        assertThat(refused.reason()).contains("not this answer");
        assertThat(refused.replayCallId()).isPresent();
        verdict = "fails";
        assertThat(replayedInVain(kept, 2).reason()).contains("a guardrail of the gateway failed");
        assertThat(answers.getReceivedCounter()).isZero();

        verdict = "passes";
        replay(kept);
        only(State.REPLAYED);
        String delivered = answers.getExchanges().get(0).getMessage().getBody(String.class);
        assertThat(delivered).contains(stream ? "[DONE]" : "chat.completion");
        assertThat(answers.getReceivedCounter()).isEqualTo(1);
    }

    @Test
    void aReplayHasTheHeadersThatStagesOfAUserGoBy() throws Exception {
        gateway.simulator().failNext(Fault.status(503));
        assertThat(ask(false)).isEqualTo(503);
        replay(only(State.KEPT));
        only(State.REPLAYED);

        assertThat(regions).containsExactly("eu", "eu");
    }

    private DeadLetter replayedInVain(DeadLetter kept, int replays) throws Exception {
        replay(kept);
        await().until(() ->
                letters().get(0).replays() == replays && letters().get(0).state() == State.KEPT);
        return letters().get(0);
    }

    private void replay(DeadLetter kept) throws Exception {
        assertThat(DeadLetters.find(gateway.context()).orElseThrow().replay(kept.id(), "admin"))
                .isTrue();
    }
}
