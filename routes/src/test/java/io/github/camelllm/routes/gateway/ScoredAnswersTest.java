package io.github.camelllm.routes.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.routes.http.RawClient;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.quality.Quality;
import io.github.camelllm.routes.quality.QualityCounters.Event;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of the gateway that are judged by settings alone. */
class ScoredAnswersTest {
    private static final String JSON = "Content-Type: application/json";
    private static final String OPENAI = "/v1/chat/completions";

    @TempDir
    Path folder;

    private volatile String said = "I'm sorry, but I can't help with that.";
    private TestLedger ledger;
    private TestGateway gateway;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        ledger = TestLedger.on(Server.H2);
        // Makes the tables, so that the context need not do so at the same time
        ledger.query("select * from llm_score");
        gateway = TestGateway.of(Simulator.builder()
                .responder(request -> ScriptedAnswer.text(said))
                .build()
                .start());
        Properties properties = new Properties();
        properties.putAll(gateway.context().getPropertiesComponent().loadProperties());
        properties.putAll(ledger.contextProperties());
        properties.setProperty("llm.ledger.journal", folder.resolve("journal").toString());
        properties.setProperty("llm.quality.feedback.settleInterval", "50ms");
        properties.setProperty("llm.quality.score.refusal.percent", "100");
        properties.setProperty("llm.quality.score.schema.percent", "100");
        properties.setProperty("llm.quality.scoring.maxBytes", "20000");
        gateway.context().getPropertiesComponent().setInitialProperties(properties);
        gateway.context().getComponent("llm", LlmComponent.class).setLedger(true);
        gateway.start();
        client = gateway.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        gateway.close();
        ledger.close();
    }

    private RawClient.Answer ask(String path, String body) throws Exception {
        RawClient.Answer answer = client.post(path, body.replace('\'', '"'), JSON, "X-Llm-Task: letters")
                .answer();
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private void awaitSums(String... expected) {
        await().untilAsserted(() -> assertThat(ledger.query(
                        "select task, name, provider, model, scores, yes from llm_score_sum order by name"))
                .containsExactly(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                OPENAI + "|{'model':'openai/gpt-5-mini','messages':[{'role':'user','content':'Hi'}]}",
                OPENAI + "|{'model':'openai/gpt-5-mini','stream':true,'messages':[{'role':'user','content':'Hi'}]}",
                "/v1/messages|{'model':'openai/gpt-5-mini','max_tokens':99,'messages':[{'role':'user','content':'Hi'}]}",
                "/v1/messages|{'model':'openai/gpt-5-mini','max_tokens':99,'stream':true,"
                        + "'messages':[{'role':'user','content':'Hi'}]}",
                "/v1beta/models/openai%2Fgpt-5-mini:generateContent|{'contents':[{'parts':[{'text':'Hi'}]}]}",
                "/v1beta/models/openai%2Fgpt-5-mini:streamGenerateContent?alt=sse|"
                        + "{'contents':[{'parts':[{'text':'Hi'}]}]}"
            })
    void answersOfEveryApiAreJudgedWholeAndStreamed(String path, String body) throws Exception {
        RawClient.Answer answer = ask(path, body);
        assertThat(answer.body()).contains("help");
        awaitSums("letters refusal openai gpt-5-mini 1 0");
    }

    @Test
    void anAnswerIsHeldAgainstTheSchemaOfItsRequest() throws Exception {
        ask(
                OPENAI,
                "{'model':'openai/gpt-5-mini','messages':[{'role':'user','content':'Hi'}],'response_format':"
                        + "{'type':'json_schema','json_schema':{'name':'a','schema':{'type':'object'}}}}");
        awaitSums("letters refusal openai gpt-5-mini 1 0", "letters schema openai gpt-5-mini 1 0");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAnswerOfTheCacheIsNotJudgedAgain(boolean stream) throws Exception {
        gateway.context()
                .getComponent("llm", LlmComponent.class)
                .getConfiguration()
                .setCache("exact");
        String request =
                "{'model':'openai/gpt-5-mini','stream':" + stream + ",'messages':[{'role':'user','content':'Who?'}]}";
        assertThat(ask(OPENAI, request).header("x-llm-cache")).isEqualTo("miss");
        awaitSums("letters refusal openai gpt-5-mini 1 0");
        assertThat(ask(OPENAI, request).header("x-llm-cache")).isEqualTo("hit");
        // Whatever comes next is judged after it
        ask(OPENAI, request.replace("Who", "What"));
        awaitSums("letters refusal openai gpt-5-mini 2 0");
        assertThat(ledger.query("select * from llm_score")).hasSize(2);
    }

    @Test
    void whatIsTooLongReachesTheClientAndIsNotJudged() throws Exception {
        said = "word ".repeat(8000);
        String request = "{'model':'openai/gpt-5-mini','stream':%s,'messages':[{'role':'user','content':'Hi'}]}";
        assertThat(ask(OPENAI, request.formatted("false")).body()).contains("word word");
        assertThat(ask(OPENAI, request.formatted("true")).body()).contains("word");
        await().untilAsserted(() -> assertThat(
                        Quality.of(gateway.context()).counters().of("refusal", Event.SKIPPED))
                .isEqualTo(1));
        assertThat(ledger.query("select * from llm_score")).isEmpty();
    }
}
