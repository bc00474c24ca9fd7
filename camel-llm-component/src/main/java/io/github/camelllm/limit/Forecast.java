package io.github.camelllm.limit;

import io.github.camelllm.chat.LlmException;
import io.github.camelllm.limit.Waiter.Share;
import io.github.camelllm.limit.Waiter.State;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Says when an attempt's turn will come, and refuses those for which that is too late. Called under the lock of a {@link Turnstile}. */
final class Forecast {
    static final long LONG = Duration.ofHours(1).toNanos();

    private final Clock clock;
    private final LimitSettings settings;

    /** When a waiter's turn will come as far as can be told, and what it waits for. */
    private record Turn(Rate rate, long nanos) {}

    Forecast(Clock clock, LimitSettings settings) {
        this.clock = clock;
        this.settings = settings;
    }

    /** Why one that comes now need not queue; null if it may. */
    @Nullable
    LlmException refusalOnSight(Waiter waiter, Account account, long now) {
        if (account.queue.isEmpty()) {
            return null;
        }
        Turn turn = turnOf(waiter, account, now);
        if (account.queue.size() >= Math.max(1, account.definition.maxWaiting())
                && !account.definition.maxWait().isZero()) {
            return Refusals.queueFull(waiter.attempt, account, turn.nanos, now);
        }
        return turn.nanos - Math.max(now, waiter.giveUpNanos(account)) > 0
                ? Refusals.tooLate(waiter, account, turn.rate.toString(), turn.nanos, now)
                : null;
    }

    private Turn turnOf(Waiter waiter, Account account, long now) {
        Waiter first = account.queue.first();
        boolean taken = first.state == State.READY_LATER;
        long start = now;
        for (Share share : first.shares) {
            if (share.account == account && share.readyNanos - start > 0) {
                start = share.readyNanos;
            }
        }
        Turn latest = new Turn(new Rate(LimitUnit.REQUESTS, 1, Rate.Period.MINUTE), now);
        for (Rate rate : account.rates) {
            if (rate.period() == Rate.Period.DAY) {
                continue;
            }
            LimitBucket bucket = bucketOf(account, rate);
            long ahead = waiter.amountOf(account, rate);
            for (Waiter other : account.queue.headSet(waiter)) {
                if (other != first || !taken) {
                    ahead += other.amountOf(account, rate);
                }
            }
            // What is not in the bucket now is not known here: a full one is assumed, so that nobody is refused too
            // early
            long missing = taken ? ahead : Math.max(0, ahead - bucket.capacity());
            long turn = start + bucket.nanosFor(missing);
            if (turn - latest.nanos > 0) {
                latest = new Turn(rate, turn);
            }
        }
        return latest;
    }

    /** One that does not wait for an account may stand in its queue, because it waits for another. */
    static long expiryOf(Waiter waiter, Account account, long now) {
        return account.definition.maxWait().isZero() ? now + LONG : waiter.giveUpNanos(account);
    }

    LimitBucket bucketOf(Account account, Rate rate) {
        return account.bucket(rate, settings, clock.instant());
    }

    /** For one that has waited too long. */
    LlmException expired(Waiter waiter, Account account, long now) {
        if (account.places.isPresent()) {
            return Refusals.noPlace(waiter, account, now);
        }
        Turn turn = turnOf(waiter, account, now);
        return Refusals.tooLate(waiter, account, turn.rate().toString(), turn.nanos(), now);
    }
}
