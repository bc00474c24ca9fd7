package io.github.camelllm.call;

import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.chat.Money;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.wire.WireHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends an attempt once limits and budgets have let it through, and tells them and the ledger how it ended before the caller
 * hears of it.
 */
final class GuardedChannel<Q, R> implements CallChannel<Q, R> {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedChannel.class);

    private final CallChannel<Q, R> next;
    private final WireOperation<Q, R> operation;
    private final Guards guards;
    private final Supplier<Pricing> pricing;
    private final Timer timer;

    GuardedChannel(
            CallChannel<Q, R> next,
            WireOperation<Q, R> operation,
            Guards guards,
            Supplier<Pricing> pricing,
            Timer timer) {
        this.next = next;
        this.operation = operation;
        this.guards = guards;
        this.pricing = pricing;
        this.timer = timer;
    }

    @Override
    public CallHandle send(Call<Q> call, CallObserver<R> observer) {
        Guarded guarded = new Guarded(call, observer);
        observer.started(guarded);
        guarded.askLimits();
        return guarded;
    }

    /** One attempt: first it waits for leave, then it is under way. */
    private final class Guarded implements CallObserver<R>, CallHandle {
        private final Call<Q> call;
        private final CallObserver<R> observer;
        private final Attempt attempt;
        private final long askedNanos = timer.nanoTime();
        private final LaterHandle handle = new LaterHandle();
        private final ReentrantLock lock = new ReentrantLock();
        private volatile Permit limit = Permit.FREE;
        private volatile Guards.BudgetPermit budget = Guards.BudgetPermit.FREE;
        private volatile Duration waited = Duration.ZERO;
        private @Nullable CompletableFuture<?> waiting;
        private boolean cancelled;

        Guarded(Call<Q> call, CallObserver<R> observer) {
            this.call = call;
            this.observer = observer;
            this.attempt = new Attempt(
                    call.attemptId(),
                    call.id(),
                    call.operation(),
                    call.target(),
                    call.stream(),
                    call.tags(),
                    call.deadline(),
                    operation.size(call.request(), call.target()),
                    Instant.now());
        }

        void askLimits() {
            if (guards.limits().isEmpty()) {
                askBudgets();
                return;
            }
            await(() -> guards.limits().get().admit(attempt), permit -> {
                limit = permit;
                waited = Duration.ofNanos(timer.nanoTime() - askedNanos);
                askBudgets();
            });
        }

        private void askBudgets() {
            if (guards.budgets().isEmpty()) {
                go();
                return;
            }
            await(() -> guards.budgets().get().admit(attempt), permit -> {
                budget = permit;
                go();
            });
        }

        private <P extends Permit> void await(Supplier<CompletableFuture<P>> question, Consumer<P> then) {
            CompletableFuture<P> asked;
            try {
                asked = question.get();
            } catch (RuntimeException e) {
                refused(e);
                return;
            }
            if (asked.isDone() && !asked.isCompletedExceptionally()) {
                then.accept(asked.join());
                return;
            }
            lock.lock();
            try {
                waiting = asked;
                if (cancelled) {
                    asked.cancel(false);
                }
            } finally {
                lock.unlock();
            }
            asked.whenComplete((permit, error) -> {
                if (error != null) {
                    refused(error);
                } else {
                    then.accept(permit);
                }
            });
        }

        private void go() {
            boolean giveUp;
            lock.lock();
            try {
                waiting = null;
                giveUp = cancelled;
            } finally {
                lock.unlock();
            }
            if (giveUp) {
                CallRecord record = notSent(CallOutcome.CANCELLED, "cancelled");
                settle(record);
                observer.cancelled(record);
                return;
            }
            if (guards.ledger().isPresent()) {
                try {
                    guards.ledger().get().reserved(attempt, most(), budget.holds());
                } catch (LlmException e) {
                    refused(e);
                    return;
                }
            }
            next.send(call, this);
        }

        @Override
        public void started(CallHandle underWay) {
            handle.set(underWay);
        }

        private Optional<Money> most() {
            Optional<Money> reckoned = budget.most();
            return reckoned.isPresent() ? reckoned : Guards.most(attempt, pricing.get(), false);
        }

        private void refused(Throwable error) {
            Throwable cause =
                    error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
            if (cause instanceof CancellationException) {
                CallRecord record = notSent(CallOutcome.CANCELLED, "cancelled");
                settle(record);
                observer.cancelled(record);
                return;
            }
            LlmException failure = cause instanceof LlmException known
                    ? known
                    : new LlmUnavailableException(
                            call.target() + ": limits or budgets could not be asked ("
                                    + cause.getClass().getSimpleName() + ")",
                            ErrorDetails.local(attempt.provider(), attempt.model(), "guard_failed", true),
                            cause);
            CallRecord record = notSent(CallOutcome.FAILED, failure.getErrorType());
            settle(record);
            // A router had leave to try a target whose circuit is half open
            call.target().health().release();
            observer.failed(failure, record);
        }

        private CallRecord notSent(CallOutcome outcome, String errorType) {
            return CallRecord.notSent(call, outcome, errorType, attempt.at())
                    .withWaited(Duration.ofNanos(timer.nanoTime() - askedNanos));
        }

        private CallRecord settle(CallRecord ended) {
            CallRecord record = ended.waited().isZero() && !waited.isZero() ? ended.withWaited(waited) : ended;
            told(() -> limit.ended(record));
            told(() -> {
                List<CallLedger.Charge> charges = budget.charges(record);
                told(() -> budget.ended(record));
                guards.ledger().ifPresent(ledger -> ledger.settled(record, charges));
            });
            return record;
        }

        /** The caller must hear of the end, whatever becomes of the books. */
        private void told(Runnable end) {
            try {
                end.run();
            } catch (RuntimeException e) {
                LOG.error("The end of attempt {} was not taken in by a limit, a budget or the ledger", attempt.id(), e);
            }
        }

        @Override
        public void head(WireHeaders headers) {
            limit.answered(headers);
        }

        @Override
        public void event(StreamEvent event) {
            observer.event(event);
        }

        @Override
        public void completed(R result, CallRecord record) {
            observer.completed(result, settle(record));
        }

        @Override
        public void failed(LlmException failure, CallRecord record) {
            observer.failed(failure, settle(record));
        }

        @Override
        public void cancelled(CallRecord record) {
            observer.cancelled(settle(record));
        }

        @Override
        public void cancel() {
            CompletableFuture<?> asked;
            lock.lock();
            try {
                cancelled = true;
                asked = waiting;
            } finally {
                lock.unlock();
            }
            if (asked == null || !asked.cancel(false)) {
                handle.cancel();
            }
        }

        @Override
        public void pause() {
            handle.pause();
        }

        @Override
        public void resume() {
            handle.resume();
        }
    }
}
