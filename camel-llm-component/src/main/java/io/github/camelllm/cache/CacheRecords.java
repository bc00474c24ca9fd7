package io.github.camelllm.cache;

import io.github.camelllm.call.CacheHit;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.catalog.Cost;
import io.github.camelllm.chat.FinishReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** Records of calls for which no provider was asked. */
final class CacheRecords {
    private static final String UNKNOWN_CURRENCY = "USD";

    private CacheRecords() {}

    /**
     * A call answered from the cache. It made no attempt, used nothing and costs exactly nothing, in the currency and by the
     * prices that it would have cost something.
     *
     * @param callId of the call
     * @param prices version of the price book, for answers whose cost is unknown
     * @param latency since the call was made
     */
    static <R> CallRecord hit(
            UUID callId,
            AnswerKind<R> kind,
            CachedCall<R> call,
            CachedAnswer<R> answer,
            CacheHit hit,
            String prices,
            Instant startedAt,
            Duration latency) {
        CachedAnswer.Origin origin = answer.origin();
        Cost nothing = origin.cost()
                .map(cost -> Cost.nothing(cost.total().currency(), cost.priceBookVersion(), cost.priceModel()))
                .orElseGet(() -> Cost.nothing(UNKNOWN_CURRENCY, prices, origin.requestModel()));
        return record(
                callId,
                kind.operation(),
                call,
                new CachedCall.Asked(origin.provider(), origin.telemetryName(), origin.requestModel()),
                kind.model(answer.response()),
                startedAt,
                latency,
                CallOutcome.SUCCEEDED,
                Optional.empty(),
                kind.finish(answer.response()),
                Optional.of(nothing),
                origin.droppedOptions(),
                Optional.of(hit));
    }

    /** A call that waited for another one and got no answer. It is no attempt, so no listener gets it. */
    static CallRecord unanswered(
            UUID callId,
            Operation operation,
            CachedCall<?> call,
            CallOutcome outcome,
            String errorType,
            Instant startedAt,
            Duration latency) {
        return record(
                callId,
                operation,
                call,
                call.asked(),
                Optional.empty(),
                startedAt,
                latency,
                outcome,
                Optional.of(errorType),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    private static CallRecord record(
            UUID callId,
            Operation operation,
            CachedCall<?> call,
            CachedCall.Asked asked,
            Optional<String> responseModel,
            Instant startedAt,
            Duration latency,
            CallOutcome outcome,
            Optional<String> errorType,
            Optional<FinishReason> finish,
            Optional<Cost> cost,
            List<String> dropped,
            Optional<CacheHit> hit) {
        return new CallRecord(
                callId,
                callId,
                0,
                operation,
                asked.provider(),
                asked.telemetryName(),
                asked.model(),
                responseModel,
                call.stream(),
                startedAt,
                latency,
                hit.isPresent() ? Optional.of(latency) : Optional.empty(),
                outcome,
                errorType,
                OptionalInt.empty(),
                Optional.empty(),
                finish,
                false,
                Optional.empty(),
                UsageSource.UNKNOWN,
                cost,
                dropped,
                call.tags(),
                Duration.ZERO,
                hit,
                Optional.empty(),
                0);
    }
}
