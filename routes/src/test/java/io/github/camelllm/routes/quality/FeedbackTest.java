package io.github.camelllm.routes.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.ledger.TestLedger;
import io.github.camelllm.routes.ledger.TestLedger.Server;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Simulator;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What routes say of calls. */
class FeedbackTest {
    @TempDir
    Path folder;

    private final Simulator simulator = Simulator.started();
    private TestLedger ledger;
    private SimulatedContext context;

    @BeforeEach
    void start() throws Exception {
        ledger = TestLedger.on(Server.H2);
        // Makes the tables, so that the context need not do so at the same time
        ledger.query("select * from llm_score");
        Properties properties = new Properties();
        properties.putAll(ledger.contextProperties());
        properties.setProperty("llm.ledger.journal", folder.resolve("journal").toString());
        properties.setProperty("llm.quality.feedback.settleInterval", "50ms");
        properties.setProperty("llm.quality.feedback.label.ok", "0.5");
        context = new SimulatedContext(simulator, properties);
        context.getComponent("llm", LlmComponent.class).setLedger(true);
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(PluginHelper.getResourceLoader(context)
                        .resolveResource("classpath:camel-llm/quality/llm-feedback.camel.yaml"));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").to("llm:openai/gpt-5-mini?maxTokens=50&tag.task=letters");
            }
        });
        context.start();
    }

    @AfterEach
    void stop() throws Exception {
        context.close();
        simulator.close();
        ledger.close();
    }

    private Exchange ask() {
        return context.createProducerTemplate()
                .request("direct:ask", in -> in.getMessage().setBody("Hello"));
    }

    private void judge(Map<String, Object> headers) {
        context.createProducerTemplate().requestBodyAndHeaders("direct:llm-feedback", "the body stays", headers);
    }

    private void expectRefusal(Map<String, Object> headers, String words) {
        assertThatThrownBy(() -> judge(headers))
                .isInstanceOf(CamelExecutionException.class)
                .cause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }

    @Test
    void aRouteJudgesTheCallThatItMade() throws Exception {
        Exchange answered = ask();
        answered.getMessage().setHeader(FeedbackHeaders.SCORE, 0.25);
        answered.getMessage().setHeader(FeedbackHeaders.JUDGE, "tests");
        Object body = answered.getMessage().getBody();

        Exchange judged = context.createProducerTemplate().send("direct:llm-feedback", answered);

        assertThat(judged.getException()).isNull();
        assertThat(judged.getMessage().getBody()).isSameAs(body);
        assertThat(judged.getMessage().getHeaders()).doesNotContainKey(FeedbackHeaders.SCORE);
        await().untilAsserted(
                        () -> assertThat(ledger.query("select task, name, model, scores, score_sum from llm_score_sum"))
                                .containsExactly("letters feedback gpt-5-mini 1 2500"));
        assertThat(ledger.query("select judge from llm_score")).containsExactly("tests");
    }

    @Test
    void aLabelStandsForAScore() throws Exception {
        String call = ask().getMessage().getHeader(LlmConstants.CALL_ID, String.class);
        judge(Map.of(FeedbackHeaders.CALL_ID, call, FeedbackHeaders.LABEL, "ok", FeedbackHeaders.TASK, "mail"));
        assertThat(ledger.query("select score, label, given_task, judge from llm_score"))
                .containsExactly("5000 ok mail llm-feedback");
    }

    @Test
    void saysWhatIsWrong() {
        String call = ask().getMessage().getHeader(LlmConstants.CALL_ID, String.class);
        expectRefusal(Map.of(FeedbackHeaders.SCORE, "1"), "expected the id of a call");
        expectRefusal(
                Map.of(FeedbackHeaders.CALL_ID, call, FeedbackHeaders.SCORE, "many"),
                "CamelLlmFeedbackScore: expected a number from 0 to 1");
        expectRefusal(
                Map.of(FeedbackHeaders.CALL_ID, call, FeedbackHeaders.SCORE, "7"),
                "score: expected a number from 0 to 1, but it is outside of that");
        expectRefusal(
                Map.of(FeedbackHeaders.CALL_ID, call, FeedbackHeaders.LABEL, "meh"),
                "one of these labels without it: bad, down, good, ok, up");
        expectRefusal(
                Map.of(FeedbackHeaders.CALL_ID, "019aa0c2-0000-7000-8000-000000000000", FeedbackHeaders.SCORE, "1"),
                "the ledger knows no call 019aa0c2-0000-7000-8000-000000000000");
    }
}
