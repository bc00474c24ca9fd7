package io.github.camelllm.examples.benchmark.gateway;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A PostgreSQL server for the ledger, on the upstream's core: in a company it is another machine. */
final class Database implements AutoCloseable {
    private final EmbeddedPostgres server;

    private Database(EmbeddedPostgres server) {
        this.server = server;
    }

    /** Empty, with a line that says why, where none can run. */
    static Optional<Database> start() {
        try {
            return Optional.of(new Database(EmbeddedPostgres.builder()
                    .setPGStartupWait(Duration.ofMinutes(1))
                    .start()));
        } catch (IOException | IllegalStateException e) {
            System.out.println("PostgreSQL is left out: " + e.getMessage());
            return Optional.empty();
        }
    }

    String jdbcUrl() {
        return server.getJdbcUrl("postgres", "postgres");
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
