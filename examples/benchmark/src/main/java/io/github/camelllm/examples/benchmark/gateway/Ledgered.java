package io.github.camelllm.examples.benchmark.gateway;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a ledger holds.
 *
 * @param attempts rows
 * @param calls different calls among them
 * @param unpriced rows that do not say what the call cost
 */
record Ledgered(long attempts, long calls, long unpriced) {
    private static final String FILE_END = ".mv.db";

    /** @param file of H2, of a process that has ended */
    static Ledgered in(Path file) throws SQLException {
        String path = file.toString();
        String url = "jdbc:h2:file:" + path.substring(0, path.length() - FILE_END.length())
                + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;IFEXISTS=TRUE";
        try (Connection connection = DriverManager.getConnection(url, "sa", "");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*), count(distinct call_id),"
                        + " count(*) - count(cost_nanos) from llm_attempt")) {
            row.next();
            return new Ledgered(row.getLong(1), row.getLong(2), row.getLong(3));
        }
    }

    /** How many calls of those that were made are lacking or too many, and how many there are twice. */
    long differences(long made) {
        return Math.abs(made - calls) + attempts - calls;
    }
}
