package io.github.camelllm.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
    private final AtomicLong nanos = new AtomicLong(1_000);

    @Test
    void refusesWhatExceedsTheRequestsOfAMinuteAndTellsTheExactWait() {
        RateLimiter limiter = new RateLimiter(new RateLimit(2, 0), nanos::get);
        assertThat(limiter.take("a", 10).passes()).isTrue();
        assertThat(limiter.take("a", 10).passes()).isTrue();
        RateLimiter.Verdict refused = limiter.take("a", 10);
        assertThat(refused.delay()).isEqualTo(Duration.ofSeconds(30));
        nanos.addAndGet(refused.delay().toNanos() - 1);
        assertThat(limiter.take("a", 10).passes()).isFalse();
        nanos.addAndGet(1);
        assertThat(limiter.take("a", 10).passes()).isTrue();
    }

    @Test
    void keepsKeysApart() {
        RateLimiter limiter = new RateLimiter(new RateLimit(1, 0), nanos::get);
        assertThat(limiter.take("a", 1).passes()).isTrue();
        assertThat(limiter.take("b", 1).passes()).isTrue();
        assertThat(limiter.take("a", 1).passes()).isFalse();
    }

    @Test
    void countsOutputAgainstTheTokensOfTheNextRequest() {
        RateLimiter limiter = new RateLimiter(new RateLimit(0, 600), nanos::get);
        assertThat(limiter.take("a", 100).passes()).isTrue();
        limiter.settle("a", 500);
        RateLimiter.Verdict refused = limiter.take("a", 10);
        assertThat(refused.tokens()).isTrue();
        assertThat(refused.delay()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void letsARequestPassThatIsLargerThanTheLimitOnceTheBucketIsFull() {
        RateLimiter limiter = new RateLimiter(new RateLimit(0, 60), nanos::get);
        assertThat(limiter.take("a", 100).passes()).isTrue();
        assertThat(limiter.take("a", 1).delay()).isEqualTo(Duration.ofSeconds(41));
    }

    @Test
    void tellsLimitsInTheDialectsHeaders() {
        RateLimiter limiter = new RateLimiter(new RateLimit(60, 0), nanos::get);
        RateLimiter.Verdict verdict = limiter.take("a", 1);
        Instant now = Instant.parse("2026-11-23T07:00:00Z");
        assertThat(limiter.headers(SimulatedDialect.OPENAI, verdict, now))
                .containsEntry("x-ratelimit-limit-requests", "60")
                .containsEntry("x-ratelimit-remaining-requests", "59")
                .containsEntry("x-ratelimit-reset-requests", "1s");
        assertThat(limiter.headers(SimulatedDialect.ANTHROPIC, verdict, now))
                .containsEntry("anthropic-ratelimit-requests-remaining", "59")
                .containsEntry("anthropic-ratelimit-requests-reset", "2026-11-23T07:00:01Z");
        assertThat(limiter.headers(SimulatedDialect.GEMINI, verdict, now)).isEmpty();
    }

    @Test
    void writesDurationsAsGoDoes() {
        assertThat(RateLimiter.goDuration(Duration.ofMillis(88))).isEqualTo("88ms");
        assertThat(RateLimiter.goDuration(Duration.ofMillis(1_500))).isEqualTo("1.5s");
        assertThat(RateLimiter.goDuration(Duration.ofMinutes(6))).isEqualTo("6m0s");
    }
}
