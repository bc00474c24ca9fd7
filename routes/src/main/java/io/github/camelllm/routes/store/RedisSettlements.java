package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStore.Balance;
import io.github.camelllm.budget.BudgetStore.Settlement;
import io.github.camelllm.budget.BudgetStoreException;
import io.github.camelllm.call.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends of attempts on their way to Redis, and those that wait until it is back. Bounded. Thread-safe. */
final class RedisSettlements {
    private static final Logger LOG = LoggerFactory.getLogger(RedisSettlements.class);
    private static final int MAX_AT_ONCE = 500;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    private final Sender send;
    private final int max;
    private final Timer timer;
    private final BudgetStoreCounters counters;
    private final AtomicInteger open = new AtomicInteger();
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile Duration pause = FIRST_PAUSE;
    private final CompletableFuture<Void> nothingLeft = new CompletableFuture<>();
    private volatile boolean ending;
    private volatile boolean closed;

    /** @param send asks Redis once; may be done twice for the same attempt */
    RedisSettlements(Sender send, int max, Timer timer, BudgetStoreCounters counters) {
        this.send = send;
        this.max = max;
        this.timer = timer;
        this.counters = counters;
    }

    /** Asks Redis once. */
    interface Sender {
        /** @param late whether it may have been booked so long ago that Redis does not know it any more */
        CompletableFuture<List<Balance>> send(UUID attemptId, List<Settlement> settlements, boolean late);
    }

    private record Waiting(
            UUID attemptId, List<Settlement> settlements, long askedNanos, CompletableFuture<List<Balance>> answer) {}

    /** Fails only if too many are on their way already, or with {@link #close}. */
    CompletableFuture<List<Balance>> settle(UUID attemptId, List<Settlement> settlements) {
        Waiting one = new Waiting(attemptId, List.copyOf(settlements), timer.nanoTime(), new CompletableFuture<>());
        if (ending) {
            refuse(one, "the store of the budgets is closed");
        } else if (open.incrementAndGet() > max) {
            open.decrementAndGet();
            refuse(one, max + " ends of attempts wait for the store of the budgets already");
        } else {
            sendNow(one);
        }
        return one.answer();
    }

    private void refuse(Waiting one, String why) {
        lost(1);
        one.answer().completeExceptionally(new BudgetStoreException(why, null));
    }

    private void sendNow(Waiting one) {
        boolean late = SettledMemory.isPast(one.askedNanos(), timer.nanoTime());
        send.send(one.attemptId(), one.settlements(), late).whenComplete((balances, error) -> {
            if (error == null) {
                pause = FIRST_PAUSE;
                one.answer().complete(balances);
                if (open.decrementAndGet() == 0 && ending) {
                    nothingLeft.complete(null);
                }
                if (!waiting.isEmpty()) {
                    retryLater();
                }
            } else {
                waiting.add(one);
                LOG.debug("The end of attempt {} waits for the Redis of the budgets", one.attemptId(), error);
                retryLater();
                if (closed) {
                    close();
                }
            }
        });
    }

    private void retryLater() {
        if (closed || !scheduled.compareAndSet(false, true)) {
            return;
        }
        Duration next = pause;
        pause = next.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next.multipliedBy(2);
        try {
            timer.schedule(next, this::retry);
        } catch (RejectedExecutionException e) {
            LOG.debug("The timer has stopped before the store of the budgets", e);
        }
    }

    /** Sends some of those that wait; when one of them has worked, others follow. */
    private void retry() {
        scheduled.set(false);
        List<Waiting> some = new ArrayList<>();
        Waiting one;
        while (some.size() < MAX_AT_ONCE && (one = waiting.poll()) != null) {
            some.add(one);
        }
        some.forEach(this::sendNow);
    }

    /** Takes no more, and completes when all have got through. */
    CompletableFuture<Void> finished() {
        ending = true;
        if (open.get() == 0) {
            nothingLeft.complete(null);
        }
        // The timer may have been stopped before
        retry();
        return nothingLeft;
    }

    int open() {
        return open.get();
    }

    /** Gives up what is still on its way. */
    void close() {
        closed = true;
        BudgetStoreException failure = new BudgetStoreException("the store of the budgets was closed", null);
        Waiting one;
        while ((one = waiting.poll()) != null) {
            open.decrementAndGet();
            lost(1);
            one.answer().completeExceptionally(failure);
        }
    }

    private void lost(int count) {
        counters.settlementLost(count);
        LOG.error("{} ends of attempts are not booked: what they had set aside will be charged whole", count);
    }
}
