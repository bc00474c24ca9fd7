package io.github.camelllm.routes.quality;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.routes.quality.WeightsChange.Kind;
import io.github.camelllm.routes.quality.WeightsChange.Reason;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.store.StatementTimeout;
import io.github.camelllm.wire.Json;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads and writes {@code llm_router_weights}. Thread-safe; blocks while the database answers. */
public final class WeightsTable {
    private static final String COLUMNS =
            "select router, version, at, actor, kind, weights, reason from llm_router_weights";
    private static final int MOST_CHARS = 32_000;
    private static final int ACTOR_CHARS = 128;
    private static final int MOST_ROUTERS = 1000;
    private static final int TIMEOUT_SECONDS = 10;

    private final LlmDatabase database;

    public WeightsTable(LlmDatabase database) {
        this.database = database;
    }

    /** The change that holds, by router. */
    public Map<String, WeightsChange> latest() throws SQLException {
        Map<String, WeightsChange> latest = new TreeMap<>();
        list(
                        COLUMNS + " w where version = (select max(version) from llm_router_weights v where v.router ="
                                + " w.router) order by router limit " + MOST_ROUTERS,
                        List.of())
                .forEach(change -> latest.put(change.router(), change));
        return latest;
    }

    /** Changes of a router, the last one first. */
    public List<WeightsChange> history(String router, int most) throws SQLException {
        return list(COLUMNS + " where router = ? order by version desc limit " + most, List.of(router));
    }

    Optional<WeightsChange> find(String router, long version) throws SQLException {
        return list(COLUMNS + " where router = ? and version = ?", List.of(router, version)).stream()
                .findFirst();
    }

    /** @return whether it was added; false if another node has added this version meanwhile */
    boolean add(WeightsChange change) throws SQLException {
        ObjectNode weights = Json.MAPPER.createObjectNode();
        new TreeMap<>(change.weights()).forEach(weights::put);
        try (Connection connection = database.connection()) {
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into llm_router_weights (router, version,"
                            + " at, actor, kind, weights, reason) values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing")) {
                insert.setString(1, change.router());
                insert.setLong(2, change.version());
                insert.setObject(3, change.at().atOffset(ZoneOffset.UTC));
                insert.setString(
                        4,
                        change.actor()
                                .substring(
                                        0, Math.min(ACTOR_CHARS, change.actor().length())));
                insert.setString(5, change.kind().name().toLowerCase(Locale.ROOT));
                insert.setString(6, weights.toString());
                insert.setString(7, reason(change));
                boolean added = insert.executeUpdate() > 0;
                connection.commit();
                return added;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    private static String reason(WeightsChange change) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("why", change.why());
        ArrayNode targets = json.putArray("targets");
        for (Reason reason : change.reasons()) {
            ObjectNode target = targets.addObject();
            target.put("target", reason.target());
            reason.before().ifPresent(percent -> target.put("before", percent));
            reason.after().ifPresent(percent -> target.put("after", percent));
            target.put("why", reason.why());
        }
        // So many targets cannot each have their reason
        while (json.toString().length() > MOST_CHARS && !targets.isEmpty()) {
            targets.remove(targets.size() - 1);
        }
        return json.toString();
    }

    private List<WeightsChange> list(String sql, List<?> values) throws SQLException {
        try (Connection connection = database.connection()) {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                for (int i = 0; i < values.size(); i++) {
                    select.setObject(i + 1, values.get(i));
                }
                try (StatementTimeout timed = StatementTimeout.of(select, TIMEOUT_SECONDS);
                        ResultSet row = select.executeQuery()) {
                    List<WeightsChange> changes = new ArrayList<>();
                    while (row.next()) {
                        changes.add(change(row));
                    }
                    return changes;
                }
            } catch (JsonProcessingException e) {
                throw new SQLException("llm_router_weights has a text that is no JSON", e);
            } finally {
                connection.rollback();
            }
        }
    }

    private static WeightsChange change(ResultSet row) throws SQLException, JsonProcessingException {
        Map<String, Double> weights = new LinkedHashMap<>();
        Json.MAPPER
                .readTree(row.getString("weights"))
                .properties()
                .forEach(
                        weight -> weights.put(weight.getKey(), weight.getValue().asDouble()));
        JsonNode reason = Json.MAPPER.readTree(row.getString("reason"));
        List<Reason> reasons = new ArrayList<>();
        reason.path("targets")
                .forEach(target -> reasons.add(new Reason(
                        target.path("target").asText(),
                        percent(target, "before"),
                        percent(target, "after"),
                        target.path("why").asText())));
        return new WeightsChange(
                row.getString("router"),
                row.getLong("version"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("actor"),
                Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                weights,
                reason.path("why").asText(),
                reasons);
    }

    private static Optional<BigDecimal> percent(JsonNode target, String member) {
        return target.has(member)
                ? Optional.of(new BigDecimal(target.get(member).asText()))
                : Optional.empty();
    }
}
