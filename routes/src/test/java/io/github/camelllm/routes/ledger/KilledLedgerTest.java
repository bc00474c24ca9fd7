package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledLedgerTest {
    private static final int KILLS = 3;

    @TempDir
    private Path folder;

    /** {@code kill -9}, wherever its threads are: before and after the journal, within transactions, between both. */
    @Test
    void losesAndDoublesNothingThatItSaidWasKept() throws Exception {
        Random random = new Random(20261126);
        Set<String> begun = new HashSet<>();
        Set<String> ended = new HashSet<>();
        for (int kill = 0; kill < KILLS; kill++) {
            runAndKill(200 + random.nextInt(1500), begun, ended);
        }
        try (LedgerRun run = LedgerRun.start(KilledLedger.database(folder), folder.resolve("journal"))) {
            run.flush();
            Set<String> succeeded = ids(run, "SUCCEEDED");
            Set<String> interrupted = ids(run, "INTERRUPTED");

            assertThat(succeeded).containsAll(ended);
            Set<String> all = new HashSet<>(succeeded);
            all.addAll(interrupted);
            assertThat(all).containsAll(begun).hasSize(succeeded.size() + interrupted.size());
            // A record may have been kept whose thread had no time to say so
            assertThat(all.size() - begun.size()).isBetween(0, KILLS * 4);
            assertThat(run.number("select sum(reserved_nanos) from llm_entry")).isZero();
            assertThat(run.number("select sum(spent_nanos) from llm_entry")).isEqualTo(succeeded.size() * 4_000_000L);
            assertThat(run.number("select nanos from llm_budget_spent"))
                    .isEqualTo(succeeded.size() * 4_000_000L + interrupted.size() * 12_300_000L);
            assertThat(run.number("select sum(attempts) from llm_rollup where grain = 'day' and tag_name = ''"))
                    .isEqualTo(all.size());
            assertThat(run.alarms()).isEmpty();
        }
    }

    private static Set<String> ids(LedgerRun run, String outcome) throws Exception {
        return run.rows("select id from llm_attempt where outcome = '" + outcome + "'").stream()
                .map(row -> String.valueOf(row.get("id")))
                .collect(Collectors.toSet());
    }

    private void runAndKill(int afterLines, Set<String> begun, Set<String> ended) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledLedger.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader lines = process.inputReader()) {
            String line = lines.readLine();
            for (int i = 1; line != null; i++) {
                if (i == afterLines) {
                    // Unlike the process itself, its handle leaves open what was not read yet
                    process.toHandle().destroyForcibly();
                }
                note(line, begun, ended);
                line = lines.readLine();
            }
        } finally {
            process.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
        }
        assertThat(begun).isNotEmpty();
    }

    private static void note(String line, Set<String> begun, Set<String> ended) {
        String id = line.substring(line.indexOf(' ') + 1);
        if (id.length() == 36) {
            (line.startsWith("begun ") ? begun : ended).add(id);
        }
    }
}
