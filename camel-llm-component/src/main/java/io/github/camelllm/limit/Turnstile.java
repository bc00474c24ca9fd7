package io.github.camelllm.limit;

import io.github.camelllm.call.Permit;
import io.github.camelllm.call.Timer;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.limit.Waiter.Share;
import io.github.camelllm.limit.Waiter.State;
import io.github.camelllm.wire.RateLimitHeaders;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets attempts through one after the other. An attempt stands in the queues of all its accounts; first in each of them, it
 * takes what it needs of all their buckets at once, and goes when all of it has flowed in. The next one takes no earlier, so
 * that one that comes in between and is more urgent can still be before it. Thread-safe.
 */
final class Turnstile {
    private static final long POLL = Duration.ofMillis(200).toNanos();
    private static final long LOOK_AGAIN = Duration.ofSeconds(1).toNanos();

    private final Effects effects = new Effects();
    private final LearnedLimits learned = new LearnedLimits();
    private final LimitStore store;
    private final Timer timer;
    private final Clock clock;
    private final Forecast forecast;

    Turnstile(LimitStore store, Timer timer, Clock clock, LimitSettings settings) {
        this.store = store;
        this.timer = timer;
        this.clock = clock;
        this.forecast = new Forecast(clock, settings);
    }

    /** Runs something that looks at or changes accounts. */
    void locked(Runnable change) {
        effects.locked(change);
    }

    /** Lets an attempt through whom nobody is before, if a store in this process has all that it needs. */
    Optional<Permit> passAtOnce(Waiter waiter) {
        locked(() -> {
            if (takesAtOnce(waiter)) {
                waiter.state = State.DONE;
                learned.sent(waiter.attempt.target(), waiter.size);
            }
        });
        if (waiter.state == State.DONE) {
            return Optional.of(new LimitPermit(this, waiter));
        }
        waiter.shares.forEach(share -> correct(share, share.amount));
        waiter.shares.clear();
        return Optional.empty();
    }

    /** What was taken is among the shares then, also if it was not all. */
    private boolean takesAtOnce(Waiter waiter) {
        long now = timer.nanoTime();
        for (Account account : waiter.accounts) {
            if (account.isWaitedFor() || account.places.isPresent()) {
                return false;
            }
        }
        if (learns(waiter) && learned.readyAt(waiter.attempt.target(), waiter.size, now) - now > 0) {
            return false;
        }
        for (Account account : waiter.accounts) {
            for (Rate rate : account.rates) {
                long amount = waiter.amountOf(account, rate);
                LimitBucket bucket = forecast.bucketOf(account, rate);
                if (amount > 0) {
                    if (!store.takeAtOnce(bucket, amount)) {
                        return false;
                    }
                    waiter.shares.add(new Share(account, rate, bucket, amount, now));
                }
            }
        }
        return true;
    }

    /** Puts an attempt into the queues, or refuses it. */
    void enqueue(Waiter waiter) {
        effects.change(after -> {
            long now = timer.nanoTime();
            for (Account account : waiter.accounts) {
                LlmException refusal = forecast.refusalOnSight(waiter, account, now);
                if (refusal != null) {
                    waiter.state = State.DONE;
                    after.accept(() -> waiter.future.completeExceptionally(refusal));
                    return;
                }
            }
            for (Account account : waiter.accounts) {
                long expiry = Forecast.expiryOf(waiter, account, now);
                if (account.queue.isEmpty() || expiry - account.expiryNanos < 0) {
                    account.expiryNanos = expiry;
                }
                account.add(waiter);
            }
            next(waiter.accounts, after);
        });
        if (!waiter.future.isDone()) {
            waiter.future.whenComplete((permit, error) -> {
                if (waiter.future.isCancelled()) {
                    cancel(waiter);
                }
            });
        }
    }

    /** Lets the first of each queue go on, if it is the first of all its queues. */
    private void next(List<Account> accounts, Consumer<Runnable> after) {
        for (Account account : accounts) {
            if (!account.queue.isEmpty()) {
                Waiter first = account.queue.first();
                if (first.state == State.QUEUED && isFirst(first)) {
                    first.start();
                    after.accept(() -> enter(first, 0));
                }
            }
            schedule(account, after);
        }
    }

    private static boolean isFirst(Waiter waiter) {
        return waiter.accounts.stream().allMatch(account -> account.queue.first() == waiter);
    }

    /** Takes a place in each account that has only so many; then the amounts. */
    private void enter(Waiter waiter, int from) {
        for (int i = from; i < waiter.accounts.size(); i++) {
            Account account = waiter.accounts.get(i);
            if (account.places.isPresent()) {
                int index = i;
                long before = account.left();
                store.enter(account.name, account.places.getAsLong()).whenComplete((entered, error) -> {
                    if (error != null) {
                        failed(waiter, error);
                    } else if (entered) {
                        locked(() -> waiter.entered.add(account));
                        enter(waiter, index + 1);
                    } else {
                        noPlace(waiter, account, before);
                    }
                });
                return;
            }
        }
        take(waiter);
    }

    /** @param before how many had left the account when its store was asked */
    private void noPlace(Waiter waiter, Account account, long before) {
        effects.change(after -> {
            long now = timer.nanoTime();
            if (account.left() != before && !waiter.cancelled) {
                after.accept(() -> enter(waiter, waiter.accounts.indexOf(account)));
            } else if (waiter.cancelled || now - waiter.giveUpNanos(account) >= 0) {
                refuse(waiter, Refusals.noPlace(waiter, account, now), after);
            } else {
                block(waiter, store.isShared() ? now + POLL : waiter.giveUpNanos(account), after);
            }
        });
    }

    /** Gives everything back, but stays the first. */
    private void block(Waiter waiter, long againNanos, Consumer<Runnable> after) {
        // Nobody can take the places before the first, and it is told itself when there are others
        List<Account> entered = List.copyOf(waiter.entered);
        waiter.entered.clear();
        giveBack(waiter, after);
        after.accept(() -> entered.forEach(account -> store.leave(account.name)));
        waiter.state = State.BLOCKED;
        waiter.readyNanos = againNanos;
        waiter.accounts.forEach(account -> schedule(account, after));
    }

    /** Takes the amounts, all of them or none. */
    private void take(Waiter waiter) {
        List<CompletableFuture<Void>> asked = new ArrayList<>();
        List<Share> shares = new ArrayList<>();
        List<Share> lacking = new ArrayList<>();
        for (Account account : waiter.accounts) {
            for (Rate rate : account.rates) {
                LimitBucket bucket = forecast.bucketOf(account, rate);
                long amount = waiter.amountOf(account, rate);
                if (amount > 0) {
                    asked.add(take(new Share(account, rate, bucket, amount, timer.nanoTime()), shares, lacking));
                }
            }
        }
        CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new)).whenComplete((all, error) -> {
            locked(() -> waiter.shares.addAll(shares));
            if (error != null) {
                failed(waiter, error);
            } else {
                effects.change(after -> taken(waiter, lacking, after));
            }
        });
    }

    private CompletableFuture<Void> take(Share share, List<Share> shares, List<Share> lacking) {
        boolean now = share.account.definition.maxWait().isZero();
        if (!now && !share.bucket.isFixed()) {
            return store.reserve(share.bucket, share.amount).thenAccept(wait -> {
                share.readyNanos = timer.nanoTime() + wait;
                add(shares, share);
            });
        }
        long first = share.bucket.isFixed() ? share.amount : Math.min(share.amount, share.bucket.capacity());
        return store.take(share.bucket, first).thenCompose(taken -> {
            if (!taken.taken()) {
                share.readyNanos = share.bucket.isFixed()
                        ? timer.nanoTime()
                                + Duration.between(clock.instant(), share.bucket.end())
                                        .toNanos()
                        : timer.nanoTime() + taken.waitNanos();
                add(lacking, share);
                return CompletableFuture.completedFuture(null);
            }
            add(shares, share);
            return share.amount > first
                    ? store.adjust(share.bucket, first - share.amount)
                    : CompletableFuture.completedFuture(null);
        });
    }

    /** Stores answer on any thread. */
    private void add(List<Share> list, Share share) {
        locked(() -> list.add(share));
    }

    private void taken(Waiter waiter, List<Share> lacking, Consumer<Runnable> after) {
        long now = timer.nanoTime();
        List<Share> decisive = lacking.isEmpty() ? waiter.shares : lacking;
        Share late = latest(decisive.stream()
                .filter(share -> share.readyNanos - Math.max(now, waiter.giveUpNanos(share.account)) > 0)
                .toList());
        Share latest = latest(decisive);
        if (late != null) {
            refuse(waiter, Refusals.tooLate(waiter, late.account, late.rate.toString(), late.readyNanos, now), after);
        } else if (!lacking.isEmpty() && latest != null) {
            block(waiter, latest.readyNanos, after);
        } else {
            waiter.state = State.READY_LATER;
            waiter.readyNanos = latest == null ? now : latest.readyNanos;
            goIfReady(waiter, after);
        }
    }

    private static @Nullable Share latest(List<Share> shares) {
        Share latest = null;
        for (Share share : shares) {
            if (latest == null || share.readyNanos - latest.readyNanos > 0) {
                latest = share;
            }
        }
        return latest;
    }

    /** Sends a waiter on its way once its time has come and the provider is not known to refuse. */
    private void goIfReady(Waiter waiter, Consumer<Runnable> after) {
        long now = timer.nanoTime();
        if (waiter.cancelled) {
            refuse(waiter, null, after);
            return;
        }
        if (waiter.readyNanos - now <= 0 && learns(waiter)) {
            long ready = learned.readyAt(waiter.attempt.target(), waiter.size, now);
            boolean waits = waiter.accounts.stream()
                    .filter(account -> account.definition.learn())
                    .allMatch(account -> ready - Math.max(now, waiter.giveUpNanos(account)) <= 0);
            if (!waits) {
                refuse(waiter, Refusals.providerSays(waiter, ready, now), after);
                return;
            }
            waiter.readyNanos = ready;
        }
        if (waiter.readyNanos - now > 0) {
            waiter.accounts.forEach(account -> schedule(account, after));
            return;
        }
        learned.sent(waiter.attempt.target(), waiter.size);
        LimitPermit permit = new LimitPermit(this, waiter);
        leaveQueues(waiter, after);
        after.accept(() -> {
            if (!waiter.future.complete(permit)) {
                effects.change(later -> giveBack(waiter, later));
            }
        });
    }

    private static boolean learns(Waiter waiter) {
        for (Account account : waiter.accounts) {
            if (account.definition.learn()) {
                return true;
            }
        }
        return false;
    }

    private void refuse(Waiter waiter, @Nullable Throwable refusal, Consumer<Runnable> after) {
        giveBack(waiter, after);
        leaveQueues(waiter, after);
        if (refusal != null) {
            after.accept(() -> waiter.future.completeExceptionally(refusal));
        }
    }

    private void failed(Waiter waiter, Throwable error) {
        effects.change(after -> refuse(waiter, error, after));
    }

    private void leaveQueues(Waiter waiter, Consumer<Runnable> after) {
        waiter.state = State.DONE;
        waiter.accounts.forEach(account -> account.remove(waiter));
        next(waiter.accounts, after);
    }

    private void giveBack(Waiter waiter, Consumer<Runnable> after) {
        List<Share> shares = List.copyOf(waiter.shares);
        List<Account> entered = List.copyOf(waiter.entered);
        waiter.shares.clear();
        waiter.entered.clear();
        after.accept(() -> {
            shares.forEach(share -> correct(share, share.amount));
            entered.forEach(this::leave);
        });
    }

    private void cancel(Waiter waiter) {
        effects.change(after -> {
            waiter.cancelled = true;
            // One that a store is being asked for is given up when that has answered
            if (waiter.state != State.ASKING && waiter.state != State.DONE) {
                refuse(waiter, null, after);
            }
        });
    }

    /** Puts back what was too much (or takes what was too little), and lets a waiter that it is enough for go sooner. */
    void correct(Share share, long amount) {
        if (amount != 0) {
            store.adjust(share.bucket, amount).whenComplete((done, error) -> {
                if (error == null && amount > 0 && share.account.isWaitedFor()) {
                    locked(() -> lookAgain(share.account));
                }
            });
        }
    }

    /** Gives back a place, and lets one that waits for it ask again. */
    void leave(Account account) {
        store.leave(account.name)
                .whenComplete((done, error) -> effects.change(after -> {
                    account.leave();
                    if (!account.queue.isEmpty() && account.queue.first().state == State.BLOCKED) {
                        account.queue.first().state = State.QUEUED;
                        next(account.queue.first().accounts, after);
                    }
                }));
    }

    /** Asks how much is there by now: what a waiter took may have flowed in earlier, since others gave back. */
    private void lookAgain(Account account) {
        effects.change(after -> {
            if (account.queue.isEmpty() || account.queue.first().state != State.READY_LATER) {
                return;
            }
            Waiter first = account.queue.first();
            List<Share> own = first.shares.stream()
                    .filter(share -> share.account == account && !share.bucket.isFixed())
                    .filter(share -> share.readyNanos - timer.nanoTime() > 0)
                    .toList();
            after.accept(() -> own.forEach(share -> store.level(share.bucket).whenComplete((level, error) -> {
                if (error == null) {
                    effects.change(later -> sooner(first, share, level, later));
                }
            })));
        });
    }

    /** Whoever took last has everything once nothing is missing, and whoever took before that not later. */
    private void sooner(Waiter waiter, Share share, long level, Consumer<Runnable> after) {
        long ready = timer.nanoTime() + (level >= 0 ? 0 : share.bucket.nanosFor(-level));
        if (waiter.state == State.READY_LATER && ready - share.readyNanos < 0) {
            share.readyNanos = ready;
            Share latest = latest(waiter.shares);
            if (latest != null) {
                waiter.readyNanos = latest.readyNanos;
            }
            goIfReady(waiter, after);
        }
    }

    /** The provider has answered. */
    void heard(Waiter waiter, RateLimitHeaders headers) {
        if (!headers.readings().isEmpty() && learns(waiter)) {
            locked(() -> learned.heard(waiter.attempt.target(), headers, timer.nanoTime()));
        }
    }

    List<String> held() {
        List<String> held = new ArrayList<>();
        locked(() -> held.addAll(learned.held(timer.nanoTime())));
        return held;
    }

    /** Sees to it that an account is looked at when something is due: one timer for all who wait. */
    private void schedule(Account account, Consumer<Runnable> after) {
        if (account.queue.isEmpty() || account.queue.first().state == State.ASKING) {
            unschedule(account);
            return;
        }
        Waiter first = account.queue.first();
        long now = timer.nanoTime();
        long due = account.expiryNanos;
        if (first.state == State.READY_LATER || first.state == State.BLOCKED) {
            due = earlier(due, first.readyNanos);
            if (store.isShared() && first.readyNanos - now > LOOK_AGAIN) {
                due = earlier(due, now + LOOK_AGAIN);
            }
        }
        if (account.wakeup != null && account.wakeupNanos == due) {
            return;
        }
        unschedule(account);
        account.wakeupNanos = due;
        try {
            account.wakeup = timer.schedule(Duration.ofNanos(Math.max(0, due - now)), () -> wake(account));
        } catch (RejectedExecutionException e) {
            // The component has stopped: nobody would call those that still wait
            account.wakeup = null;
            after.accept(() -> stop(account));
        }
    }

    /** Refuses all who wait, the last first: when the first leaves, the next one begins. */
    void stop(Account account) {
        effects.change(after -> {
            List<Waiter> lastFirst = new ArrayList<>(account.queue);
            Collections.reverse(lastFirst);
            for (Waiter waiter : lastFirst) {
                if (waiter.state != State.ASKING && waiter.state != State.DONE) {
                    refuse(waiter, Refusals.stopped(waiter.attempt), after);
                }
            }
        });
    }

    private static void unschedule(Account account) {
        if (account.wakeup != null) {
            account.wakeup.run();
            account.wakeup = null;
        }
    }

    private static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }

    private void wake(Account account) {
        effects.change(after -> {
            account.wakeup = null;
            long now = timer.nanoTime();
            expire(account, now, after);
            if (!account.queue.isEmpty()) {
                Waiter first = account.queue.first();
                if (first.state == State.BLOCKED && first.readyNanos - now <= 0) {
                    first.state = State.QUEUED;
                    next(first.accounts, after);
                } else if (first.state == State.READY_LATER && first.readyNanos - now <= 0) {
                    goIfReady(first, after);
                } else if (first.state == State.READY_LATER && store.isShared()) {
                    lookAgain(account);
                }
            }
            schedule(account, after);
        });
    }

    /** Refuses those that have waited too long for what could not be foreseen. */
    private void expire(Account account, long now, Consumer<Runnable> after) {
        if (now - account.expiryNanos < 0) {
            return;
        }
        long next = Long.MAX_VALUE;
        for (Waiter waiter : List.copyOf(account.queue)) {
            long expiry = Forecast.expiryOf(waiter, account, now);
            if (now - expiry >= 0 && (waiter.state == State.QUEUED || waiter.state == State.BLOCKED)) {
                refuse(waiter, forecast.expired(waiter, account, now), after);
            } else if (now - expiry < 0) {
                next = Math.min(next, expiry - now);
            }
        }
        account.expiryNanos = now + Math.min(next, Forecast.LONG);
    }
}
