package io.github.camelllm.routes.dashboard;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A place in the list of calls: the attempt that the list goes on behind. */
record CallCursor(Instant startedAt, UUID attemptId) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,17})_([0-9a-f-]{36})");

    /** The place behind a call that is shown by this attempt. */
    static CallCursor of(AttemptView attempt) {
        return new CallCursor(attempt.startedAt(), attempt.id());
    }

    @Override
    public String toString() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, startedAt) + "_" + attemptId;
    }

    /** @throws IllegalArgumentException if the text is no cursor */
    static Optional<CallCursor> of(Optional<String> text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher parts = TEXT.matcher(text.get());
        if (!parts.matches()) {
            throw new IllegalArgumentException("expected a place in the list, but it is none");
        }
        return Optional.of(new CallCursor(
                Instant.EPOCH.plus(Long.parseLong(parts.group(1)), ChronoUnit.MICROS),
                UUID.fromString(parts.group(2))));
    }
}
