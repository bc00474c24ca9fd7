package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStoreException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that does what is asked of the database: all that waits, in one transaction. While the database is away it
 * looks for it again and again, and ends of attempts wait.
 */
final class BudgetWorker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(BudgetWorker.class);
    private static final int MAX_BATCH = 256;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    private final BudgetQueue queue;
    private final BudgetTransaction transaction;
    private final BudgetNode node;
    private final BudgetStoreCounters counters;
    private final Executor answers;
    private volatile @Nullable BudgetStoreException away;

    BudgetWorker(
            BudgetQueue queue,
            BudgetTransaction transaction,
            BudgetNode node,
            BudgetStoreCounters counters,
            Executor answers) {
        this.queue = queue;
        this.transaction = transaction;
        this.node = node;
        this.counters = counters;
        this.answers = answers;
    }

    /** Why the database cannot be asked now; null if it can. */
    @Nullable
    BudgetStoreException away() {
        return away;
    }

    @Override
    public void run() {
        try {
            Duration pause = FIRST_PAUSE;
            while (true) {
                if ((away != null || !node.isRegistered()) && !isBack()) {
                    if (!queue.pause(pause)) {
                        return;
                    }
                    pause = pause.multipliedBy(2);
                    pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
                    continue;
                }
                pause = FIRST_PAUSE;
                List<PendingRequest<?>> taken = queue.take(MAX_BATCH);
                if (taken.isEmpty()) {
                    leave();
                    return;
                }
                doAll(taken);
                queue.done();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isBack() {
        try {
            node.renew();
        } catch (SQLException | RuntimeException | LinkageError | AssertionError e) {
            // An optional library may be missing
            goneAway(e);
            return false;
        }
        if (away != null) {
            away = null;
            LOG.info(
                    "The database of the budgets answers again; {} ends of attempts wait for it",
                    queue.settlementsWaiting());
        }
        return true;
    }

    private void leave() {
        try {
            node.leave();
        } catch (SQLException | RuntimeException e) {
            LOG.warn(
                    "The process {} could not leave the database of the budgets; it will be given up: {}",
                    node.name(),
                    DatabaseErrors.inWords(e));
        }
    }

    private void doAll(List<PendingRequest<?>> taken) {
        try {
            transaction.run(taken);
            taken.forEach(this::tell);
        } catch (SQLException e) {
            if (BudgetTransaction.isBadData(e)) {
                oneByOne(taken, e);
            } else {
                failed(taken, e, e instanceof BudgetTransaction.CommitInDoubtException);
            }
        } catch (RuntimeException e) {
            failed(taken, e, false);
        } catch (AssertionError e) {
            // PostgreSQL's driver asserts, where assertions are on, that its connection is there
            failed(taken, e, true);
        }
    }

    /** One of them can never be done: the others must not suffer from it. */
    private void oneByOne(List<PendingRequest<?>> taken, SQLException error) {
        if (taken.size() > 1) {
            taken.forEach(pending -> doAll(List.of(pending)));
            return;
        }
        PendingRequest<?> bad = taken.get(0);
        if (bad.request().mustNotGetLost()) {
            counters.settlementLost(1);
            LOG.error(
                    "The end of an attempt cannot be booked in the budgets; what it had set aside stays so: {}",
                    DatabaseErrors.inWords(error));
        }
        fail(bad, new BudgetStoreException("the database of the budgets refuses this", error));
    }

    private void failed(List<PendingRequest<?>> taken, Throwable error, boolean inDoubt) {
        BudgetStoreException failure = goneAway(error);
        List<PendingRequest<?>> settlements = new ArrayList<>();
        for (PendingRequest<?> pending : taken) {
            if (pending.request().mustNotGetLost()) {
                settlements.add(pending);
                continue;
            }
            fail(pending, failure);
            if (inDoubt && pending.request() instanceof BudgetRequest.Reserve reserve) {
                release(reserve);
            }
        }
        queue.putBack(settlements);
    }

    private BudgetStoreException goneAway(Throwable error) {
        BudgetStoreException failure = new BudgetStoreException("the database of the budgets cannot be reached", error);
        if (away == null) {
            counters.outage();
            LOG.warn("The database of the budgets cannot be reached; trying again: {}", DatabaseErrors.inWords(error));
        }
        away = failure;
        queue.takeAsks().forEach(ask -> fail(ask, failure));
        return failure;
    }

    private void tell(PendingRequest<?> pending) {
        answers.execute(() -> {
            if (pending.tell() && pending.request() instanceof BudgetRequest.Reserve reserve) {
                release(reserve);
            }
        });
    }

    private void fail(PendingRequest<?> pending, BudgetStoreException failure) {
        answers.execute(() -> pending.answer().completeExceptionally(failure));
    }

    /** Gives back what nobody will use. */
    private void release(BudgetRequest.Reserve reserve) {
        BudgetStoreException refused = queue.offer(new PendingRequest<>(reserve.release(), System.nanoTime()));
        if (refused != null) {
            counters.settlementLost(1);
            LOG.error(
                    "What was set aside in budgets for attempt {} cannot be given back", reserve.attemptId(), refused);
        }
    }
}
