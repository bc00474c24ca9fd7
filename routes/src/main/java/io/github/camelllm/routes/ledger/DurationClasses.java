package io.github.camelllm.routes.ledger;

import java.util.Arrays;

/**
 * The classes of durations that {@code llm_rollup_duration.le} counts: each begins where the one before ends and is a quarter
 * wider, from 100 microseconds to more than a day, so that a percentile read from them is at most a quarter too high.
 */
public final class DurationClasses {
    private static final long FIRST_MICROS = 100;
    private static final long LAST_MICROS = 24L * 60 * 60 * 1_000_000;
    private static final long[] ENDS = ends();

    private DurationClasses() {}

    private static long[] ends() {
        long[] ends = new long[200];
        int count = 0;
        for (long end = FIRST_MICROS; count == 0 || ends[count - 1] < LAST_MICROS; end += end / 4) {
            ends[count++] = end;
        }
        return Arrays.copyOf(ends, count);
    }

    /** The class of a duration: the first that does not end before it. Longer ones than the last are in the last. */
    public static int indexOf(long micros) {
        int place = Arrays.binarySearch(ENDS, micros);
        return Math.min(place >= 0 ? place : -place - 1, ENDS.length - 1);
    }

    /** The longest duration of a class, in microseconds. */
    public static long endMicros(int index) {
        return ENDS[Math.max(0, Math.min(index, ENDS.length - 1))];
    }

    /** How many classes there are; the first is 0. */
    public static int count() {
        return ENDS.length;
    }
}
