package io.github.camelllm.routes.quality;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.routes.quality.ScoreSums.Change;
import io.github.camelllm.routes.quality.ScoreSums.Counted;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.wire.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps judgements in the ledger's database, and counts each once the ledger knows its call: the ledger is written behind the calls,
 * so that a judgement can be there first. Thread-safe; blocks while the database answers.
 */
public final class Scores {
    /** A call that began so long ago is in the ledger, or never will be. */
    static final Duration LEDGER_LAG = Duration.ofHours(1);

    /** A call that went well has this long until its last attempt is in the ledger. */
    private static final Duration LAST_ATTEMPT_LAG = Duration.ofMinutes(1);

    /** Clocks of nodes may differ. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    /** Judgements of calls that the ledger does not know, by one judge. */
    static final int MOST_WAITING = 1000;

    private static final int BATCH = 500;
    private static final int UUID_TIME_VERSION = 7;
    private static final String TASK_TAG = "task";

    private final LlmDatabase database;
    private final Clock clock;
    private final Optional<Duration> maxAge;

    /** @param maxAge how long judgements are kept; calls that began before that are not judged any more. Empty for always */
    public Scores(LlmDatabase database, Clock clock, Optional<Duration> maxAge) {
        this.database = database;
        this.clock = clock;
        this.maxAge = maxAge;
    }

    /** What became of a judgement. */
    public enum Outcome {
        /** It is kept and counted. */
        COUNTED,
        /** It is kept, and counts for no model: the answer came from our own cache, and none was asked for it. */
        KEPT,
        /** It is kept, and counted as soon as the ledger knows the call. */
        WAITING,
        /** There is no such call, or it belongs to another, or its judgements are deleted by now. Nothing is kept. */
        UNKNOWN_CALL,
        /** Too many of this judge's judgements wait already. Nothing is kept. */
        TOO_MANY_WAITING
    }

    /**
     * How many of those that waited were counted or are only kept, and how many thrown away since their call is another's or never
     * came.
     */
    public record Settled(int counted, int refused, int forgotten) {}

    /**
     * What the ledger knows of a call: how it is counted, and the tags that say whose it is.
     *
     * @param counted empty if the answer came from our own cache: that cost nothing and took no time, so that a model would seem
     *     better for being asked less
     */
    private record Known(Instant startedAt, Optional<Counted> counted, JsonNode tags) {
        boolean belongsTo(Optional<Judgement.Owner> owner) {
            return owner.isEmpty()
                    || tags.path(owner.get().tag())
                            .asText("")
                            .equals(owner.get().value());
        }

        Optional<Counted> forTask(Optional<String> given) {
            String tag = tags.path(TASK_TAG).asText("");
            return counted.map(call -> new Counted(
                    call.bucket(),
                    given.orElse(tag.length() <= Judgement.TASK_CHARS ? tag : tag.substring(0, Judgement.TASK_CHARS)),
                    call.provider(),
                    call.model(),
                    call.currency(),
                    call.costNanos(),
                    call.latencyMicros()));
        }
    }

    /** A row as it is. */
    private record Row(UUID id, Judgement judgement, Instant at, Optional<Counted> counted) {}

    /**
     * Keeps a judgement, in place of an earlier one of the same call, name and judge.
     *
     * @throws SQLException if the database does not take it; nothing is kept then
     */
    public Outcome add(Judgement judgement) throws SQLException {
        Instant now = clock.instant();
        try (Connection connection = database.connection()) {
            try {
                Optional<Known> known = known(connection, judgement.callId(), now);
                Optional<Outcome> refusal = refusal(connection, judgement, known, now);
                if (refusal.isPresent()) {
                    connection.rollback();
                    return refusal.get();
                }
                put(connection, judgement, known, now);
                connection.commit();
                if (known.isEmpty()) {
                    return Outcome.WAITING;
                }
                return known.get().counted().isPresent() ? Outcome.COUNTED : Outcome.KEPT;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    private Optional<Outcome> refusal(Connection connection, Judgement judgement, Optional<Known> known, Instant now)
            throws SQLException {
        if (known.isPresent()) {
            boolean isPast = maxAge.filter(age -> known.get().startedAt().isBefore(now.minus(age)))
                    .isPresent();
            return known.get().belongsTo(judgement.owner()) && !isPast
                    ? Optional.empty()
                    : Optional.of(Outcome.UNKNOWN_CALL);
        }
        if (!canComeYet(judgement.callId(), now)) {
            return Optional.of(Outcome.UNKNOWN_CALL);
        }
        return waiting(connection, judgement.judge()) < MOST_WAITING
                ? Optional.empty()
                : Optional.of(Outcome.TOO_MANY_WAITING);
    }

    /** Whether the ledger may still hear of a call: its id says when it was made. */
    private static boolean canComeYet(UUID callId, Instant now) {
        if (callId.version() != UUID_TIME_VERSION) {
            return false;
        }
        Instant made = Instant.ofEpochMilli(callId.getMostSignificantBits() >>> 16);
        return made.isAfter(now.minus(LEDGER_LAG)) && made.isBefore(now.plus(CLOCK_SKEW));
    }

    private static long waiting(Connection connection, String judge) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select count(*) from (select 1 from llm_score where counted = false and judge = ? limit "
                        + MOST_WAITING + ") as waiting")) {
            select.setString(1, judge);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** The attempt that gave the answer, or else the last one. */
    private static Optional<Known> known(Connection connection, UUID callId, Instant now) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select outcome, started_at, provider, request_model, currency, cost_nanos, latency_micros,"
                        + " cache_hit, tags from llm_attempt where call_id = ?"
                        + " order by case outcome when 'SUCCEEDED' then 0 else 1 end, started_at desc, id desc limit 1")) {
            select.setObject(1, callId);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                Instant startedAt =
                        row.getObject("started_at", OffsetDateTime.class).toInstant();
                if (!row.getString("outcome").equals("SUCCEEDED") && startedAt.isAfter(now.minus(LAST_ATTEMPT_LAG))) {
                    return Optional.empty();
                }
                String currency = row.getString("currency");
                long cost = row.getLong("cost_nanos");
                boolean priced = !row.wasNull() && currency != null;
                boolean fromCache = row.getString("cache_hit") != null;
                Counted counted = new Counted(
                        startedAt.truncatedTo(ChronoUnit.DAYS),
                        "",
                        row.getString("provider"),
                        row.getString("request_model"),
                        priced ? currency : "",
                        priced ? cost : 0,
                        row.getLong("latency_micros"));
                return Optional.of(new Known(
                        startedAt,
                        Optional.of(counted).filter(call -> !fromCache),
                        Json.MAPPER.readTree(row.getString("tags"))));
            }
        } catch (JsonProcessingException e) {
            throw new SQLException("the tags of an attempt of call " + callId + " are no JSON", e);
        }
    }

    private static void put(Connection connection, Judgement judgement, Optional<Known> known, Instant now)
            throws SQLException {
        Optional<Row> before = locked(connection, judgement);
        if (before.isEmpty() && !insert(connection, judgement, known, now)) {
            // Another transaction was faster, and has ended now
            before = locked(connection, judgement);
        }
        List<Change> changes = new ArrayList<>();
        if (before.isPresent()) {
            Row old = before.get();
            update(connection, old.id(), judgement, known, now);
            old.counted()
                    .ifPresent(was -> changes.add(
                            new Change(judgement.name(), old.judgement().score(), was, -1)));
        }
        known.flatMap(call -> call.forTask(judgement.task()))
                .ifPresent(is -> changes.add(new Change(judgement.name(), judgement.score(), is, 1)));
        ScoreSums.change(connection, changes);
    }

    private static Optional<Row> locked(Connection connection, Judgement judgement) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select * from llm_score where call_id = ? and name = ? and judge = ? for update")) {
            select.setObject(1, judgement.callId());
            select.setString(2, judgement.name());
            select.setString(3, judgement.judge());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row(row)) : Optional.empty();
            }
        }
    }

    private static Row row(ResultSet row) throws SQLException {
        OffsetDateTime bucket = row.getObject("bucket", OffsetDateTime.class);
        Optional<Counted> counted = bucket != null
                ? Optional.of(new Counted(
                        bucket.toInstant(),
                        row.getString("task"),
                        row.getString("provider"),
                        row.getString("model"),
                        row.getString("currency"),
                        row.getLong("cost_nanos"),
                        row.getLong("latency_micros")))
                : Optional.empty();
        String ownerTag = row.getString("owner_tag");
        String ownerValue = row.getString("owner_value");
        return new Row(
                row.getObject("id", UUID.class),
                new Judgement(
                        row.getObject("call_id", UUID.class),
                        row.getString("name"),
                        row.getString("judge"),
                        row.getInt("score"),
                        Optional.ofNullable(row.getString("label")),
                        Optional.ofNullable(row.getString("comment")),
                        Optional.ofNullable(row.getString("given_task")),
                        Optional.ofNullable(ownerTag).map(tag -> new Judgement.Owner(tag, ownerValue))),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                counted);
    }

    private static boolean insert(Connection connection, Judgement judgement, Optional<Known> known, Instant now)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into llm_score (at, score, label, comment, given_task, owner_tag, owner_value, counted, bucket,"
                        + " task, provider, model, currency, cost_nanos, latency_micros, id, call_id, name, judge)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing")) {
            int next = values(insert, judgement, known, now);
            insert.setObject(next, UUID.randomUUID());
            insert.setObject(next + 1, judgement.callId());
            insert.setString(next + 2, judgement.name());
            insert.setString(next + 3, judgement.judge());
            return insert.executeUpdate() > 0;
        }
    }

    private static void update(Connection connection, UUID id, Judgement judgement, Optional<Known> known, Instant at)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update llm_score set at = ?, score = ?, label = ?, comment = ?, given_task = ?, owner_tag = ?,"
                        + " owner_value = ?, counted = ?, bucket = ?, task = ?, provider = ?, model = ?, currency = ?,"
                        + " cost_nanos = ?, latency_micros = ? where id = ?")) {
            update.setObject(values(update, judgement, known, at), id);
            update.executeUpdate();
        }
    }

    /** @return index of the parameter behind them */
    private static int values(PreparedStatement statement, Judgement judgement, Optional<Known> known, Instant at)
            throws SQLException {
        Counted counted = known.flatMap(call -> call.forTask(judgement.task())).orElse(null);
        Object[] values = {
            at.atOffset(ZoneOffset.UTC),
            judgement.score(),
            judgement.label().orElse(null),
            judgement.comment().orElse(null),
            judgement.task().orElse(null),
            judgement.owner().map(Judgement.Owner::tag).orElse(null),
            judgement.owner().map(Judgement.Owner::value).orElse(null),
            known.isPresent(),
            counted == null ? null : counted.bucket().atOffset(ZoneOffset.UTC),
            counted == null ? null : counted.task(),
            counted == null ? null : counted.provider(),
            counted == null ? null : counted.model(),
            counted == null ? null : counted.currency(),
            counted == null ? null : counted.costNanos(),
            counted == null ? null : counted.latencyMicros()
        };
        for (int i = 0; i < values.length; i++) {
            @Nullable Object value = values[i];
            statement.setObject(i + 1, value);
        }
        return values.length + 1;
    }

    /** Counts what waits for the ledger, {@value #BATCH} at most, and throws away what waited too long. */
    public Settled settle() throws SQLException {
        Instant now = clock.instant();
        int counted = 0;
        int refused = 0;
        int forgotten = 0;
        for (UUID id : ripe(now)) {
            try (Connection connection = database.connection()) {
                try {
                    Optional<Row> found = waiting(connection, id);
                    if (found.isPresent()) {
                        Row row = found.get();
                        Judgement judgement = row.judgement();
                        Optional<Known> known = known(connection, judgement.callId(), now);
                        if (known.isEmpty()) {
                            if (!canComeYet(judgement.callId(), now)) {
                                delete(connection, id);
                                forgotten++;
                            }
                        } else if (known.get().belongsTo(judgement.owner())) {
                            update(connection, id, judgement, known, row.at());
                            Optional<Counted> as = known.get().forTask(judgement.task());
                            if (as.isPresent()) {
                                ScoreSums.change(
                                        connection,
                                        List.of(new Change(judgement.name(), judgement.score(), as.get(), 1)));
                            }
                            counted++;
                        } else {
                            delete(connection, id);
                            refused++;
                        }
                    }
                    connection.commit();
                } catch (SQLException | RuntimeException e) {
                    connection.rollback();
                    throw e;
                }
            }
        }
        return new Settled(counted, refused, forgotten);
    }

    /** What can be settled: others that wait must not stand before it. */
    private List<UUID> ripe(Instant now) throws SQLException {
        try (Connection connection = database.connection()) {
            try (PreparedStatement select =
                    connection.prepareStatement("select id from llm_score s where counted = false"
                            + " and (at < ? or exists (select 1 from llm_attempt a where a.call_id = s.call_id))"
                            + " order by at, id limit " + BATCH)) {
                select.setObject(1, now.minus(LEDGER_LAG).minus(CLOCK_SKEW).atOffset(ZoneOffset.UTC));
                try (ResultSet rows = select.executeQuery()) {
                    List<UUID> ids = new ArrayList<>();
                    while (rows.next()) {
                        ids.add(rows.getObject(1, UUID.class));
                    }
                    return ids;
                }
            } finally {
                connection.rollback();
            }
        }
    }

    /** Empty if another node was faster. */
    private static Optional<Row> waiting(Connection connection, UUID id) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select * from llm_score where id = ? and counted = false for update")) {
            select.setObject(1, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row(row)) : Optional.empty();
            }
        }
    }

    private static void delete(Connection connection, UUID id) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from llm_score where id = ?")) {
            delete.setObject(1, id);
            delete.executeUpdate();
        }
    }
}
