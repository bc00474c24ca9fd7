package io.github.camelllm.limit;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * So much in so much time.
 *
 * <p>With an even pace, no stretch of time of one period's length sees more than the amount, wherever it begins: providers
 * count in fixed or sliding windows, and a plain token bucket could send twice the amount in one of theirs. So the bucket is
 * small (2 %, for requests two) and fills a little slower (96 to 98 % in a period), which also leaves room for requests that take
 * different times on their way. This holds for calls of up to 3 % of the amount; a larger one waits until it is paid for, and
 * may go beyond a window by what it is larger. Providers with token buckets let that pass.
 *
 * @param amount above 0
 */
public record Rate(LimitUnit unit, long amount, Period period) {
    private static final long SMALL = 50;

    public Rate {
        if (amount <= 0) {
            throw new IllegalArgumentException("a rate must be above 0 but is " + amount);
        }
    }

    /** The time in which it may be used. */
    public enum Period {
        SECOND("Second"),
        MINUTE("Minute"),
        /** A calendar day. */
        DAY("Day");

        private final String word;

        Period(String word) {
            this.word = word;
        }

        /** As definitions write it. */
        public String word() {
            return word;
        }
    }

    /** How definitions call it: {@code tokensPerMinute}. */
    public String key() {
        return unit.word() + "Per" + period.word();
    }

    /** The bucket of one account. */
    LimitBucket bucket(String account, Pace pace, LimitSettings settings, ZoneId zone, Instant now) {
        if (period == Period.DAY) {
            LocalDate day = LocalDate.ofInstant(now, zone);
            Instant end = day.plusDays(1).atStartOfDay(zone).toInstant();
            // What was used goes on counting when the amount changes
            return new LimitBucket(account + "#" + key() + "/" + day, amount, Duration.ofDays(1), amount, end);
        }
        String key = account + "#" + key() + "=" + amount;
        Duration length = period == Period.SECOND ? settings.minute().dividedBy(60) : settings.minute();
        if (pace == Pace.BURST) {
            return new LimitBucket(key + "/burst", amount, length, amount, Instant.MAX);
        }
        long most = capacity();
        double part = unit == LimitUnit.REQUESTS ? 0.98 - (most - 1.0) / amount : 0.965;
        Duration stretched = Duration.ofNanos((long) Math.ceil(length.toNanos() / part));
        return new LimitBucket(key, amount, stretched, most, Instant.MAX);
    }

    /** One request waits for the next in time only if a late one can be made up for. */
    private long capacity() {
        if (unit == LimitUnit.REQUESTS) {
            return amount < SMALL ? 1 : Math.max(2, amount / 100);
        }
        return Math.max(1, amount / 50);
    }

    @Override
    public String toString() {
        return key() + ": " + amount;
    }
}
