package io.github.camelllm.call;

import io.github.camelllm.catalog.Cost;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.BinaryOperator;

/**
 * What one attempt was, took and cost. There is one for each attempt, also for failed and cancelled ones, and it holds no
 * prompt or answer text.
 *
 * @param id UUID version 7, made when the attempt started
 * @param callId shared by all attempts of one call
 * @param attempts 1, or in the sum of several attempts how many there were
 * @param provider id of the provider
 * @param telemetryName its {@code gen_ai.provider.name}
 * @param requestModel the model asked
 * @param responseModel the model that answered
 * @param latency from the start to the end of the answer
 * @param timeToFirstChunk from the start to the first piece of the answer; empty if none came
 * @param errorType low-cardinality name of the failure
 * @param statusCode HTTP status; empty if no answer came
 * @param requestId the provider's id of the request
 * @param finishReason of the first answer; empty if it did not end
 * @param billable whether anything may have been charged: false if the provider refused the request or never got it
 * @param usage what was consumed; empty if unknown
 * @param cost what that costs by the price book; empty if usage or price is unknown
 * @param droppedOptions request options that the provider lacks and that were left out
 * @param tags labels given by the caller
 * @param waited time that our own limits held the attempt back, before {@code startedAt}
 * @param startedAfter from when whoever serves the call began with it to {@code startedAt}, all waits and earlier attempts
 *     included; empty if it was not started
 * @param chunks pieces of a stream with something of the answer in them
 * @param cacheHit present if the answer came from our own cache; then it is not billable and its cost is zero
 */
public record CallRecord(
        UUID id,
        UUID callId,
        int attempts,
        Operation operation,
        String provider,
        String telemetryName,
        String requestModel,
        Optional<String> responseModel,
        boolean stream,
        Instant startedAt,
        Duration latency,
        Optional<Duration> timeToFirstChunk,
        CallOutcome outcome,
        Optional<String> errorType,
        OptionalInt statusCode,
        Optional<String> requestId,
        Optional<FinishReason> finishReason,
        boolean billable,
        Optional<Usage> usage,
        UsageSource usageSource,
        Optional<Cost> cost,
        List<String> droppedOptions,
        Map<String, String> tags,
        Duration waited,
        Optional<CacheHit> cacheHit,
        Optional<Duration> startedAfter,
        int chunks) {

    /** The record of an attempt that did not wait and was answered by its provider, if at all. */
    public CallRecord(
            UUID id,
            UUID callId,
            int attempts,
            Operation operation,
            String provider,
            String telemetryName,
            String requestModel,
            Optional<String> responseModel,
            boolean stream,
            Instant startedAt,
            Duration latency,
            Optional<Duration> timeToFirstChunk,
            CallOutcome outcome,
            Optional<String> errorType,
            OptionalInt statusCode,
            Optional<String> requestId,
            Optional<FinishReason> finishReason,
            boolean billable,
            Optional<Usage> usage,
            UsageSource usageSource,
            Optional<Cost> cost,
            List<String> droppedOptions,
            Map<String, String> tags) {
        this(
                id,
                callId,
                attempts,
                operation,
                provider,
                telemetryName,
                requestModel,
                responseModel,
                stream,
                startedAt,
                latency,
                timeToFirstChunk,
                outcome,
                errorType,
                statusCode,
                requestId,
                finishReason,
                billable,
                usage,
                usageSource,
                cost,
                droppedOptions,
                tags,
                Duration.ZERO,
                Optional.empty(),
                Optional.empty(),
                0);
    }

    /** The record of an attempt that was not sent. */
    static CallRecord notSent(Call<?> call, CallOutcome outcome, String errorType, Instant at) {
        CallTarget target = call.target();
        return new CallRecord(
                call.attemptId(),
                call.id(),
                1,
                call.operation(),
                target.provider(),
                target.telemetryName(),
                target.model(),
                Optional.empty(),
                call.stream(),
                at,
                Duration.ZERO,
                Optional.empty(),
                outcome,
                Optional.of(errorType),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                UsageSource.UNKNOWN,
                Optional.empty(),
                List.of(),
                call.tags());
    }

    /** This record with usage and cost in place of its own. */
    public CallRecord with(Optional<Usage> newUsage, UsageSource source, Optional<Cost> newCost) {
        return changed(newUsage, source, newCost, waited);
    }

    /** This record with the time that our own limits held it back. */
    public CallRecord withWaited(Duration time) {
        return changed(usage, usageSource, cost, time);
    }

    private CallRecord changed(
            Optional<Usage> newUsage, UsageSource source, Optional<Cost> newCost, Duration newWaited) {
        return new CallRecord(
                id,
                callId,
                attempts,
                operation,
                provider,
                telemetryName,
                requestModel,
                responseModel,
                stream,
                startedAt,
                latency,
                timeToFirstChunk,
                outcome,
                errorType,
                statusCode,
                requestId,
                finishReason,
                billable,
                newUsage,
                source,
                newCost,
                droppedOptions,
                tags,
                newWaited,
                cacheHit,
                startedAfter,
                chunks);
    }

    /**
     * This record with what an earlier attempt of the same task took and cost added to its own. Times run from the start
     * of the first attempt to the end of this one, waits between them included. An attempt that was not
     * billable adds nothing to usage and cost; a sum of something unknown is unknown.
     */
    public CallRecord plus(CallRecord earlier) {
        Instant start = earlier.startedAt.isBefore(startedAt) ? earlier.startedAt : startedAt;
        Duration offset = Duration.between(start, startedAt);
        return new CallRecord(
                id,
                callId,
                attempts + earlier.attempts,
                operation,
                provider,
                telemetryName,
                requestModel,
                responseModel,
                stream,
                start,
                offset.plus(latency),
                earlier.outcome == CallOutcome.SUCCEEDED
                        ? earlier.timeToFirstChunk
                        : timeToFirstChunk.map(offset::plus),
                outcome,
                errorType,
                statusCode,
                requestId,
                finishReason,
                billable || earlier.billable,
                sum(usage, earlier, earlier.usage, Usage::plus),
                source(earlier),
                sumOfCosts(earlier),
                droppedOptions,
                tags,
                waited.plus(earlier.waited),
                cacheHit,
                earlier.startedAfter,
                chunks + earlier.chunks);
    }

    private <T> Optional<T> sum(Optional<T> own, CallRecord earlier, Optional<T> earliers, BinaryOperator<T> plus) {
        if (!earlier.billable) {
            return own;
        }
        return billable ? own.flatMap(value -> earliers.map(other -> plus.apply(value, other))) : earliers;
    }

    /** Amounts in two currencies have no sum. */
    private Optional<Cost> sumOfCosts(CallRecord earlier) {
        if (cost.isPresent() && earlier.cost.isPresent() && !cost.get().hasCurrencyOf(earlier.cost.get())) {
            return Optional.empty();
        }
        return sum(cost, earlier, earlier.cost, Cost::plus);
    }

    private UsageSource source(CallRecord earlier) {
        if (!earlier.billable) {
            return usageSource;
        }
        return billable && usageSource.compareTo(earlier.usageSource) >= 0 ? usageSource : earlier.usageSource;
    }
}
