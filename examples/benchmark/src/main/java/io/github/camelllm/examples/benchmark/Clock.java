package io.github.camelllm.examples.benchmark;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The machine's clock, which all processes of a run share. */
final class Clock {
    private Clock() {}

    /** Microseconds since 1970. */
    static long microsNow() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
