package io.github.camelllm.examples.csvenrichment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.examples.csvenrichment.Settings.Routes;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CsvEnrichmentTest {
    private static final long ROWS = 400;

    @TempDir
    Path work;

    private record Outcome(int status, String output) {}

    private Outcome run(Routes routes, Optional<String> baseUrl, Optional<Path> input) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        int status = new CsvEnrichment(new Settings(input, work, ROWS, "simulator/any", baseUrl, routes, 8), out).run();
        return new Outcome(status, bytes.toString(StandardCharsets.UTF_8));
    }

    private List<String> query(String sql) throws SQLException {
        try (Database database = Database.open(work)) {
            return database.query(sql);
        }
    }

    private List<Long> deadLetters() throws Exception {
        List<Long> records = new ArrayList<>();
        try (Stream<Path> files = Files.list(work.resolve("dead-letter"))) {
            for (Path file : files.toList()) {
                for (String line : Files.readAllLines(file)) {
                    records.add(new ObjectMapper().readTree(line).get("record").longValue());
                }
            }
        }
        return records;
    }

    @ParameterizedTest
    @EnumSource(Routes.class)
    void everyGoodRowIsEnrichedOnceAndEveryBadOneIsADeadLetter(Routes routes) throws Exception {
        Outcome first = run(routes, Optional.empty(), Optional.empty());
        Outcome second = run(routes, Optional.empty(), Optional.empty());

        assertThat(first.status()).as(first.output()).isZero();
        assertThat(query("select record from feedback order by record"))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, ROWS)
                        .filter(row -> !SampleFeedback.isBroken(row))
                        .mapToObj(String::valueOf)
                        .toList());
        assertThat(deadLetters()).containsExactlyInAnyOrder(97L, 194L, 291L, 388L);
        assertThat(query("select distinct category from feedback")).hasSizeGreaterThan(1);
        assertThat(Files.readString(work.resolve("enriched.csv")).split("\r\n"))
                .hasSize((int) (ROWS - SampleFeedback.broken(ROWS) + 1))
                .startsWith("ID,RECEIVED,CHANNEL,CUSTOMER,TEXT,CATEGORY,SENTIMENT,SUMMARY");
        assertThat(second.status()).as(second.output()).isZero();
        assertThat(second.output())
                .containsPattern("finished by earlier runs +400")
                .containsPattern("asked about now +0");
    }

    @Test
    void aProviderThatIsBusyIsAskedAgain() throws Exception {
        try (Simulator simulator = Simulator.started()) {
            simulator.failNext(20, Fault.parse("status=429;retry-after-ms=3"));

            Outcome outcome =
                    run(Routes.YAML, Optional.of(simulator.baseUrl(SimulatedDialect.OPENAI)), Optional.empty());

            assertThat(outcome.status()).as(outcome.output()).isZero();
            assertThat(deadLetters()).hasSize(4);
            assertThat(simulator.requestCount()).isEqualTo(ROWS - 4 + 20);
        }
    }

    @Test
    void aProviderThatRefusesTheKeyStopsTheRunAndTheNextOneGoesOn() throws Exception {
        try (Simulator simulator = Simulator.started()) {
            Optional<String> url = Optional.of(simulator.baseUrl(SimulatedDialect.OPENAI));
            simulator.failNext(1000, Fault.status(401));
            Outcome refused = run(Routes.YAML, url, Optional.empty());

            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.output()).contains("Run it again to go on");
        }
        Outcome next = run(Routes.YAML, Optional.empty(), Optional.empty());

        assertThat(next.status()).as(next.output()).isZero();
        assertThat(query("select count(*) from feedback")).containsExactly("396");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThat(run(Routes.YAML, Optional.empty(), Optional.of(work.resolve("none.csv")))
                        .output())
                .contains("input: there is no file");
    }

    @Test
    void killedAtSeededPointsNoRowIsLostAndNoneIsThereTwice() throws Exception {
        KillRuns.Outcome outcome = new KillRuns(work, 450, 7).run(3);

        assertThat(outcome.line())
                .as("%s", outcome.notes())
                .isEqualTo("splitting: 3 kills, passed 3, failed 0, lost 0, doubled 0");
    }

    @Test
    void aFileFarLargerThanItsPartsInMemoryComesOutWhole() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        assertThat(LargeFile.run(4, new PrintStream(bytes, true, StandardCharsets.UTF_8)))
                .as(bytes.toString(StandardCharsets.UTF_8))
                .isTrue();
    }
}
