package io.github.camelllm.routes.ledger.adjust;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.chat.Usage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Reads attempts with their adjustments, so many at a time. Stateless. */
public final class LedgerAttempts {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String COLUMNS =
            "id, started_at, operation, provider, request_model, response_model, request_id, billable, cache_hit,"
                    + " usage_source, input_tokens, output_tokens, cache_read_input_tokens,"
                    + " cache_creation_input_tokens, cache_creation_1h_input_tokens, reasoning_output_tokens,"
                    + " input_audio_tokens, input_image_tokens, output_audio_tokens, output_image_tokens,"
                    + " web_search_requests, service_tier, cost_nanos, currency, tags";

    private LedgerAttempts() {}

    /**
     * What to read.
     *
     * @param billableOnly leaves out what nothing is charged for, and answers from our own cache
     */
    public record Filter(
            Instant from, Instant to, Optional<String> provider, Optional<String> model, boolean billableOnly) {}

    /**
     * The next attempts of a period in order of their start, locked until the transaction ends if they are to be adjusted.
     *
     * @param after the last one of those before; empty to begin
     */
    public static List<LedgerAttempt> next(
            Connection connection, Filter filter, Optional<LedgerAttempt> after, int limit, boolean lock)
            throws SQLException {
        StringBuilder sql = new StringBuilder(
                "select " + COLUMNS + " from llm_attempt where started_at >= ?" + " and started_at < ?");
        List<Object> parameters = new ArrayList<>();
        parameters.add(after.map(LedgerAttempt::startedAt).orElse(filter.from()).atOffset(ZoneOffset.UTC));
        parameters.add(filter.to().atOffset(ZoneOffset.UTC));
        after.ifPresent(last -> {
            sql.append(" and (started_at > ? or id > ?)");
            parameters.add(last.startedAt().atOffset(ZoneOffset.UTC));
            parameters.add(last.id());
        });
        filter.provider().ifPresent(provider -> {
            sql.append(" and provider = ?");
            parameters.add(provider);
        });
        filter.model().ifPresent(model -> {
            sql.append(" and request_model = ?");
            parameters.add(model);
        });
        if (filter.billableOnly()) {
            sql.append(" and billable and cache_hit is null");
        }
        sql.append(" order by started_at, id limit ").append(limit).append(lock ? " for update" : "");
        return read(connection, sql.toString(), parameters);
    }

    /**
     * Attempts by our id, or by the provider's id of the request, for which there should be its {@link RequestIdIndex}; those that
     * are not there are left out.
     */
    public static List<LedgerAttempt> find(
            Connection connection, String provider, Collection<UUID> ids, Collection<String> requestIds)
            throws SQLException {
        List<LedgerAttempt> found = new ArrayList<>();
        if (!ids.isEmpty()) {
            found.addAll(find(connection, provider, "id", ids));
        }
        if (!requestIds.isEmpty()) {
            found.addAll(find(connection, provider, "request_id", requestIds));
        }
        return found;
    }

    private static List<LedgerAttempt> find(Connection connection, String provider, String column, Collection<?> values)
            throws SQLException {
        List<Object> parameters = new ArrayList<>(values);
        parameters.add(provider);
        return read(
                connection,
                "select " + COLUMNS + " from llm_attempt where " + column + " in ("
                        + Adjustments.placeholders(values.size()) + ") and provider = ? order by id for update",
                parameters);
    }

    private static List<LedgerAttempt> read(Connection connection, String sql, List<Object> parameters)
            throws SQLException {
        List<LedgerAttempt> attempts = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    attempts.add(attempt(row));
                }
            }
        }
        return attempts.isEmpty() ? attempts : adjusted(connection, attempts);
    }

    private static void bind(PreparedStatement statement, List<?> parameters) throws SQLException {
        for (int i = 0; i < parameters.size(); i++) {
            statement.setObject(i + 1, parameters.get(i));
        }
    }

    private static LedgerAttempt attempt(ResultSet row) throws SQLException {
        boolean hit = row.getString("cache_hit") != null;
        SortedMap<String, Long> nanos = new TreeMap<>();
        long cost = row.getLong("cost_nanos");
        boolean known = !row.wasNull();
        String currency = row.getString("currency");
        if (known && currency != null) {
            nanos.put(currency, cost);
        }
        return new LedgerAttempt(
                row.getObject("id", UUID.class),
                row.getObject("started_at", OffsetDateTime.class).toInstant(),
                row.getString("operation"),
                row.getString("provider"),
                row.getString("request_model"),
                Optional.ofNullable(row.getString("response_model")),
                Optional.ofNullable(row.getString("request_id")),
                row.getBoolean("billable") && !hit,
                usage(row),
                tags(row.getString("tags")),
                nanos,
                known || hit,
                0,
                false);
    }

    private static Optional<Usage> usage(ResultSet row) throws SQLException {
        if ("unknown".equalsIgnoreCase(row.getString("usage_source"))) {
            return Optional.empty();
        }
        Usage.Builder usage = Usage.builder();
        count(row, "input_tokens", usage::inputTokens);
        count(row, "output_tokens", usage::outputTokens);
        count(row, "cache_read_input_tokens", usage::cacheReadInputTokens);
        count(row, "cache_creation_input_tokens", usage::cacheCreationInputTokens);
        count(row, "cache_creation_1h_input_tokens", usage::cacheCreation1hInputTokens);
        count(row, "reasoning_output_tokens", usage::reasoningOutputTokens);
        count(row, "input_audio_tokens", usage::inputAudioTokens);
        count(row, "input_image_tokens", usage::inputImageTokens);
        count(row, "output_audio_tokens", usage::outputAudioTokens);
        count(row, "output_image_tokens", usage::outputImageTokens);
        count(row, "web_search_requests", usage::webSearchRequests);
        String tier = row.getString("service_tier");
        if (tier != null) {
            usage.serviceTier(tier);
        }
        return Optional.of(usage.build());
    }

    private static void count(ResultSet row, String column, LongConsumer use) throws SQLException {
        long count = row.getLong(column);
        if (!row.wasNull()) {
            use.accept(count);
        }
    }

    private static Map<String, String> tags(@Nullable String json) {
        try {
            return json == null ? Map.of() : MAPPER.readValue(json, new TypeReference<Map<String, String>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("llm_attempt.tags: expected a JSON object of texts", e);
        }
    }

    private static List<LedgerAttempt> adjusted(Connection connection, List<LedgerAttempt> attempts)
            throws SQLException {
        Map<UUID, List<Entry>> entries = entries(connection, attempts);
        return attempts.stream()
                .map(attempt -> adjusted(attempt, entries.getOrDefault(attempt.id(), List.of())))
                .toList();
    }

    private record Entry(String currency, long nanos, boolean byPriceBook) {}

    private static Map<UUID, List<Entry>> entries(Connection connection, List<LedgerAttempt> attempts)
            throws SQLException {
        Map<UUID, List<Entry>> entries = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select a.attempt_id, e.currency, e.spent_nanos, e.price_book from llm_adjusted a"
                        + " join llm_entry_row e on e.id = a.entry_id and e.kind = 'ADJUST' where a.attempt_id in ("
                        + Adjustments.placeholders(attempts.size()) + ")")) {
            bind(statement, attempts.stream().map(LedgerAttempt::id).toList());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    entries.computeIfAbsent(row.getObject(1, UUID.class), id -> new ArrayList<>())
                            .add(new Entry(row.getString(2), row.getLong(3), row.getString(4) != null));
                }
            }
        }
        return entries;
    }

    private static LedgerAttempt adjusted(LedgerAttempt attempt, List<Entry> entries) {
        if (entries.isEmpty()) {
            return attempt;
        }
        SortedMap<String, Long> nanos = new TreeMap<>(attempt.nanos());
        entries.forEach(entry -> nanos.merge(entry.currency, entry.nanos, Math::addExact));
        return new LedgerAttempt(
                attempt.id(),
                attempt.startedAt(),
                attempt.operation(),
                attempt.provider(),
                attempt.requestModel(),
                attempt.responseModel(),
                attempt.requestId(),
                attempt.billable(),
                attempt.usage(),
                attempt.tags(),
                nanos,
                true,
                entries.size(),
                entries.stream().anyMatch(entry -> !entry.byPriceBook));
    }
}
