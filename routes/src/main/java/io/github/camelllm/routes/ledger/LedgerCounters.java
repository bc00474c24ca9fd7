package io.github.camelllm.routes.ledger;

import java.util.concurrent.atomic.AtomicLong;

/** What was booked, lost and refused since the start. Thread-safe. */
final class LedgerCounters {
    private final AtomicLong booked = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();

    void booked(int records) {
        booked.addAndGet(records);
    }

    void lost() {
        lost.incrementAndGet();
    }

    void rejected() {
        rejected.incrementAndGet();
    }

    long bookedSoFar() {
        return booked.get();
    }

    long lostSoFar() {
        return lost.get();
    }

    long rejectedSoFar() {
        return rejected.get();
    }
}
