package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStore.Decision;
import io.github.camelllm.budget.BudgetStoreException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A request, and who waits for its answer. Only the answer is thread-safe. */
final class PendingRequest<T> {
    private final BudgetRequest<T> request;
    private final long askedNanos;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable T result;
    private @Nullable BudgetStoreException refusal;

    PendingRequest(BudgetRequest<T> request, long askedNanos) {
        this.request = request;
        this.askedNanos = askedNanos;
    }

    BudgetRequest<T> request() {
        return request;
    }

    /** When it was asked, by the clock of {@link System#nanoTime()}. */
    long askedNanos() {
        return askedNanos;
    }

    CompletableFuture<T> answer() {
        return answer;
    }

    /** Nobody waits any more, and nothing has to be done. */
    boolean isAbandoned() {
        return answer.isDone() && !request.mustNotGetLost();
    }

    /** May be called again if its transaction was rolled back. */
    void apply(BudgetBooks books) {
        result = null;
        refusal = null;
        try {
            result = request.apply(books, SettledMemory.isPast(askedNanos, System.nanoTime()));
        } catch (BudgetStoreException e) {
            refusal = e;
        }
    }

    /**
     * Tells what was decided.
     *
     * @return whether something was set aside for somebody who does not wait for it any more
     */
    boolean tell() {
        T decided = result;
        if (decided != null) {
            return !answer.complete(decided) && decided instanceof Decision.Granted;
        }
        BudgetStoreException thrown = refusal;
        answer.completeExceptionally(thrown == null ? new BudgetStoreException("was not tried", null) : thrown);
        return false;
    }
}
