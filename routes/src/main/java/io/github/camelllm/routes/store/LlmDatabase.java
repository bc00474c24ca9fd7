package io.github.camelllm.routes.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database that ledger, budgets, limits and cache share: H2 or PostgreSQL, with their tables made or brought up to date
 * when it is first needed. Thread-safe.
 */
public final class LlmDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LlmDatabase.class);

    /** Where it is if nobody says so. */
    public static final String DEFAULT_URL = "jdbc:h2:file:./llm-ledger";

    /**
     * Where a server does not wait for its own log, a commit that it has told of can be lost when it is killed. To compile a
     * report takes PostgreSQL longer than to read its few thousand rows. Who waits for a lock is told so before its connection is
     * taken for broken.
     */
    private static final String POSTGRES_SETTINGS = "select set_config('jit', 'off', false),"
            + " set_config('synchronous_commit', case current_setting('synchronous_commit') when 'off' then 'on'"
            + " else current_setting('synchronous_commit') end, false), set_config('lock_timeout',"
            + " case current_setting('lock_timeout') when '0' then '30s' else current_setting('lock_timeout') end, false)";

    private static final String MIGRATIONS = "classpath:llm-db/migration";
    private static final String HISTORY = "llm_schema_history";
    private static final String LOCK = "llm_schema_lock";
    /** Any number that nothing else in the database locks. */
    private static final long MIGRATION_LOCK = 7_310_579_611L;
    /** An index of 100 million rows takes minutes; the lock of a process that dies is free at once. */
    private static final Duration TABLES_LOCK_TIMEOUT = Duration.ofMinutes(10);

    private final HikariDataSource source;
    private final boolean postgres;
    private final boolean embedded;
    private final boolean ownFile;
    private volatile boolean migrated;

    /** @param ownFile whether it is a file that nothing else closes */
    private LlmDatabase(HikariDataSource source, boolean postgres, boolean embedded, boolean ownFile) {
        this.source = source;
        this.postgres = postgres;
        this.embedded = embedded;
        this.ownFile = ownFile;
    }

    /**
     * Connects when it is first used, so that a database that is down does not keep an application from starting.
     *
     * @param properties {@code url}, {@code username}, {@code password}, {@code maxConnections} (8), {@code connectTimeout}
     *     in milliseconds (5,000)
     * @throws IllegalArgumentException if the URL is of another kind of database
     */
    public static LlmDatabase open(Map<String, String> properties) {
        String url = Optional.ofNullable(properties.get("url")).orElse(DEFAULT_URL);
        boolean postgres = url.startsWith("jdbc:postgresql:");
        if (!postgres && !url.startsWith("jdbc:h2:")) {
            throw new IllegalArgumentException(
                    "llm.jdbc.url must begin with jdbc:h2: or jdbc:postgresql: but begins with '"
                            + url.substring(0, Math.min(url.length(), url.indexOf(':', 5) + 1)) + "'");
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(postgres ? withPostgresDefaults(url) : withH2Mode(url));
        config.setUsername(properties.getOrDefault("username", postgres ? null : "sa"));
        config.setPassword(properties.getOrDefault("password", postgres ? null : ""));
        config.setMaximumPoolSize(Integer.parseInt(properties.getOrDefault("maxConnections", "8")));
        config.setMinimumIdle(1);
        config.setPoolName("llm-db");
        config.setAutoCommit(false);
        if (postgres) {
            config.setConnectionInitSql(POSTGRES_SETTINGS);
        }
        config.setConnectionTimeout(Long.parseLong(properties.getOrDefault("connectTimeout", "5000")));
        config.setKeepaliveTime(Duration.ofMinutes(2).toMillis());
        // Without a first connection: see above
        config.setInitializationFailTimeout(-1);
        return new LlmDatabase(new HikariDataSource(config), postgres, isEmbedded(url), isOwnFile(url));
    }

    /** Whether the URL names a file, by any of H2's ways to do so, and does not say when that is to be closed. */
    private static boolean isOwnFile(String url) {
        String upper = url.toUpperCase(Locale.ROOT);
        return isEmbedded(url) && !upper.matches("JDBC:H2:(MEM|ZIP):.*") && !upper.contains(";DB_CLOSE_");
    }

    private static boolean isEmbedded(String url) {
        return url.toUpperCase(Locale.ROOT).matches("JDBC:H2:(?!(TCP|SSL):).*");
    }

    private static String withH2Mode(String url) {
        String upper = url.toUpperCase(Locale.ROOT);
        String full = url;
        if (!upper.contains(";MODE=")) {
            full += ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH";
        }
        // The JVM's end must not close what is still written to then: routes that stop, and the ledger's last entries.
        // Only a file that close() closes may do without
        if (isOwnFile(url)) {
            full += ";DB_CLOSE_ON_EXIT=FALSE";
        }
        // A closed connection must not close a database that others are about to use
        return upper.contains(";DB_CLOSE_DELAY=") ? full : full + ";DB_CLOSE_DELAY=-1";
    }

    private static String withPostgresDefaults(String url) {
        String full = url;
        for (String option : new String[] {
            "reWriteBatchedInserts=true",
            "socketTimeout=60",
            "tcpKeepAlive=true",
            "ApplicationName=camel-llm",
            // Otherwise errors, and the pool's log, quote rows: tags may name people
            "logServerErrorDetail=false"
        }) {
            if (!full.contains(option.substring(0, option.indexOf('=') + 1))) {
                full += (full.indexOf('?') < 0 ? '?' : '&') + option;
            }
        }
        return full;
    }

    /** A connection without auto-commit; its tables are there and up to date. */
    public Connection connection() throws SQLException {
        if (!migrated) {
            migrate();
        }
        return source.getConnection();
    }

    /**
     * A connection outside of the pool, with auto-commit and without the pool's limits of time, for a change that takes long and waits
     * for others. The caller closes it. Its tables are there and up to date.
     */
    public Connection unlimitedConnection() throws SQLException {
        if (!migrated) {
            migrate();
        }
        Connection connection = ownConnection();
        try {
            connection.setNetworkTimeout(Runnable::run, 0);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private Connection ownConnection() throws SQLException {
        return DriverManager.getConnection(source.getJdbcUrl(), source.getUsername(), source.getPassword());
    }

    /**
     * A connection for as long as which nobody else changes tables, in this process or in another: waits for who does so. For H2, which
     * does not itself keep two from making the same index or table. The caller closes it.
     */
    public Connection tablesLock() throws SQLException {
        if (!migrated) {
            migrate();
        }
        return lockTables();
    }

    private synchronized void migrate() throws SQLException {
        if (migrated) {
            return;
        }
        // Flyway locks its own table, but not while it makes that, and in H2 not at all: processes that start together
        // must not meet there
        try (Connection lock = lockTables()) {
            makeTables();
        }
        migrated = true;
    }

    /** The lock ends with the connection. */
    private Connection lockTables() throws SQLException {
        Connection connection = ownConnection();
        try (Statement statement = connection.createStatement()) {
            if (postgres) {
                statement.execute("select pg_advisory_lock(" + MIGRATION_LOCK + ")");
            } else {
                statement.execute("set lock_timeout " + TABLES_LOCK_TIMEOUT.toMillis());
                statement.execute("create table if not exists " + LOCK + " (id integer primary key)");
                connection.setAutoCommit(false);
                // Never committed: whoever inserts the same row waits
                statement.execute("insert into " + LOCK + " values (1)");
            }
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void makeTables() {
        Flyway.configure(LlmDatabase.class.getClassLoader())
                .dataSource(source)
                .locations(MIGRATIONS)
                .table(HISTORY)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load()
                .migrate();
    }

    public DataSource dataSource() {
        return source;
    }

    public boolean isPostgres() {
        return postgres;
    }

    /** Whether it works on the threads that ask it, and not in a server. */
    public boolean isEmbedded() {
        return embedded;
    }

    @Override
    public void close() {
        if (ownFile && migrated) {
            closeFileWithLastConnection();
        }
        source.close();
    }

    private void closeFileWithLastConnection() {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("set db_close_delay 0");
            connection.commit();
        } catch (SQLException e) {
            LOG.warn("The file of the database stays open until the process ends: {}", DatabaseErrors.inWords(e));
        }
    }
}
