package io.github.camelllm.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Holds keys to a {@link RateLimit}. Thread-safe. */
final class RateLimiter {
    private static final int MAX_KEYS = 10_000;

    private final RateLimit limit;
    private final LongSupplier nanoTime;
    private final Map<String, Meters> keys = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Meters> eldest) {
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
    record Verdict(
            Duration delay,
            boolean tokens,
            long requestsLeft,
            Duration requestsReset,
            long tokensLeft,
            Duration tokensReset) {
        boolean passes() {
            return delay.isZero();
        }
    }

    /** What one key uses; no meter where there is no limit. */
    private record Meters(Optional<RateMeter> requests, Optional<RateMeter> tokens) {}

    private Meters meters(long now) {
        return new Meters(meter(limit.requestsPerMinute(), now), meter(limit.tokensPerMinute(), now));
    }

    private Optional<RateMeter> meter(long most, long now) {
        return most == 0
                ? Optional.empty()
                : Optional.of(
                        RateMeter.of(limit.counting(), most, limit.minute().toNanos(), now));
    }

    synchronized Verdict take(String key, long inputTokens) {
        long now = nanoTime.getAsLong();
        Meters meters = keys.computeIfAbsent(key, any -> meters(now));
        long requestWait = meters.requests().map(meter -> meter.wait(1, now)).orElse(0L);
        long tokenWait = meters.tokens()
                .map(meter -> meter.wait(Math.min(inputTokens, meter.most), now))
                .orElse(0L);
        if (requestWait == 0 && tokenWait == 0) {
            meters.requests().ifPresent(meter -> meter.use(1, now));
            meters.tokens().ifPresent(meter -> meter.use(inputTokens, now));
        }
        return new Verdict(
                Duration.ofNanos(Math.max(requestWait, tokenWait)),
                tokenWait > requestWait,
                left(meters.requests(), now),
                reset(meters.requests(), now),
                left(meters.tokens(), now),
                reset(meters.tokens(), now));
    }

    private static long left(Optional<RateMeter> meter, long now) {
        return meter.map(known -> known.left(now)).orElse(0L);
    }

    private static Duration reset(Optional<RateMeter> meter, long now) {
        return meter.map(known -> Duration.ofNanos(known.untilFull(now))).orElse(Duration.ZERO);
    }

    /** Counts output that an answer used. */
    synchronized void settle(String key, long outputTokens) {
        Meters meters = keys.get(key);
        if (meters != null) {
            meters.tokens().ifPresent(meter -> meter.use(outputTokens, nanoTime.getAsLong()));
        }
    }

    /** The headers in which the dialect tells its limits; none at Gemini, or where nothing is limited. */
    Map<String, String> headers(SimulatedDialect dialect, Verdict verdict, Instant now) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (limit.requestsPerMinute() > 0) {
            add(
                    headers,
                    dialect,
                    "requests",
                    limit.requestsPerMinute(),
                    verdict.requestsLeft(),
                    verdict.requestsReset(),
                    now);
        }
        if (limit.tokensPerMinute() > 0) {
            add(headers, dialect, "tokens", limit.tokensPerMinute(), verdict.tokensLeft(), verdict.tokensReset(), now);
        }
        return headers;
    }

    private static void add(
            Map<String, String> headers,
            SimulatedDialect dialect,
            String unit,
            long most,
            long left,
            Duration untilFull,
            Instant now) {
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
}
