package io.github.camelllm.routes.ledger;

import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.testing.Postgres;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** A ledger in an empty database, to which attempts are added with their rollups. */
public final class TestLedger implements AutoCloseable {
    /** Where it is. */
    public enum Server {
        H2,
        POSTGRESQL
    }

    private static final List<ChronoUnit> GRAINS = List.of(ChronoUnit.MINUTES, ChronoUnit.HOURS, ChronoUnit.DAYS);

    private final Map<String, String> properties;
    private final LlmDatabase database;

    private TestLedger(Map<String, String> properties) {
        this.properties = properties;
        this.database = LlmDatabase.open(properties);
    }

    public static TestLedger on(Server server) {
        if (server == Server.H2) {
            return new TestLedger(Map.of("url", "jdbc:h2:mem:" + UUID.randomUUID()));
        }
        PGSimpleDataSource source = (PGSimpleDataSource) Postgres.plain().databaseWithTables();
        return new TestLedger(Map.of("url", source.getUrl(), "username", "postgres", "password", ""));
    }

    public LlmDatabase database() {
        return database;
    }

    /** As a context is given it. */
    public Map<String, String> contextProperties() {
        Map<String, String> named = new HashMap<>();
        properties.forEach((name, value) -> named.put("llm.jdbc." + name, value));
        return named;
    }

    /** An attempt of 1,000 input and 100 output tokens that took 2 s, with the first piece after 0.5 s. */
    public static Attempt attempt(String at, String provider, String model) {
        return new Attempt(Instant.parse(at), provider, model);
    }

    /** A row of {@code llm_attempt}, without a cost at first. */
    public static final class Attempt {
        private final Instant at;
        private final String provider;
        private final String model;
        private final Map<String, String> tags = new TreeMap<>();
        private UUID id;
        private @Nullable String requestId;
        private String outcome = "SUCCEEDED";
        /** Null if its usage is unknown. */
        private @Nullable Long inputTokens = 1000L;

        private @Nullable Long outputTokens = 100L;
        /** Null if its cost is unknown. */
        private @Nullable Long nanos;

        private String currency = "USD";
        private @Nullable String cacheHit;

        private Attempt(Instant at, String provider, String model) {
            this.at = at;
            this.provider = provider;
            this.model = model;
            this.id = UUID.nameUUIDFromBytes((at + provider + model).getBytes(StandardCharsets.UTF_8));
        }

        public UUID id() {
            return id;
        }

        public Attempt id(UUID newId) {
            id = newId;
            return this;
        }

        public Attempt requestId(String newId) {
            requestId = newId;
            return this;
        }

        public Attempt cost(long costNanos, String in) {
            nanos = costNanos;
            currency = in;
            return this;
        }

        public Attempt interrupted() {
            outcome = "INTERRUPTED";
            inputTokens = null;
            outputTokens = null;
            nanos = null;
            return this;
        }

        /** An answer from our own cache. */
        public Attempt cacheHit(String kind) {
            cacheHit = kind;
            return this;
        }

        public Attempt tag(String name, String value) {
            tags.put(name, value);
            return this;
        }
    }

    public TestLedger add(Attempt... attempts) throws SQLException {
        try (Connection connection = database.connection()) {
            for (Attempt attempt : attempts) {
                insert(connection, attempt);
                Map<String, String> tags = new TreeMap<>(attempt.tags);
                tags.put("", "");
                for (Map.Entry<String, String> tag : tags.entrySet()) {
                    for (ChronoUnit grain : GRAINS) {
                        count(connection, attempt, grain, tag.getKey(), tag.getValue());
                    }
                }
            }
            connection.commit();
        }
        return this;
    }

    private static void insert(Connection connection, Attempt attempt) throws SQLException {
        String tags = new TreeMap<>(attempt.tags)
                .entrySet().stream()
                        .map(tag -> quoted(tag.getKey()) + ":" + quoted(tag.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
        try (PreparedStatement insert = connection.prepareStatement("insert into llm_attempt (id, call_id, node,"
                + " started_at, operation, provider, telemetry_name, request_model, stream,"
                + " waited_micros, latency_micros, first_chunk_micros, outcome, request_id, billable, usage_source,"
                + " input_tokens, output_tokens, cost_nanos, currency, cache_hit, tags) values (?, ?, 'n', ?, 'chat', ?, 't',"
                + " ?, false, 0, 2000000, 500000, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            set(
                    insert,
                    attempt.id,
                    attempt.id,
                    attempt.at.atOffset(ZoneOffset.UTC),
                    attempt.provider,
                    attempt.model,
                    attempt.outcome,
                    attempt.requestId,
                    attempt.cacheHit == null,
                    attempt.inputTokens == null ? "UNKNOWN" : "REPORTED",
                    attempt.inputTokens,
                    attempt.outputTokens,
                    attempt.nanos,
                    attempt.nanos == null ? null : attempt.currency,
                    attempt.cacheHit,
                    tags);
            insert.execute();
        }
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private static void count(Connection connection, Attempt attempt, ChronoUnit grain, String tagName, String tagValue)
            throws SQLException {
        String name = grain == ChronoUnit.MINUTES ? "minute" : grain == ChronoUnit.HOURS ? "hour" : "day";
        Object bucket = attempt.at.truncatedTo(grain).atOffset(ZoneOffset.UTC);
        String currency = attempt.nanos == null ? "" : attempt.currency;
        try (PreparedStatement insert = connection.prepareStatement(
                        "insert into llm_rollup values (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)"
                                + " on conflict do nothing");
                PreparedStatement update = connection.prepareStatement("update llm_rollup set attempts = attempts + 1,"
                        + " interrupted = interrupted + ?, cache_hits = cache_hits + ?, unpriced = unpriced + ?,"
                        + " input_tokens = input_tokens + ?, output_tokens = output_tokens + ?, cost_nanos = cost_nanos"
                        + " + ? where grain = ? and bucket = ? and tag_name = ? and tag_value = ? and provider = ? and"
                        + " model = ? and operation = ? and currency = ?")) {
            Object[] key = {name, bucket, tagName, tagValue, attempt.provider, attempt.model, "chat", currency};
            set(insert, key);
            insert.execute();
            List<@Nullable Object> values = new ArrayList<>(List.of(
                    attempt.outcome.equals("INTERRUPTED") ? 1L : 0L,
                    attempt.cacheHit == null ? 0L : 1L,
                    attempt.nanos == null && attempt.cacheHit == null ? 1L : 0L,
                    Optional.ofNullable(attempt.inputTokens).orElse(0L),
                    Optional.ofNullable(attempt.outputTokens).orElse(0L),
                    Optional.ofNullable(attempt.nanos).orElse(0L)));
            values.addAll(List.of(key));
            set(update, values.toArray());
            update.execute();
        }
        for (Map.Entry<String, Long> measure :
                Map.of("latency", 2_000_000L, "first_chunk", 500_000L).entrySet()) {
            duration(connection, attempt, name, bucket, tagName, tagValue, measure.getKey(), measure.getValue());
        }
    }

    private static void duration(
            Connection connection,
            Attempt attempt,
            String grain,
            Object bucket,
            String tagName,
            String tagValue,
            String measure,
            long micros)
            throws SQLException {
        Object[] key = {
            grain, bucket, tagName, tagValue, attempt.provider, attempt.model, measure, DurationClasses.indexOf(micros)
        };
        try (PreparedStatement insert = connection.prepareStatement(
                        "insert into llm_rollup_duration values (?, ?, ?, ?, ?, ?, ?, ?, 0) on conflict do nothing");
                PreparedStatement update = connection.prepareStatement(
                        "update llm_rollup_duration set attempts = attempts + 1 where grain = ? and bucket = ? and"
                                + " tag_name = ? and tag_value = ? and provider = ? and model = ? and measure = ? and"
                                + " le = ?")) {
            set(insert, key);
            insert.execute();
            set(update, key);
            update.execute();
        }
    }

    private static void set(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }

    public void execute(String sql) throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            connection.commit();
        }
    }

    /** Rows of a query, each as its values with blanks between them. */
    public List<String> query(String sql) throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    values.add(String.valueOf(rows.getString(i)));
                }
                found.add(String.join(" ", values));
            }
            connection.rollback();
            return found;
        }
    }

    /** Seconds that a statement may take on a connection that others had before; zero for any. */
    public int queryTimeout() throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            int seconds = statement.getQueryTimeout();
            connection.rollback();
            return seconds;
        }
    }

    /**
     * What must hold after every correction: the rollups of each grain and of each tag's attempts have the adjustments that are
     * entered.
     */
    public void requireRollupsInStep() throws SQLException {
        List<String> entered = query("select currency, sum(spent_nanos) from llm_entry where kind = 'ADJUST'"
                + " group by currency having sum(spent_nanos) <> 0 order by currency");
        for (String grain : List.of("minute", "hour", "day")) {
            List<String> summed = query("select currency, sum(adjusted_nanos) from llm_rollup where grain = '" + grain
                    + "' and tag_name = '' group by currency having sum(adjusted_nanos) <> 0 order by currency");
            if (!summed.equals(entered)) {
                throw new AssertionError(grain + " rollups have " + summed + " but entries " + entered);
            }
        }
        if (!query("select id from llm_entry where available_nanos + reserved_nanos + spent_nanos <> 0")
                .isEmpty()) {
            throw new AssertionError("an entry does not sum to zero");
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
