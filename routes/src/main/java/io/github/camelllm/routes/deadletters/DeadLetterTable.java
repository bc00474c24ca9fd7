package io.github.camelllm.routes.deadletters;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.github.camelllm.routes.deadletters.DeadLetter.State;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.store.StatementTimeout;
import io.github.camelllm.wire.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table {@code llm_dead_letter}. Thread-safe; blocks. */
final class DeadLetterTable {
    private static final String COLUMNS = "id, at, source, call_id, caller, model, error_type, reason, tags,"
            + " content is not null as has_content, content_bytes, state, replays, acted_at, actor, replay_call_id, replay_of";
    private static final int TIMEOUT_SECONDS = 30;
    private static final int MOST_TAGS_CHARS = 4000;
    private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};

    private final LlmDatabase database;

    DeadLetterTable(LlmDatabase database) {
        this.database = database;
    }

    /** @param sealed null if the content is not kept */
    void add(DeadLetter letter, byte @Nullable [] sealed) throws SQLException {
        update(
                "insert into llm_dead_letter (id, at, source, call_id, caller, model, error_type, reason, tags, content,"
                        + " content_bytes, state, replays, replay_of) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
                letter.id(),
                letter.at(),
                cut(letter.source(), 100),
                letter.callId().orElse(null),
                cut(letter.caller(), 200),
                cut(letter.model(), 300),
                cut(letter.errorType(), 100),
                cut(letter.reason(), 1000),
                tags(letter.tags()),
                sealed,
                letter.contentBytes(),
                letter.state().name(),
                letter.replayOf().orElse(null));
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }

    private static String tags(Map<String, String> tags) {
        try {
            String json = Json.MAPPER.writeValueAsString(tags);
            return json.length() <= MOST_TAGS_CHARS ? json : "{}";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("tags are texts", e);
        }
    }

    /** Deletes the oldest that are too old, too many or too large together. */
    void expire(Instant before, int maxCount, long maxBytes) throws SQLException {
        update("delete from llm_dead_letter where at < ?", before);
        update(
                "delete from llm_dead_letter where id in (select id from (select id,"
                        + " row_number() over (order by at desc, id desc) as place,"
                        + " sum(case when content is null then 0 else content_bytes end)"
                        + " over (order by at desc, id desc) as total from llm_dead_letter) t"
                        + " where place > ? or total > ?)",
                maxCount,
                maxBytes);
    }

    /** The newest first. */
    List<DeadLetter> list(DeadLetterFilter filter, int most) throws SQLException {
        StringBuilder sql = new StringBuilder("select " + COLUMNS + " from llm_dead_letter where true");
        List<Object> values = new ArrayList<>();
        filter.state().ifPresent(state -> add(sql, values, " and state = ?", state.name()));
        filter.source().ifPresent(source -> add(sql, values, " and source = ?", source));
        filter.caller().ifPresent(caller -> add(sql, values, " and caller = ?", caller));
        filter.model().ifPresent(model -> add(sql, values, " and position(? in model) > 0", model));
        if (filter.olderThan().isPresent()) {
            sql.append(" and (at, id) < (select at, id from llm_dead_letter where id = ?)");
            values.add(filter.olderThan().get());
        }
        sql.append(" order by at desc, id desc limit ").append(most);
        return query(sql.toString(), DeadLetterTable::letter, values.toArray());
    }

    private static void add(StringBuilder sql, List<Object> values, String condition, Object value) {
        sql.append(condition);
        values.add(value);
    }

    Optional<DeadLetter> find(UUID id) throws SQLException {
        return query("select " + COLUMNS + " from llm_dead_letter where id = ?", DeadLetterTable::letter, id).stream()
                .findFirst();
    }

    /** Null if it was not kept, or its dead letter is gone. */
    byte @Nullable [] content(UUID id) throws SQLException {
        List<byte[]> found = new ArrayList<>();
        query(
                "select content from llm_dead_letter where id = ?",
                row -> {
                    byte[] content = row.getBytes(1);
                    return content == null || found.add(content);
                },
                id);
        return found.isEmpty() ? null : found.get(0);
    }

    /**
     * Takes a dead letter to send it again, so that nobody else does.
     *
     * @param at of the claim, in whole microseconds; it is what the claim is known by
     * @param abandonedBefore one that was being sent again since then was left by a process that is no more
     * @return whether it was there to be taken
     */
    boolean claim(UUID id, String who, Instant at, Instant abandonedBefore) throws SQLException {
        return take("state = 'REPLAYING'", id, who, at, abandonedBefore);
    }

    /**
     * Takes it for good; what was asked is gone with that.
     *
     * @param abandonedBefore as for {@link #claim}
     * @return whether it was there to be taken
     */
    boolean discard(UUID id, String who, Instant at, Instant abandonedBefore) throws SQLException {
        return take("state = 'DISCARDED', content = null", id, who, at, abandonedBefore);
    }

    private boolean take(String change, UUID id, String who, Instant at, Instant abandonedBefore) throws SQLException {
        return update(
                        "update llm_dead_letter set " + change + ", actor = ?, acted_at = ?, replay_call_id = null"
                                + " where id = ? and (state = 'KEPT' or state = 'REPLAYING' and acted_at < ?)",
                        cut(who, 128),
                        at,
                        id,
                        abandonedBefore)
                == 1;
    }

    /**
     * Counts a claim from now on, unless somebody else took the dead letter over because it waited too long.
     *
     * @param now in whole microseconds; the claim is known by it from here on
     * @return whether it is still claimed
     */
    boolean renew(UUID id, Instant claimed, Instant now) throws SQLException {
        return update(
                        "update llm_dead_letter set acted_at = ? where id = ? and state = 'REPLAYING' and acted_at = ?",
                        now,
                        id,
                        claimed)
                == 1;
    }

    /** The claim is given back as if it had not been. */
    void release(UUID id, Instant claimed) throws SQLException {
        update(
                "update llm_dead_letter set state = 'KEPT' where id = ? and state = 'REPLAYING' and acted_at = ?",
                id,
                claimed);
    }

    void replayed(UUID id, Instant claimed, Optional<UUID> callId) throws SQLException {
        update(
                "update llm_dead_letter set state = 'REPLAYED', replays = replays + 1, replay_call_id = ?, content = null"
                        + " where id = ? and state = 'REPLAYING' and acted_at = ?",
                callId.orElse(null),
                id,
                claimed);
    }

    void failedAgain(UUID id, Instant claimed, String errorType, String reason, Optional<UUID> callId)
            throws SQLException {
        update(
                "update llm_dead_letter set state = 'KEPT', replays = replays + 1, error_type = ?, reason = ?,"
                        + " replay_call_id = ? where id = ? and state = 'REPLAYING' and acted_at = ?",
                cut(errorType, 100),
                cut(reason, 1000),
                callId.orElse(null),
                id,
                claimed);
    }

    private static DeadLetter letter(ResultSet row) throws SQLException {
        return new DeadLetter(
                row.getObject("id", UUID.class),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("source"),
                Optional.ofNullable(row.getObject("call_id", UUID.class)),
                row.getString("caller"),
                row.getString("model"),
                row.getString("error_type"),
                row.getString("reason"),
                tags(row.getString("tags")),
                row.getBoolean("has_content"),
                row.getLong("content_bytes"),
                State.valueOf(row.getString("state")),
                row.getInt("replays"),
                Optional.ofNullable(row.getObject("acted_at", OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant),
                Optional.ofNullable(row.getString("actor")),
                Optional.ofNullable(row.getObject("replay_call_id", UUID.class)),
                Optional.ofNullable(row.getObject("replay_of", UUID.class)));
    }

    private static Map<String, String> tags(String json) throws SQLException {
        try {
            return Json.MAPPER.readValue(json, TAGS);
        } catch (JsonProcessingException e) {
            throw new SQLException("llm_dead_letter.tags is no JSON object of texts", e);
        }
    }

    private interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    private <T> List<T> query(String sql, RowMapper<T> mapper, Object... values) throws SQLException {
        try (Connection connection = database.connection()) {
            try (PreparedStatement statement = prepared(connection, sql, values);
                    StatementTimeout timed = StatementTimeout.of(statement, TIMEOUT_SECONDS);
                    ResultSet row = statement.executeQuery()) {
                List<T> rows = new ArrayList<>();
                while (row.next()) {
                    rows.add(mapper.map(row));
                }
                return rows;
            } finally {
                connection.rollback();
            }
        }
    }

    private int update(String sql, @Nullable Object... values) throws SQLException {
        try (Connection connection = database.connection()) {
            try (PreparedStatement statement = prepared(connection, sql, values);
                    StatementTimeout timed = StatementTimeout.of(statement, TIMEOUT_SECONDS)) {
                int rows = statement.executeUpdate();
                connection.commit();
                return rows;
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    private static PreparedStatement prepared(Connection connection, String sql, @Nullable Object... values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            List<@Nullable Object> all = Arrays.asList(values);
            for (int i = 0; i < all.size(); i++) {
                Object value = all.get(i);
                if (value instanceof byte[] bytes) {
                    statement.setBytes(i + 1, bytes);
                } else {
                    statement.setObject(
                            i + 1, value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value);
                }
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }
}
