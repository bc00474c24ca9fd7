package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.routes.deadletters.DeadLetter;
import io.github.camelllm.routes.deadletters.DeadLetter.State;
import io.github.camelllm.routes.deadletters.DeadLetterFilter;
import io.github.camelllm.routes.deadletters.DeadLetters;
import io.github.camelllm.routes.gateway.keys.Authenticator;
import io.github.camelllm.routes.gateway.keys.Caller;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Simulator;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What replays of the gateway's calls may, after the rights of their callers have changed. */
class ReplayRightsTest {
    private static final String CHAT =
            "{\"model\":\"openai/gpt-5-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    /** Lets anybody in until their right is taken. */
    private static final class Rights implements Authenticator {
        volatile Optional<Caller> alice = Optional.of(caller("search", "openai/*"));

        static Caller caller(String team, String models) {
            return new Caller("alice", Map.of("team", team), List.of(models), Optional.empty());
        }

        @Override
        public CompletionStage<Caller> authenticate(String bearer) {
            return current(caller("", ""));
        }

        @Override
        public CompletionStage<Caller> current(Caller before) {
            return alice.<CompletionStage<Caller>>map(CompletableFuture::completedStage)
                    .orElseGet(() -> CompletableFuture.failedStage(new LlmAuthenticationException(
                            "gateway: the key 'alice' was revoked",
                            ErrorDetails.local("gateway", "", "invalid_api_key", false),
                            null)));
        }
    }

    @TempDir
    private Path folder;

    private final Rights rights = new Rights();
    private TestLedger ledger;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        ledger = TestLedger.on(Server.H2);
        ledger.query("select * from llm_dead_letter");
        Properties properties = new Properties();
        properties.putAll(ledger.contextProperties());
        properties.setProperty("llm.ledger.journal", folder.resolve("journal").toString());
        properties.setProperty("llm.deadLetters.secret", "a-secret-of-dead-letters");
        properties.setProperty("llm.deadLetters.gateway", "true");
        gateway = TestGateway.with(Simulator.started(), properties);
        gateway.context().getComponent("llm", LlmComponent.class).setLedger(true);
        gateway.context().getRegistry().bind("rights", rights);
        gateway.start();
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        ledger.close();
    }

    private DeadLetters letters() {
        return DeadLetters.find(gateway.context()).orElseThrow();
    }

    private DeadLetter only() throws Exception {
        return letters().list(DeadLetterFilter.ALL, 10).get(0);
    }

    private DeadLetter failedCall() throws Exception {
        gateway.simulator().failNext(Fault.status(503));
        try (RawClient client = gateway.client()) {
            client.post(
                    "/v1/chat/completions", CHAT, "Content-Type: application/json", "x-llm-task: summaries of mail");
            assertThat(client.answer().status()).isEqualTo(503);
        }
        await().until(() -> letters().list(DeadLetterFilter.ALL, 10).size() == 1);
        return only();
    }

    private DeadLetter refused(DeadLetter kept) throws Exception {
        assertThat(letters().replay(kept.id(), "admin")).isTrue();
        await().until(() -> only().state() == State.KEPT && only().replays() == 1);
        assertThat(gateway.simulator().requests()).hasSize(1);
        return only();
    }

    @Test
    void aRevokedKeyIsNotUsedAgain() throws Exception {
        DeadLetter kept = failedCall();
        rights.alice = Optional.empty();

        assertThat(refused(kept).reason()).isEqualTo("gateway: the key 'alice' was revoked");
    }

    @Test
    void aModelThatWasTakenFromTheKeyIsNotAsked() throws Exception {
        DeadLetter kept = failedCall();
        rights.alice = Optional.of(Rights.caller("search", "anthropic/*"));

        assertThat(refused(kept).reason()).contains("this key may not ask for this model");
    }

    @Test
    void aReplayHasTheTaskOfItsCallAndTheTagsThatTheKeyHasNow() throws Exception {
        DeadLetter kept = failedCall();
        rights.alice = Optional.of(Rights.caller("find", "openai/*"));

        assertThat(letters().replay(kept.id(), "admin")).isTrue();
        await().until(() -> only().state() == State.REPLAYED);
        await().untilAsserted(() -> assertThat(ledger.query("select tags from llm_attempt where call_id = '"
                        + only().replayCallId().orElseThrow() + "'"))
                .singleElement()
                .asString()
                .contains("summaries of mail", "find", "replayOf")
                .doesNotContain("search"));
    }
}
