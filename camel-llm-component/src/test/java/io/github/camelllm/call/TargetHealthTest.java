package io.github.camelllm.call;

import static io.github.camelllm.testing.ScriptedChannel.failure;
import static io.github.camelllm.testing.ScriptedChannel.unavailable;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.TargetSnapshot.Circuit;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.testing.Heard;
import io.github.camelllm.testing.ManualTimer;
import io.github.camelllm.testing.ScriptedChannel;
import io.github.camelllm.transport.Credentials;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetHealthTest {
    private final ManualTimer timer = new ManualTimer();
    private final ScriptedChannel provider = new ScriptedChannel(timer);
    private final CallTarget target = provider.target("openai", "gpt", RetryPolicy.NONE, CommitPolicy.FIRST_PIECE);
    private final TargetHealth health = target.health();
    private final ChatRequest request =
            ChatRequest.builder("gpt").message(ChatMessage.User.of("Hi")).build();

    private ScriptedChannel.Attempt call() {
        new HealthChannel<>(provider).send(Call.of(Operation.CHAT, request, target, false, Map.of()), new Heard());
        return provider.last();
    }

    private void answer(Duration after) {
        ScriptedChannel.Attempt attempt = call();
        timer.advance(after);
        attempt.complete("Hello");
    }

    private void fail(LlmException failure, int times) {
        for (int i = 0; i < times; i++) {
            call().fail(failure);
        }
    }

    @Test
    void opensTheCircuitOfATargetThatFailsAndTriesItAgainLater() {
        fail(unavailable(), 5);
        assertThat(health.tryAcquire()).isFalse();
        assertThat(health.snapshot().circuit()).isEqualTo(Circuit.OPEN);
        assertThat(health.snapshot().reopensIn()).contains(Duration.ofSeconds(30));

        timer.advance(Duration.ofMillis(30_001));
        assertThat(health.snapshot().circuit()).isEqualTo(Circuit.HALF_OPEN);
        for (int i = 0; i < 3; i++) {
            assertThat(health.tryAcquire()).isTrue();
        }
        assertThat(health.tryAcquire()).as("a fourth probe").isFalse();
        for (int i = 0; i < 3; i++) {
            answer(Duration.ofMillis(10));
        }

        assertThat(health.snapshot().circuit()).isEqualTo(Circuit.CLOSED);
    }

    @Test
    void aPermissionThatWasGivenBackCanBeUsedByAnother() {
        fail(unavailable(), 5);
        timer.advance(Duration.ofMillis(30_001));
        for (int i = 0; i < 10; i++) {
            assertThat(health.tryAcquire()).isTrue();
            health.release();
        }
    }

    @Test
    void wrongRequestsDoNotCountAgainstTheTarget() {
        fail(failure(ErrorKind.INVALID_REQUEST, 400, false, Duration.ZERO), 50);
        fail(failure(ErrorKind.CONTEXT_WINDOW_EXCEEDED, 400, false, Duration.ZERO), 50);
        fail(failure(ErrorKind.CONTENT_FILTERED, 400, false, Duration.ZERO), 50);

        assertThat(health.tryAcquire()).isTrue();
    }

    @Test
    void refusedKeysDo() {
        fail(failure(ErrorKind.AUTHENTICATION, 401, false, Duration.ZERO), 5);

        assertThat(health.tryAcquire()).isFalse();
    }

    @Test
    void aRateLimitPausesTheTargetForAsLongAsItSays() {
        fail(failure(ErrorKind.RATE_LIMITED, 429, true, Duration.ofSeconds(12)), 1);

        assertThat(health.tryAcquire()).isFalse();
        assertThat(health.snapshot().reopensIn()).contains(Duration.ofSeconds(12));
        timer.advance(Duration.ofSeconds(12));
        assertThat(health.tryAcquire()).isTrue();
    }

    @Test
    void aRateLimitWithoutAWaitPausesItAShortTimeAndASpentQuotaALongOne() {
        fail(failure(ErrorKind.RATE_LIMITED, 429, true, Duration.ZERO), 1);
        assertThat(health.snapshot().reopensIn()).contains(Duration.ofSeconds(5));

        fail(failure(ErrorKind.RATE_LIMITED, 429, false, Duration.ZERO), 1);
        assertThat(health.snapshot().reopensIn()).contains(Duration.ofMinutes(1));
    }

    @Test
    void averageFollowsARiseAtOnceAndAFallWithTime() {
        answer(Duration.ofMillis(100));
        assertThat(health.snapshot().latencyMillis()).hasValue(100);
        answer(Duration.ofMillis(900));
        assertThat(health.snapshot().latencyMillis()).hasValue(900);

        answer(Duration.ofMillis(100));
        assertThat(health.snapshot().latencyMillis().orElseThrow()).isBetween(800.0, 900.0);
        timer.advance(Duration.ofMinutes(1));
        answer(Duration.ofMillis(100));
        assertThat(health.snapshot().latencyMillis().orElseThrow()).isBetween(100.0, 110.0);
    }

    @Test
    void percentileIsKnownAfterTwentyAnswers() {
        for (int i = 1; i <= 19; i++) {
            answer(Duration.ofMillis(i));
        }
        assertThat(health.snapshot().p95Latency()).isEmpty();

        answer(Duration.ofMillis(20));

        assertThat(health.snapshot().p95Latency()).contains(Duration.ofMillis(19));
    }

    @Test
    void countsWhatIsUnderWay() {
        ScriptedChannel.Attempt first = call();
        ScriptedChannel.Attempt second = call();
        assertThat(health.snapshot().underWay()).isEqualTo(2);

        first.complete("Hello");
        second.cancel();

        assertThat(health.snapshot().underWay()).isZero();
        assertThat(health.snapshot().calls()).isEqualTo(1);
    }

    @Test
    void averagesTheLengthOfAnswers() {
        answer(Duration.ofMillis(1));

        assertThat(health.snapshot().outputTokens())
                .hasValue(ScriptedChannel.USAGE.outputTokens().orElseThrow());
        assertThat(health.snapshot().cacheReadShare()).hasValue(0);
    }

    @Test
    void isSharedByWhoeverAsksTheSameModelWithTheSameKey() {
        TargetHealths healths = new TargetHealths(HealthSettings.DEFAULT, timer.clock());
        Credentials one = Credentials.HeaderKey.bearer("one");

        assertThat(healths.of("openai", "gpt", "https://a", one))
                .isSameAs(healths.of("openai", "gpt", "https://a", Credentials.HeaderKey.bearer("one")))
                .isNotSameAs(healths.of("openai", "gpt", "https://a", Credentials.HeaderKey.bearer("two")))
                .isNotSameAs(healths.of("openai", "gpt", "https://b", one))
                .isNotSameAs(healths.of("openai", "gpt-5", "https://a", one));
        assertThat(healths.all()).hasSize(4);
    }

    @Test
    void forgetsTargetsBeyondAThousand() {
        TargetHealths healths = new TargetHealths(HealthSettings.DEFAULT, timer.clock());

        for (int i = 0; i < 1100; i++) {
            healths.of("openai", "model-" + i, "https://a", new Credentials.None());
        }

        assertThat(healths.all()).hasSize(TargetHealths.MAX_TARGETS);
    }
}
