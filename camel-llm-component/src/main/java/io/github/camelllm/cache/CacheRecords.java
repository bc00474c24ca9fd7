package io.github.camelllm.cache;

import io.github.camelllm.call.CacheHit;
import io.github.camelllm.call.CallId;
import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.catalog.Cost;
import io.github.camelllm.chat.Finish;
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
     * @param prices version of the price book, for answers whose cost is unknown
     * @param latency since the call was made
     */
    static CallRecord hit(
            CachedCall call, CachedAnswer answer, CacheHit hit, String prices, Instant startedAt, Duration latency) {
        Cost nothing = answer.cost()
                .map(cost -> Cost.nothing(cost.total().currency(), cost.priceBookVersion(), cost.priceModel()))
                .orElseGet(() -> Cost.nothing(UNKNOWN_CURRENCY, prices, answer.requestModel()));
        Optional<FinishReason> finish = answer.response().finish().map(Finish::reason);
        return record(
                call,
                new CachedCall.Asked(answer.provider(), answer.telemetryName(), answer.requestModel()),
                answer.response().model(),
                startedAt,
                latency,
                CallOutcome.SUCCEEDED,
                Optional.empty(),
                finish,
                Optional.of(nothing),
                answer.droppedOptions(),
                Optional.of(hit));
    }

    /** A call that waited for another one and got no answer. It is no attempt, so no listener gets it. */
    static CallRecord unanswered(
            CachedCall call, CallOutcome outcome, String errorType, Instant startedAt, Duration latency) {
        return record(
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
            CachedCall call,
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
        UUID id = CallId.next();
        return new CallRecord(
                id,
                id,
                0,
                Operation.CHAT,
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
                hit);
    }
}
