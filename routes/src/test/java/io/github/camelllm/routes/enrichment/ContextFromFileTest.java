package io.github.camelllm.routes.enrichment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.TemplateRun;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContextFromFileTest {
    private final TemplateRun run = new TemplateRun(Responders.echo());

    @TempDir
    private Path folder;

    @BeforeEach
    void files() throws Exception {
        Files.writeString(folder.resolve("prices.md"), "Oak chair: 40 euros & 50 cents. Größe 7.");
        Files.writeString(folder.resolve("terms 2026.txt"), "Thirty days net.");
        Files.createDirectory(folder.resolve("sub"));
        Files.writeString(folder.resolve("sub").resolve("hidden.md"), "hidden");
    }

    @AfterEach
    void close() {
        run.close();
    }

    private void start(Dsl dsl, String file) throws Exception {
        start(dsl, file, 60_000);
    }

    private void start(Dsl dsl, String file, int timeout) throws Exception {
        run.route(
                dsl,
                "llm-context-from-file",
                new ContextFromFileTemplate(),
                Map.of(
                        "model", "openai/gpt-5-mini",
                        "directory", folder,
                        "file", file,
                        "timeout", timeout,
                        "maxBytes", 100));
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void putsTheFileBeforeTheQuestion(Dsl dsl) throws Exception {
        start(dsl, "prices.md");

        Exchange exchange = run.send("What is an oak chair?");

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getBody())
                .isEqualTo("Oak chair: 40 euros & 50 cents. Größe 7.\n\nQuestion: What is an oak chair?");
        assertThat(run.asked(0)).startsWith("Answer from the reference material alone.");
        assertThat(exchange.getVariable("llmContext")).isNull();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void choosesTheFileByTheMessageAndReadsItAnewEachTime(Dsl dsl) throws Exception {
        start(dsl, "${header.topic}");

        assertThat(run.send("direct:in", "?", Map.of("topic", "terms 2026.txt"))
                        .getMessage()
                        .getBody(String.class))
                .startsWith("Thirty days net.");
        Files.writeString(folder.resolve("terms 2026.txt"), "Ten days net.");
        assertThat(run.send("direct:in", "?", Map.of("topic", "terms 2026.txt"))
                        .getMessage()
                        .getBody(String.class))
                .startsWith("Ten days net.");
        assertThat(folder.resolve("terms 2026.txt")).exists();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void failsAfterTheTimeoutIfThereIsNoSuchFile(Dsl dsl) throws Exception {
        start(dsl, "${header.topic}", 200);

        Exchange exchange = run.send("direct:in", "the question", Map.of("topic", "none.md"));

        assertThat(exchange.getException()).hasMessageContaining("expected the file none.md, found none");
        assertThat(exchange.getMessage().getBody()).isEqualTo("the question");
        assertThat(run.simulator().requestCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void refusesNamesThatLeadOutOfTheFolderOrBringOptions(Dsl dsl) throws Exception {
        start(dsl, "${header.topic}");

        for (String name :
                List.of("../x", "sub/hidden.md", "/etc/passwd", "..", "prices.md&delete=true", "a)&b=(c", "")) {
            assertThat(run.send("direct:in", "?", Map.of("topic", name)).getException())
                    .as(name)
                    .isNotNull()
                    .hasMessageContaining("Validation failed");
        }
        assertThat(folder.resolve("prices.md")).exists();
        assertThat(run.simulator().requestCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void refusesAFileThatIsTooLargeForAPrompt(Dsl dsl) throws Exception {
        Files.writeString(folder.resolve("prices.md"), "x".repeat(101), StandardCharsets.UTF_8);
        start(dsl, "prices.md");

        assertThat(run.send("?").getException())
                .hasMessageContaining("expected at most 100 bytes, got 101 in prices.md");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void keepsTheQuestionWhenTheProviderFails(Dsl dsl) throws Exception {
        start(dsl, "prices.md");
        run.simulator().failNext(Fault.status(503));

        Exchange exchange = run.send("What is an oak chair?");

        assertThat(exchange.getException()).isInstanceOf(LlmUnavailableException.class);
        assertThat(exchange.getMessage().getBody()).isEqualTo("What is an oak chair?");
    }

    @ParameterizedTest
    @EnumSource(Dsl.class)
    void answersManyQuestionsAboutOneFileAtATime(Dsl dsl) throws Exception {
        start(dsl, "prices.md");
        run.simulator().failNext(6, Fault.parse("stall=head"));

        List<CompletableFuture<Exchange>> sent = IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> run.send("Question " + i), runnable -> {
                    Thread thread = new Thread(runnable, "question-" + i);
                    thread.setDaemon(true);
                    thread.start();
                }))
                .toList();

        // All six are with the provider: none waits for another's answer to let the file go
        assertThat(run.simulator().awaitRequests(6, Duration.ofMinutes(1))).isTrue();
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            run.simulator().releaseStalls();
            return sent.stream().allMatch(CompletableFuture::isDone);
        });
    }

    @Test
    void isOneStepAsAKamelet() throws Exception {
        run.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .to("kamelet:llm-context-from-file-action?model=openai/gpt-5-mini&file=prices.md&directory="
                                + folder);
            }
        });
        run.context().start();

        assertThat(run.send("Chair?").getMessage().getBody(String.class)).startsWith("Oak chair: 40 euros");
    }
}
