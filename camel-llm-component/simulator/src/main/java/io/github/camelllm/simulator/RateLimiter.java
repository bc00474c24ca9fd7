package io.github.camelllm.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Holds keys to a {@link RateLimit}. Thread-safe. */
final class RateLimiter {
    private static final int MAX_KEYS = 10_000;
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final RateLimit limit;
    private final LongSupplier nanoTime;
    private final Map<String, Buckets> keys = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Buckets> eldest) {
            return size() > MAX_KEYS;
        }
    };

    RateLimiter(RateLimit limit, LongSupplier nanoTime) {
        this.limit = limit;
        this.nanoTime = nanoTime;
    }

    /**
     * What became of a request.
     *
     * @param delay until the request would pass; zero if it did
     * @param tokens whether it was the limit of tokens that it hit
     */
    record Verdict(Duration delay, boolean tokens, long requestsLeft, long tokensLeft) {
        boolean passes() {
            return delay.isZero();
        }
    }

    synchronized Verdict take(String key, long inputTokens) {
        Buckets buckets = keys.computeIfAbsent(key, any -> new Buckets(nanoTime.getAsLong()));
        buckets.refill(nanoTime.getAsLong());
        long requestWait = limit.requestsPerMinute() == 0 ? 0 : wait(buckets.requests, 1, limit.requestsPerMinute());
        long needed = Math.min(inputTokens, limit.tokensPerMinute());
        long tokenWait = limit.tokensPerMinute() == 0 ? 0 : wait(buckets.tokens, needed, limit.tokensPerMinute());
        if (requestWait == 0 && tokenWait == 0) {
            buckets.requests -= limit.requestsPerMinute() == 0 ? 0 : MINUTE;
            buckets.tokens -= limit.tokensPerMinute() == 0 ? 0 : inputTokens * MINUTE;
        }
        return new Verdict(
                Duration.ofNanos(Math.max(requestWait, tokenWait)),
                tokenWait > requestWait,
                Math.max(0, buckets.requests / MINUTE),
                Math.max(0, buckets.tokens / MINUTE));
    }

    /** Counts output that an answer used; what exceeds two minutes' worth is forgiven. */
    synchronized void settle(String key, long outputTokens) {
        Buckets buckets = keys.get(key);
        if (buckets != null && limit.tokensPerMinute() > 0) {
            buckets.tokens = Math.max(buckets.tokens - outputTokens * MINUTE, -limit.tokensPerMinute() * MINUTE);
        }
    }

    private static long wait(long level, long units, long perMinute) {
        long missing = units * MINUTE - level;
        return missing <= 0 ? 0 : Math.floorDiv(missing + perMinute - 1, perMinute);
    }

    /** The headers in which the dialect tells its limits; none at Gemini, or where nothing is limited. */
    Map<String, String> headers(SimulatedDialect dialect, Verdict verdict, Instant now) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (limit.requestsPerMinute() > 0) {
            add(headers, dialect, "requests", limit.requestsPerMinute(), verdict.requestsLeft(), now);
        }
        if (limit.tokensPerMinute() > 0) {
            add(headers, dialect, "tokens", limit.tokensPerMinute(), verdict.tokensLeft(), now);
        }
        return headers;
    }

    private static void add(
            Map<String, String> headers, SimulatedDialect dialect, String unit, long most, long left, Instant now) {
        Duration untilFull = Duration.ofNanos((most - left) * (MINUTE / most));
        if (dialect == SimulatedDialect.OPENAI) {
            headers.put("x-ratelimit-limit-" + unit, String.valueOf(most));
            headers.put("x-ratelimit-remaining-" + unit, String.valueOf(left));
            headers.put("x-ratelimit-reset-" + unit, goDuration(untilFull));
        } else if (dialect == SimulatedDialect.ANTHROPIC) {
            headers.put("anthropic-ratelimit-" + unit + "-limit", String.valueOf(most));
            headers.put("anthropic-ratelimit-" + unit + "-remaining", String.valueOf(left));
            headers.put("anthropic-ratelimit-" + unit + "-reset", instant(now.plus(untilFull)));
        }
    }

    /** Headers that say: nothing left, and room again after so long. */
    static Map<String, String> resetHeaders(SimulatedDialect dialect, Duration delay, Instant now) {
        if (dialect == SimulatedDialect.OPENAI) {
            return Map.of("x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", goDuration(delay));
        } else if (dialect == SimulatedDialect.ANTHROPIC) {
            return Map.of(
                    "anthropic-ratelimit-requests-remaining",
                    "0",
                    "anthropic-ratelimit-requests-reset",
                    instant(now.plus(delay)));
        }
        return Map.of();
    }

    /** As Go prints durations below an hour: {@code 88ms}, {@code 1.5s}, {@code 6m0s}. */
    static String goDuration(Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return duration.toMillis() + "ms";
        }
        String minutes = duration.toMinutes() > 0 ? duration.toMinutes() + "m" : "";
        return minutes
                + FaultText.plainSeconds(
                        duration.minusMinutes(duration.toMinutes()).truncatedTo(ChronoUnit.MILLIS)) + "s";
    }

    private static String instant(Instant instant) {
        Instant second = instant.truncatedTo(ChronoUnit.SECONDS);
        return (second.equals(instant) ? second : second.plusSeconds(1)).toString();
    }

    /** Levels in units times the nanoseconds of a minute, so that refilling is exact. */
    private final class Buckets {
        private long requests = limit.requestsPerMinute() * MINUTE;
        private long tokens = limit.tokensPerMinute() * MINUTE;
        private long refilledAt;

        Buckets(long now) {
            refilledAt = now;
        }

        void refill(long now) {
            long elapsed = Math.min(now - refilledAt, MINUTE);
            requests = Math.min(limit.requestsPerMinute() * MINUTE, requests + elapsed * limit.requestsPerMinute());
            tokens = Math.min(limit.tokensPerMinute() * MINUTE, tokens + elapsed * limit.tokensPerMinute());
            refilledAt = now;
        }
    }
}
