package io.github.camelllm.routes.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.routes.testing.Dsl;
import io.github.camelllm.routes.testing.Postgres;
import org.apache.camel.util.IOHelper;
import org.junit.jupiter.api.Test;

/** Vectors in pgvector. Without a server that has it, {@link Postgres#withPgvector()} says what to do. */
class PgvectorDocumentsTest extends DocumentsContract {
    PgvectorDocumentsTest() {
        super("pgvector", Postgres.withPgvector());
    }

    @Test
    void findsThroughAnIndexToo() throws Exception {
        start(Dsl.YAML);
        // As docs/rag.md says, but for the length of the simulator's vectors
        String sql = IOHelper.loadText(getClass().getResourceAsStream("/docs/hnsw.sql"))
                .replace("1536", "64");
        Postgres.execute(database, sql);
        index("animals.md", "# Camels\n\nCamels store fat in their humps.");

        assertThat(ask("What do camels store in humps?").getMessage().getBody()).isEqualTo("Fat [1].");
    }
}
