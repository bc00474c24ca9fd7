package io.github.camelllm.call;

import static io.github.camelllm.testing.ScriptedChannel.failure;
import static io.github.camelllm.testing.ScriptedChannel.unavailable;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.testing.Heard;
import io.github.camelllm.testing.ManualTimer;
import io.github.camelllm.testing.ScriptedChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RetryingChannelTest {
    private static final RetryPolicy TWICE =
            new RetryPolicy(2, Duration.ofMillis(500), Duration.ofSeconds(8), Duration.ofMinutes(1));

    private final ManualTimer timer = new ManualTimer();
    private final ScriptedChannel provider = new ScriptedChannel(timer);
    private final RetryBudgets budgets = new RetryBudgets(10, 10);
    private final CallChannel<ChatRequest, ChatResponse> channel =
            new RetryingChannel<>(provider, timer, budgets, () -> 0.5);
    private final Heard heard = new Heard();

    private Call<ChatRequest> call(RetryPolicy policy) {
        ChatRequest request =
                ChatRequest.builder("gpt").message(ChatMessage.User.of("Hi")).build();
        return Call.of(
                Operation.CHAT,
                request,
                provider.target("openai", "gpt", policy, CommitPolicy.FIRST_PIECE),
                true,
                Map.of());
    }

    private CallHandle send(RetryPolicy policy) {
        return channel.send(call(policy), heard);
    }

    @Test
    void doesNotRetryByDefault() {
        send(RetryPolicy.NONE);

        provider.last().fail(unavailable());

        assertThat(heard.end()).isEqualTo("failed");
        assertThat(provider.attempts()).hasSize(1);
    }

    @Test
    void asksAgainAfterARandomBackoffThatDoubles() {
        send(TWICE);

        provider.last().fail(unavailable());
        assertThat(timer.nextIn()).isEqualTo(Duration.ofMillis(250));
        timer.advance(Duration.ofMillis(250));
        provider.last().fail(unavailable());
        assertThat(timer.nextIn()).isEqualTo(Duration.ofMillis(500));
        timer.advance(Duration.ofMillis(500));
        provider.last().complete("at last");

        assertThat(heard.response().text()).isEqualTo("at last");
        assertThat(heard.record().attempts()).isEqualTo(3);
        assertThat(provider.attempts()).hasSize(3);
    }

    @Test
    void reportsTheLastFailureWhenItsRetriesAreUsedUp() {
        send(TWICE);
        List<LlmException> failures = List.of(unavailable(), unavailable(), unavailable());

        for (LlmException failure : failures) {
            provider.last().fail(failure);
            timer.advance(Duration.ofSeconds(10));
        }

        assertThat(heard.failure()).isSameAs(failures.get(2));
        assertThat(heard.record().attempts()).isEqualTo(3);
    }

    @Test
    void waitsAsLongAsTheProviderAsks() {
        send(TWICE);

        provider.last().fail(failure(ErrorKind.RATE_LIMITED, 429, true, Duration.ofSeconds(20)));

        assertThat(timer.nextIn()).isEqualTo(Duration.ofSeconds(21));
    }

    @Test
    void failsAtOnceIfTheProviderAsksForMoreThanIsGranted() {
        send(TWICE);

        provider.last().fail(failure(ErrorKind.RATE_LIMITED, 429, true, Duration.ofMinutes(2)));

        assertThat(heard.failure().retryAfter()).contains(Duration.ofMinutes(2));
    }

    @Test
    void doesNotRetryWhatCannotSucceed() {
        send(TWICE);

        provider.last().fail(failure(ErrorKind.INVALID_REQUEST, 400, false, Duration.ZERO));

        assertThat(heard.end()).isEqualTo("failed");
    }

    @Test
    void doesNotRetryOnceAnythingWasDelivered() {
        send(TWICE);

        provider.last().text("Once upon");
        provider.last().fail(unavailable());

        assertThat(heard.end()).isEqualTo("failed");
        assertThat(provider.attempts()).hasSize(1);
    }

    @Test
    void doesNotWaitPastTheDeadline() {
        channel.send(call(TWICE).withDeadline(Deadline.after(Duration.ofMillis(250), timer)), heard);

        provider.last().fail(unavailable());

        assertThat(heard.end()).isEqualTo("failed");
    }

    @Test
    void doesNotRetryWhenTheProvidersBudgetIsSpent() {
        while (budgets.of("openai").tryWithdraw()) {
            // Other calls have used it up.
        }
        send(TWICE);

        provider.last().fail(unavailable());

        assertThat(heard.end()).isEqualTo("failed");
    }

    @Test
    void keepsTheCallsIdSoThatItCanServeAsIdempotencyKey() {
        send(TWICE);
        provider.last().fail(unavailable());
        timer.advance(Duration.ofSeconds(1));

        assertThat(provider.attempts().get(1).call().id())
                .isEqualTo(provider.attempts().get(0).call().id());
    }

    @Test
    void cancelsTheAttemptUnderWay() {
        CallHandle handle = send(TWICE);
        provider.last().fail(unavailable());
        timer.advance(Duration.ofSeconds(1));

        handle.cancel();

        assertThat(provider.last().isCancelled()).isTrue();
        assertThat(heard.end()).isEqualTo("was cancelled");
    }

    @Test
    void makesNoFurtherAttemptIfCancelledWhileItWaits() {
        CallHandle handle = send(TWICE);
        provider.last().fail(unavailable());

        handle.cancel();
        timer.advance(Duration.ofSeconds(10));

        assertThat(heard.end()).isEqualTo("was cancelled");
        assertThat(provider.attempts()).hasSize(1);
        assertThat(timer.pending()).isZero();
    }

    @Test
    void pausesTheNextAttemptIfTheLastOneWasPaused() {
        CallHandle handle = send(TWICE);
        handle.pause();
        provider.last().fail(unavailable());
        timer.advance(Duration.ofSeconds(1));

        assertThat(provider.last().isPaused()).isTrue();
        handle.resume();
        assertThat(provider.last().isPaused()).isFalse();
    }

    @Test
    void refusedAttemptsAddNothingToTheCost() {
        send(TWICE);
        provider.last().fail(unavailable());
        timer.advance(Duration.ofSeconds(1));
        provider.last().complete("Hello");

        assertThat(heard.record().usage()).contains(ScriptedChannel.USAGE);
        assertThat(heard.record().cost()).isPresent();
    }

    @Test
    void anAttemptOfUnknownUsageMakesTheSumUnknown() {
        send(TWICE);
        provider.last().fail(failure(ErrorKind.TIMEOUT, 0, true, Duration.ZERO));
        timer.advance(Duration.ofSeconds(1));
        provider.last().complete("Hello");

        assertThat(heard.record().usage()).isEmpty();
        assertThat(heard.record().cost()).isEmpty();
    }

    @Test
    void latencyRunsFromTheFirstAttemptToTheLast() {
        send(TWICE);
        timer.advance(Duration.ofMillis(100));
        provider.last().fail(unavailable());
        timer.advance(Duration.ofMillis(250));
        timer.advance(Duration.ofMillis(50));
        provider.last().complete("Hello");

        assertThat(heard.record().latency()).isEqualTo(Duration.ofMillis(400));
    }
}
