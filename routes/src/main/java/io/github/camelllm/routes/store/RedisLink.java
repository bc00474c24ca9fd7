package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStoreException;
import io.github.camelllm.call.Timer;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection of a store, made as soon as Redis is there. Thread-safe. */
final class RedisLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    private final LlmRedis redis;
    private final Timer timer;
    private final Runnable whenConnected;
    private volatile CompletableFuture<StatefulRedisConnection<String, String>> connection = new CompletableFuture<>();
    private volatile boolean closed;

    /** @param whenConnected is run each time that a connection was made by this class */
    RedisLink(LlmRedis redis, Timer timer, Runnable whenConnected) {
        this.redis = redis;
        this.timer = timer;
        this.whenConnected = whenConnected;
    }

    void start() {
        connect(connection, FIRST_PAUSE);
    }

    /** The connection; fails if Redis is away. Waits only until the first try has come to its end. */
    CompletableFuture<StatefulRedisConnection<String, String>> connection() {
        CompletableFuture<StatefulRedisConnection<String, String>> now = connection;
        if (isDown()) {
            return CompletableFuture.failedFuture(
                    new BudgetStoreException("the Redis of the budgets is not connected", null));
        }
        return now;
    }

    /** Whether there was a connection that is not there now. */
    boolean isDown() {
        CompletableFuture<StatefulRedisConnection<String, String>> now = connection;
        return now.isDone() && !now.isCompletedExceptionally() && !now.join().isOpen();
    }

    private void connect(CompletableFuture<StatefulRedisConnection<String, String>> waiting, Duration pause) {
        if (closed) {
            waiting.completeExceptionally(new BudgetStoreException("the store of the budgets is closed", null));
            return;
        }
        redis.connect().whenComplete((made, error) -> {
            if (error != null) {
                LOG.warn("The Redis of the budgets cannot be reached; trying again in {}", pause, error);
                BudgetStoreException failure =
                        new BudgetStoreException("the Redis of the budgets cannot be reached", error);
                waiting.completeExceptionally(failure);
                connection = waiting;
                retry(pause);
            } else if (closed) {
                made.closeAsync();
            } else {
                CompletableFuture<StatefulRedisConnection<String, String>> ready = waiting;
                if (!waiting.complete(made)) {
                    ready = CompletableFuture.completedFuture(made);
                }
                connection = ready;
                warnOfLossyServer(made);
                whenConnected.run();
            }
        });
    }

    private void retry(Duration pause) {
        Duration next = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        try {
            timer.schedule(pause, () -> connect(new CompletableFuture<>(), next));
        } catch (RejectedExecutionException e) {
            LOG.debug("The timer has stopped before the store of the budgets", e);
        }
    }

    private static void warnOfLossyServer(StatefulRedisConnection<String, String> made) {
        made.async().configGet("appendonly", "maxmemory-policy").whenComplete((settings, error) -> {
            if (error != null) {
                LOG.info("Redis does not say whether it keeps budgets through a restart (CONFIG GET is not allowed)");
            } else {
                warnings(settings).forEach(LOG::warn);
            }
        });
    }

    /** What of a server's settings may lose budgets. */
    static List<String> warnings(Map<String, String> settings) {
        List<String> warnings = new ArrayList<>();
        if ("no".equals(settings.get("appendonly"))) {
            warnings.add("Redis has appendonly off: a restart loses what budgets have spent since its last snapshot,"
                    + " and only what running processes remember of it is put back");
        }
        String policy = settings.getOrDefault("maxmemory-policy", "noeviction");
        if (policy.startsWith("allkeys")) {
            warnings.add("Redis has maxmemory-policy " + policy
                    + ": it may throw budgets away when its memory is full; set noeviction");
        }
        return warnings;
    }

    @Override
    public void close() {
        closed = true;
        CompletableFuture<StatefulRedisConnection<String, String>> now = connection;
        if (now.isDone() && !now.isCompletedExceptionally()) {
            now.join().close();
        } else {
            now.completeExceptionally(new BudgetStoreException("the store of the budgets is closed", null));
        }
    }
}
