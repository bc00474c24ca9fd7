package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Requests on their way to the one thread that does them. Bounded. Thread-safe. */
final class BudgetQueue {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<PendingRequest<?>> asks = new ArrayDeque<>();
    private final Deque<PendingRequest<?>> settlements = new ArrayDeque<>();
    private final int maxAsks;
    private final int maxSettlements;
    private List<PendingRequest<?>> underWay = List.of();
    private boolean closed;

    BudgetQueue(int maxAsks, int maxSettlements) {
        this.maxAsks = maxAsks;
        this.maxSettlements = maxSettlements;
    }

    /** @return why it was not taken; null if it was */
    @Nullable
    BudgetStoreException offer(PendingRequest<?> pending) {
        boolean settlement = pending.request().mustNotGetLost();
        Deque<PendingRequest<?>> queue = settlement ? settlements : asks;
        int max = settlement ? maxSettlements : maxAsks;
        lock.lock();
        try {
            if (closed) {
                return new BudgetStoreException("the store of the budgets is closed", null);
            }
            if (queue.size() >= max) {
                return new BudgetStoreException(
                        max + (settlement ? " ends of attempts" : " questions")
                                + " wait for the store of the budgets already",
                        null);
            }
            queue.addLast(pending);
            changed.signal();
            return null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for requests; ends of attempts come first, for they make room for others.
     *
     * @return empty if the queue is closed and nothing is left
     */
    List<PendingRequest<?>> take(int max) throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                List<PendingRequest<?>> taken = new ArrayList<>();
                while (taken.size() < max && !settlements.isEmpty()) {
                    taken.add(settlements.removeFirst());
                }
                while (taken.size() < max && !asks.isEmpty()) {
                    PendingRequest<?> ask = asks.removeFirst();
                    if (!ask.isAbandoned()) {
                        taken.add(ask);
                    }
                }
                if (!taken.isEmpty() || closed) {
                    underWay = taken;
                    return taken;
                }
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Those that were taken are done with. */
    void done() {
        lock.lock();
        try {
            underWay = List.of();
        } finally {
            lock.unlock();
        }
    }

    /** Puts ends of attempts back to where they were taken from. */
    void putBack(List<PendingRequest<?>> taken) {
        lock.lock();
        try {
            for (int i = taken.size() - 1; i >= 0; i--) {
                settlements.addFirst(taken.get(i));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits. @return false if the queue is closed */
    boolean pause(Duration duration) throws InterruptedException {
        long left = duration.toNanos();
        lock.lock();
        try {
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Those that are not ends of attempts, waiting or under way, and were asked before a moment. */
    List<PendingRequest<?>> asksBefore(long nanoTime) {
        List<PendingRequest<?>> late = new ArrayList<>();
        lock.lock();
        try {
            underWay.stream()
                    .filter(pending -> !pending.request().mustNotGetLost())
                    .forEach(late::add);
            late.addAll(asks);
            late.removeIf(pending -> pending.askedNanos() - nanoTime > 0);
        } finally {
            lock.unlock();
        }
        return late;
    }

    /** Takes away all that are not ends of attempts. */
    List<PendingRequest<?>> takeAsks() {
        lock.lock();
        try {
            List<PendingRequest<?>> taken = new ArrayList<>(asks);
            asks.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing any more; what is left is what nobody will do. */
    List<PendingRequest<?>> drain() {
        lock.lock();
        try {
            closed = true;
            List<PendingRequest<?>> left = new ArrayList<>(settlements);
            settlements.clear();
            left.addAll(asks);
            asks.clear();
            changed.signalAll();
            return left;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing new any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int settlementsWaiting() {
        lock.lock();
        try {
            return settlements.size();
        } finally {
            lock.unlock();
        }
    }
}
