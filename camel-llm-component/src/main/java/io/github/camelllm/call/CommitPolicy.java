package io.github.camelllm.call;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How much of a streamed answer is held back before it is delivered. Until then a failure can lead to a repetition or to
 * another model without anybody seeing it. Delivery begins when the first of the bounds that are set is reached.
 *
 * @param events pieces of content, at least 1
 * @param bytes of text in UTF-8, at least 1
 * @param time since the first piece of content
 */
public record CommitPolicy(OptionalInt events, OptionalInt bytes, Optional<Duration> time) {
    /** Most pieces that can be held back. */
    public static final int MAX_EVENTS = 10_000;

    /** Most bytes of text that can be held back. */
    public static final int MAX_BYTES = 1 << 20;

    /** The first piece of content is delivered when it comes. */
    public static final CommitPolicy FIRST_PIECE =
            new CommitPolicy(OptionalInt.of(1), OptionalInt.empty(), Optional.empty());

    public CommitPolicy {
        require("events", events, MAX_EVENTS);
        require("bytes", bytes, MAX_BYTES);
        if (time.isPresent() && time.get().isNegative()) {
            throw new IllegalArgumentException("commit time must not be negative but is " + time.get());
        }
        if (events.isEmpty() && bytes.isEmpty() && time.isEmpty()) {
            throw new IllegalArgumentException("a commit policy needs a bound: events, bytes or time");
        }
    }

    private static void require(String name, OptionalInt value, int most) {
        if (value.isPresent() && (value.getAsInt() < 1 || value.getAsInt() > most)) {
            throw new IllegalArgumentException(
                    "commit " + name + " must be from 1 to " + most + " but is " + value.getAsInt());
        }
    }

    /** Whether so many pieces and bytes are enough. Beyond the largest bounds there are, they always are. */
    boolean isReached(int heldEvents, int heldBytes) {
        return heldEvents >= events.orElse(MAX_EVENTS) || heldBytes >= bytes.orElse(MAX_BYTES);
    }
}
