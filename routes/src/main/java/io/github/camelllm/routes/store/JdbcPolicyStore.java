package io.github.camelllm.routes.store;

import io.github.camelllm.component.LlmExtension;
import io.github.camelllm.component.PolicyStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;

/** Definitions in the table {@code llm_policy}, which nodes share and which SQL may change as well. Thread-safe. */
public final class JdbcPolicyStore implements PolicyStore, AutoCloseable {
    private static final int MOST_CHARS = 8_000;

    private final Shared<LlmDatabase> part;

    private JdbcPolicyStore(Shared<LlmDatabase> part) {
        this.part = part;
    }

    /** In the database of the properties {@code llm.jdbc.…}. */
    public static JdbcPolicyStore open(LlmExtension.Context context) {
        return new JdbcPolicyStore(SharedDatabase.of(context));
    }

    @Override
    public Map<String, String> load(String kind) {
        try (Connection connection = part.get().connection();
                PreparedStatement select =
                        connection.prepareStatement("select name, definition from llm_policy where kind = ?")) {
            select.setString(1, kind);
            Map<String, String> definitions = new TreeMap<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    definitions.put(rows.getString(1), rows.getString(2));
                }
            }
            connection.rollback();
            return definitions;
        } catch (SQLException e) {
            throw new IllegalStateException("the definitions of kind " + kind + " cannot be read from the database", e);
        }
    }

    @Override
    public void put(String kind, String name, String yaml, String actor) {
        if (yaml.length() > MOST_CHARS) {
            throw new IllegalArgumentException("a definition must have at most " + MOST_CHARS + " characters but "
                    + kind + " " + name + " has " + yaml.length());
        }
        try (Connection connection = part.get().connection();
                PreparedStatement insert = connection.prepareStatement(
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
            connection.commit();
        } catch (SQLException e) {
            throw failed("written", kind, name, e);
        }
    }

    @Override
    public void remove(String kind, String name, String actor) {
        try (Connection connection = part.get().connection();
                PreparedStatement delete =
                        connection.prepareStatement("delete from llm_policy where kind = ? and name = ?")) {
            delete.setString(1, kind);
            delete.setString(2, name);
            delete.executeUpdate();
            connection.commit();
        } catch (SQLException e) {
            throw failed("removed", kind, name, e);
        }
    }

    private static IllegalStateException failed(String what, String kind, String name, SQLException cause) {
        return new IllegalStateException(
                "the definition of " + kind + " " + name + " cannot be " + what + " in the database", cause);
    }

    @Override
    public void close() {
        part.close();
    }
}
