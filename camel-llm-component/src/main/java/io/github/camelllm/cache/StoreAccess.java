package io.github.camelllm.cache;

import io.github.camelllm.call.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store as the cache sees it: it never fails and never takes long. One that does is left alone for a while, which is
 * said once, as is its return.
 */
final class StoreAccess {
    private static final Logger LOG = LoggerFactory.getLogger(StoreAccess.class);

    private final CacheStore store;
    private final CacheSettings settings;
    private final Timer timer;
    private final Executor workers;
    private final CacheStatistics statistics;
    private final AtomicBoolean down = new AtomicBoolean();
    private volatile long leftAloneSince;

    /** What came of a look into the store. */
    record Look(Optional<byte[]> value, boolean failed) {
        static final Look FAILED = new Look(Optional.empty(), true);
    }

    StoreAccess(CacheStore store, CacheSettings settings, Timer timer, Executor workers, CacheStatistics statistics) {
        this.store = store;
        this.settings = settings;
        this.timer = timer;
        this.workers = task -> {
            try {
                workers.execute(task);
            } catch (RejectedExecutionException e) {
                // Calls must come to their end
                task.run();
            }
        };
        this.statistics = statistics;
    }

    /** Runs tasks that may take a while, and those that would run on a thread of the store. */
    Executor workers() {
        return workers;
    }

    /** Looks for a key; {@code then} hears of it here and now if the store answers at once, else on a worker. */
    void get(String key, Consumer<Look> then) {
        if (isLeftAlone()) {
            then.accept(Look.FAILED);
            return;
        }
        await(() -> store.get(key), settings.storeTimeout(), (value, error) -> {
            if (value == null) {
                failed(error);
                then.accept(Look.FAILED);
            } else {
                worked();
                then.accept(new Look(value, false));
            }
        });
    }

    /** Keeps a value; {@code done} runs when that is over, whether it was kept or not. */
    void put(String key, byte[] value, Duration ttl, Runnable done) {
        if (isLeftAlone()) {
            done.run();
            return;
        }
        await(() -> store.put(key, value, ttl).thenApply(nothing -> true), settings.storeTimeout(), (put, error) -> {
            if (put == null) {
                failed(error);
            } else {
                worked();
                statistics.kept.increment();
            }
            done.run();
        });
    }

    /**
     * Waits for something, but not for long.
     *
     * @param then gets the value, or null and why there is none
     */
    <T> void await(
            Supplier<CompletableFuture<T>> start, Duration limit, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        CompletableFuture<T> future;
        try {
            future = start.get();
        } catch (RuntimeException e) {
            then.accept(null, e);
            return;
        }
        if (future.isDone()) {
            accept(future, then);
            return;
        }
        AtomicBoolean over = new AtomicBoolean();
        Runnable callOff = timer.schedule(limit, () -> {
            if (over.compareAndSet(false, true)) {
                then.accept(null, new TimeoutException("no answer within " + limit.toMillis() + " ms"));
            }
        });
        future.whenComplete((value, error) -> {
            if (over.compareAndSet(false, true)) {
                callOff.run();
                // Not here, where what it throws would get lost, and on a thread of the store
                workers.execute(() -> accept(future, then));
            }
        });
    }

    private static <T> void accept(CompletableFuture<T> done, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        T value;
        try {
            value = done.join();
        } catch (CompletionException | CancellationException e) {
            then.accept(null, e.getCause() == null ? e : e.getCause());
            return;
        }
        then.accept(value, null);
    }

    private boolean isLeftAlone() {
        return down.get()
                && timer.nanoTime() - leftAloneSince < settings.storePause().toNanos();
    }

    private void failed(@Nullable Throwable error) {
        statistics.storeFailures.increment();
        leftAloneSince = timer.nanoTime();
        if (down.compareAndSet(false, true)) {
            LOG.warn(
                    "The cache's store fails ({}); calls go to their providers until it works again",
                    String.valueOf(error));
        }
    }

    private void worked() {
        if (down.get() && down.compareAndSet(true, false)) {
            LOG.info("The cache's store works again");
        }
    }
}
