package io.github.camelllm.examples.mapreduce;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.examples.mapreduce.DocumentMapReduce.Settings;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentMapReduceTest {
    private static final Path PROJECT = Path.of("..", "..").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Settings settings(Path inbox, String files, @Nullable String baseUrl, boolean inJava) {
        return new Settings(inbox, files, 5, folder.resolve("summaries"), "simulator/any", baseUrl, 1500, inJava);
    }

    private int run(Settings settings) {
        return new DocumentMapReduce(new PrintStream(bytes, true, StandardCharsets.UTF_8)).run(settings);
    }

    private String output() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private List<String> summaries() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("summaries"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.resolve("summaries").relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyDocumentHasASummaryAndALineInTheIndex(boolean inJava) throws Exception {
        assertThat(run(settings(PROJECT, "docs/*.md,LICENSE", null, inJava)))
                .as(output())
                .isZero();

        List<String> documents;
        try (Stream<Path> files = Files.list(PROJECT.resolve("docs"))) {
            documents = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".md") && !name.equals("simulator.md"))
                    .toList();
        }
        assertThat(summaries()).hasSize(documents.size() + 2).contains("LICENSE.summary.md", "index.md");
        List<String> index = Files.readAllLines(folder.resolve("summaries/index.md"));
        assertThat(index)
                .hasSize(documents.size() + 1)
                .allMatch(line ->
                        line.matches("- \\[.+]\\(.+\\.summary\\.md\\): \\d+ questions, \\d+ tokens in, \\d+ out"));
        assertThat(index)
                .filteredOn(line -> line.startsWith("- [LICENSE]"))
                .first()
                .asString()
                .doesNotContain(": 1 questions");
        assertThat(Files.readString(folder.resolve("summaries/LICENSE.summary.md")))
                .isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDocumentThatFailsHasItsReasonInTheIndexAndTheOthersGoOn(boolean inJava) throws Exception {
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        Files.writeString(inbox.resolve("a.txt"), "[[fault: status=400]] This text is refused.");
        Files.writeString(inbox.resolve("b.txt"), " \n");
        Files.writeString(inbox.resolve("c.txt"), "This text is fine.");

        assertThat(run(settings(inbox, "**/*.txt", null, inJava))).as(output()).isZero();

        assertThat(Files.readAllLines(folder.resolve("summaries/index.md")))
                .hasSize(3)
                .startsWith(
                        "- a.txt: no summary, LlmInvalidRequestException",
                        "- b.txt: no summary, IllegalArgumentException");
        assertThat(summaries()).containsExactly("c.txt.summary.md", "index.md");
    }

    @Test
    void aProviderThatIsBusyIsAskedAgain() throws Exception {
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        Files.writeString(inbox.resolve("c.txt"), "This text is fine.");
        try (Simulator simulator = Simulator.started()) {
            simulator.failNext(2, Fault.parse("status=429;retry-after-ms=3"));

            assertThat(run(settings(inbox, "**/*.txt", simulator.baseUrl(SimulatedDialect.OPENAI), false)))
                    .as(output())
                    .isZero();
            assertThat(simulator.requestCount()).isEqualTo(3);
        }
        assertThat(summaries()).contains("c.txt.summary.md");
    }

    @Test
    void aFolderWithoutDocumentsIsNamed() throws Exception {
        Path inbox = Files.createDirectories(folder.resolve("inbox"));

        assertThat(run(settings(inbox, "**/*.txt", null, false))).isEqualTo(1);
        assertThat(output()).contains("no file is like **/*.txt in " + inbox);
        assertThat(run(settings(folder.resolve("none"), "**/*.txt", null, false)))
                .isEqualTo(1);
        assertThat(output()).contains("inbox: there is no folder");
    }
}
