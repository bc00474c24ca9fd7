package io.github.camelllm.routes.ledger;

import io.github.camelllm.routes.store.LlmDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Copies a ledger, with all that stands beside it, from one database to another, such as from H2 to PostgreSQL. Rows that are there
 * already are left as they are, so a copy that broke off can be done again. No application may write to either meanwhile.
 */
public final class CopyLedger {
    private static final int BATCH = 1000;
    /** Tables about the schema itself. */
    private static final String SCHEMA = "llm_schema_";

    private CopyLedger() {}

    /** @param urls the two databases; names and passwords of users stand in the URLs */
    public static void main(String... urls) throws SQLException {
        if (urls.length != 2) {
            throw new IllegalArgumentException("expected two JDBC URLs, from and to, but there are " + urls.length);
        }
        try (LlmDatabase from = LlmDatabase.open(Map.of("url", urls[0]));
                LlmDatabase to = LlmDatabase.open(Map.of("url", urls[1]))) {
            copy(from, to).forEach((table, rows) -> System.out.println(table + ": " + rows + " rows"));
        }
    }

    /** @return how many rows each table gave */
    public static Map<String, Long> copy(LlmDatabase from, LlmDatabase to) throws SQLException {
        Map<String, Long> copied = new TreeMap<>();
        try (Connection source = from.connection();
                Connection target = to.connection()) {
            for (String table : tables(source)) {
                copied.put(table, copy(table, source, target));
                target.commit();
            }
            source.rollback();
        }
        return copied;
    }

    private static List<String> tables(Connection source) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet rows = source.getMetaData().getTables(null, null, "llm\\_%", null)) {
            while (rows.next()) {
                String name = rows.getString("TABLE_NAME");
                if (rows.getString("TABLE_TYPE").endsWith("TABLE") && !name.startsWith(SCHEMA)) {
                    tables.add(name);
                }
            }
        }
        return tables;
    }

    private static long copy(String table, Connection source, Connection target) throws SQLException {
        try (PreparedStatement read = source.prepareStatement("select * from " + table)) {
            read.setFetchSize(BATCH);
            try (ResultSet rows = read.executeQuery()) {
                return copy(table, rows, target);
            }
        }
    }

    private static long copy(String table, ResultSet rows, Connection target) throws SQLException {
        int width = rows.getMetaData().getColumnCount();
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= width; i++) {
            columns.add(rows.getMetaData().getColumnName(i));
        }
        long count = 0;
        try (PreparedStatement write = target.prepareStatement("insert into " + table + " ("
                + String.join(", ", columns) + ") values (" + String.join(", ", Collections.nCopies(width, "?"))
                + ") on conflict do nothing")) {
            while (rows.next()) {
                for (int i = 1; i <= width; i++) {
                    write.setObject(i, rows.getObject(i));
                }
                write.addBatch();
                if (++count % BATCH == 0) {
                    write.executeBatch();
                }
            }
            write.executeBatch();
        }
        return count;
    }
}
