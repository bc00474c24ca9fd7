package io.github.camelllm.examples.cost;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL server: the user's own, or one that is started here and forgotten at the end. */
final class Database implements AutoCloseable {
    private final String url;
    private final @Nullable EmbeddedPostgres server;

    private Database(String url, @Nullable EmbeddedPostgres server) {
        this.url = url;
        this.server = server;
    }

    /**
     * @param url JDBC address; empty to start a server
     * @throws SQLException if there is none at that address
     */
    static Database open(Optional<String> url) throws IOException, SQLException {
        if (url.isPresent()) {
            try (Connection connection = DriverManager.getConnection(url.get())) {
                connection.getMetaData();
            }
            return new Database(url.get(), null);
        }
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(2))
                .start();
        return new Database(server.getJdbcUrl("postgres", "postgres"), server);
    }

    String url() {
        return url;
    }

    @Override
    public void close() throws IOException {
        if (server != null) {
            server.close();
        }
    }
}
