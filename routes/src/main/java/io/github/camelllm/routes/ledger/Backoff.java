package io.github.camelllm.routes.ledger;

import java.util.random.RandomGenerator;

/** How long to wait before the next try: twice as long each time, at random between half and the whole of it. Not thread-safe. */
final class Backoff {
    private static final long MOST_MILLIS = 30_000;

    private final RandomGenerator random;
    private final long firstMillis;
    private int failures;

    Backoff(long firstMillis, RandomGenerator random) {
        this.firstMillis = Math.max(1, firstMillis);
        this.random = random;
    }

    long nextMillis() {
        long most = Math.min(MOST_MILLIS, firstMillis << Math.min(failures, 20));
        failures++;
        return most / 2 + random.nextLong(most / 2 + 1);
    }

    void succeeded() {
        failures = 0;
    }
}
