package io.github.camelllm.router;

import static io.github.camelllm.testing.ScriptedChannel.failure;
import static io.github.camelllm.testing.ScriptedChannel.unavailable;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.Call;
import io.github.camelllm.call.CallChannel;
import io.github.camelllm.call.CallChannels;
import io.github.camelllm.call.CallHandle;
import io.github.camelllm.call.CallTarget;
import io.github.camelllm.call.CallTrace;
import io.github.camelllm.call.CommitPolicy;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.call.Operation;
import io.github.camelllm.call.RetryPolicy;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.router.RouterDefinition.Hedging;
import io.github.camelllm.router.RouterDefinition.Streams.OnBreak;
import io.github.camelllm.testing.Heard;
import io.github.camelllm.testing.ManualTimer;
import io.github.camelllm.testing.ScriptedChannel;
import io.github.camelllm.testing.ScriptedChannel.Attempt;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RoutedCallTest {
    private static final Hedging AFTER_A_SECOND = new Hedging(Optional.of(Duration.ofSeconds(1)), 1);

    private final ManualTimer timer = new ManualTimer();
    private final ScriptedChannel provider = new ScriptedChannel(timer);
    private final Heard heard = new Heard();
    private final Leg first = leg("openai", "one");
    private final Leg second = leg("groq", "two");
    private final Leg third = leg("mistral", "three");

    private boolean stream = true;
    private Optional<Hedging> hedging = Optional.empty();
    private OnBreak onBreak = OnBreak.FAIL;
    private Optional<Acceptance<ChatRequest, ChatResponse>> acceptance = Optional.empty();
    private Deadline deadline = Deadline.NONE;

    private Leg leg(String providerId, String model) {
        CallTarget target = provider.target(providerId, model, RetryPolicy.NONE, CommitPolicy.FIRST_PIECE);
        return new Leg(
                providerId + "/" + model,
                target,
                request -> request.toBuilder().model(model).build(),
                true);
    }

    private CallHandle send() {
        ChatRequest request =
                ChatRequest.builder("router").message(ChatMessage.User.of("Hi")).build();
        return RoutingChannel.chat(provider, timer)
                .send(
                        new RoutedRequest<>(
                                "support",
                                request,
                                stream,
                                Map.of(),
                                deadline,
                                List.of(first, second, third),
                                (kind, failed, remaining) -> kind == ErrorKind.INVALID_REQUEST ? List.of() : remaining,
                                hedging,
                                onBreak,
                                acceptance,
                                CallTrace.NONE,
                                System.nanoTime()),
                        heard);
    }

    /** Lets the target fail until its circuit is open. */
    private void open(Leg leg) {
        ScriptedChannel failing = new ScriptedChannel(timer);
        CallChannel<ChatRequest, ChatResponse> channel = CallChannels.watched(failing);
        while (leg.target().health().tryAcquire()) {
            channel.send(
                    Call.of(Operation.CHAT, ChatRequest.builder("gpt").build(), leg.target(), false, Map.of()),
                    new Heard());
            failing.last().fail(unavailable());
        }
    }

    private Attempt attempt(int number) {
        return provider.attempts().get(number);
    }

    @Test
    void asksTheFirstTargetOnly() {
        send();

        provider.last().complete("Hello");

        assertThat(provider.attempts()).hasSize(1);
        assertThat(provider.last().target()).isEqualTo("openai/one");
        assertThat(provider.last().call().request().model()).isEqualTo("one");
        assertThat(heard.response().text()).isEqualTo("Hello");
    }

    @Test
    void asksTheNextTargetAfterAFailureThatNobodyHearsOf() {
        send();

        provider.last().fail(unavailable());
        provider.last().text("Hel");
        provider.last().text("lo");
        provider.last().complete("Hello");

        assertThat(provider.last().target()).isEqualTo("groq/two");
        assertThat(heard.text()).isEqualTo("Hello");
        assertThat(heard.record().provider()).isEqualTo("groq");
        assertThat(heard.record().attempts()).isEqualTo(2);
        assertThat(heard.record().usage()).contains(ScriptedChannel.USAGE);
    }

    @Test
    void givesUpAtOnceOnAFailureThatNoOtherTargetCures() {
        send();
        LlmException wrong = failure(ErrorKind.INVALID_REQUEST, 400, false, Duration.ZERO);

        provider.last().fail(wrong);

        assertThat(heard.failure()).isSameAs(wrong);
        assertThat(provider.attempts()).hasSize(1);
    }

    @Test
    void reportsAllFailuresWhenNoTargetIsLeft() {
        send();

        provider.last().fail(failure(ErrorKind.RATE_LIMITED, 429, true, Duration.ofSeconds(30)));
        provider.last().fail(failure(ErrorKind.RATE_LIMITED, 429, true, Duration.ofSeconds(10)));
        provider.last().fail(failure(ErrorKind.UNAVAILABLE, 500, false, Duration.ZERO));

        LlmException sum = heard.failure();
        assertThat(sum.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
        assertThat(sum.isRetryable()).isTrue();
        assertThat(sum.retryAfter()).contains(Duration.ofSeconds(10));
        assertThat(sum.getSuppressed()).hasSize(2);
        assertThat(sum).hasMessageContaining("router 'support': no target has answered");
        assertThat(heard.record().attempts()).isEqualTo(3);
    }

    @Test
    void passesOverTargetsWhoseCircuitIsOpen() {
        open(first);

        send();

        assertThat(provider.attempts()).hasSize(1);
        assertThat(provider.last().target()).isEqualTo("groq/two");
    }

    @Test
    void failsWithTheShortestWaitIfAllCircuitsAreOpen() {
        for (Leg leg : List.of(first, second, third)) {
            open(leg);
            timer.advance(Duration.ofSeconds(1));
        }

        send();

        assertThat(heard.failure().getErrorType()).isEqualTo("circuit_open");
        assertThat(heard.failure().retryAfter()).contains(Duration.ofSeconds(27));
        assertThat(heard.record().attempts()).isZero();
    }

    @Test
    void asksNoFurtherTargetAfterTheDeadline() {
        deadline = Deadline.after(Duration.ofSeconds(2), timer);
        send();
        timer.advance(Duration.ofSeconds(3));

        provider.last().fail(unavailable());

        assertThat(heard.end()).isEqualTo("failed");
        assertThat(heard.failure()).hasMessageContaining("the deadline has passed");
        assertThat(provider.attempts()).hasSize(1);
    }

    @Test
    void aStreamThatBreaksOffAfterItsFirstPieceFails() {
        send();

        provider.last().text("Once upon");
        LlmException cut = failure(ErrorKind.MALFORMED_RESPONSE, 200, false, Duration.ZERO);
        provider.last().fail(cut);

        assertThat(heard.failure()).isSameAs(cut);
        assertThat(heard.text()).isEqualTo("Once upon");
        assertThat(provider.attempts()).hasSize(1);
    }

    @Test
    void anotherTargetContinuesABrokenStreamIfWanted() {
        onBreak = OnBreak.CONTINUE;
        send();

        provider.last().text("Once upon");
        provider.last().fail(failure(ErrorKind.MALFORMED_RESPONSE, 200, false, Duration.ZERO));
        List<ChatMessage> asked = provider.last().call().request().messages();
        provider.last().text(" a time");
        provider.last().complete(" a time");

        assertThat(provider.last().target()).isEqualTo("groq/two");
        assertThat(asked).hasSize(3);
        assertThat(((ChatMessage.Assistant) asked.get(1)).text()).isEqualTo("Once upon");
        assertThat(heard.text()).isEqualTo("Once upon a time");
        assertThat(heard.response().text()).isEqualTo("Once upon a time");
        assertThat(heard.record().attempts()).isEqualTo(2);
    }

    @Test
    void halfAToolCallIsNotContinued() {
        onBreak = OnBreak.CONTINUE;
        send();

        provider.last()
                .event(new StreamEvent.ToolCallDelta(0, 0, Optional.of("id"), Optional.of("weather"), "{\"ci", false));
        provider.last().fail(failure(ErrorKind.MALFORMED_RESPONSE, 200, false, Duration.ZERO));

        assertThat(heard.end()).isEqualTo("failed");
        assertThat(provider.attempts()).hasSize(1);
    }

    @Test
    void asksASecondTargetWhenTheFirstIsSlowAndTakesTheFirstAnswer() {
        hedging = Optional.of(AFTER_A_SECOND);
        send();
        timer.advance(Duration.ofMillis(999));
        assertThat(provider.attempts()).hasSize(1);
        timer.advance(Duration.ofMillis(1));
        assertThat(provider.attempts()).hasSize(2);

        attempt(1).text("Hello");
        attempt(1).complete("Hello");

        assertThat(attempt(0).isCancelled()).isTrue();
        assertThat(heard.text()).isEqualTo("Hello");
        assertThat(heard.record().provider()).isEqualTo("groq");
    }

    @Test
    void theSlowFirstTargetMayStillWin() {
        hedging = Optional.of(AFTER_A_SECOND);
        send();
        timer.advance(Duration.ofSeconds(1));

        attempt(0).text("Hello");
        attempt(0).complete("Hello");

        assertThat(attempt(1).isCancelled()).isTrue();
        assertThat(heard.record().provider()).isEqualTo("openai");
    }

    @Test
    void asksNoSecondTargetOnceTheFirstHasBegun() {
        hedging = Optional.of(AFTER_A_SECOND);
        send();
        attempt(0).text("Hel");

        timer.advance(Duration.ofSeconds(5));

        assertThat(provider.attempts()).hasSize(1);
        assertThat(timer.pending()).isZero();
    }

    @Test
    void aHedgeThatFailsLeavesTheFirstAlone() {
        hedging = Optional.of(AFTER_A_SECOND);
        send();
        timer.advance(Duration.ofSeconds(1));

        attempt(1).fail(unavailable());
        attempt(0).complete("Hello");

        assertThat(heard.response().text()).isEqualTo("Hello");
        assertThat(provider.attempts()).hasSize(2);
    }

    @Test
    void goesOnToTheThirdTargetWhenFirstAndHedgeFail() {
        hedging = Optional.of(AFTER_A_SECOND);
        send();
        timer.advance(Duration.ofSeconds(1));

        attempt(0).fail(unavailable());
        attempt(1).fail(unavailable());
        provider.last().complete("Hello");

        assertThat(provider.last().target()).isEqualTo("mistral/three");
        assertThat(heard.end()).isEqualTo("completed");
    }

    @Test
    void doesNotHedgeByThePercentileOfATargetNotMeasured() {
        hedging = Optional.of(new Hedging(Optional.empty(), 1));
        send();

        timer.advance(Duration.ofMinutes(5));

        assertThat(provider.attempts()).hasSize(1);
    }

    @Test
    void asksALargerModelIfTheSmallOnesAnswerIsNotAccepted() {
        stream = false;
        acceptance = Optional.of((request, response, leg) -> CompletableFuture.completedStage(
                new Acceptance.Verdict(response.text().contains("good"), Optional.empty())));
        send();

        provider.last().complete("bad");
        provider.last().complete("good enough");

        assertThat(heard.response().text()).isEqualTo("good enough");
        assertThat(provider.attempts()).hasSize(2);
        assertThat(heard.record().usage()).contains(ScriptedChannel.USAGE.plus(ScriptedChannel.USAGE));
    }

    @Test
    void takesTheLastTargetsAnswerAsItIs() {
        stream = false;
        acceptance = Optional.of((request, response, leg) ->
                CompletableFuture.completedStage(new Acceptance.Verdict(false, Optional.empty())));
        send();

        provider.last().complete("bad");
        provider.last().complete("bad");
        provider.last().complete("still bad");

        assertThat(heard.response().text()).isEqualTo("still bad");
    }

    @Test
    void anAnswerWhoseTestFailsIsNotAccepted() {
        stream = false;
        acceptance = Optional.of((request, response, leg) ->
                CompletableFuture.failedStage(new IllegalStateException("the test is broken")));
        send();

        provider.last().complete("one");
        provider.last().complete("two");
        provider.last().complete("three");

        assertThat(heard.response().text()).isEqualTo("three");
    }

    @Test
    void aTestThatCannotEvenBeginDoesNotHoldTheCall() {
        stream = false;
        acceptance = Optional.of((request, response, leg) -> {
            throw new IllegalStateException("no worker is free");
        });
        send();

        provider.last().complete("one");
        provider.last().complete("two");
        provider.last().complete("three");

        assertThat(heard.response().text()).isEqualTo("three");
    }

    @Test
    void streamsAnAcceptedAnswerOnlyOnceItIsAccepted() {
        CompletableFuture<Acceptance.Verdict> verdict = new CompletableFuture<>();
        acceptance = Optional.of((request, response, leg) -> verdict);
        send();

        assertThat(provider.last().call().stream()).isFalse();
        provider.last().complete("Hello");
        assertThat(heard.text()).isEmpty();
        verdict.complete(new Acceptance.Verdict(true, Optional.empty()));

        assertThat(heard.text()).isEqualTo("Hello");
        assertThat(heard.end()).isEqualTo("completed");
    }

    @Test
    void cancellingReachesAllThatIsUnderWay() {
        hedging = Optional.of(AFTER_A_SECOND);
        CallHandle handle = send();
        timer.advance(Duration.ofSeconds(1));

        handle.cancel();

        assertThat(attempt(0).isCancelled()).isTrue();
        assertThat(attempt(1).isCancelled()).isTrue();
        assertThat(heard.end()).isEqualTo("was cancelled");
        assertThat(heard.record().attempts()).isEqualTo(2);
    }

    @Test
    void aCancelledCallAsksNoFurtherTarget() {
        CallHandle handle = send();
        handle.cancel();

        assertThat(provider.attempts()).hasSize(1);
        assertThat(heard.end()).isEqualTo("was cancelled");
    }

    @Test
    void cancellingWhileAnAnswerIsTestedEndsTheCall() {
        stream = false;
        CompletableFuture<Acceptance.Verdict> verdict = new CompletableFuture<>();
        acceptance = Optional.of((request, response, leg) -> verdict);
        CallHandle handle = send();
        provider.last().complete("bad");

        handle.cancel();
        verdict.complete(new Acceptance.Verdict(false, Optional.empty()));

        assertThat(heard.end()).isEqualTo("was cancelled");
        assertThat(provider.attempts()).hasSize(1);
    }

    @Test
    void pausesTheTargetThatAnswers() {
        CallHandle handle = send();
        provider.last().fail(unavailable());
        provider.last().text("Hel");

        handle.pause();
        assertThat(provider.last().isPaused()).isTrue();
        handle.resume();
        assertThat(provider.last().isPaused()).isFalse();
    }
}
