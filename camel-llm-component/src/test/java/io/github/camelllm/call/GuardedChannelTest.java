package io.github.camelllm.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.Guards.BudgetPermit;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.chat.Money;
import io.github.camelllm.testing.Heard;
import io.github.camelllm.testing.ManualTimer;
import io.github.camelllm.testing.ScriptedChannel;
import io.github.camelllm.tokens.TokenCounter;
import io.github.camelllm.tokens.Tokenizers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GuardedChannelTest {
    private static final TokenCounter ESTIMATES = TokenCounter.using(Tokenizers.NONE);

    private final ManualTimer timer = new ManualTimer();
    private final ScriptedChannel channel = new ScriptedChannel(timer);
    private final Gatekeeper<Permit> limits = new Gatekeeper<>();
    private final Gatekeeper<BudgetPermit> budgets = new Gatekeeper<>();
    private final Books books = new Books();
    private final Heard heard = new Heard();
    private final CallChannel<ChatRequest, ChatResponse> guarded = new GuardedChannel<>(
            channel,
            new ChatOperation(ESTIMATES, ESTIMATES),
            new Guards(Optional.of(limits), Optional.of(budgets), Optional.of(books)),
            Pricing::builtIn,
            timer);

    /** Lets attempts through when a test says so. */
    private static final class Gatekeeper<P extends Permit> implements Admission<P> {
        final List<CompletableFuture<P>> asked = new ArrayList<>();
        boolean broken;

        @Override
        public CompletableFuture<P> admit(Attempt attempt) {
            if (broken) {
                throw new ArithmeticException("overflow");
            }
            CompletableFuture<P> future = new CompletableFuture<>();
            asked.add(future);
            return future;
        }
    }

    private static final class Books implements CallLedger {
        final List<String> entries = new ArrayList<>();
        boolean full;

        @Override
        public void reserved(Attempt attempt, Optional<Money> most, List<Hold> holds) {
            if (full) {
                throw new LlmUnavailableException(
                        "the journal is full", ErrorDetails.local("openai", "gpt", "ledger_unavailable", true), null);
            }
            entries.add("reserved " + holds.size());
        }

        @Override
        public void settled(CallRecord record, List<Charge> charges) {
            entries.add("settled " + record.outcome() + " "
                    + charges.stream().map(Charge::chargedNanos).toList());
        }

        @Override
        public List<Spent> spent(Map<String, Long> fromPeriods) {
            return List.of();
        }

        @Override
        public void audit(AuditEntry entry) {}
    }

    /** What was told of an attempt's end. */
    private static final class Ended implements BudgetPermit {
        private static final Hold HOLD = new Hold("day", 0, "USD", 500);

        final List<CallRecord> records = new ArrayList<>();

        @Override
        public List<Hold> holds() {
            return List.of(HOLD);
        }

        @Override
        public List<CallLedger.Charge> charges(CallRecord record) {
            return List.of(new CallLedger.Charge(HOLD, record.billable() ? 120 : 0));
        }

        @Override
        public void ended(CallRecord record) {
            records.add(record);
        }
    }

    private CallHandle send() {
        Call<ChatRequest> call = Call.of(
                Operation.CHAT,
                ChatRequest.builder("gpt").build(),
                channel.target("openai", "gpt", RetryPolicy.NONE, CommitPolicy.FIRST_PIECE),
                false,
                Map.of());
        return guarded.send(call, heard);
    }

    @Test
    void sendsNothingBeforeLimitsAndBudgetsHaveSaidYes() {
        send();
        assertThat(budgets.asked).isEmpty();

        timer.advance(Duration.ofSeconds(3));
        limits.asked.get(0).complete(Permit.FREE);
        assertThat(channel.attempts()).isEmpty();

        Ended budget = new Ended();
        budgets.asked.get(0).complete(budget);
        channel.last().complete("Hello");

        assertThat(books.entries).containsExactly("reserved 1", "settled SUCCEEDED [120]");
        assertThat(heard.record().waited()).isEqualTo(Duration.ofSeconds(3));
        assertThat(budget.records).containsExactly(heard.record());
        assertThat(heard.record().id()).isEqualTo(channel.last().call().attemptId());
    }

    @Test
    void aRefusalByTheBudgetGivesTheLimitBackAndIsBooked() {
        Ended limit = new Ended();
        LlmException refusal =
                new LlmRateLimitedException("no", ErrorDetails.local("openai", "gpt", "budget_exceeded", false), null);
        send();
        limits.asked.get(0).complete(limit);
        budgets.asked.get(0).completeExceptionally(refusal);

        assertThat(heard.failure()).isSameAs(refusal);
        assertThat(channel.attempts()).isEmpty();
        assertThat(limit.records).hasSize(1);
        assertThat(limit.records.get(0).billable()).isFalse();
        assertThat(books.entries).containsExactly("settled FAILED []");
    }

    @Test
    void aCallThatIsCancelledWhileItWaitsNeverGoesOut() {
        CallHandle handle = send();
        handle.cancel();

        assertThat(limits.asked.get(0)).isCancelled();
        assertThat(heard.end()).isEqualTo("was cancelled");
        assertThat(books.entries).containsExactly("settled CANCELLED []");
    }

    @Test
    void cancelsTheAttemptOnceItIsUnderWay() {
        CallHandle handle = send();
        limits.asked.get(0).complete(Permit.FREE);
        budgets.asked.get(0).complete(new Ended());
        handle.cancel();

        assertThat(channel.last().isCancelled()).isTrue();
    }

    @Test
    void sendsNothingThatCannotBeBooked() {
        books.full = true;
        Ended budget = new Ended();
        send();
        limits.asked.get(0).complete(Permit.FREE);
        budgets.asked.get(0).complete(budget);

        assertThat(heard.failure()).hasMessage("the journal is full");
        assertThat(channel.attempts()).isEmpty();
        assertThat(budget.records).hasSize(1);
    }

    @Test
    void aGuardThatFailsIsAFailedCall() {
        limits.broken = true;
        send();

        assertThat(heard.failure())
                .isInstanceOf(LlmUnavailableException.class)
                .hasMessageContaining("ArithmeticException");
        assertThat(channel.attempts()).isEmpty();
    }

    @Test
    void theCallerHearsOfTheEndWhateverBecomesOfTheBooks() {
        send();
        limits.asked.get(0).complete(record -> {
            throw new IllegalStateException("no place");
        });
        Ended budget = new Ended();
        budgets.asked.get(0).complete(budget);
        channel.last().complete("Hello");

        assertThat(heard.response().text()).isEqualTo("Hello");
        assertThat(budget.records).hasSize(1);
        assertThat(books.entries).containsExactly("reserved 1", "settled SUCCEEDED [120]");
    }

    @Test
    void aRefusalGivesBackTheLeaveToTryATargetWhoseCircuitIsHalfOpen() {
        Call<ChatRequest> call = Call.of(
                Operation.CHAT,
                ChatRequest.builder("gpt").build(),
                channel.target("openai", "gpt", RetryPolicy.NONE, CommitPolicy.FIRST_PIECE),
                false,
                Map.of());
        TargetHealth health = call.target().health();
        CallRecord failed =
                CallRecord.notSent(call, CallOutcome.FAILED, "x", timer.clock().instant());
        while (health.tryAcquire()) {
            health.started();
            health.ended(failed, ScriptedChannel.unavailable());
        }
        timer.advance(HealthSettings.DEFAULT.openFor().plusSeconds(1));

        for (int i = 0; i < 10; i++) {
            assertThat(health.tryAcquire()).isTrue();
            guarded.send(call, new Heard());
            limits.asked
                    .get(i)
                    .completeExceptionally(new LlmRateLimitedException(
                            "no", ErrorDetails.local("openai", "gpt", "client_rate_limit", false), null));
        }
    }
}
