package io.github.camelllm.routes.race;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a store knows of attempts, read without it.
 *
 * @param settled those that it has booked
 * @param expired those that it charged whole, with how much from the whole budget
 * @param held those that still have something set aside
 */
record StoredAttempts(Set<UUID> settled, Map<UUID, Long> expired, Set<UUID> held) {
    private static final Pattern TOTAL_HELD = Pattern.compile("\"" + RaceSetting.TOTAL + "\",\"0\",\"(\\d+)\"");

    static StoredAttempts of(RaceSetting setting) throws SQLException {
        return setting.kind().equals("jdbc") ? inDatabase(setting) : inRedis(setting);
    }

    private static StoredAttempts inDatabase(RaceSetting setting) throws SQLException {
        StoredAttempts found = new StoredAttempts(new HashSet<>(), new HashMap<>(), new HashSet<>());
        try (Connection connection = DriverManager.getConnection(setting.url(), setting.user(), "");
                Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("select id from llm_budget_settled")) {
                while (rows.next()) {
                    found.settled.add(rows.getObject(1, UUID.class));
                }
            }
            try (ResultSet rows =
                    statement.executeQuery("select attempt_id, state, nanos from llm_budget_hold where account = '"
                            + RaceSetting.TOTAL + "'")) {
                while (rows.next()) {
                    found.add(rows.getObject(1, UUID.class), rows.getString(2).equals("HELD"), rows.getLong(3));
                }
            }
        }
        return found;
    }

    private static StoredAttempts inRedis(RaceSetting setting) {
        StoredAttempts found = new StoredAttempts(new HashSet<>(), new HashMap<>(), new HashSet<>());
        RedisClient client = RedisClient.create(setting.url());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            RedisCommands<String, String> redis = connection.sync();
            for (String key : redis.keys("{llm}:budget:attempt:*")) {
                UUID attempt = UUID.fromString(key.substring(key.lastIndexOf(':') + 1));
                String state = redis.get(key);
                if (state.equals("S")) {
                    found.settled.add(attempt);
                } else {
                    Matcher amount = TOTAL_HELD.matcher(state);
                    if (!amount.find()) {
                        throw new IllegalStateException("cannot read " + key + " = " + state);
                    }
                    found.add(attempt, state.startsWith("[\"H\""), Long.parseLong(amount.group(1)));
                }
            }
        } finally {
            client.shutdown();
        }
        return found;
    }

    private void add(UUID attempt, boolean isHeld, long nanos) {
        if (isHeld) {
            held.add(attempt);
        } else {
            expired.put(attempt, nanos);
        }
    }
}
