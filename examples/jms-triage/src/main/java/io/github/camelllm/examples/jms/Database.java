package io.github.camelllm.examples.jms;

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
import org.h2.tools.Server;

/** The H2 database in a file, served to the workers like any database server. */
final class Database implements AutoCloseable {
    private final Server server;
    private final String url;
    private final JdbcConnectionPool pool;

    private Database(Server server, String url) {
        this.server = server;
        this.url = url;
        this.pool = connect(url);
    }

    /**
     * Opens the database, or makes it.
     *
     * @param file without its ending
     */
    static Database start(Path file) throws SQLException {
        Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        Database database =
                new Database(server, "jdbc:h2:tcp://localhost:" + server.getPort() + "/" + file + ";WRITE_DELAY=0");
        try (Connection connection = database.pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(resource("/camel-llm/sql/llm-results.sql"));
        } catch (SQLException e) {
            database.close();
            throw e;
        }
        return database;
    }

    static JdbcConnectionPool connect(String url) {
        return JdbcConnectionPool.create(url, "sa", "");
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

    /** What workers connect to. */
    String url() {
        return url;
    }

    /** All rows; columns as text, null where there is nothing. */
    List<List<String>> query(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<List<String>> result = new ArrayList<>();
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= columns; column++) {
                    row.add(rows.getString(column));
                }
                result.add(row);
            }
            return result;
        }
    }

    @Override
    public void close() {
        pool.dispose();
        server.stop();
    }
}
