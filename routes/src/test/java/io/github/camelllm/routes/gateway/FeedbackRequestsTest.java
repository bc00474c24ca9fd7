package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.call.Fingerprint;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.routes.gateway.keys.Authenticator;
import io.github.camelllm.routes.gateway.keys.Caller;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.simulator.Simulator;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code POST /v1/feedback}. */
class FeedbackRequestsTest {
    private static final String JSON = "Content-Type: application/json";
    private static final String CHAT =
            "{\"model\":\"openai/gpt-5-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    @TempDir
    Path folder;

    private TestLedger ledger;
    private TestGateway gateway;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        ledger = TestLedger.on(Server.H2);
        // Makes the tables, so that the context need not do so at the same time
        ledger.query("select * from llm_score");
        gateway = TestGateway.of(Simulator.started());
        Properties properties = new Properties();
        properties.putAll(gateway.context().getPropertiesComponent().loadProperties());
        properties.putAll(ledger.contextProperties());
        properties.setProperty("llm.ledger.journal", folder.resolve("journal").toString());
        properties.setProperty("llm.quality.feedback.settleInterval", "50ms");
        properties.setProperty("llm.quality.feedback.judgesOfAll", "review-*");
        gateway.context().getPropertiesComponent().setInitialProperties(properties);
        gateway.context().getComponent("llm", LlmComponent.class).setLedger(true);
        Authenticator keys = secret -> secret.isEmpty()
                ? CompletableFuture.failedFuture(new LlmAuthenticationException(
                        "no key", ErrorDetails.local("gateway", "", "no_key", false), null))
                : CompletableFuture.completedFuture(
                        new Caller(secret, Map.of("team", "search"), List.of(), Optional.empty()));
        gateway.context().getRegistry().bind("keys", keys);
        gateway.start();
        client = gateway.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        gateway.close();
        ledger.close();
    }

    private String call(String key) throws Exception {
        return client.post("/v1/chat/completions", CHAT, JSON, "Authorization: Bearer " + key)
                .answer()
                .header("x-llm-call-id");
    }

    private RawClient.Answer judge(String key, String body) throws Exception {
        return client.post("/v1/feedback", body.replace('\'', '"'), JSON, "Authorization: Bearer " + key)
                .answer();
    }

    private void expectRefusal(int status, String words, String body) throws Exception {
        RawClient.Answer answer = judge("alice", body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(words).doesNotContain("secret words");
    }

    @Test
    void whoCalledJudgesAndTheLedgerCountsIt() throws Exception {
        String call = call("alice");

        RawClient.Answer answer = judge(
                "alice",
                "{'call_id':'" + call + "','score':0.9,'label':'helpful','comment':'Nice','task':'greetings'}");

        assertThat(answer.status()).as(answer.body()).isIn(201, 202);
        assertThat(answer.body()).matches("\\{\"status\":\"(counted|waiting)\"}");
        await().untilAsserted(() -> assertThat(
                        ledger.query("select task, name, provider, model, scores, score_sum from llm_score_sum"))
                .containsExactly("greetings feedback openai gpt-5-mini 1 9000"));
        assertThat(ledger.query("select judge, comment, label from llm_score")).containsExactly("alice Nice helpful");
        assertThat(judge("alice", "{'call_id':'" + call + "','label':'down'}").status())
                .isEqualTo(201);
        assertThat(ledger.query("select score_sum from llm_score_sum where scores > 0"))
                .containsExactly("0");
    }

    @Test
    void whoHasALongNameJudgesToo() throws Exception {
        String subject = "jwt:" + "s".repeat(180);
        String call = call(subject);
        await().untilAsserted(() ->
                assertThat(ledger.query("select id from llm_attempt")).hasSize(1));
        RawClient.Answer answer = judge(subject, "{'call_id':'" + call + "','score':1}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        assertThat(judge(subject + "x", "{'call_id':'" + call + "','score':1}").status())
                .as("another who begins alike")
                .isEqualTo(404);
        assertThat(ledger.query("select judge from llm_score"))
                .containsExactly(subject.substring(0, 64) + Fingerprint.whole(subject));
    }

    @Test
    void nobodyJudgesCallsOfOthersUnlessAllowed() throws Exception {
        String call = call("alice");
        await().untilAsserted(() ->
                assertThat(ledger.query("select id from llm_attempt")).hasSize(1));

        RawClient.Answer refused = judge("mallory", "{'call_id':'" + call + "','score':0}");
        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.body()).contains("there is no such call of yours");
        assertThat(judge("review-1", "{'call_id':'" + call + "','score':1}").status())
                .isEqualTo(201);
        assertThat(ledger.query("select judge from llm_score")).containsExactly("review-1");
    }

    @Test
    void whoIsNotLetInJudgesNothing() throws Exception {
        RawClient.Answer answer = client.post("/v1/feedback", "{}", JSON).answer();
        assertThat(answer.status()).isEqualTo(401);
    }

    @Test
    void saysWhatIsWrongWithoutQuotingIt() throws Exception {
        String id = "'call_id':'" + call("alice") + "'";
        expectRefusal(400, "body: expected a JSON object", "[]");
        expectRefusal(400, "expected the members call_id, comment, label, score, task", "{'secret words':1}");
        expectRefusal(400, "call_id: expected the id of a call", "{'score':1}");
        expectRefusal(400, "call_id: expected a text", "{'call_id':7,'score':1}");
        expectRefusal(400, "that is none", "{'call_id':'secret words','score':1}");
        expectRefusal(400, "score: expected a number from 0 to 1, or one of these labels", "{" + id + "}");
        expectRefusal(400, "but it is outside of that", "{" + id + ",'score':1.5}");
        expectRefusal(400, "score: expected a number from 0 to 1", "{" + id + ",'score':1e999999999}");
        expectRefusal(400, "score: expected a number", "{" + id + ",'score':'secret words'}");
        expectRefusal(400, "bad, down, good, up", "{" + id + ",'label':'secret words'}");
        expectRefusal(
                400,
                "comment: expected at most 2000 characters, but it has 2001",
                "{" + id + ",'score':1,'comment':'" + "x".repeat(2001) + "'}");
        expectRefusal(413, "expected a body of at most 65536 bytes", "{'comment':'" + "x".repeat(70_000) + "'}");
        expectRefusal(
                404, "there is no such call of yours", "{'call_id':'019aa0c2-0000-7000-8000-000000000000','score':1}");
        assertThat(client.get("/v1/feedback", "Authorization: Bearer alice")
                        .answer()
                        .status())
                .isEqualTo(405);
        assertThat(ledger.query("select * from llm_score")).isEmpty();
    }

    @Test
    void whoHasTooManyJudgementsWaitingIsToldWhenToTryAgain() throws Exception {
        String calls =
                Long.toHexString(Instant.now().toEpochMilli()).replaceFirst("(.+)(.{4})", "0$1-$2") + "-7000-8000-";
        ledger.execute(
                "insert into llm_score (id, call_id, name, judge, at, score, counted) select random_uuid(), '" + calls
                        + "' || lpad(\"X\", 12, '0'), 'feedback', 'alice', current_timestamp, 1, false from system_range(1, 1000)");

        RawClient.Answer answer = judge("alice", "{'call_id':'" + calls + "000000001001','score':1}");

        assertThat(answer.status()).as(answer.body()).isEqualTo(429);
        assertThat(answer.body()).contains("rate_limit", "try again later");
        assertThat(answer.header("retry-after")).isEqualTo("10");
        assertThat(answer.header("x-should-retry")).isEqualTo("true");
    }

    @Test
    void aGatewayWithoutALedgerSaysSo() throws Exception {
        try (TestGateway plain = TestGateway.started();
                RawClient anyone = plain.client()) {
            RawClient.Answer answer = anyone.post("/v1/feedback", "{}", JSON).answer();
            assertThat(answer.status()).isEqualTo(501);
            assertThat(answer.body()).contains("feedback is kept in the ledger");
        }
    }
}
