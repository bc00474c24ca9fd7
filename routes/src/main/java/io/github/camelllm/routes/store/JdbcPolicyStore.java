package io.github.camelllm.routes.store;

import io.github.camelllm.component.LlmExtension;
import io.github.camelllm.component.PolicyStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/** Definitions in the table {@code llm_policy}, which nodes share and which SQL may change as well. Thread-safe. */
public final class JdbcPolicyStore implements PolicyStore, AutoCloseable {
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
        try (Connection connection = part.get().connection()) {
            PolicyTable.put(connection, kind, name, yaml, actor);
            connection.commit();
        } catch (SQLException e) {
            throw failed("written", kind, name, e);
        }
    }

    @Override
    public void remove(String kind, String name, String actor) {
        try (Connection connection = part.get().connection()) {
            PolicyTable.remove(connection, kind, name);
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
