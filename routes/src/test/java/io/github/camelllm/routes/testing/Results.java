package io.github.camelllm.routes.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.h2.jdbcx.JdbcConnectionPool;

/** A database in memory with the table of the workers' results. */
public final class Results implements AutoCloseable {
    private final JdbcConnectionPool pool =
            JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");

    public Results() throws SQLException, IOException {
        try (InputStream in = Results.class.getResourceAsStream("/camel-llm/sql/llm-results.sql")) {
            update(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    public JdbcConnectionPool dataSource() {
        return pool;
    }

    public void update(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of all rows. */
    public List<String> query(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    /** How many rows there are. */
    public int count() throws SQLException {
        return Integer.parseInt(query("select count(*) from llm_results").get(0));
    }

    @Override
    public void close() throws SQLException {
        update("shutdown");
        pool.dispose();
    }
}
