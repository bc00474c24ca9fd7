package io.github.camelllm.routes.gateway.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.component.LlmPolicies;
import io.github.camelllm.routes.gateway.keys.KeyPolicies.PolicyChange;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.store.PolicyTable;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keys in the table {@code llm_key}, which nodes share. A key, its budgets and its limits change in one transaction. Changes
 * come one after the other: each first adds one to the version, whose row stays locked until it is done.
 */
final class JdbcKeyStore implements KeyStore {
    private static final int MOST_CHARS = 32_000;
    private static final String COLUMNS = "id, name, hash, hint, previous_hash, previous_until, definition, created_at,"
            + " expires_at, rotated_at, revoked_at";

    private final LlmDatabase database;
    private final boolean policiesInDatabase;
    private final Clock clock;
    private final AutoCloseable resource;

    /**
     * @param policiesInDatabase whether definitions of budgets and limits are in this database too
     * @param resource closed with this
     */
    JdbcKeyStore(LlmDatabase database, boolean policiesInDatabase, Clock clock, AutoCloseable resource) {
        this.database = database;
        this.policiesInDatabase = policiesInDatabase;
        this.clock = clock;
        this.resource = resource;
    }

    @Override
    public Optional<Keys> load(long known) {
        try (Connection connection = database.connection()) {
            // Before the keys: they may be newer then, which the next look puts right
            long version = version(connection);
            Optional<Keys> keys = version == known ? Optional.empty() : Optional.of(new Keys(version, all(connection)));
            connection.rollback();
            return keys;
        } catch (SQLException e) {
            throw new IllegalStateException("the keys cannot be read from the database", e);
        }
    }

    private static long version(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select version from llm_key_version");
                ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("llm_key_version has no row");
            }
            return row.getLong(1);
        }
    }

    private static List<VirtualKey> all(Connection connection) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select " + COLUMNS + " from llm_key order by id")) {
            select.setMaxRows(MOST_KEYS);
            List<VirtualKey> keys = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    keys.add(key(rows));
                }
            }
            return keys;
        }
    }

    @Override
    public Change change(
            String id, UnaryOperator<Optional<VirtualKey>> edit, String who, Supplier<LlmPolicies> policies) {
        AtomicReference<@Nullable Change> done = new AtomicReference<>();
        policies.get().changeStored(who, () -> done.set(change(id, edit, who)));
        return Objects.requireNonNull(done.get());
    }

    private Change change(String id, UnaryOperator<Optional<VirtualKey>> edit, String who) {
        try (Connection connection = database.connection()) {
            execute(connection, "update llm_key_version set version = version + 1");
            Optional<VirtualKey> before = find(connection, id);
            Optional<VirtualKey> after = edit.apply(before);
            List<PolicyChange> policies = KeyPolicies.changes(before, after);
            if (!policies.isEmpty() && !policiesInDatabase) {
                throw new KeyRefusal(
                        KeyRefusal.Reason.CONFLICT,
                        "budgets and limits of keys in a database need camel.component.llm.policy-store=jdbc, since other"
                                + " nodes would not know them");
            }
            if (after.isEmpty()) {
                execute(connection, "delete from llm_key where id = ?", id);
            } else if (before.isEmpty()) {
                insert(connection, after.get(), who);
            } else {
                update(connection, after.get(), who);
            }
            for (PolicyChange policy : policies) {
                if (policy.yaml().isPresent()) {
                    PolicyTable.put(
                            connection,
                            policy.family().kind(),
                            policy.name(),
                            policy.yaml().get(),
                            who);
                } else {
                    PolicyTable.remove(connection, policy.family().kind(), policy.name());
                }
            }
            connection.commit();
            return new Change(before, after);
        } catch (SQLException e) {
            throw new IllegalStateException("the key " + id + " cannot be changed in the database", e);
        }
    }

    private static Optional<VirtualKey> find(Connection connection, String id) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select " + COLUMNS + " from llm_key where id = ?")) {
            select.setString(1, id);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.of(key(rows)) : Optional.empty();
            }
        }
    }

    private void insert(Connection connection, VirtualKey key, String who) throws SQLException {
        try (PreparedStatement count = connection.prepareStatement("select count(*) from llm_key");
                ResultSet row = count.executeQuery()) {
            if (row.next() && row.getLong(1) >= MOST_KEYS) {
                throw new KeyRefusal(
                        KeyRefusal.Reason.CONFLICT,
                        "there are " + MOST_KEYS + " keys already, and no more fit; SQL may delete revoked ones");
            }
        }
        execute(
                connection,
                "insert into llm_key (name, hash, hint, previous_hash, previous_until, definition, created_at, expires_at,"
                        + " rotated_at, revoked_at, actor, changed_at, id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values(key, who));
    }

    private void update(Connection connection, VirtualKey key, String who) throws SQLException {
        execute(
                connection,
                "update llm_key set name = ?, hash = ?, hint = ?, previous_hash = ?, previous_until = ?, definition = ?,"
                        + " created_at = ?, expires_at = ?, rotated_at = ?, revoked_at = ?, actor = ?, changed_at = ?"
                        + " where id = ?",
                values(key, who));
    }

    private @Nullable Object[] values(VirtualKey key, String who) {
        return new @Nullable Object[] {
            key.name(),
            key.hash().hex(),
            key.hint(),
            key.previous().map(old -> old.hash().hex()).orElse(null),
            time(key.previous().map(VirtualKey.Previous::until)),
            definition(key.grants()),
            time(Optional.of(key.created())),
            time(key.expires()),
            time(key.rotated()),
            time(key.revoked()),
            who,
            time(Optional.of(clock.instant())),
            key.id()
        };
    }

    private static @Nullable OffsetDateTime time(Optional<Instant> instant) {
        return instant.map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null);
    }

    private static void execute(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    private static VirtualKey key(ResultSet row) throws SQLException {
        String previous = row.getString("previous_hash");
        Optional<Instant> until = instant(row, "previous_until");
        return new VirtualKey(
                row.getString("id"),
                row.getString("name"),
                new KeyHash(row.getString("hash")),
                row.getString("hint"),
                previous == null
                        ? Optional.empty()
                        : until.map(at -> new VirtualKey.Previous(new KeyHash(previous), at)),
                grants(row.getString("definition")),
                instant(row, "created_at").orElseThrow(),
                instant(row, "expires_at"),
                instant(row, "rotated_at"),
                instant(row, "revoked_at"));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    private static String definition(KeyGrants grants) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        KeyJson.put(json, grants);
        String text = json.toString();
        if (text.length() > MOST_CHARS) {
            throw new IllegalArgumentException("a key's models, tags, metadata, budgets and limits must have at most "
                    + MOST_CHARS + " characters as JSON, but have " + text.length());
        }
        return text;
    }

    private static KeyGrants grants(String definition) {
        ObjectNode json = JsonConfig.object(definition.getBytes(StandardCharsets.UTF_8), "llm_key.definition");
        return new KeyGrants(
                texts(json.path("models"), JsonNode::asText),
                map(json.path("tags")),
                map(json.path("metadata")),
                texts(json.path("budgets"), JsonNode::toString),
                texts(json.path("limits"), JsonNode::toString));
    }

    private static List<String> texts(JsonNode list, Function<JsonNode, String> text) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(text.apply(item)));
        return texts;
    }

    private static Map<String, String> map(JsonNode object) {
        Map<String, String> map = new LinkedHashMap<>();
        object.properties()
                .forEach(member -> map.put(member.getKey(), member.getValue().asText()));
        return map;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public void close() {
        try {
            resource.close();
        } catch (Exception e) {
            throw new IllegalStateException("the database of the keys was not closed well", e);
        }
    }
}
