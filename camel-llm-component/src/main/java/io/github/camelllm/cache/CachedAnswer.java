package io.github.camelllm.cache;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.catalog.Cost;
import io.github.camelllm.chat.ChatResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An answer as it is kept.
 *
 * @param provider id of the provider that gave it
 * @param telemetryName its {@code gen_ai.provider.name}
 * @param requestModel the model that was asked
 * @param cost what it cost; empty if unknown
 * @param droppedOptions request options that had been left out
 * @param answeredAt when it was given
 */
public record CachedAnswer(
        ChatResponse response,
        String provider,
        String telemetryName,
        String requestModel,
        Optional<Cost> cost,
        List<String> droppedOptions,
        Instant answeredAt) {
    public CachedAnswer {
        droppedOptions = List.copyOf(droppedOptions);
    }

    static CachedAnswer of(ChatResponse response, CallRecord record, Instant at) {
        return new CachedAnswer(
                response,
                record.provider(),
                record.telemetryName(),
                record.requestModel(),
                record.cost(),
                record.droppedOptions(),
                at);
    }
}
