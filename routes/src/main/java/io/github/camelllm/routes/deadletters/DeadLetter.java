package io.github.camelllm.routes.deadletters;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A call or message that failed for good. What was asked is not in it.
 *
 * @param source {@code gateway}, or the name that a route gave
 * @param callId of the call in the ledger
 * @param caller id of the virtual key or user; empty text if nobody is known
 * @param model that was asked, as its caller named it; empty text if it is not known
 * @param errorType low-cardinality name of the failure
 * @param reason what went wrong, without a word of the content
 * @param hasContent whether what was asked was kept
 * @param contentBytes how long it is or was
 * @param replays how often it was sent again
 * @param actedAt when it was last sent again, or discarded
 * @param actor who did that
 * @param replayCallId call of the latest replay
 * @param replayOf the dead letter whose replay ended as this one
 */
public record DeadLetter(
        UUID id,
        Instant at,
        String source,
        Optional<UUID> callId,
        String caller,
        String model,
        String errorType,
        String reason,
        Map<String, String> tags,
        boolean hasContent,
        long contentBytes,
        State state,
        int replays,
        Optional<Instant> actedAt,
        Optional<String> actor,
        Optional<UUID> replayCallId,
        Optional<UUID> replayOf) {
    /** What has become of it. */
    public enum State {
        KEPT,
        REPLAYING,
        REPLAYED,
        DISCARDED
    }

    public DeadLetter {
        tags = Map.copyOf(tags);
    }

    /** One that failed just now. */
    static DeadLetter of(UUID id, Instant at, Failed failed, boolean hasContent) {
        return new DeadLetter(
                id,
                at,
                failed.source(),
                failed.callId(),
                failed.caller(),
                failed.model(),
                failed.errorType(),
                failed.reason(),
                failed.tags(),
                hasContent,
                failed.content().length,
                State.KEPT,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                failed.replayOf());
    }
}
