package io.github.camelllm.router.simulation;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that jumps from event to event, and the events to come. What happens at one instant happens in the order planned. */
final class VirtualTime extends Clock {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::micros).thenComparingLong(Event::number));
    private long micros;
    private long planned;

    private record Event(long micros, long number, Runnable action) {}

    /** Microseconds since the beginning. */
    long micros() {
        return micros;
    }

    double seconds() {
        return micros / 1e6;
    }

    void at(long when, Runnable action) {
        events.add(new Event(Math.max(when, micros), planned++, action));
    }

    void in(double millis, Runnable action) {
        at(micros + Math.round(millis * 1000), action);
    }

    /** Lets everything happen, until nothing is planned any more. */
    void run() {
        for (Event next = events.poll(); next != null; next = events.poll()) {
            micros = next.micros();
            next.action().run();
        }
    }

    @Override
    public Instant instant() {
        return START.plus(micros, ChronoUnit.MICROS);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("virtual time knows no zones");
    }
}
