package io.github.camelllm.routes.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;

/** Writes the table {@code llm_policy} as a part of the caller's transaction. */
public final class PolicyTable {
    private static final int MOST_CHARS = 8_000;

    private PolicyTable() {}

    /**
     * Adds a definition or replaces one.
     *
     * @param kind {@code budget} or {@code limit}
     * @throws IllegalArgumentException if it is too long
     */
    public static void put(Connection connection, String kind, String name, String yaml, String actor)
            throws SQLException {
        if (yaml.length() > MOST_CHARS) {
            throw new IllegalArgumentException("a definition must have at most " + MOST_CHARS + " characters but "
                    + kind + " " + name + " has " + yaml.length());
        }
        try (PreparedStatement insert = connection.prepareStatement(
                        "insert into llm_policy (kind, name, definition, actor, changed_at) values (?, ?, ?, ?, ?)"
                                + " on conflict do nothing");
                PreparedStatement update = connection.prepareStatement(
                        "update llm_policy set definition = ?, actor = ?, changed_at = ? where kind = ? and name = ?")) {
            Object now = Instant.now().atOffset(ZoneOffset.UTC);
            insert.setString(1, kind);
            insert.setString(2, name);
            insert.setString(3, yaml);
            insert.setString(4, actor);
            insert.setObject(5, now);
            if (insert.executeUpdate() == 0) {
                update.setString(1, yaml);
                update.setString(2, actor);
                update.setObject(3, now);
                update.setString(4, kind);
                update.setString(5, name);
                update.executeUpdate();
            }
        }
    }

    /** Takes a definition away; without effect if there is none. */
    public static void remove(Connection connection, String kind, String name) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from llm_policy where kind = ? and name = ?")) {
            delete.setString(1, kind);
            delete.setString(2, name);
            delete.executeUpdate();
        }
    }
}
