package io.github.camelllm.cache;

import io.github.camelllm.call.CallRecord;
import io.github.camelllm.catalog.Cost;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An answer as it is kept.
 *
 * @param origin where it comes from
 */
record CachedAnswer<R>(R response, Origin origin) {
    static <R> CachedAnswer<R> of(R response, CallRecord record, Instant at) {
        return new CachedAnswer<>(
                response,
                new Origin(
                        record.provider(),
                        record.telemetryName(),
                        record.requestModel(),
                        record.cost(),
                        record.droppedOptions(),
                        at));
    }

    /**
     * Who gave an answer, when, and for how much.
     *
     * @param provider id of the provider that gave it
     * @param telemetryName its {@code gen_ai.provider.name}
     * @param requestModel the model that was asked
     * @param cost what it cost; empty if unknown
     * @param droppedOptions request options that had been left out
     * @param answeredAt when it was given
     */
    record Origin(
            String provider,
            String telemetryName,
            String requestModel,
            Optional<Cost> cost,
            List<String> droppedOptions,
            Instant answeredAt) {
        Origin {
            droppedOptions = List.copyOf(droppedOptions);
        }
    }
}
