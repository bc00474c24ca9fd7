package io.github.camelllm.routes.deadletters;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What failed and is to be kept; see {@link DeadLetter}.
 *
 * @param content what whoever takes dead letters of this source back understands
 */
public record Failed(
        String source,
        Optional<UUID> callId,
        String caller,
        String model,
        String errorType,
        String reason,
        Map<String, String> tags,
        byte[] content,
        Optional<UUID> replayOf) {
    public Failed {
        tags = Map.copyOf(tags);
    }

    /** Without the content. */
    @Override
    public String toString() {
        return "Failed[" + source + ", " + model + ", " + errorType + "]";
    }
}
