package io.github.camelllm.routes.ledger;

import io.github.camelllm.routes.store.LlmDatabase;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class H2LedgerTest extends LedgerContract {
    @TempDir
    private Path database;

    @Override
    LlmDatabase open() {
        return LlmDatabase.open(Map.of("url", "jdbc:h2:file:" + database.resolve("ledger")));
    }
}
