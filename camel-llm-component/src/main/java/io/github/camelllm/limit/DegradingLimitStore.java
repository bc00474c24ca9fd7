package io.github.camelllm.limit;

import io.github.camelllm.call.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shared store, and what each node does when it is lost: it keeps to its share by itself, that is nine tenths of each limit
 * divided by the number of nodes that were seen last, so that all nodes together stay below the limit. Says so once, and goes
 * back by itself. Thread-safe.
 */
public final class DegradingLimitStore implements LimitStore {
    private static final Logger LOG = LoggerFactory.getLogger(DegradingLimitStore.class);
    private static final Duration BEAT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** To connect and to make tables takes longer; and who has never reached the store does not know how many others there are. */
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(20);

    private static final int MOST_BUCKETS = 10_000;

    private final SharedLimitStore shared;
    private final MemoryLimitStore own;
    private final Timer timer;
    private final Clock clock;
    private final LimitSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final HeldPlaces places = new HeldPlaces();
    /** What was left of buckets that are not filled. */
    private final Map<String, Long> lastLeft = bounded();
    /** What was used while the store was lost, of buckets that would not forget it by themselves. */
    private final Map<LimitBucket, Long> owed = bounded();

    private volatile @Nullable Loss loss;
    /** Done when the store has been told of the places that were taken or given back while it was put right. */
    private CompletableFuture<?> corrected = CompletableFuture.completedFuture(null);
    /** How often the store was put right: the places that it gave before are not among those that it has now. */
    private int restores;

    private volatile int nodes = 1;
    private volatile boolean reached;
    private int losses;
    private @Nullable Runnable nextBeat;
    private volatile boolean closed;

    /** A store that cannot be reached. */
    private record Loss(String suffix, int nodes, Instant since, String why) {}

    /** Whom to ask for places. @param corrected after what the store may be asked. @param restores until now */
    private record Footing(@Nullable Loss loss, CompletableFuture<?> corrected, int restores) {}

    private static <K> Map<K, Long> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Long> eldest) {
                return size() > MOST_BUCKETS;
            }
        };
    }

    public DegradingLimitStore(SharedLimitStore shared, Timer timer, Clock clock, LimitSettings settings) {
        this.shared = shared;
        this.own = new MemoryLimitStore(timer);
        this.timer = timer;
        this.clock = clock;
        this.settings = settings;
        beat();
    }

    private void beat() {
        inTime(shared::alive).thenCompose(this::restored).whenComplete((alive, error) -> {
            if (error != null) {
                lost(error);
            } else {
                nodes = Math.max(1, alive);
                reached = true;
                found();
            }
            scheduleBeat();
        });
    }

    private CompletableFuture<Integer> restored(int alive) {
        if (loss == null) {
            return CompletableFuture.completedFuture(alive);
        }
        Map<String, Long> held;
        lock.lock();
        try {
            held = places.begin();
        } finally {
            lock.unlock();
        }
        return inTime(() -> shared.restore(held)).thenApply(done -> alive);
    }

    private void scheduleBeat() {
        lock.lock();
        try {
            if (!closed) {
                nextBeat = timer.schedule(BEAT, this::beat);
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("The store of the limits is not watched any more: the component has stopped");
        } finally {
            lock.unlock();
        }
    }

    private <T> CompletableFuture<T> inTime(Supplier<CompletableFuture<T>> question) {
        CompletableFuture<T> asked;
        try {
            asked = question.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (asked.isDone()) {
            return asked;
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        Duration patience = reached ? PATIENCE : FIRST_PATIENCE;
        Runnable stop;
        try {
            stop = timer.schedule(
                    patience,
                    () -> answer.completeExceptionally(
                            new LimitStoreException("no answer within " + patience.toSeconds() + " s", null)));
        } catch (RejectedExecutionException e) {
            return asked;
        }
        asked.whenComplete((value, error) -> {
            stop.run();
            if (error != null) {
                answer.completeExceptionally(error);
            } else {
                answer.complete(value);
            }
        });
        return answer;
    }

    /** Asks the shared store, or if it is lost this node's own. */
    private <T> CompletableFuture<T> ask(
            Supplier<CompletableFuture<T>> question, Function<Loss, CompletableFuture<T>> alone) {
        return ask(loss, question, alone);
    }

    private <T> CompletableFuture<T> ask(
            @Nullable Loss now, Supplier<CompletableFuture<T>> question, Function<Loss, CompletableFuture<T>> alone) {
        if (now != null) {
            return alone.apply(now);
        }
        return inTime(question)
                .handle((value, error) ->
                        error == null ? CompletableFuture.completedFuture(value) : alone.apply(lost(error)))
                .thenCompose(answer -> answer);
    }

    private Loss lost(Throwable error) {
        lock.lock();
        try {
            Loss known = loss;
            if (known != null) {
                return known;
            }
            Throwable cause = error.getCause() == null ? error : error.getCause();
            losses++;
            int among = Math.max(nodes, settings.nodes());
            Loss made = new Loss("/alone-" + losses, among, clock.instant(), String.valueOf(cause.getMessage()));
            loss = made;
            if (!closed) {
                LOG.warn(
                        "The {} store of the rate limits is lost: {}. Until it is back, each of {} nodes keeps to its share"
                                + " of each limit",
                        shared.kind(),
                        made.why(),
                        among);
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    private void found() {
        Map<LimitBucket, Long> debts;
        Map<String, Long> changed;
        CompletableFuture<Void> correcting = new CompletableFuture<>();
        lock.lock();
        try {
            if (loss == null) {
                return;
            }
            loss = null;
            restores++;
            changed = places.changes();
            corrected = correcting;
            debts = new HashMap<>(owed);
            owed.clear();
        } finally {
            lock.unlock();
        }
        LOG.info("The {} store of the rate limits is back, with {} nodes", shared.kind(), nodes);
        correct(changed).whenComplete((done, error) -> correcting.complete(null));
        debts.forEach((bucket, amount) -> {
            if (amount > 0 && bucket.end().isAfter(clock.instant())) {
                adjust(bucket, -amount);
            }
        });
    }

    /** This node's share of a bucket. */
    private LimitBucket share(LimitBucket bucket, Loss now) {
        LimitBucket share = bucket.share(now.nodes(), now.suffix(), left(bucket, now));
        own.create(share, 0);
        return share;
    }

    /** What was left when the store was asked last; else as much as if it had been used evenly until it was lost. */
    private long left(LimitBucket bucket, Loss now) {
        if (!bucket.isFixed()) {
            return bucket.capacity();
        }
        lock.lock();
        try {
            Long known = lastLeft.get(bucket.key());
            if (known != null) {
                return Math.min(known, bucket.capacity());
            }
        } finally {
            lock.unlock();
        }
        double hours = Math.min(
                24, Math.max(0, Duration.between(now.since(), bucket.end()).toMinutes() / 60.0));
        return (long) (bucket.capacity() * hours / 24);
    }

    private void owe(LimitBucket bucket, long amount) {
        if (bucket.isLarge()) {
            lock.lock();
            try {
                owed.merge(bucket, amount, Long::sum);
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public CompletableFuture<Long> reserve(LimitBucket bucket, long amount) {
        return ask(() -> shared.reserve(bucket, amount), now -> {
            owe(bucket, amount);
            return own.reserve(share(bucket, now), amount);
        });
    }

    @Override
    public CompletableFuture<Taken> take(LimitBucket bucket, long amount) {
        return ask(
                () -> shared.take(bucket, amount).whenComplete((taken, error) -> {
                    if (taken != null && bucket.isFixed()) {
                        remember(bucket, taken.left());
                    }
                }),
                now -> {
                    LimitBucket share = share(bucket, now);
                    if (share.capacity() < amount && share.isFixed()) {
                        return CompletableFuture.completedFuture(new Taken(false, 0, 0));
                    }
                    return own.take(share, Math.min(amount, share.capacity())).thenCompose(taken -> {
                        if (!taken.taken()) {
                            return CompletableFuture.completedFuture(taken);
                        }
                        owe(bucket, amount);
                        return own.adjust(share, Math.min(0, share.capacity() - amount))
                                .thenApply(done -> taken);
                    });
                });
    }

    private void remember(LimitBucket bucket, long left) {
        lock.lock();
        try {
            lastLeft.put(bucket.key(), left);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletableFuture<Void> adjust(LimitBucket bucket, long amount) {
        return ask(() -> shared.adjust(bucket, amount), now -> {
            owe(bucket, -amount);
            return own.adjust(share(bucket, now), amount);
        });
    }

    @Override
    public CompletableFuture<Long> level(LimitBucket bucket) {
        return ask(() -> shared.level(bucket), now -> own.level(share(bucket, now)));
    }

    @Override
    public CompletableFuture<Boolean> enter(String account, long most) {
        Footing asked = footing(account, 0);
        Loss now = asked.loss();
        if (now != null) {
            return enterAlone(account, most, now);
        }
        return inTime(() -> asked.corrected().thenCompose(done -> shared.enter(account, most)))
                .handle((entered, error) -> {
                    if (error != null) {
                        return enterAlone(account, most, lost(error));
                    }
                    return entered ? entered(account, asked) : completed(false);
                })
                .thenCompose(answer -> answer);
    }

    private CompletableFuture<Boolean> enterAlone(String account, long most, Loss now) {
        lock.lock();
        try {
            if (loss == now) {
                // Too few places for all nodes: then none, since nobody can say whose it would be
                boolean entered = places.of(account) < most / now.nodes();
                places.add(account, entered ? 1 : 0);
                return completed(entered);
            }
        } finally {
            lock.unlock();
        }
        return enter(account, most);
    }

    /** The store has given a place. */
    private CompletableFuture<Boolean> entered(String account, Footing asked) {
        Footing now = footing(account, 1);
        // Else the store knows nothing of it any more
        return now.loss() != null || now.restores() == asked.restores()
                ? completed(true)
                : correct(Map.of(account, 1L)).thenApply(done -> true);
    }

    @Override
    public CompletableFuture<Void> leave(String account) {
        Footing asked = footing(account, -1);
        return ask(
                asked.loss(),
                () -> asked.corrected().thenCompose(done -> shared.leave(account)),
                now -> CompletableFuture.completedFuture(null));
    }

    /** @param more places of the account that this node has from now on */
    private Footing footing(String account, long more) {
        lock.lock();
        try {
            places.add(account, more);
            return new Footing(loss, corrected, restores);
        } finally {
            lock.unlock();
        }
    }

    /** Tells the store of places that it does not know to be taken, or if negative given back. */
    private CompletableFuture<Void> correct(Map<String, Long> changes) {
        List<CompletableFuture<?>> told = new ArrayList<>();
        changes.forEach((account, more) -> {
            for (long i = 0; i < Math.abs(more); i++) {
                told.add(ask(
                        () -> more > 0
                                ? shared.enter(account, Long.MAX_VALUE).thenAccept(entered -> {})
                                : shared.leave(account),
                        now -> CompletableFuture.completedFuture(null)));
            }
        });
        return CompletableFuture.allOf(told.toArray(new CompletableFuture<?>[0]));
    }

    private static CompletableFuture<Boolean> completed(boolean value) {
        return CompletableFuture.completedFuture(value);
    }

    @Override
    public String kind() {
        return shared.kind();
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public String state() {
        Loss now = loss;
        return now == null
                ? "up, " + nodes + (nodes == 1 ? " node" : " nodes")
                : "lost since " + now.since() + " (" + now.why() + "), kept as one of " + now.nodes() + " nodes";
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (nextBeat != null) {
                nextBeat.run();
            }
        } finally {
            lock.unlock();
        }
        shared.close();
    }
}
