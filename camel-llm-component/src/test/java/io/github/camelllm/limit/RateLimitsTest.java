package io.github.camelllm.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.Attempt;
import io.github.camelllm.call.Deadline;
import io.github.camelllm.call.Permit;
import io.github.camelllm.catalog.ProviderDescriptor.Limits;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.testing.ManualTimer;
import io.github.camelllm.wire.WireHeaders;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
    private final ManualTimer timer = new ManualTimer();
    private final Attempts attempts = new Attempts(timer);
    private final List<String> sent = new ArrayList<>();

    private LimitDefinitions definitions = LimitDefinitions.NONE;

    private RateLimits limits(String yaml) {
        define(yaml);
        return new RateLimits(
                () -> definitions,
                provider ->
                        new Limits(OptionalInt.of(60), OptionalLong.empty(), OptionalInt.empty(), OptionalInt.empty()),
                new MemoryLimitStore(timer),
                timer,
                timer.clock(),
                LimitSettings.DEFAULT);
    }

    private void define(String yaml) {
        definitions = LimitDefinitions.NONE.withYaml("limits.yaml", new StringReader(yaml));
    }

    private CompletableFuture<Permit> ask(RateLimits limits, String name, Map<String, String> tags) {
        CompletableFuture<Permit> turn = limits.admit(attempts.of(10, 10, tags));
        turn.thenAccept(permit -> sent.add(name));
        return turn;
    }

    private static LlmRateLimitedException refusal(CompletableFuture<Permit> turn) {
        assertThat(turn).isCompletedExceptionally();
        Throwable error = turn.handle((permit, failure) -> failure).join();
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        assertThat(cause).isInstanceOf(LlmRateLimitedException.class);
        LlmRateLimitedException refused = (LlmRateLimitedException) cause;
        assertThat(refused.getErrorType()).isEqualTo("client_rate_limit");
        assertThat(refused.isRetryable()).isFalse();
        return refused;
    }

    @Test
    void letsAttemptsThroughThatNoLimitIsFor() {
        RateLimits limits = limits("{id: a, scope: {provider: anthropic}, requestsPerMinute: 1}");
        for (int i = 0; i < 10; i++) {
            assertThat(ask(limits, "any", Map.of())).isCompletedWithValue(Permit.FREE);
        }
    }

    @Test
    void keepsTheOrderOfThoseThatWait() {
        RateLimits limits = limits("{id: a, requestsPerMinute: 60, wait: 10m}");
        for (int i = 0; i < 10; i++) {
            ask(limits, "call " + i, Map.of());
        }
        timer.advance(Duration.ofMinutes(1));
        assertThat(sent)
                .containsExactly(
                        "call 0", "call 1", "call 2", "call 3", "call 4", "call 5", "call 6", "call 7", "call 8",
                        "call 9");
        assertThat(limits.waiting()).isEmpty();
        assertThat(timer.pending()).isZero();
    }

    @Test
    void saysWhatIsLeftOfLimitsInUse() {
        RateLimits limits = limits("""
                - {id: day, requestsPerDay: 100}
                - {id: each, scope: {tenant: "*"}, requestsPerMinute: 10, pace: burst}
                - {id: idle, scope: {provider: anthropic}, requestsPerDay: 5}
                """);
        for (String tenant : List.of("a", "b", "b")) {
            ask(limits, tenant, Map.of("tenant", tenant));
        }

        assertThat(limits.levels(10))
                .extracting(level -> level.account() + " " + level.rate() + " "
                        + level.left().join() + "/" + level.holds())
                .containsExactlyInAnyOrder(
                        "day requestsPerDay: 100 97/100",
                        "each/tenant=a requestsPerMinute: 10 9/10",
                        "each/tenant=b requestsPerMinute: 10 8/10");
        assertThat(limits.levels(1)).extracting(LimitLevel::account).containsExactly("each/tenant=b");
    }

    @Test
    void aSmallCallDoesNotOvertakeALargeOne() {
        RateLimits limits = limits("{id: a, tokensPerMinute: 1000, wait: 10m}");
        limits.admit(attempts.of(500, 0)).thenAccept(permit -> sent.add("first"));
        limits.admit(attempts.of(900, 0)).thenAccept(permit -> sent.add("large"));
        limits.admit(attempts.of(1, 0)).thenAccept(permit -> sent.add("small"));
        timer.advance(Duration.ofMinutes(5));
        assertThat(sent).containsExactly("first", "large", "small");
    }

    @Test
    void urgentCallsOvertakeButNobodyIsOvertakenForEver() {
        RateLimits limits = limits("{id: a, requestsPerMinute: 6, wait: 1h}");
        ask(limits, "first", Map.of());
        ask(limits, "its turn", Map.of());
        ask(limits, "low", Map.of("priority", "low"));
        ask(limits, "normal", Map.of());
        ask(limits, "high", Map.of("priority", "high"));
        ask(limits, "20", Map.of("priority", "20"));
        for (int i = 0; i < 40; i++) {
            timer.advance(Duration.ofSeconds(5));
            ask(limits, "later", Map.of("priority", "high"));
        }
        timer.advance(Duration.ofMinutes(1));
        assertThat(sent.subList(0, 4)).containsExactly("first", "its turn", "20", "high");
        // Urgent ones overtake that come within half a minute, or a minute if the other is of low priority
        assertThat(sent.indexOf("normal")).isBetween(4, 10);
        assertThat(sent.indexOf("low")).isBetween(11, 18);
    }

    @Test
    void refusesAtOnceWhoseTurnWouldComeTooLate() {
        RateLimits limits = limits("{id: slow, requestsPerMinute: 6, wait: 25s}");
        ask(limits, "0", Map.of());
        ask(limits, "1", Map.of());
        ask(limits, "2", Map.of());
        LlmRateLimitedException refused = refusal(ask(limits, "3", Map.of()));
        assertThat(refused.getMessage())
                .contains("openai/gpt-5-mini: not sent, limit 'slow' of limits.yaml: requestsPerMinute: 6")
                .contains("it can wait 25 s at most");
        assertThat(refused.retryAfter().orElseThrow()).isBetween(Duration.ofSeconds(29), Duration.ofSeconds(32));
    }

    @Test
    void refusesAtOnceWhatWouldComeAfterItsDeadline() {
        RateLimits limits = limits("{id: slow, requestsPerMinute: 6, wait: 5m}");
        ask(limits, "0", Map.of());
        Deadline soon = Deadline.after(Duration.ofSeconds(5), timer);
        refusal(limits.admit(attempts.of(1, 1, Map.of(), soon)));
        Deadline later = Deadline.after(Duration.ofSeconds(15), timer);
        CompletableFuture<Permit> turn = limits.admit(attempts.of(1, 1, Map.of(), later));
        timer.advance(Duration.ofSeconds(11));
        assertThat(turn).isCompleted();
    }

    @Test
    void withoutWaitingItRefusesWhatIsNotThere() {
        RateLimits limits = limits("{id: tenant, scope: {tenant: \"*\"}, requestsPerMinute: 3, wait: 0, pace: burst}");
        for (int i = 0; i < 3; i++) {
            assertThat(ask(limits, "a", Map.of("tenant", "a"))).isCompleted();
        }
        assertThat(refusal(ask(limits, "a", Map.of("tenant", "a"))).retryAfter())
                .contains(Duration.ofSeconds(20));
        assertThat(ask(limits, "b", Map.of("tenant", "b"))).isCompleted();
        timer.advance(Duration.ofSeconds(20));
        assertThat(ask(limits, "a", Map.of("tenant", "a"))).isCompleted();
    }

    @Test
    void refusesMoreThanMayWait() {
        RateLimits limits = limits("{id: a, requestsPerMinute: 30, maxWaiting: 2, wait: 10m}");
        ask(limits, "0", Map.of());
        ask(limits, "1", Map.of());
        ask(limits, "2", Map.of());
        assertThat(refusal(ask(limits, "3", Map.of())).getMessage()).contains("maxWaiting: 2 wait already");
    }

    @Test
    void refusesWithAReasonWhatCanNeverBeSent() {
        RateLimits limits = limits("{id: a, inputTokensPerMinute: 1000}");
        LlmRateLimitedException refused = refusal(limits.admit(attempts.of(1001, 1)));
        assertThat(refused.getMessage()).contains("this one call needs 1001, so it can never be sent");
        assertThat(refused.retryAfter()).isEmpty();
    }

    @Test
    void whoGivesUpLeavesTheQueueAndGivesBack() {
        RateLimits limits = limits("{id: a, requestsPerMinute: 6, wait: 10m}");
        ask(limits, "0", Map.of());
        CompletableFuture<Permit> second = ask(limits, "1", Map.of());
        CompletableFuture<Permit> third = ask(limits, "2", Map.of());
        ask(limits, "3", Map.of());
        third.cancel(false);
        second.cancel(false);
        assertThat(limits.waiting()).isEqualTo(Map.of("a", 1));
        timer.advance(Duration.ofSeconds(11));
        assertThat(sent).containsExactly("0", "3");
    }

    @Test
    void takesFromAllLimitsOrFromNone() {
        RateLimits limits = limits("limits: {all: {requestsPerMinute: 60, wait: 0},"
                + " tenant: {scope: {tenant: \"*\"}, requestsPerDay: 1, wait: 0}}");
        assertThat(ask(limits, "a", Map.of("tenant", "a"))).isCompleted();
        timer.advance(Duration.ofSeconds(2));
        refusal(ask(limits, "a", Map.of("tenant", "a")));
        // The refused one has taken nothing from the limit of all
        assertThat(ask(limits, "b", Map.of("tenant", "b"))).isCompleted();
    }

    @Test
    void doesNotKeepWhatItTookBeforeItFoundTooLittleElsewhere() {
        RateLimits limits = limits("limits: {all: {requestsPerMinute: 2, wait: 0, pace: burst},"
                + " tenant: {scope: {tenant: \"*\"}, requestsPerDay: 1, wait: 0}}");
        assertThat(ask(limits, "a", Map.of("tenant", "a"))).isCompleted();
        refusal(ask(limits, "a", Map.of("tenant", "a")));
        assertThat(ask(limits, "b", Map.of("tenant", "b"))).isCompleted();
        refusal(ask(limits, "c", Map.of("tenant", "c")));
    }

    @Test
    void countsDaysByTheCalendar() {
        RateLimits limits = limits("{id: a, requestsPerDay: 2, wait: 0, timeZone: America/Los_Angeles}");
        assertThat(ask(limits, "0", Map.of())).isCompleted();
        assertThat(ask(limits, "1", Map.of())).isCompleted();
        // 12:00 UTC is 04:00 there
        assertThat(refusal(ask(limits, "2", Map.of())).retryAfter()).contains(Duration.ofHours(20));
        timer.advance(Duration.ofHours(20));
        assertThat(ask(limits, "3", Map.of())).isCompleted();
    }

    @Test
    void aDayGoesOnWithWhatWasUsedWhenItsLimitChanges() {
        RateLimits limits = limits("{id: a, requestsPerDay: 3, wait: 0}");
        for (int i = 0; i < 3; i++) {
            ask(limits, "first", Map.of());
        }

        define("{id: a, requestsPerDay: 5, wait: 0}");
        for (int i = 0; i < 5; i++) {
            ask(limits, "more", Map.of());
        }
        define("{id: a, requestsPerDay: 4, wait: 0}");
        ask(limits, "fewer", Map.of());

        assertThat(sent).containsExactly("first", "first", "first", "more", "more");
    }

    @Test
    void eachKeyOfAProviderHasItsOwnAccountAndIsNotNamed() {
        RateLimits limits = limits("{id: a, scope: {provider: openai, providerKey: '*'}, requestsPerDay: 1, wait: 0}");

        assertThat(limits.admit(attempts.ofKey("sk-one"))).isCompleted();
        assertThat(limits.admit(attempts.ofKey("sk-two"))).isCompleted();
        assertThat(limits.admit(attempts.of(1, 1))).isCompleted();
        assertThat(refusal(limits.admit(attempts.ofKey("sk-one"))))
                .hasMessageContaining("a/providerKey=")
                .hasMessageNotContaining("sk-one");
    }

    @Test
    void givesBackWhatWasNotUsedAndTakesWhatWasUsedBeyond() {
        RateLimits limits = limits("{id: a, tokensPerMinute: 1000, wait: 10m, pace: burst}");
        Attempt much = attempts.of(400, 600);
        Permit permit = limits.admit(much).join();
        CompletableFuture<Permit> next = limits.admit(attempts.of(200, 0));
        assertThat(next).isNotDone();
        // The first has taken 900 (500 of output are expected of an answer that nothing is known of)
        permit.ended(Attempts.answered(much, 400, 10));
        assertThat(next).isCompleted();

        timer.advance(Duration.ofMinutes(2));
        Attempt little = attempts.of(10, 0);
        limits.admit(little).join().ended(Attempts.answered(little, 1000, 0));
        CompletableFuture<Permit> waits = limits.admit(attempts.of(60, 0));
        timer.advance(Duration.ofMillis(3500));
        assertThat(waits).isNotDone();
        timer.advance(Duration.ofMillis(200));
        assertThat(waits).isCompleted();
    }

    @Test
    void givesTheRequestBackOnlyIfItWasNotSent() {
        RateLimits limits = limits("{id: a, requestsPerMinute: 2, wait: 0, pace: burst}");
        Attempt attempt = attempts.of(1, 1);
        limits.admit(attempt).join().ended(Attempts.notSent(attempt));
        assertThat(ask(limits, "0", Map.of())).isCompleted();
        limits.admit(attempt).join().ended(Attempts.refused(attempt, 429));
        refusal(ask(limits, "1", Map.of()));
    }

    @Test
    void countsAllThatMayBeUsedWhereTheProviderDoesSo() {
        RateLimits limits = limits("{id: a, tokensPerMinute: 1000, wait: 0, pace: burst, reserveOutput: most}");
        Attempt attempt = attempts.of(100, 800);
        limits.admit(attempt).join().ended(Attempts.answered(attempt, 100, 5));
        refusal(limits.admit(attempts.of(101, 0)));
        assertThat(limits.admit(attempts.of(100, 0))).isCompleted();
    }

    @Test
    void holdsBackThoseBeyondTheNumberThatMayBeUnderWay() {
        RateLimits limits = limits("{id: a, maxConcurrent: 2, wait: 10s}");
        Attempt attempt = attempts.of(1, 1);
        Permit one = limits.admit(attempt).join();
        Permit two = limits.admit(attempt).join();
        CompletableFuture<Permit> third = ask(limits, "3", Map.of());
        CompletableFuture<Permit> fourth = ask(limits, "4", Map.of());
        assertThat(third).isNotDone();
        one.ended(Attempts.notSent(attempt));
        assertThat(third).isCompleted();
        assertThat(fourth).isNotDone();
        timer.advance(Duration.ofSeconds(10));
        assertThat(refusal(fourth).getMessage()).contains("maxConcurrent: 2 are under way; it has waited 10 s");
        two.ended(Attempts.notSent(attempt));
        assertThat(ask(limits, "5", Map.of())).isCompleted();
        assertThat(timer.pending()).isZero();
    }

    @Test
    void twoLimitsOfPlacesDoNotSpin() {
        RateLimits limits = limits("limits: {all: {maxConcurrent: 2, wait: 10s},"
                + " tenant: {scope: {tenant: \"*\"}, maxConcurrent: 1, wait: 10s}}");
        Attempt attempt = attempts.of(1, 1, Map.of("tenant", "a"));
        Permit first = limits.admit(attempt).join();
        CompletableFuture<Permit> second = limits.admit(attempt);
        assertThat(second).isNotDone();
        first.ended(Attempts.notSent(attempt));
        assertThat(second).isCompleted();
    }

    @Test
    void waitsForTheResetWhenTheProviderSaysThatNothingIsLeft() {
        RateLimits limits = limits("{id: a, requestsPerMinute: 6000, wait: 10s}");
        Attempt attempt = attempts.of(1, 1);
        Permit permit = limits.admit(attempt).join();
        permit.answered(headers("x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "7s"));
        CompletableFuture<Permit> next = ask(limits, "next", Map.of());
        timer.advance(Duration.ofMillis(6900));
        assertThat(next).isNotDone();
        assertThat(limits.heldByProvider()).containsExactly("openai/gpt-5-mini");
        timer.advance(Duration.ofMillis(100));
        assertThat(next).isCompleted();
        permit.answered(headers("x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "2h"));
        assertThat(refusal(ask(limits, "no", Map.of())).getMessage()).contains("the provider said");
    }

    @Test
    void takesWhatTheProviderStatesForEveryoneIfAsked() {
        RateLimits limits = limits("{id: a, scope: {provider: \"*\"}, fromProvider: true, wait: 0, pace: burst}");
        for (int i = 0; i < 60; i++) {
            assertThat(ask(limits, "x", Map.of())).isCompleted();
        }
        refusal(ask(limits, "x", Map.of()));
    }

    @Test
    void aLongQueueMakesNoDeepStack() {
        RateLimits limits = limits("{id: a, maxConcurrent: 1, maxWaiting: 50000, wait: 1h}");
        Attempt attempt = attempts.of(1, 1);
        Permit first = limits.admit(attempt).join();
        int[] ended = {0};
        for (int i = 0; i < 20_000; i++) {
            limits.admit(attempt).thenAccept(permit -> {
                ended[0]++;
                permit.ended(Attempts.notSent(attempt));
            });
        }
        first.ended(Attempts.notSent(attempt));
        assertThat(ended[0]).isEqualTo(20_000);
    }

    static WireHeaders headers(String... namesAndValues) {
        return new WireHeaders() {
            @Override
            public Optional<String> first(String name) {
                for (int i = 0; i < namesAndValues.length; i += 2) {
                    if (namesAndValues[i].equalsIgnoreCase(name)) {
                        return Optional.of(namesAndValues[i + 1]);
                    }
                }
                return Optional.empty();
            }

            @Override
            public void forEach(BiConsumer<String, String> action) {
                for (int i = 0; i < namesAndValues.length; i += 2) {
                    action.accept(namesAndValues[i], namesAndValues[i + 1]);
                }
            }
        };
    }

    @Test
    void tellsThoseThatWaitWhenItStops() {
        RateLimits limits = limits("{id: a, requestsPerMinute: 60, wait: 10m}");
        ask(limits, "first", Map.of());
        List<CompletableFuture<Permit>> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(ask(limits, "later", Map.of()));
        }
        timer.advance(Duration.ZERO);
        long done = waiting.stream().filter(CompletableFuture::isDone).count();

        limits.close();

        assertThat(waiting.subList((int) done, waiting.size())).allSatisfy(turn -> assertThat(turn)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("waited for its turn when the component stopped"));
        assertThat(limits.waiting()).isEmpty();
        assertThat(timer.pending()).isZero();
    }
}
