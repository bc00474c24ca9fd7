package io.github.camelllm.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.examples.quickstart.Runs.Outcome;
import io.github.camelllm.examples.quickstart.Settings.Routes;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.RetryHint;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the routes do when the provider is busy, away, or does not let us in. */
class ProviderTroubleTest {
    @TempDir
    Path folder;

    private Path inbox;
    private Path work;

    @BeforeEach
    void threeFiles() throws IOException {
        inbox = Files.createDirectory(folder.resolve("inbox"));
        work = folder.resolve("work");
        for (String name : new String[] {"a.txt", "b.txt", "c.md"}) {
            Files.writeString(inbox.resolve(name), "A hailstorm broke two windows of our warehouse, see file " + name);
        }
    }

    private Outcome run(Simulator simulator, int redeliveries, boolean retry) {
        return Runs.run(new Settings(
                inbox,
                work,
                Routes.YAML,
                Optional.of("simulator"),
                Optional.of(simulator.baseUrl(SimulatedDialect.OPENAI)),
                1,
                redeliveries,
                retry));
    }

    @Test
    void asksAgainWhenTheProviderIsBusyAfterTheWaitItAsksFor() throws Exception {
        try (Simulator simulator = Simulator.started()) {
            simulator.failNext(2, Fault.status(429, RetryHint.seconds(0)));

            Outcome outcome = run(simulator, 2, false);

            assertThat(outcome.status()).as(outcome.output()).isZero();
            assertThat(outcome.output()).contains("3 files: 3 in the table, 0 in the dead-letter folder");
            assertThat(outcome.output()).contains("3 answers, 2 failed calls");
            assertThat(simulator.requestCount()).isEqualTo(5);
        }
    }

    @Test
    void fileGoesToDeadLettersWhenTheProviderStaysAwayAndIsTakenUpAgainOnDemand() throws Exception {
        try (Simulator simulator = Simulator.started()) {
            simulator.failNext(Fault.status(503));

            Outcome outcome = run(simulator, 0, false);

            assertThat(outcome.status()).as(outcome.output()).isZero();
            assertThat(outcome.output()).contains("3 files: 2 in the table, 1 in the dead-letter folder");
            assertThat(Runs.query(work, "select reason from files where status = 'dead-letter'")
                            .get(0))
                    .contains("503");
            assertThat(run(simulator, 0, false).output()).contains("This run: 0 files");
            assertThat(run(simulator, 0, true).output())
                    .contains("3 files: 3 in the table, 0 in the dead-letter folder")
                    .contains("This run: 1 files, 1 answers");
        }
    }

    @Test
    void refusedKeyStopsTheRunWithOneLineAndLeavesTheFilesForTheNextOne() throws Exception {
        try (Simulator strict = Simulator.builder().apiKeys("sk-right").build().start()) {
            Outcome outcome = run(strict, 5, false);

            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.output().lines().filter(line -> line.startsWith("Stopped: ")))
                    .singleElement()
                    .asString()
                    .contains("401");
            assertThat(outcome.output()).contains("0 files: 0 in the table, 0 in the dead-letter folder");
        }
        try (Simulator simulator = Simulator.started()) {
            assertThat(run(simulator, 5, false).output())
                    .contains("3 files: 3 in the table, 0 in the dead-letter folder");
        }
    }

    @Test
    void unknownModelStopsTheRun() throws Exception {
        try (Simulator simulator = Simulator.builder()
                .models("other")
                .onlyListedModels(true)
                .build()
                .start()) {
            Outcome outcome = run(simulator, 5, false);

            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.output()).contains("Stopped: ").contains("0 in the dead-letter folder");
        }
    }

    @Test
    void failsIfNoAnswerCameAtAll() {
        Simulator away = Simulator.started();
        away.close();

        Outcome outcome = run(away, 0, false);

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.output()).contains("3 in the dead-letter folder").contains("Stopped: no answer came");
    }

    @Test
    void providerThatLacksAnOptionIsToldInOneLine() {
        Outcome outcome = Runs.run(new Settings(
                inbox, work, Routes.YAML, Optional.of("azure-openai/mine"), Optional.empty(), 1, 0, false));

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.output().lines())
                .filteredOn(line -> line.startsWith("Nothing done. "))
                .singleElement()
                .asString()
                .contains("azure-openai needs");
    }

    @Test
    void changedFileReplacesItsRows() throws Exception {
        try (Simulator simulator = Simulator.started()) {
            assertThat(run(simulator, 0, false).status()).isZero();
            Files.writeString(inbox.resolve("a.txt"), "Please cancel our contract KX-7 at the end of the year.");

            assertThat(run(simulator, 0, false).output()).contains("This run: 1 files, 1 answers");
            assertThat(Runs.query(work, "select file from documents order by file"))
                    .containsExactly("a.txt", "b.txt", "c.md");
            assertThat(Runs.query(work, "select summary from documents where file = 'a.txt'")
                            .get(0))
                    .contains("contract");
        }
    }
}
