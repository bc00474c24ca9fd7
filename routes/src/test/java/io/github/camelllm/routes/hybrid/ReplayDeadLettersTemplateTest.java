package io.github.camelllm.routes.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.failover.FailoverHeaders;
import io.github.camelllm.routes.failover.RetryDeadLetterTemplate;
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
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReplayDeadLettersTemplateTest {
    @TempDir
    Path folder;

    private TemplateRun questions(Dsl dsl, String deadLetter) throws Exception {
        return new TemplateRun(Simulator.builder().responder(Responders.always(ScriptedAnswer.text("at last"))))
                .with(
                        dsl,
                        "llm-retry-dead-letter",
                        new RetryDeadLetterTemplate(),
                        "from",
                        "direct:ask",
                        "model",
                        "openai/gpt-5-mini",
                        "to",
                        "mock:answers",
                        "deadLetter",
                        deadLetter,
                        "redeliveries",
                        "0");
    }

    private static TemplateRun replay(TemplateRun run, Dsl dsl, String from, String to, String files) throws Exception {
        return run.with(
                dsl,
                "llm-replay-dead-letters",
                new ReplayDeadLettersTemplate(),
                "from",
                from,
                "to",
                to,
                "parked",
                "mock:parked",
                "files",
                files,
                "rate",
                "100",
                "maximumReplays",
                "2");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void sendsAFolderOfDeadLettersBackWithTheirHeaders(Dsl dsl) throws Exception {
        try (TemplateRun run = questions(dsl, "direct:dead")
                .with(
                        dsl,
                        "llm-dead-letter-file",
                        new DeadLetterFileTemplate(),
                        "from",
                        "direct:dead",
                        "folder",
                        folder.toString())
                .start()) {
            run.simulator().failNext(5, Fault.parse("status=503"));
            for (int i = 0; i < 5; i++) {
                Exchange done = run.ask(
                        "direct:ask", "Question " + i, Map.of("order", i, LlmConstants.SYSTEM_MESSAGE, "Be brief"));
                assertThat(done.getException()).isNull();
            }
            assertThat(folder).isDirectoryContaining("glob:**.json");
            MockEndpoint answers = run.mock("answers");
            answers.expectedMessageCount(5);

            replay(run, dsl, "file:" + folder + "?initialDelay=0&delay=50", "direct:ask", "true");

            answers.assertIsSatisfied(20_000);
            assertThat(answers.getExchanges())
                    .extracting(exchange -> exchange.getMessage().getHeader("order"))
                    .containsExactlyInAnyOrder(0, 1, 2, 3, 4);
            assertThat(answers.getExchanges())
                    .allSatisfy(exchange -> assertThat(exchange.getMessage().getHeaders())
                            .containsEntry(LlmConstants.SYSTEM_MESSAGE, "Be brief")
                            .containsEntry(FailoverHeaders.REPLAYS, 1)
                            .doesNotContainKey(FailoverHeaders.FAILURE));
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void parksWhatHasBeenSentBackTooOften(Dsl dsl) throws Exception {
        try (TemplateRun run = replay(
                        questions(dsl, "seda:dead?waitForTaskToComplete=Never"),
                        dsl,
                        "seda:dead",
                        "direct:ask",
                        "false")
                .start()) {
            run.simulator().failNext(3, Fault.parse("status=503"));
            MockEndpoint parked = run.mock("parked");
            parked.expectedBodiesReceived("Hi");

            run.ask("direct:ask", "Hi");

            parked.assertIsSatisfied(20_000);
            Message left = parked.getExchanges().get(0).getMessage();
            assertThat(left.getHeader(FailoverHeaders.REPLAYS)).isEqualTo(2);
            assertThat(left.getHeader(FailoverHeaders.FAILURE)).isEqualTo("LlmUnavailableException");
            assertThat(run.simulator().requestCount()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void parksAFileThatIsNoDeadLetter(Dsl dsl) throws Exception {
        Files.writeString(folder.resolve("notes.txt"), "remember the milk");
        try (TemplateRun run = new TemplateRun(Simulator.builder())) {
            MockEndpoint parked = run.mock("parked");
            parked.expectedMessageCount(1);
            replay(run, dsl, "file:" + folder + "?noop=true&initialDelay=0&delay=50", "mock:back", "true")
                    .start();

            parked.assertIsSatisfied(20_000);
            Message left = parked.getExchanges().get(0).getMessage();
            assertThat(left.getHeader(FailoverHeaders.FAILURE_MESSAGE, String.class))
                    .contains("got no JSON")
                    .doesNotContain("milk");
            assertThat(left.getBody(String.class)).isEqualTo("remember the milk");
        }
    }

    @Test
    void writesAFolderAsKamelet() throws Exception {
        try (TemplateRun run = questions(
                        Dsl.YAML, "kamelet:llm-dead-letter-file-sink?noErrorHandler=true&folder=" + folder)
                .start()) {
            run.simulator().failNext(Fault.parse("status=400"));

            assertThat(run.ask("direct:ask", "Hi").getException()).isNull();

            try (var files = Files.list(folder)) {
                assertThat(files.toList()).singleElement().satisfies(file -> assertThat(Files.readString(file))
                        .contains("\"LlmFailure\" : \"LlmInvalidRequestException\"")
                        .contains("\"body\" : \"Hi\""));
            }
        }
    }

    @Test
    void keepsBytesAndPlainHeadersThroughARecord() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(context);
            byte[] bytes = {0, 1, -1, 127};
            exchange.getMessage().setBody(bytes);
            exchange.getMessage().setHeader("count", 7);
            exchange.getMessage().setHeader("urgent", true);
            exchange.getMessage().setHeader("CamelFileName", "secret.txt");
            exchange.getMessage().setHeader("object", new Object());
            DeadLetterRecord record = new DeadLetterRecord();

            record.process(exchange);
            Exchange back = new DefaultExchange(context);
            back.getMessage().setBody(exchange.getMessage().getBody());
            record.read(back);

            assertThat(back.getMessage().getBody(byte[].class)).isEqualTo(bytes);
            assertThat(back.getMessage().getHeaders()).containsOnly(Map.entry("count", 7), Map.entry("urgent", true));
        }
    }

    @Test
    void saysWhatARecordLacks() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(context);
            exchange.getMessage().setBody("{\"body\": \"Hi\"}");

            assertThatThrownBy(() -> new DeadLetterRecord().read(exchange))
                    .hasMessageContaining("'headers' and 'body'");
            assertThat(exchange.getMessage().getBody()).isEqualTo("{\"body\": \"Hi\"}");
        }
    }
}
