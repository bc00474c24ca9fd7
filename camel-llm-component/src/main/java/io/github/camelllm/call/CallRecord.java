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

/**
 * What one attempt was, took and cost. There is one for each attempt, also for failed and cancelled ones, and it holds no
 * prompt or answer text.
 *
 * @param id UUID version 7, made when the attempt started
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
 * @param usage what was consumed; empty if unknown
 * @param cost what that costs by the price book; empty if usage or price is unknown
 * @param droppedOptions request options that the provider lacks and that were left out
 * @param tags labels given by the caller
 */
public record CallRecord(
        UUID id,
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
        Optional<Usage> usage,
        UsageSource usageSource,
        Optional<Cost> cost,
        List<String> droppedOptions,
        Map<String, String> tags) {

    /** This record with usage and cost in place of its own. */
    public CallRecord with(Optional<Usage> newUsage, UsageSource source, Optional<Cost> newCost) {
        return new CallRecord(
                id,
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
                newUsage,
                source,
                newCost,
                droppedOptions,
                tags);
    }

    /**
     * This record with what an earlier attempt of the same task took and cost added to its own. A sum of something
     * unknown is unknown.
     */
    public CallRecord plus(CallRecord earlier) {
        return new CallRecord(
                id,
                operation,
                provider,
                telemetryName,
                requestModel,
                responseModel,
                stream,
                earlier.startedAt,
                latency.plus(earlier.latency),
                earlier.timeToFirstChunk,
                outcome,
                errorType,
                statusCode,
                requestId,
                finishReason,
                usage.flatMap(own -> earlier.usage.map(own::plus)),
                usageSource.compareTo(earlier.usageSource) < 0 ? earlier.usageSource : usageSource,
                cost.flatMap(own -> earlier.cost.map(own::plus)),
                droppedOptions,
                tags);
    }
}
