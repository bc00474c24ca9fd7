package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.budget.BudgetStoreException;
import io.github.camelllm.call.Timer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Budgets that processes share through Redis. Each question is one Lua script, so that no limit is passed however many
 * processes there are; amounts are exact to the last billionth. All keys have one hash tag.
 *
 * <p>Each process says every third of {@code nodeTimeout} that it lives, by the clock of Redis. What a process had set aside
 * that has not been heard of for {@code nodeTimeout} is charged whole by any other, because its provider may charge it; if it
 * was only slow, the end of the attempt corrects that.
 *
 * <p>While Redis is away, asking fails at once. Ends of attempts wait in memory for it to come back, 100,000 at most and not
 * beyond the end of the process.
 *
 * <p>Redis may lose what it has confirmed: without {@code appendonly} all since its last snapshot, with its usual
 * {@code appendfsync everysec} the last second, and what a replica had not yet when it took over. A process finds that out with
 * its next question if it has seen more changes than Redis remembers, and puts the accounts back to what it has seen last in
 * them (the 10,000 used last), attempts under way counted whole. What nobody has seen, or only processes that are gone, is lost,
 * and so is what others spent after a process saw an account the last time. If every process ends together with Redis, nothing
 * is put back. Where that is not good enough, keep budgets in PostgreSQL.
 *
 * <p>Futures complete on threads of the store.
 */
public final class RedisBudgetStore implements BudgetStore {
    private static final Logger LOG = LoggerFactory.getLogger(RedisBudgetStore.class);

    private final BudgetStoreSettings settings;
    private final Timer timer;
    private final AutoCloseable afterwards;
    private final BudgetStoreCounters counters = new BudgetStoreCounters();
    private final AnswerThreads answers = new AnswerThreads("llm-budgets-redis");
    private final RedisBudgetScripts scripts;
    private final RedisLink link;
    private final RedisSettlements settlements;
    private final AtomicInteger asks = new AtomicInteger();
    private final AtomicBoolean away = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Consumer<List<Expired>> whenExpired = expired -> {};
    private volatile Node node;

    /** This process for Redis. @param known whether Redis has been told of it */
    private record Node(String name, boolean known) {}

    private RedisBudgetStore(LlmRedis redis, BudgetStoreSettings settings, Timer timer, AutoCloseable afterwards) {
        this.settings = settings;
        this.timer = timer;
        this.afterwards = afterwards;
        this.node = new Node(settings.newNode(), false);
        this.scripts = new RedisBudgetScripts(
                redis.keyPrefix(), settings.nodeTimeout(), new SeenBalances(), this::dataLost, this::restored);
        this.link = new RedisLink(redis, timer, this::sayAlive);
        this.settlements = new RedisSettlements(this::sendSettlement, settings.maxSettlements(), timer, counters);
    }

    /**
     * Returns at once; Redis is asked when it answers.
     *
     * @param timer brings the signs of life
     * @param afterwards is closed after the store, such as its part in the client
     */
    public static RedisBudgetStore start(
            LlmRedis redis, BudgetStoreSettings settings, Timer timer, AutoCloseable afterwards) {
        RedisBudgetStore store = new RedisBudgetStore(redis, settings, timer, afterwards);
        store.link.start();
        store.scheduleBeat();
        return store;
    }

    @Override
    public CompletableFuture<Decision> reserve(UUID attemptId, List<Claim> claims) {
        BudgetArguments.checkClaims(claims);
        List<Claim> own = List.copyOf(claims);
        CompletableFuture<Decision> answer = new CompletableFuture<>();
        ask(() -> link.connection().thenCompose(connection -> scripts.reserve(connection, node.name(), attemptId, own)))
                .whenComplete((decision, error) -> answers.execute(() -> {
                    if (error != null) {
                        answer.completeExceptionally(error);
                        if (!(error instanceof BudgetStoreException known) || known.getCause() != null) {
                            release(attemptId, own);
                        }
                    } else if (!answer.complete(decision) && decision instanceof Decision.Granted) {
                        release(attemptId, own);
                    }
                }));
        return answer;
    }

    /** Gives back what was set aside, or will be, for somebody who does not know it. */
    private void release(UUID attemptId, List<Claim> claims) {
        settlements.settle(
                attemptId,
                claims.stream()
                        .map(claim -> new Settlement(claim.hold(), claim.fromPeriod(), 0))
                        .toList());
    }

    /** {@inheritDoc} Its future fails only if it is given up: too many wait already, or the store was closed. */
    @Override
    public CompletableFuture<List<Balance>> settle(UUID attemptId, List<Settlement> ends) {
        BudgetArguments.checkSettlements(ends);
        return onOurThreads(settlements.settle(attemptId, ends));
    }

    private CompletableFuture<List<Balance>> sendSettlement(UUID attemptId, List<Settlement> ends, boolean late) {
        return watched(link.connection().thenCompose(connection -> scripts.settle(connection, attemptId, ends, late)));
    }

    @Override
    public CompletableFuture<Balance> adjust(UUID adjustmentId, Settlement settlement) {
        BudgetArguments.checkSettlements(List.of(settlement));
        return onOurThreads(ask(() -> link.connection()
                        .thenCompose(
                                connection -> scripts.settle(connection, adjustmentId, List.of(settlement), false))))
                .thenApply(balances -> balances.get(0));
    }

    @Override
    public CompletableFuture<List<Balance>> balances(List<Window> windows) {
        BudgetArguments.checkWindows(windows);
        List<Window> own = List.copyOf(windows);
        return onOurThreads(ask(() -> link.connection().thenCompose(connection -> scripts.balances(connection, own))));
    }

    private <T> CompletableFuture<T> ask(Supplier<CompletableFuture<T>> question) {
        if (closed.get()) {
            return CompletableFuture.failedFuture(new BudgetStoreException("the store of the budgets is closed", null));
        }
        if (asks.incrementAndGet() > settings.maxAsks()) {
            asks.decrementAndGet();
            return CompletableFuture.failedFuture(new BudgetStoreException(
                    settings.maxAsks() + " questions wait for the store of the budgets already", null));
        }
        CompletableFuture<T> answer = watched(question.get());
        answer.whenComplete((value, error) -> asks.decrementAndGet());
        return answer;
    }

    /** Notices whether Redis is there; failures are of one kind. */
    private <T> CompletableFuture<T> watched(CompletableFuture<T> answer) {
        CompletableFuture<T> watched = new CompletableFuture<>();
        answer.whenComplete((value, error) -> {
            Throwable cause =
                    error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
            if (cause == null) {
                if (away.compareAndSet(true, false)) {
                    LOG.info(
                            "The Redis of the budgets answers again; {} ends of attempts wait for it",
                            settlements.open());
                }
                watched.complete(value);
            } else {
                boolean refusedHere = cause instanceof BudgetStoreException known && known.getCause() == null;
                if ((!refusedHere || link.isDown()) && away.compareAndSet(false, true)) {
                    counters.outage();
                    LOG.warn("The Redis of the budgets cannot be asked; trying again", cause);
                }
                watched.completeExceptionally(
                        cause instanceof BudgetStoreException known
                                ? known
                                : new BudgetStoreException("the Redis of the budgets cannot be asked", cause));
            }
        });
        return watched;
    }

    private <T> CompletableFuture<T> onOurThreads(CompletableFuture<T> answer) {
        CompletableFuture<T> own = new CompletableFuture<>();
        answer.whenComplete((value, error) -> answers.execute(() -> {
            if (error == null) {
                own.complete(value);
            } else {
                own.completeExceptionally(error);
            }
        }));
        return own;
    }

    private void beat() {
        if (!closed.get()) {
            sayAlive();
            scheduleBeat();
        }
    }

    private void scheduleBeat() {
        Duration pause = settings.nodeTimeout().dividedBy(3);
        try {
            timer.schedule(pause, this::beat);
        } catch (RejectedExecutionException e) {
            LOG.debug("The timer has stopped before the store of the budgets", e);
        }
    }

    @Override
    public void whenExpired(Consumer<List<Expired>> listener) {
        whenExpired = listener;
    }

    private void sayAlive() {
        Node now = node;
        watched(link.connection().thenCompose(connection -> scripts.alive(connection, now.name())))
                .whenComplete((life, error) -> {
                    if (error != null) {
                        LOG.debug("The process {} could not say that it lives", now.name(), error);
                        return;
                    }
                    if (now.known() && !life.word().equals("alive")) {
                        counters.lapsed();
                        LOG.warn(
                                "The process {} was not heard of for {}: what it had set aside in budgets may have been"
                                        + " charged whole, and is corrected when its attempts end",
                                now.name(),
                                settings.nodeTimeout());
                    }
                    if (!now.known() && node.equals(now)) {
                        node = new Node(now.name(), true);
                    }
                    if (!life.expired().isEmpty()) {
                        counters.expired(life.expired().size());
                        LOG.warn(
                                "{} amounts were set aside in budgets by processes that are not heard of any more:"
                                        + " charged whole",
                                life.expired().size());
                        answers.execute(() -> whenExpired.accept(life.expired()));
                    }
                    if (life.more() && !closed.get()) {
                        sayAlive();
                    }
                });
    }

    /** Holds of old data may come back with them: they are left to be charged whole, under the old name. */
    private void dataLost() {
        counters.dataLost();
        LOG.error(
                "Redis has lost data of the budgets. What this process has seen in the accounts is put back when they are"
                        + " used; what others have spent since may be missing");
        node = new Node(settings.newNode(), false);
    }

    private void restored(long accounts) {
        counters.restored(accounts);
        LOG.warn("{} accounts of budgets were put back to what this process had seen before Redis lost them", accounts);
    }

    /** What went wrong since the start. */
    public BudgetStoreCounters counters() {
        return counters;
    }

    @Override
    public String kind() {
        return "redis";
    }

    /** Books what waits, for as long as a question may take, then gives up what is left. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            settlements.finished().get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("{} ends of attempts still wait for Redis at the end", settlements.open(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        settlements.close();
        link.close();
        answers.close();
        try {
            afterwards.close();
        } catch (Exception e) {
            LOG.warn("The Redis client of the budgets was not closed well", e);
        }
    }
}
