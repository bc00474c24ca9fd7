package io.github.camelllm.simulator;

import java.util.ArrayDeque;
import java.util.Deque;

/** Counts what one key uses of one limit. Not thread-safe. */
abstract class RateMeter {
    /** How much may be used in a minute; 0 for any. */
    final long most;

    final long minuteNanos;

    RateMeter(long most, long minuteNanos) {
        this.most = most;
        this.minuteNanos = minuteNanos;
    }

    static RateMeter of(RateLimit.Counting counting, long most, long minuteNanos, long now) {
        switch (counting) {
            case FIXED:
                return new Window(most, minuteNanos, true);
            case SLIDING:
                return new Window(most, minuteNanos, false);
            default:
                return new Bucket(most, minuteNanos, now);
        }
    }

    /** Nanoseconds until so much may be used; 0 if it may be now. */
    abstract long wait(long units, long now);

    /** Uses so much, also if that is too much. */
    abstract void use(long units, long now);

    /** What may be used now. */
    abstract long left(long now);

    /** Nanoseconds until all may be used again. */
    abstract long untilFull(long now);

    /** Levels in units times the nanoseconds of a minute, so that filling is exact. */
    private static final class Bucket extends RateMeter {
        private long level;
        private long filledAt;

        Bucket(long most, long minuteNanos, long now) {
            super(most, minuteNanos);
            level = most * minuteNanos;
            filledAt = now;
        }

        private void fill(long now) {
            level = Math.min(most * minuteNanos, level + Math.min(now - filledAt, minuteNanos) * most);
            filledAt = now;
        }

        @Override
        long wait(long units, long now) {
            fill(now);
            long missing = units * minuteNanos - level;
            return missing <= 0 ? 0 : Math.floorDiv(missing + most - 1, most);
        }

        /** What exceeds two minutes' worth is forgiven. */
        @Override
        void use(long units, long now) {
            fill(now);
            level = Math.max(level - units * minuteNanos, -most * minuteNanos);
        }

        @Override
        long left(long now) {
            fill(now);
            return Math.max(0, level / minuteNanos);
        }

        @Override
        long untilFull(long now) {
            return (most - left(now)) * (minuteNanos / most);
        }
    }

    /** What was used in the minute that began with the clock's, or in the last one. */
    private static final class Window extends RateMeter {
        private final boolean fixed;
        private final Deque<long[]> uses = new ArrayDeque<>();
        private long sum;

        Window(long most, long minuteNanos, boolean fixed) {
            super(most, minuteNanos);
            this.fixed = fixed;
        }

        private void forget(long now) {
            while (!uses.isEmpty() && end(uses.getFirst()[0]) - now <= 0) {
                sum -= uses.removeFirst()[1];
            }
        }

        private long end(long at) {
            return fixed ? (Math.floorDiv(at, minuteNanos) + 1) * minuteNanos : at + minuteNanos;
        }

        @Override
        long wait(long units, long now) {
            forget(now);
            long over = sum + units - most;
            for (long[] use : uses) {
                if (over <= 0) {
                    break;
                }
                over -= use[1];
                if (over <= 0) {
                    return Math.max(1, end(use[0]) - now);
                }
            }
            return 0;
        }

        @Override
        void use(long units, long now) {
            forget(now);
            if (units > 0) {
                uses.add(new long[] {now, units});
                sum += units;
            }
        }

        @Override
        long left(long now) {
            forget(now);
            return Math.max(0, most - sum);
        }

        @Override
        long untilFull(long now) {
            forget(now);
            return uses.isEmpty() ? 0 : end(uses.getLast()[0]) - now;
        }
    }
}
