package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.CallLedger.Charge;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.wire.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RejectedRecordsTest {
    @TempDir
    private Path folder;

    @Test
    void showsWhatTheDatabaseRefusedAndBooksItWhereThereIsRoom() throws Exception {
        Attempt large = Attempts.attempt();
        Path file = refused(large);

        JsonNode shown = Json.MAPPER.readTree(printed(file.toString()));
        assertThat(shown.path("id").asText()).isEqualTo(large.id().toString());
        assertThat(shown.path("kind").asText()).isEqualTo("settled");
        assertThat(shown.path("outcome").asText()).isEqualTo("SUCCEEDED");
        assertThat(shown.path("charges").path(0).path("charged_nanos").asLong()).isEqualTo(Long.MAX_VALUE);

        String full = "jdbc:h2:file:" + folder.resolve("ledger");
        assertThatThrownBy(() -> RejectedRecords.main(file.toString(), full))
                .hasMessage("the database refused 1 of 1 again");

        String empty = "jdbc:h2:file:" + folder.resolve("other");
        assertThat(printed(file.toString(), empty)).isEqualTo(large.id() + " booked\n");
        RejectedRecords.main(file.toString(), empty);
        try (LlmDatabase database = LlmDatabase.open(Map.of("url", empty))) {
            assertThat(LedgerRun.rows(database, "select id from llm_attempt")).hasSize(1);
            assertThat(LedgerRun.rows(database, "select nanos from llm_budget_spent"))
                    .extracting(row -> row.get("nanos"))
                    .containsExactly(Long.MAX_VALUE);
        }
    }

    @Test
    void saysWhatIsWrongWithAFile() throws Exception {
        Path text = Files.writeString(folder.resolve("notes.txt"), "no records at all");

        assertThatThrownBy(() -> RejectedRecords.main(text.toString()))
                .hasMessage(text + " is no file of the ledger's journal");
        assertThatThrownBy(RejectedRecords::main)
                .hasMessage("expected a file rejected-….llmj and perhaps a JDBC URL, but there are 0");
    }

    @Test
    void leavesOutARecordThatIsNotWhole() throws Exception {
        byte[] whole = Files.readAllBytes(refused(Attempts.attempt()));
        Path cut = folder.resolve("cut.llmj");
        Files.write(cut, Arrays.copyOf(whole, whole.length - 1));

        assertThat(printed(cut.toString())).isEmpty();
    }

    /** A file with the end of an attempt whose charge was too much on top of what was spent before. */
    private Path refused(Attempt large) throws Exception {
        Path journal = folder.resolve("journal-" + large.id());
        LlmDatabase database = LlmDatabase.open(Map.of("url", "jdbc:h2:file:" + folder.resolve("ledger")));
        try (LedgerRun run = LedgerRun.start(database, journal)) {
            LedgerContract.call(run);
            run.flush();
            run.reserve(large);
            run.ledger().settled(Attempts.succeeded(large), List.of(new Charge(Attempts.HOLD, Long.MAX_VALUE)));
            run.flush();
        }
        try (var files = Files.newDirectoryStream(journal, "rejected-*.llmj")) {
            return files.iterator().next();
        }
    }

    private static String printed(String... arguments) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            RejectedRecords.main(arguments);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
