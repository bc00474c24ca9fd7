package io.github.camelllm.examples.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FourNodesTest {
    @TempDir
    Path folder;

    /** The budget is enough for about 23 of the 39 questions that are asked at least. */
    @Test
    void nodesKeepTheirCommonLimitAndBudgetThoughOneIsKilled() throws Exception {
        keepsLimitAndBudget(Map.of("route", "yaml"));
        assertThat(folder.resolve("redis/appendonly.aof")).exists();
    }

    @Test
    void nodesInJavaShareAnotherRedis() throws Exception {
        try (Redis redis = Redis.start(folder.resolve("another"))) {
            keepsLimitAndBudget(Map.of("route", "java", "redis", redis.uri()));
        }
        assertThat(folder.resolve("redis")).doesNotExist();
    }

    /** The budget is enough for about 23 of the 39 questions that are asked at least. */
    private void keepsLimitAndBudget(Map<String, String> how) throws Exception {
        Map<String, String> given =
                new HashMap<>(Map.of("nodes", "2", "questions", "30", "budget", "0.003", "workdir", folder.toString()));
        given.putAll(how);
        ByteArrayOutputStream said = new ByteArrayOutputStream();

        int status = new FourNodes(Settings.of(given::get), new PrintStream(said, true, StandardCharsets.UTF_8)).run();

        String output = said.toString(StandardCharsets.UTF_8);
        assertThat(status).as(output).isZero();
        assertThat(output)
                .contains("2 nodes share one limit", "node-2 was killed half-way (kill -9).")
                .containsPattern("(?m)^node-1 .* s$")
                .containsPattern("(?m)^node-2 .* killed$")
                .containsPattern(
                        "429s=0 used=\\d+\\.\\d% budget=0\\.0030 spent=0\\.00(2\\d|30) overspent=0 saved=0\\.0\\d{3} \\(USD\\)");
        // asked, from the cache, over the budget, failed, 429s
        List<Integer> first = numbers(output, "node-1");
        List<Integer> second = numbers(output, "node-2");
        assertThat(first.get(0) + first.get(1) + first.get(2)).as(output).isEqualTo(30);
        assertThat(first.get(1) + second.get(1)).as("from the cache: " + output).isPositive();
        assertThat(first.get(2) + second.get(2))
                .as("over the budget: " + output)
                .isPositive();
        assertThat(first.get(3) + second.get(3)).as("failed: " + output).isZero();
        assertThat(Files.readString(folder.resolve("node-1.log"))).doesNotContain("ERROR");
    }

    private static List<Integer> numbers(String output, String node) {
        String row = output.lines()
                .filter(line -> line.startsWith(node + "  "))
                .findFirst()
                .orElseThrow();
        return List.of(row.split(" +")).subList(1, 6).stream()
                .map(Integer::valueOf)
                .toList();
    }

    @Test
    void twentySixOfSeventyQuestionsAreAskedAtEveryNode() throws Exception {
        Set<String> common = new HashSet<>(Questions.of(1, 70));
        assertThat(common).hasSize(70);
        common.retainAll(Questions.of(2, 70));
        assertThat(common).hasSize(26);
        common.retainAll(Questions.of(4, 70));
        assertThat(common).hasSize(26);
        assertThat(Questions.of(3, 70)).isEqualTo(Questions.of(3, 70));
    }

    @Test
    void aLineIsReadAsItWasWritten() {
        CallLine line = new CallLine(
                CallLine.Kind.ANSWERED, 1_200, 1_764_127_000_123L, new BigDecimal("0.000123"), BigDecimal.ZERO);
        assertThat(CallLine.parse(line.toString())).contains(line);
        assertThat(CallLine.parse(line.toString().substring(0, 30))).isEmpty();
        assertThat(CallLine.parse("ready")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "route, xml, 'route: expected yaml or java, got xml'",
        "llm, gpt, 'llm: expected provider/model, got gpt'",
        "redis, localhost:6379, 'redis: expected a URI such as redis://localhost:6379'",
        "nodes, 0, 'nodes: expected 1 to 16, got 0'",
        "questions, 1000, 'questions: expected 1 to 900, got 1000'",
        "budget, 0.00, 'budget: expected US dollars such as 0.02, got 0.00'",
    })
    void saysWhichOptionIsWrong(String name, String value, String message) {
        assertThatThrownBy(() -> Settings.of(Map.of(name, value)::get))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
