package io.github.camelllm.call;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends a failed call again where that may help, as the target's {@link RetryPolicy} says: after the provider's wait or a
 * random backoff, not past the deadline, not beyond the provider's retry budget, and not once any of the answer was
 * delivered. The observer gets the sum of all attempts.
 */
final class RetryingChannel<Q, R> implements CallChannel<Q, R> {
    private final CallChannel<Q, R> next;
    private final Timer timer;
    private final RetryBudgets budgets;
    private final DoubleSupplier random;

    /** @param random numbers from 0 to below 1 */
    RetryingChannel(CallChannel<Q, R> next, Timer timer, RetryBudgets budgets, DoubleSupplier random) {
        this.next = next;
        this.timer = timer;
        this.budgets = budgets;
        this.random = random;
    }

    @Override
    public CallHandle send(Call<Q> call, CallObserver<R> observer) {
        RetryBudgets.Budget budget = budgets.of(call.target().provider());
        budget.deposit();
        if (call.target().retry().maxRetries() == 0) {
            return next.send(call, observer);
        }
        Tries tries = new Tries(call, observer, budget);
        observer.started(tries.handle);
        tries.send();
        return tries.handle;
    }

    private final class Tries implements CallObserver<R> {
        final LaterHandle handle = new LaterHandle();
        private final Call<Q> call;
        private final CallObserver<R> observer;
        private final RetryBudgets.Budget budget;
        private @Nullable CallRecord before;
        private int retries;
        private boolean delivered;

        Tries(Call<Q> call, CallObserver<R> observer, RetryBudgets.Budget budget) {
            this.call = call;
            this.observer = observer;
            this.budget = budget;
        }

        void send() {
            next.send(retries == 0 ? call : call.nextAttempt(), this);
        }

        @Override
        public void started(CallHandle attempt) {
            handle.set(attempt);
        }

        @Override
        public void event(StreamEvent event) {
            delivered = true;
            CallRecord earlier = before;
            observer.event(
                    earlier != null && event instanceof StreamEvent.Answering who
                            ? who.after(earlier.attempts())
                            : event);
        }

        @Override
        public void completed(R result, CallRecord record) {
            observer.completed(result, total(record));
        }

        @Override
        public void failed(LlmException failure, CallRecord record) {
            CallRecord total = total(record);
            Optional<Duration> wait = handle.isCancelled() ? Optional.empty() : waitBeforeNext(failure);
            if (wait.isEmpty()) {
                observer.failed(failure, total);
                return;
            }
            before = total;
            retries++;
            new Wait(total).begin(wait.get());
        }

        @Override
        public void cancelled(CallRecord record) {
            observer.cancelled(total(record));
        }

        private CallRecord total(CallRecord record) {
            return before == null ? record : record.plus(before);
        }

        /** Empty if there must be no next attempt. */
        private Optional<Duration> waitBeforeNext(LlmException failure) {
            RetryPolicy policy = call.target().retry();
            if (delivered || !failure.isRetryable() || retries >= policy.maxRetries()) {
                return Optional.empty();
            }
            return policy.waitBefore(retries + 1, failure.retryAfter(), random.getAsDouble())
                    .filter(wait -> call.deadline().allows(wait, timer))
                    .filter(wait -> budget.tryWithdraw());
        }

        /** The time between two attempts, in which there is nothing to cancel but the next one. */
        private final class Wait implements CallHandle {
            private final CallRecord total;
            private final AtomicBoolean over = new AtomicBoolean();
            private volatile Runnable callOff = () -> {};

            Wait(CallRecord total) {
                this.total = total;
            }

            void begin(Duration wait) {
                handle.set(this);
                callOff = timer.schedule(wait, this::end);
            }

            private void end() {
                if (over.compareAndSet(false, true)) {
                    send();
                }
            }

            @Override
            public void cancel() {
                if (over.compareAndSet(false, true)) {
                    callOff.run();
                    observer.cancelled(total);
                }
            }

            @Override
            public void pause() {
                // Nothing is being read; the next attempt is told by the handle.
            }

            @Override
            public void resume() {
                // See pause().
            }
        }
    }
}
