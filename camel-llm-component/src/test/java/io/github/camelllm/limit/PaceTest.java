package io.github.camelllm.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.Permit;
import io.github.camelllm.catalog.ProviderDescriptor.Limits;
import io.github.camelllm.testing.ManualTimer;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Eight clients that always have a call to make, against a provider that counts in any way, for ten minutes. */
class PaceTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int CLIENTS = 8;
    private static final int MINUTES = 10;

    private final ManualTimer timer = new ManualTimer();
    private final Attempts attempts = new Attempts(timer);
    private final Random random = new Random(4711);

    /** A call as the provider saw it. */
    private record Seen(long atNanos, long tokens) {}

    @ParameterizedTest
    @CsvSource({
        // requests a minute, tokens a minute, least and most tokens of a call, seconds that an answer takes at most
        "100, 1000000, 10, 50, 1",
        "100, 10000, 10, 60, 1",
        "100, 10000, 90, 110, 5",
        "1000, 10000, 10, 300, 3",
        "3000, 1000000, 100, 5000, 10",
        "10, 100000, 10, 50, 1",
        "1, 100000, 10, 50, 1",
        "60, 1000000, 10, 50, 20"
    })
    void noMinuteSeesMoreThanAllowedAndNearlyAllIsUsed(
            long requests, long tokens, int least, int most, int longestSeconds) {
        RateLimits limits = limits(requests, tokens);
        List<Seen> seen = new ArrayList<>();
        for (int i = 0; i < CLIENTS * 16; i++) {
            client(limits, seen, least, most, longestSeconds);
        }

        timer.advance(MINUTE.multipliedBy(MINUTES));

        assertThat(mostInAMinute(seen, true)).isLessThanOrEqualTo(requests);
        assertThat(mostInAMinute(seen, false)).isLessThanOrEqualTo(tokens);
        double ofRequests = seen.size() / (double) (requests * MINUTES);
        double ofTokens = seen.stream().mapToLong(Seen::tokens).sum() / (double) (tokens * MINUTES);
        assertThat(Math.max(ofRequests, ofTokens)).isBetween(0.95, 1.0);
    }

    private RateLimits limits(long requests, long tokens) {
        LimitDefinitions definitions = LimitDefinitions.NONE.withYaml(
                "limits.yaml",
                new StringReader("limits: {all: {requestsPerMinute: " + requests + ", tokensPerMinute: " + tokens
                        + ", wait: 24h}}"));
        return new RateLimits(
                () -> definitions,
                provider -> Limits.UNKNOWN,
                new MemoryLimitStore(timer),
                timer,
                timer.clock(),
                LimitSettings.DEFAULT);
    }

    /** Makes one call after the other: half of its tokens are output, a third of which it did not need after all. */
    private void client(RateLimits limits, List<Seen> seen, int least, int most, int longestSeconds) {
        long tokens = least + random.nextInt(most - least + 1);
        Attempt attempt = attempts.of(tokens / 2, tokens - tokens / 2);
        CompletableFuture<Permit> turn = limits.admit(attempt);
        turn.thenAccept(permit -> {
            long used = tokens - (tokens - tokens / 2) / 3;
            seen.add(new Seen(timer.nanoTime(), used));
            timer.schedule(Duration.ofMillis(1 + random.nextInt(longestSeconds * 1000)), () -> {
                permit.ended(Attempts.answered(attempt, tokens / 2, used - tokens / 2));
                client(limits, seen, least, most, longestSeconds);
            });
        });
    }

    private static long mostInAMinute(List<Seen> seen, boolean requests) {
        Deque<Seen> window = new ArrayDeque<>();
        long sum = 0;
        long most = 0;
        for (Seen call : seen) {
            window.add(call);
            sum += requests ? 1 : call.tokens();
            while (window.getFirst().atNanos() <= call.atNanos() - MINUTE.toNanos()) {
                sum -= requests ? 1 : window.getFirst().tokens();
                window.removeFirst();
            }
            most = Math.max(most, sum);
        }
        return most;
    }
}
