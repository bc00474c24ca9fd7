package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.budget.BudgetStoreException;
import io.github.camelllm.call.Timer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Budgets that processes share through PostgreSQL, or through H2 on one machine. One thread does all that waits in one
 * transaction, so that thousands of attempts a second need few round trips; it locks the accounts first, so that no limit is
 * passed however many processes there are.
 *
 * <p>Each process says every third of {@code nodeTimeout} that it lives, by the database's clock. What a process had set aside
 * that has not been heard of for {@code nodeTimeout} is charged whole by any other, because its provider may charge it; if it
 * was only slow, the end of the attempt corrects that.
 *
 * <p>While the database is away, asking fails at once. Ends of attempts wait in memory for it to come back, 100,000 at most and
 * not beyond the end of the process; what is not booked is charged whole later. Futures complete on threads of the store.
 */
public final class JdbcBudgetStore implements BudgetStore {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcBudgetStore.class);

    /** Deletes what is of no use any more after so many signs of life. */
    private static final int CLEAN_EVERY = 30;

    private final BudgetStoreSettings settings;
    private final Timer timer;
    private final AutoCloseable afterwards;
    private final BudgetStoreCounters counters = new BudgetStoreCounters();
    private final AnswerThreads answers = new AnswerThreads("llm-budgets-jdbc");
    private final BudgetQueue queue;
    private final BudgetNode node;
    private final BudgetWorker worker;
    private final Thread thread;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Consumer<List<Expired>> whenExpired = expired -> {};
    private int beats;

    private JdbcBudgetStore(LlmDatabase database, BudgetStoreSettings settings, Timer timer, AutoCloseable afterwards) {
        this.settings = settings;
        this.timer = timer;
        this.afterwards = afterwards;
        this.queue = new BudgetQueue(settings.maxAsks(), settings.maxSettlements());
        this.node = new BudgetNode(database, settings.newNode(), settings.nodeTimeout(), counters, this::expired);
        this.worker = new BudgetWorker(queue, new BudgetTransaction(database, node.name()), node, counters, answers);
        this.thread = new Thread(worker, "llm-budgets-jdbc");
        thread.setDaemon(true);
    }

    /**
     * Returns at once; the database is asked when it answers.
     *
     * @param timer brings the signs of life
     * @param afterwards is closed after the store, such as its part in the database
     */
    public static JdbcBudgetStore start(
            LlmDatabase database, BudgetStoreSettings settings, Timer timer, AutoCloseable afterwards) {
        JdbcBudgetStore store = new JdbcBudgetStore(database, settings, timer, afterwards);
        store.thread.start();
        store.schedule(settings.nodeTimeout().dividedBy(3), store::beat);
        store.schedule(settings.timeout().dividedBy(4), store::failLateAsks);
        return store;
    }

    @Override
    public CompletableFuture<Decision> reserve(UUID attemptId, List<Claim> claims) {
        BudgetArguments.checkClaims(claims);
        return ask(new BudgetRequest.Reserve(attemptId, claims));
    }

    /** {@inheritDoc} Its future fails only if it is given up: too many wait already, or the store was closed. */
    @Override
    public CompletableFuture<List<Balance>> settle(UUID attemptId, List<Settlement> settlements) {
        BudgetArguments.checkSettlements(settlements);
        PendingRequest<List<Balance>> pending =
                new PendingRequest<>(new BudgetRequest.Settle(attemptId, settlements), timer.nanoTime());
        BudgetStoreException refused = queue.offer(pending);
        if (refused != null) {
            counters.settlementLost(1);
            LOG.error(
                    "The end of attempt {} is not booked: what it had set aside will be charged whole",
                    attemptId,
                    refused);
            return CompletableFuture.failedFuture(refused);
        }
        return pending.answer();
    }

    @Override
    public CompletableFuture<Balance> adjust(UUID adjustmentId, Settlement settlement) {
        BudgetArguments.checkSettlements(List.of(settlement));
        return ask(new BudgetRequest.Adjust(adjustmentId, settlement));
    }

    @Override
    public CompletableFuture<List<Balance>> balances(List<Window> windows) {
        BudgetArguments.checkWindows(windows);
        return ask(new BudgetRequest.Balances(windows));
    }

    private <T> CompletableFuture<T> ask(BudgetRequest<T> request) {
        BudgetStoreException refused = worker.away();
        if (refused == null) {
            PendingRequest<T> pending = new PendingRequest<>(request, timer.nanoTime());
            refused = queue.offer(pending);
            if (refused == null) {
                return pending.answer();
            }
        }
        return CompletableFuture.failedFuture(refused);
    }

    @Override
    public void whenExpired(Consumer<List<Expired>> listener) {
        whenExpired = listener;
    }

    private void expired(List<Expired> amounts) {
        answers.execute(() -> whenExpired.accept(amounts));
    }

    private void beat() {
        if (closed.get()) {
            return;
        }
        try {
            if (worker.away() == null) {
                node.renew();
                node.expireOrphans();
                if (++beats % CLEAN_EVERY == 0) {
                    node.clean();
                }
            }
        } catch (SQLException | RuntimeException e) {
            // The worker says so too if it goes on
            LOG.warn("The process {} could not say that it lives: {}", node.name(), DatabaseErrors.inWords(e));
        } finally {
            schedule(settings.nodeTimeout().dividedBy(3), this::beat);
        }
    }

    private void failLateAsks() {
        if (closed.get()) {
            return;
        }
        long before = timer.nanoTime() - settings.timeout().toNanos();
        for (PendingRequest<?> late : queue.asksBefore(before)) {
            BudgetStoreException failure = new BudgetStoreException(
                    "the database of the budgets did not answer within " + settings.timeout(), null);
            answers.execute(() -> late.answer().completeExceptionally(failure));
        }
        schedule(settings.timeout().dividedBy(4), this::failLateAsks);
    }

    private void schedule(Duration delay, Runnable task) {
        try {
            timer.schedule(delay, task);
        } catch (RejectedExecutionException e) {
            LOG.debug("The timer has stopped before the store of the budgets", e);
        }
    }

    /** What went wrong since the start. */
    public BudgetStoreCounters counters() {
        return counters;
    }

    @Override
    public String kind() {
        return "jdbc";
    }

    /** Books what waits, for as long as a question may take, then gives up what is left. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        queue.close();
        try {
            thread.join(settings.timeout().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<PendingRequest<?>> left = queue.drain();
        thread.interrupt();
        long settlements = left.stream()
                .filter(pending -> pending.request().mustNotGetLost())
                .count();
        if (settlements > 0) {
            counters.settlementLost(settlements);
            LOG.error(
                    "{} ends of attempts were not booked: what they had set aside will be charged whole", settlements);
        }
        BudgetStoreException failure = new BudgetStoreException("the store of the budgets was closed", null);
        left.forEach(pending -> answers.execute(() -> pending.answer().completeExceptionally(failure)));
        answers.close();
        try {
            afterwards.close();
        } catch (Exception e) {
            LOG.warn("The database of the budgets was not closed well", e);
        }
    }
}
