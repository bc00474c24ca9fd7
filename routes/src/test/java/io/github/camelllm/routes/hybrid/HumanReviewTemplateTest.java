package io.github.camelllm.routes.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.routes.failover.FailoverHeaders;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HumanReviewTemplateTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path folder;

    private TemplateRun run(Dsl dsl) throws Exception {
        return new TemplateRun(Simulator.builder()
                        .responder(Responders.rules()
                                .contains("refund", ScriptedAnswer.text("I am not sure"))
                                .contains("hours", ScriptedAnswer.text("9 to 17"))
                                .build()))
                .with(
                        dsl,
                        "llm-human-review",
                        new HumanReviewTemplate(),
                        "from",
                        "direct:ask",
                        "model",
                        "openai/gpt-5-mini",
                        "reviews",
                        "file:" + folder.resolve("open"),
                        "review",
                        "${body} contains 'not sure'")
                .with(
                        dsl,
                        "llm-human-review-decisions",
                        new HumanReviewDecisionsTemplate(),
                        "from",
                        "file:" + folder.resolve("decided") + "?initialDelay=0&delay=50",
                        "to",
                        "mock:answers",
                        "rejected",
                        "mock:rejected",
                        "invalid",
                        "mock:invalid")
                .start();
    }

    private ObjectNode document(Exchange done) throws Exception {
        String id = done.getMessage().getHeader(HybridHeaders.REVIEW_ID, String.class);
        return (ObjectNode)
                MAPPER.readTree(folder.resolve("open").resolve(id + ".json").toFile());
    }

    /** As a person does: edits the document and moves it, whole, to the folder of those decided. */
    private void decide(JsonNode document) throws Exception {
        Path edited = Files.write(folder.resolve("edited.json"), MAPPER.writeValueAsBytes(document));
        Files.createDirectories(folder.resolve("decided"));
        Files.move(edited, folder.resolve("decided").resolve(document.path("id").asText("unknown") + ".json"));
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void letsASureAnswerGoOn(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl)) {
            Exchange done = run.ask("direct:ask", "Opening hours?");

            assertThat(done.getMessage().getBody()).isEqualTo("9 to 17");
            assertThat(done.getMessage().getHeader(HybridHeaders.REVIEW_ID)).isNull();
            assertThat(folder.resolve("open"))
                    .satisfiesAnyOf(open -> assertThat(open).doesNotExist(), open -> assertThat(open)
                            .isEmptyDirectory());
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void takesUpWhatAPersonHasChanged(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl)) {
            Exchange done = run.ask("direct:ask", "My refund?", Map.of(FailoverHeaders.CORRELATION_ID, "case-7"));
            assertThat(done.getException()).isNull();
            assertThat(done.getMessage().getBody()).isEqualTo("");
            ObjectNode document = document(done);
            assertThat(document.path("question").asText()).isEqualTo("My refund?");
            assertThat(document.path("answer").asText()).isEqualTo("I am not sure");
            assertThat(document.path("reason").asText()).isEqualTo("unsure");
            assertThat(document.path("model").asText()).isEqualTo("openai/gpt-5-mini");

            MockEndpoint answers = run.mock("answers");
            answers.expectedBodiesReceived("It was sent on Monday");
            decide(document.put("decision", "Changed")
                    .put("answer", "It was sent on Monday")
                    .put("reviewer", "ana"));
            answers.assertIsSatisfied(20_000);

            Message answer = answers.getExchanges().get(0).getMessage();
            assertThat(answer.getHeaders())
                    .containsEntry(HybridHeaders.REVIEW_DECISION, "changed")
                    .containsEntry(HybridHeaders.REVIEWER, "ana")
                    .containsEntry(FailoverHeaders.CORRELATION_ID, "case-7");
            assertThat(answers.getExchanges().get(0).getVariable("llmQuestion")).isEqualTo("My refund?");
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void givesAFilteredPromptToAPerson(Dsl dsl) throws Exception {
        try (TemplateRun run = run(dsl)) {
            run.simulator().failNext(Fault.parse("prompt-filtered"));

            Exchange done = run.ask("direct:ask", "My refund?");

            ObjectNode document = document(done);
            assertThat(document.path("reason").asText()).isEqualTo("filtered");
            assertThat(document.path("answer").asText()).isEmpty();
            run.mock("rejected").expectedMessageCount(1);
            decide(document.put("decision", "rejected"));
            run.mock("rejected").assertIsSatisfied(20_000);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "YAML|{\"id\":\"a\",\"question\":\"q\",\"answer\":\"secret\",\"decision\":\"\"}|still empty",
                "JAVA|{\"id\":\"a\",\"question\":\"q\",\"answer\":\"secret\",\"decision\":\"perhaps\"}|[approved, changed, rejected]",
                "YAML|{\"id\":\"a\",\"question\":\"q\",\"answer\":\" \",\"decision\":\"approved\"}|expected an answer",
                "JAVA|{\"id\":\"a\",\"answer\":\"secret\",\"decision\":\"approved\"}|text in 'question'",
                "YAML|{\"answer\":\"secret\"|got no JSON",
                "JAVA|[\"secret\"]|got no JSON object"
            })
    void putsAsideWhatIsNoDecision(Dsl dsl, String document, String problem) throws Exception {
        try (TemplateRun run = run(dsl)) {
            MockEndpoint invalid = run.mock("invalid");
            invalid.expectedMessageCount(1);
            Files.createDirectories(folder.resolve("decided"));
            Files.move(
                    Files.writeString(folder.resolve("edited.json"), document),
                    folder.resolve("decided").resolve("a.json"));
            invalid.assertIsSatisfied(20_000);

            Message aside = invalid.getExchanges().get(0).getMessage();
            assertThat(aside.getHeader("LlmReviewProblem", String.class))
                    .contains(problem)
                    .doesNotContain("secret");
        }
    }

    @Test
    void isAStepOfARouteAsKamelet() throws Exception {
        try (TemplateRun run = new TemplateRun(
                        Simulator.builder().responder(Responders.always(ScriptedAnswer.text("I am not sure"))))
                .with(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:in")
                                .to("kamelet:llm-human-review-action?model=openai/gpt-5-mini&reviews=mock:reviews"
                                        + "&review=RAW(${body} contains 'not sure')");
                    }
                })
                .start()) {
            run.mock("reviews").expectedMessageCount(1);
            assertThat(run.ask("direct:in", "Hi").getMessage().getBody()).isEqualTo("");
            run.mock("reviews").assertIsSatisfied();
        }
    }
}
