package io.github.camelllm.examples.rag;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL database with the table for chunks: the user's own, or one that is started here and keeps its data. */
final class Database implements AutoCloseable {
    private final DataSource dataSource;
    private final @Nullable EmbeddedPostgres server;
    private final boolean pgvector;
    private final String where;

    private Database(DataSource dataSource, @Nullable EmbeddedPostgres server, String where) throws SQLException {
        this.dataSource = dataSource;
        this.server = server;
        this.where = where;
        pgvector = number("select count(*) from pg_available_extensions where name = 'vector'") > 0;
        execute(resource("/camel-llm/sql/" + store() + "/schema.sql"));
    }

    /**
     * @param url JDBC address; empty to start a server
     * @param workFolder where a started server keeps its data
     */
    static Database open(Optional<String> url, Path workFolder) throws IOException, SQLException {
        if (url.isPresent()) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            try {
                source.setUrl(url.get());
            } catch (IllegalArgumentException e) {
                // The address may hold a password, which the driver's message would repeat
                throw new IllegalArgumentException("db: expected jdbc:postgresql://HOST:PORT/DATABASE?user=NAME");
            }
            return new Database(source, null, source.getServerNames()[0] + "/" + source.getDatabaseName());
        }
        Path data = workFolder.resolve("postgres");
        Files.createDirectories(data);
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPGStartupWait(Duration.ofMinutes(2))
                .start();
        try {
            return new Database(server.getPostgresDatabase(), server, "a server started for this run");
        } catch (SQLException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    DataSource dataSource() {
        return dataSource;
    }

    /** Which SQL is used: {@code pgvector} or {@code arrays}. */
    String store() {
        return pgvector ? "pgvector" : "arrays";
    }

    String where() {
        return where;
    }

    long number(String query) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Database.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(name + " cannot be read", e);
        }
    }

    @Override
    public void close() throws IOException {
        if (server != null) {
            server.close();
        }
    }
}
