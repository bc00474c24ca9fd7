package io.github.camelllm.routes.ledger;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Arrays;

/**
 * The classes that durations are counted in, on a log scale: class i holds what took up to 1 ms · 1.25^i, in whole
 * microseconds, and longer than class i − 1 holds. Class 0 holds everything up to 1 ms, class 80 everything above 12.6 hours.
 *
 * <p>A quantile read from classes is the upper end of one: at most 25 % too high, never too low.
 */
public final class DurationClasses {
    /** Index of the last class. */
    public static final int LAST = 80;

    private static final long[] UPPER_MICROS = upperMicros();

    private DurationClasses() {}

    private static long[] upperMicros() {
        long[] upper = new long[LAST + 1];
        BigDecimal micros = BigDecimal.valueOf(1000);
        BigDecimal step = new BigDecimal("1.25");
        for (int i = 0; i <= LAST; i++) {
            upper[i] = micros.setScale(0, RoundingMode.FLOOR).longValueExact();
            micros = micros.multiply(step);
        }
        return upper;
    }

    /** @param micros negative values, which clocks that were set back give, count as 0 */
    public static int indexOf(long micros) {
        int found = Arrays.binarySearch(UPPER_MICROS, micros);
        return Math.min(LAST, found < 0 ? -found - 1 : found);
    }

    /**
     * The most that something of a class took; of the last class, what it begins after is meant.
     *
     * @throws ArrayIndexOutOfBoundsException if there is no such class
     */
    public static Duration upper(int index) {
        return Duration.ofNanos(UPPER_MICROS[index] * 1000);
    }
}
