package io.github.camelllm.routes.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * An attempt as a page shows it.
 *
 * @param waited before it began, by our own limits
 * @param firstChunk from its begin
 * @param startedAfter from when the call began; empty if it was booked before this was kept
 * @param chunks pieces of its answer; empty if it did not stream
 * @param costNanos empty if it is unknown, or nothing was charged
 */
record AttemptView(
        UUID id,
        UUID callId,
        String node,
        Instant startedAt,
        String operation,
        String provider,
        String requestModel,
        Optional<String> responseModel,
        boolean stream,
        Duration waited,
        Duration latency,
        Optional<Duration> firstChunk,
        String outcome,
        Optional<String> errorType,
        OptionalInt statusCode,
        Optional<String> requestId,
        Optional<String> finishReason,
        boolean billable,
        String usageSource,
        OptionalLong inputTokens,
        OptionalLong outputTokens,
        OptionalLong cacheReadInputTokens,
        OptionalLong reasoningOutputTokens,
        OptionalLong costNanos,
        Optional<String> currency,
        Optional<String> priceBook,
        Optional<String> priceModel,
        Optional<String> assumptions,
        Optional<String> cacheHit,
        OptionalLong savedNanos,
        Optional<Duration> startedAfter,
        OptionalLong chunks,
        SortedMap<String, String> tags) {
    static final String COLUMNS = "a.id, a.call_id, a.node, a.started_at, a.operation, a.provider, a.request_model,"
            + " a.response_model, a.stream, a.waited_micros, a.latency_micros, a.first_chunk_micros, a.outcome,"
            + " a.error_type, a.status_code, a.request_id, a.finish_reason, a.billable, a.usage_source,"
            + " a.input_tokens, a.output_tokens, a.cache_read_input_tokens, a.reasoning_output_tokens, a.cost_nanos,"
            + " a.currency, a.price_book, a.price_model, a.assumptions, a.cache_hit, a.saved_nanos,"
            + " a.started_after_micros, a.chunks, a.tags";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static AttemptView of(ResultSet row) throws SQLException {
        OptionalLong status = number(row, "status_code");
        return new AttemptView(
                row.getObject("id", UUID.class),
                row.getObject("call_id", UUID.class),
                row.getString("node"),
                row.getObject("started_at", OffsetDateTime.class).toInstant(),
                row.getString("operation"),
                row.getString("provider"),
                row.getString("request_model"),
                TimedQueries.text(row, "response_model"),
                row.getBoolean("stream"),
                micros(row.getLong("waited_micros")),
                micros(row.getLong("latency_micros")),
                duration(row, "first_chunk_micros"),
                row.getString("outcome"),
                TimedQueries.text(row, "error_type"),
                status.isPresent() ? OptionalInt.of((int) status.getAsLong()) : OptionalInt.empty(),
                TimedQueries.text(row, "request_id"),
                TimedQueries.text(row, "finish_reason"),
                row.getBoolean("billable"),
                row.getString("usage_source"),
                number(row, "input_tokens"),
                number(row, "output_tokens"),
                number(row, "cache_read_input_tokens"),
                number(row, "reasoning_output_tokens"),
                number(row, "cost_nanos"),
                TimedQueries.text(row, "currency"),
                TimedQueries.text(row, "price_book"),
                TimedQueries.text(row, "price_model"),
                TimedQueries.text(row, "assumptions"),
                TimedQueries.text(row, "cache_hit"),
                number(row, "saved_nanos"),
                duration(row, "started_after_micros"),
                number(row, "chunks"),
                tags(row.getString("tags")));
    }

    private static Duration micros(long micros) {
        return Duration.ofNanos(Math.multiplyExact(micros, 1000));
    }

    private static Optional<Duration> duration(ResultSet row, String column) throws SQLException {
        OptionalLong micros = number(row, column);
        return micros.isPresent() ? Optional.of(micros(micros.getAsLong())) : Optional.empty();
    }

    private static OptionalLong number(ResultSet row, String column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(number);
    }

    private static SortedMap<String, String> tags(String json) {
        try {
            return new TreeMap<>(MAPPER.readValue(json, new TypeReference<Map<String, String>>() {}));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("llm_attempt.tags: expected a JSON object of texts", e);
        }
    }

    /** When the call began, as far as this attempt knows. */
    Instant callBegan() {
        Duration before = startedAfter.orElse(waited);
        return startedAt.minus(before.compareTo(waited) < 0 ? waited : before);
    }

    Instant endedAt() {
        return startedAt.plus(latency);
    }

    /** What it cost: unknown where something may have been charged that nobody knows, nothing where nothing was. */
    Cell cost() {
        if (costNanos.isPresent() && currency.isPresent()) {
            return UsageTable.amount(costNanos.getAsLong(), currency.get());
        }
        return billable && cacheHit.isEmpty() ? Cell.UNKNOWN : Cell.NONE;
    }

    Cell outcomeCell() {
        return Cell.text(outcome.toLowerCase(Locale.ROOT)).tone(tone());
    }

    String tone() {
        switch (outcome) {
            case "SUCCEEDED":
                return "good";
            case "CANCELLED":
                return "warn";
            default:
                return "bad";
        }
    }

    /** Without tags: their values may name people. */
    @Override
    public String toString() {
        return "attempt " + id + " at " + startedAt + " of " + provider + "/" + requestModel;
    }
}
