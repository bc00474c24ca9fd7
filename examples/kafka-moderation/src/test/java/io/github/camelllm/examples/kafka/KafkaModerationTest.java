package io.github.camelllm.examples.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaModerationTest {
    @TempDir
    Path folder;

    private Settings settings(Map<String, String> properties) {
        return Settings.of(name -> name.equals("workdir") ? folder.toString() : properties.get(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yaml", "java"})
    void givesEachCommentOneVerdictOrAReason(String route) throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Files.writeString(folder.resolve("mine.txt"), "not the example's");
        int status = new KafkaModeration(
                        settings(Map.of("route", route, "comments", "130")),
                        new PrintStream(said, true, StandardCharsets.UTF_8))
                .run();
        String output = said.toString(StandardCharsets.UTF_8);

        assertThat(status).as(output).isZero();
        try (Database database = Database.open(folder.resolve("moderation"))) {
            assertThat(database.query("select count(*), count(distinct message_id) from llm_results"))
                    .containsExactly(List.of("130", "130"));
            List<List<String>> dead = database.query("select reason from llm_results where status = 'dead-letter'");
            assertThat(dead).hasSize(130 / Comments.TOO_LONG_EVERY);
            assertThat(dead.get(0).get(0)).contains("simulator").doesNotContain("bus lane");
            int blocked = database.query("select 1 from llm_results where answer like '%blocked%'")
                    .size();
            int review = database.query("select 1 from llm_results where answer like '%review%'")
                    .size();
            assertThat(blocked).isPositive();
            assertThat(review).isPositive();
            assertThat(output)
                    .containsPattern("allowed +" + (130 - dead.size() - blocked - review) + "\n")
                    .containsPattern("blocked +" + blocked + "\n")
                    .containsPattern("review +" + review + "\n")
                    .containsPattern("dead letter +2\n");
        }
        assertThat(folder.resolve("mine.txt")).exists();
    }

    @Test
    void commentsAreAlwaysTheSameOnes() {
        assertThat(Comments.text(5)).isEqualTo(Comments.text(5)).isNotEqualTo(Comments.text(6));
        assertThat(Comments.reader(5)).isEqualTo(Comments.reader(5));
    }

    @ParameterizedTest
    @CsvSource({
        "route, xml, 'route: expected yaml or java, got xml'",
        "llm, openai, 'llm: expected provider/model, got openai'",
        "comments, many, 'comments: expected 1 to 100000, got many'",
        "comments, 0, 'comments: expected 1 to 100000, got 0'"
    })
    void saysWhatIsWrongWithASetting(String name, String value, String message) {
        assertThatThrownBy(() -> settings(Map.of(name, value))).hasMessage(message);
    }
}
