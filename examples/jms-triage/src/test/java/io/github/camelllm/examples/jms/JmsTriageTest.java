package io.github.camelllm.examples.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JmsTriageTest {
    @TempDir
    Path folder;

    private Settings settings(Map<String, String> properties) {
        return Settings.of(name -> name.equals("workdir") ? folder.toString() : properties.get(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yaml", "java"})
    void sortsEachTicketOnceAndPutsUrgentOnesOnTheirOwnQueue(String route) throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Files.writeString(folder.resolve("mine.txt"), "not the example's");
        int status = new JmsTriage(
                        settings(Map.of("route", route, "tickets", "200")),
                        new PrintStream(said, true, StandardCharsets.UTF_8))
                .run();
        String output = said.toString(StandardCharsets.UTF_8);

        assertThat(status).as(output).isZero();
        int dead = Tickets.tooLong(200);
        try (Database database = Database.start(folder.resolve("triage"))) {
            List<List<String>> rows = database.query("select message_id, answer from llm_results");
            assertThat(rows).hasSize(200 - dead);
            int urgent = 0;
            for (List<String> row : rows) {
                urgent += Triage.of(row.get(1)).urgency().equals("high") ? 1 : 0;
            }
            assertThat(urgent).isBetween(20, 180);
            assertThat(output)
                    .containsPattern("tickets.urgent +" + urgent + "\n")
                    .containsPattern("tickets.sorted +" + (200 - dead - urgent) + "\n")
                    .containsPattern("tickets.dead-letter +" + dead + "\n");
        }
        assertThat(folder.resolve("mine.txt")).exists();
    }

    @ParameterizedTest
    @CsvSource({
        "route, xml, 'route: expected yaml or java, got xml'",
        "llm, openai, 'llm: expected provider/model, got openai'",
        "tickets, many, 'tickets: expected 1 to 100000, got many'",
        "workers, 0, 'workers: expected 1 to 20, got 0'",
        "workers, 21, 'workers: expected 1 to 20, got 21'"
    })
    void saysWhatIsWrongWithASetting(String name, String value, String message) {
        assertThatThrownBy(() -> settings(Map.of(name, value))).hasMessage(message);
    }
}
