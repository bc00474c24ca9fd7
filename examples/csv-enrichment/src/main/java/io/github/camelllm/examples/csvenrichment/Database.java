package io.github.camelllm.examples.csvenrichment;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.h2.jdbcx.JdbcConnectionPool;

/** The H2 database in a file. A commit is on disk before it returns, so that a killed process loses none. */
final class Database implements AutoCloseable {
    private static final int CONNECTIONS = 64;

    private final JdbcConnectionPool pool;

    private Database(JdbcConnectionPool pool) {
        this.pool = pool;
    }

    /** Opens the database, or makes it. */
    static Database open(Path workFolder) throws SQLException {
        JdbcConnectionPool pool =
                JdbcConnectionPool.create(url(workFolder) + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE", "sa", "");
        pool.setMaxConnections(CONNECTIONS);
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(resource("/sql/schema.sql"));
        } catch (SQLException e) {
            pool.dispose();
            throw e;
        }
        return new Database(pool);
    }

    static String url(Path workFolder) {
        return "jdbc:h2:file:" + workFolder.resolve("results").toAbsolutePath();
    }

    private static String resource(String name) {
        try (InputStream in = Database.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JdbcConnectionPool dataSource() {
        return pool;
    }

    /** Rows of a query, each as its columns joined by bars. */
    List<String> query(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    columns.add(String.valueOf(row.getString(i)));
                }
                rows.add(String.join("|", columns));
            }
        }
        return rows;
    }

    @Override
    public void close() {
        pool.dispose();
    }
}
