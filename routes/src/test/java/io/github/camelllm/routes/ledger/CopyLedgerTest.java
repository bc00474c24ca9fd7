package io.github.camelllm.routes.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.testing.Postgres;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

class CopyLedgerTest {
    @TempDir
    private Path folder;

    @Test
    void copiesALedgerFromH2ToPostgresAndGoesOnThere() throws Exception {
        PGSimpleDataSource target = (PGSimpleDataSource) Postgres.plain().emptyDatabase();
        String from = "jdbc:h2:file:" + folder.resolve("ledger");
        String to = target.getUrl() + (target.getUrl().indexOf('?') < 0 ? "?" : "&") + "user=" + target.getUser();
        Path journal = folder.resolve("journal");
        try (LedgerRun run = LedgerRun.start(LlmDatabase.open(Map.of("url", from)), journal)) {
            for (int i = 0; i < 25; i++) {
                LedgerContract.call(run);
            }
        }
        CopyLedger.main(from, to);
        CopyLedger.main(from, to);

        try (LedgerRun run = LedgerRun.start(LlmDatabase.open(Map.of("url", to)), journal)) {
            LedgerContract.call(run);
            run.flush();
            for (String table :
                    List.of("llm_attempt", "llm_entry", "llm_budget_spent", "llm_rollup", "llm_rollup_duration")) {
                assertThat(run.number("select count(*) from " + table))
                        .as(table)
                        .isPositive();
            }
            assertThat(run.number("select count(*) from llm_attempt")).isEqualTo(26);
            assertThat(run.number("select nanos from llm_budget_spent")).isEqualTo(26 * 4_000_000L);
            assertThat(run.number("select attempts from llm_rollup where grain = 'day' and tag_name = ''"))
                    .isEqualTo(26);
        }
        assertThatThrownBy(() -> CopyLedger.main(from))
                .hasMessage("expected two JDBC URLs, from and to, but there are 1");
    }
}
