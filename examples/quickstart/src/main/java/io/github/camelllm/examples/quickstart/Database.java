package io.github.camelllm.examples.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.jdbcx.JdbcConnectionPool;

/** The H2 database in a file. A commit is on disk before it returns, so that a killed process loses none. */
final class Database implements AutoCloseable {
    private static final String USER = "sa";

    private final String url;
    private final JdbcConnectionPool pool;

    private Database(String url, JdbcConnectionPool pool) {
        this.url = url;
        this.pool = pool;
    }

    /**
     * Opens the database, or makes it.
     *
     * @param file without its ending
     * @throws SQLException if it is not a database, or another process has it open
     */
    static Database open(Path file) throws SQLException {
        String url = "jdbc:h2:file:" + file;
        JdbcConnectionPool pool = JdbcConnectionPool.create(url + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE", USER, "");
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(resource("/sql/schema.sql"));
        } catch (SQLException e) {
            pool.dispose();
            throw e;
        }
        return new Database(url, pool);
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

    /** What tools connect to. */
    String url() {
        return url;
    }

    /** Makes the files in the dead-letter folder look new. @return how many there were */
    int forgetDeadLetters() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeUpdate("delete from camel_messageprocessed where exists (select 1 from files"
                    + " where status = 'dead-letter' and messageid like file || '|%')");
            int forgotten = statement.executeUpdate("delete from files where status = 'dead-letter'");
            connection.commit();
            return forgotten;
        }
    }

    @Override
    public void close() {
        pool.dispose();
    }
}
