package io.github.camelllm.routes.testing;

import io.github.camelllm.routes.store.LlmDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.postgresql.ds.PGSimpleDataSource;

/** A real PostgreSQL server on a free port of this machine, one for all tests of a JVM. */
public final class Postgres {
    private static final String NO_PGVECTOR =
            "This test needs PostgreSQL with pgvector and found none: install Debian's"
                    + " postgresql-NN-pgvector, or set PGVECTOR_URL (jdbc:postgresql://HOST:PORT/DATABASE?user=NAME, of a user who may"
                    + " create databases) or PGVECTOR_SERVER (folder of a server with pgvector, with bin, lib and share).";

    private static @Nullable Postgres plain;
    private static @Nullable Postgres pgvector;

    private final PGSimpleDataSource admin;
    private final AtomicInteger databases = new AtomicInteger();
    private @Nullable String template;

    private Postgres(PGSimpleDataSource admin) {
        this.admin = admin;
    }

    /** From Maven Central, without extensions. */
    public static synchronized Postgres plain() {
        if (plain == null) {
            plain = started(EmbeddedPostgres.builder());
        }
        return plain;
    }

    /** With pgvector. Without one the test fails where {@code CI} is set, and is skipped elsewhere. */
    public static synchronized Postgres withPgvector() {
        if (pgvector == null) {
            Optional<String> url = setting("pgvector.url", "PGVECTOR_URL");
            Optional<Path> server =
                    setting("pgvector.server", "PGVECTOR_SERVER").map(Path::of).or(InstalledPostgres::withPgvector);
            if (url.isPresent()) {
                PGSimpleDataSource source = new PGSimpleDataSource();
                source.setUrl(url.get());
                pgvector = new Postgres(source);
            } else if (server.isPresent()) {
                pgvector = new Postgres(InstalledPostgres.start(server.get()));
            } else if (Boolean.parseBoolean(System.getenv("CI"))) {
                Assertions.fail(NO_PGVECTOR);
            } else {
                Assumptions.abort(NO_PGVECTOR);
            }
        }
        return pgvector;
    }

    private static Optional<String> setting(String property, String variable) {
        String value = System.getProperty(property, System.getenv(variable));
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }

    private static Postgres started(EmbeddedPostgres.Builder builder) {
        try {
            // Stopped by its own shutdown hook
            return new Postgres((PGSimpleDataSource) builder.setPGStartupWait(Duration.ofMinutes(2))
                    .setServerConfig("fsync", "off")
                    .start()
                    .getPostgresDatabase());
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL does not start", e);
        }
    }

    /** A database of its own for one test. */
    public DataSource emptyDatabase() {
        return database("");
    }

    /** A database of its own for one test, with the tables of ledger, budgets, limits and cache. */
    public synchronized DataSource databaseWithTables() {
        if (template == null) {
            PGSimpleDataSource made = database("");
            try (LlmDatabase database = LlmDatabase.open(Map.of(
                            "url", made.getUrl(),
                            "username", String.valueOf(made.getUser()),
                            "password", Objects.requireNonNullElse(made.getPassword(), "")));
                    Connection connection = database.connection()) {
                connection.rollback();
            } catch (SQLException e) {
                throw new IllegalStateException("no tables for tests", e);
            }
            template = made.getDatabaseName();
        }
        return database(" template " + template);
    }

    private PGSimpleDataSource database(String clause) {
        String name = "test_" + ProcessHandle.current().pid() + "_" + databases.incrementAndGet();
        try {
            execute(admin, "create database " + name + clause);
        } catch (SQLException e) {
            throw new IllegalStateException("no database for a test", e);
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(admin.getUrl());
        source.setUser(admin.getUser());
        source.setPassword(admin.getPassword());
        source.setDatabaseName(name);
        return source;
    }

    public static void execute(DataSource database, String... statements) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The number that a query gives. */
    public static long number(DataSource database, String query) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getLong(1);
        }
    }
}
