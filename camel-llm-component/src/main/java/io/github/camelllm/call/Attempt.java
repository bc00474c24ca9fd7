package io.github.camelllm.call;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * An attempt that is about to be sent, as far as those need to know it who may hold it back.
 *
 * @param id UUID version 7; the attempt's {@link CallRecord#id()}
 * @param callId shared by all attempts of one call
 * @param tags labels given by the caller
 * @param deadline no attempt goes on after it
 * @param size how many tokens it may use
 * @param at when it came to be sent
 */
public record Attempt(
        UUID id,
        UUID callId,
        Operation operation,
        CallTarget target,
        boolean stream,
        Map<String, String> tags,
        Deadline deadline,
        AttemptSize size,
        Instant at) {
    public Attempt {
        tags = Map.copyOf(tags);
    }

    public String provider() {
        return target.provider();
    }

    public String model() {
        return target.model();
    }
}
