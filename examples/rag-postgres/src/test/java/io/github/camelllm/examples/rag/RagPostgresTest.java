package io.github.camelllm.examples.rag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RagPostgresTest {
    private static EmbeddedPostgres server;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeAll
    static void startServer() throws Exception {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @BeforeEach
    void forgetOtherTests() throws Exception {
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("drop table if exists llm_chunks");
        }
    }

    private int run(Map<String, String> more) throws Exception {
        Map<String, String> properties = new HashMap<>(Map.of("db", server.getJdbcUrl("postgres", "postgres")));
        properties.putAll(more);
        out.reset();
        return new RagPostgres(
                        Settings.of(name -> properties.getOrDefault(name, "")),
                        new PrintStream(out, true, StandardCharsets.UTF_8))
                .run();
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yaml", "java"})
    void answersAllQuestionsAboutTheDocsWithSources(String route) throws Exception {
        int status = run(Map.of("route", route));

        assertThat(printed())
                .contains("Every question was answered.")
                .containsPattern("\\* \\[\\d] 0\\.\\d\\d  [a-z-]+\\.md, part \\d+")
                .doesNotContain("The documents do not tell.");
        assertThat(printed().lines().filter(line -> line.startsWith("Q  "))).hasSize(12);
        assertThat(status).isZero();
    }

    @Test
    void findsTheRightDocumentAndEmbedsNothingTwice() throws Exception {
        Files.writeString(folder.resolve("camels.md"), "# Humps\n\nCamels store fat in their humps.\n");
        Files.createDirectory(folder.resolve("sea"));
        Files.writeString(folder.resolve("sea/ships.txt"), "Ships carry containers over the sea.");
        Map<String, String> question = Map.of("inbox", folder.toString(), "ask", "What do camels store in humps?");

        assertThat(run(question)).isZero();
        assertThat(printed())
                .contains("2 documents, 2 chunks, 2 of them embedded now; 0 chunks of deleted documents removed.")
                .contains("A  Camels store fat in their humps. [1]")
                .contains("* [1]")
                .contains("camels.md, part 1: Humps");

        Files.delete(folder.resolve("sea/ships.txt"));
        assertThat(run(question)).isZero();
        assertThat(printed())
                .contains("1 documents, 1 chunks, 0 of them embedded now; 1 chunks of deleted documents removed.");
    }

    @Test
    void saysSoWhenTheDocumentsDoNotTell() throws Exception {
        Files.writeString(folder.resolve("camels.md"), "Camels store fat in their humps.");

        assertThat(run(Map.of("inbox", folder.toString(), "ask", "Quarterly revenue?")))
                .isZero();
        assertThat(printed()).contains("A  The documents do not tell.");
    }

    @Test
    void startsAServerOfItsOwnAndKeepsItsData() throws Exception {
        Files.createDirectory(folder.resolve("inbox"));
        Files.writeString(folder.resolve("inbox/camels.md"), "Camels store fat in their humps.");
        Map<String, String> own = Map.of(
                "db",
                "",
                "workdir",
                folder.resolve("work").toString(),
                "inbox",
                folder.resolve("inbox").toString(),
                "ask",
                "What do camels store?");

        assertThat(run(own)).isZero();
        assertThat(printed()).contains("a server started for this run", "1 of them embedded now");
        assertThat(run(own)).isZero();
        assertThat(printed()).contains("0 of them embedded now");
    }

    @Test
    void stopsWithOneLineIfNothingCanBeDone() throws Exception {
        assertThat(run(Map.of("inbox", folder.toString()))).isEqualTo(1);
        assertThat(printed()).contains("Nothing done. inbox: expected 1 to 10000 files .md or .txt");
        Files.write(folder.resolve("latin.txt"), new byte[] {'a', (byte) 0xe9});
        assertThat(run(Map.of("inbox", folder.toString(), "ask", "a"))).isEqualTo(1);
        assertThat(printed()).contains("Stopped while indexing: latin.txt: expected UTF-8 text");
        assertThat(run(Map.of("db", "jdbc:postgresql://localhost:1/none?user=u&password=secret")))
                .isEqualTo(1);
        assertThat(printed()).contains("Nothing done.").doesNotContain("secret");
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> run(Map.of("route", "xml"))).hasMessage("route: expected yaml or java, got xml");
        assertThatThrownBy(() -> run(Map.of("llm", "gpt"))).hasMessage("llm: expected provider/model, got gpt");
        assertThatThrownBy(() -> run(Map.of("inbox", "/no/such"))).hasMessageContaining("inbox: there is no folder");
        assertThatThrownBy(() -> run(Map.of("db", "mysql://x?password=secret")))
                .hasMessageContaining("db: expected jdbc:postgresql:")
                .hasMessageNotContaining("secret");
    }
}
