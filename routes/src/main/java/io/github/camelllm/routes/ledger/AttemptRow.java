package io.github.camelllm.routes.ledger;

import io.github.camelllm.call.CacheHit;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.chat.FinishReason;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A row of {@code llm_attempt}: an attempt that has ended.
 *
 * @param startedAt in whole microseconds
 * @param cost empty if price or usage is unknown
 * @param droppedOptions names with commas between them
 * @param startedAfterMicros see {@link CallRecord#startedAfter}
 * @param chunks pieces of the answer; empty if it did not stream
 */
record AttemptRow(
        UUID id,
        UUID callId,
        Instant startedAt,
        String operation,
        String provider,
        String telemetryName,
        String requestModel,
        Optional<String> responseModel,
        boolean stream,
        long waitedMicros,
        long latencyMicros,
        OptionalLong firstChunkMicros,
        CallOutcome outcome,
        Optional<String> errorType,
        OptionalInt statusCode,
        Optional<String> requestId,
        Optional<FinishReason> finishReason,
        boolean billable,
        Optional<BookedUsage> usage,
        UsageSource usageSource,
        Optional<BookedCost> cost,
        Optional<Hit> cacheHit,
        String droppedOptions,
        Map<String, String> tags,
        OptionalLong startedAfterMicros,
        OptionalLong chunks) {
    AttemptRow {
        tags = Map.copyOf(tags);
    }

    /** That our own cache answered, and what that saved if it is known. */
    record Hit(CacheHit.Kind kind, Optional<Amount> saved) {}

    static AttemptRow of(CallRecord record) {
        return new AttemptRow(
                record.id(),
                record.callId(),
                micros(record.startedAt()),
                record.operation().wireName(),
                record.provider(),
                record.telemetryName(),
                record.requestModel(),
                record.responseModel(),
                record.stream(),
                micros(record.waited()),
                micros(record.latency()),
                micros(record.timeToFirstChunk()),
                record.outcome(),
                record.errorType(),
                record.statusCode(),
                record.requestId(),
                record.finishReason(),
                record.billable(),
                record.usage().map(BookedUsage::of),
                record.usageSource(),
                record.cost().flatMap(BookedCost::of),
                record.cacheHit().map(hit -> new Hit(hit.kind(), hit.saved().flatMap(cost -> Amount.of(cost.total())))),
                record.droppedOptions().isEmpty() ? "" : String.join(",", record.droppedOptions()),
                record.tags(),
                micros(record.startedAfter()),
                record.stream() ? OptionalLong.of(record.chunks()) : OptionalLong.empty());
    }

    AttemptRow withTimeline(OptionalLong afterMicros, OptionalLong pieces) {
        return new AttemptRow(
                id,
                callId,
                startedAt,
                operation,
                provider,
                telemetryName,
                requestModel,
                responseModel,
                stream,
                waitedMicros,
                latencyMicros,
                firstChunkMicros,
                outcome,
                errorType,
                statusCode,
                requestId,
                finishReason,
                billable,
                usage,
                usageSource,
                cost,
                cacheHit,
                droppedOptions,
                tags,
                afterMicros,
                pieces);
    }

    /** What the cost is booked at: nothing for an answer from our own cache, whatever else is unknown. */
    Optional<Amount> costAmount() {
        if (cost.isPresent()) {
            return Optional.of(cost.get().amount());
        }
        return cacheHit.flatMap(Hit::saved).map(saved -> new Amount(0, saved.currency()));
    }

    /** Whether something may have been charged that nobody can say the amount of. */
    boolean unpriced() {
        return billable && cost.isEmpty();
    }

    static Instant micros(Instant at) {
        return at.truncatedTo(ChronoUnit.MICROS);
    }

    private static OptionalLong micros(Optional<Duration> time) {
        return time.isPresent() ? OptionalLong.of(micros(time.get())) : OptionalLong.empty();
    }

    private static long micros(Duration time) {
        return time.toNanos() / 1000;
    }
}
