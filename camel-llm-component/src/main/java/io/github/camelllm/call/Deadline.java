package io.github.camelllm.call;

import java.time.Duration;
import java.util.Optional;

/** The moment after which an answer is of no use. Immutable. */
public final class Deadline {
    /** There is none. */
    public static final Deadline NONE = new Deadline(false, 0);

    private final boolean exists;
    private final long nanoTime;

    private Deadline(boolean exists, long nanoTime) {
        this.exists = exists;
        this.nanoTime = nanoTime;
    }

    /** @param duration from now on; a negative one has passed */
    public static Deadline after(Duration duration, Timer timer) {
        return new Deadline(true, timer.nanoTime() + duration.toNanos());
    }

    /** The time left, zero if it has passed; empty if there is no deadline. */
    public Optional<Duration> remaining(Timer timer) {
        return exists ? Optional.of(Duration.ofNanos(Math.max(0, nanoTime - timer.nanoTime()))) : Optional.empty();
    }

    public boolean hasPassed(Timer timer) {
        return exists && nanoTime - timer.nanoTime() <= 0;
    }

    /** Whether something that takes so long ends before it. */
    public boolean allows(Duration duration, Timer timer) {
        return !exists || nanoTime - timer.nanoTime() > duration.toNanos();
    }

    /** The one that comes first. */
    public Deadline earlier(Deadline other) {
        if (!exists) {
            return other;
        }
        return other.exists && other.nanoTime - nanoTime < 0 ? other : this;
    }

    /** A time limit, zero for none, cut to what is left. Never zero: a deadline that has passed leaves a nanosecond. */
    Duration limit(Duration timeout, Timer timer) {
        Optional<Duration> left = remaining(timer);
        if (left.isEmpty()) {
            return timeout;
        }
        Duration least = left.get().isZero() ? Duration.ofNanos(1) : left.get();
        return timeout.isZero() || timeout.compareTo(least) > 0 ? least : timeout;
    }
}
