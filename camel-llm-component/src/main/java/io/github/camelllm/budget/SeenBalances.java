package io.github.camelllm.budget;

import io.github.camelllm.budget.BudgetStore.Balance;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The balances that the store told last, of the accounts used lately; says when a balance is worth telling people. Thread-safe.
 */
final class SeenBalances {
    private static final int MOST_ACCOUNTS = 10_000;

    private final Clock clock;
    private final Consumer<BudgetEvent> events;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Seen> accounts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
            return size() > MOST_ACCOUNTS;
        }
    };

    /**
     * @param refusedIn period in which a refusal was told; −1 for none
     * @param alertedLimit limit in billionths of which percentages were told
     */
    private record Seen(Share share, Balance balance, long refusedIn, long alertedLimit) {
        static Seen first(Share share, Balance balance, long refusedIn) {
            return new Seen(share, balance, refusedIn, share.limitNanos());
        }

        /** With one more balance: of the later period, by the newer definition. */
        Seen with(Share other, Balance otherBalance) {
            if (isOver(share, other)) {
                return first(other, otherBalance, refusedIn);
            }
            if (isOver(other, share) || other.period() < share.period()) {
                return this;
            }
            return new Seen(share.now().isAfter(other.now()) ? share : other, otherBalance, refusedIn, alertedLimit);
        }

        /** Whether nothing of a period counts in a later one. */
        private static boolean isOver(Share earlier, Share later) {
            BudgetWindow window = later.budget().window();
            return earlier.budget().window().equals(window)
                    ? earlier.period() < window.from(later.now())
                    : earlier.now().isBefore(later.now());
        }
    }

    SeenBalances(Clock clock, Consumer<BudgetEvent> events) {
        this.clock = clock;
        this.events = events;
    }

    void reserved(Share share, Balance balance) {
        put(share, balance, -1);
    }

    /** @param charged what the settlement before this balance added */
    void settled(Share share, Balance balance, long charged) {
        Seen alerted = putAlerted(share, balance);
        Share current = alerted.share();
        long before = balance.spentNanos() - charged;
        for (int percent : current.budget().alerts()) {
            // By the limit before, since one that was lowered is reached without being spent
            if (!reaches(before, alerted.alertedLimit(), percent)
                    && reaches(balance.spentNanos(), current.limitNanos(), percent)) {
                tell(BudgetEvent.Kind.REACHED, current, balance, percent);
            }
        }
    }

    /** By what limits percentages are told now, and were before. */
    private Seen putAlerted(Share share, Balance balance) {
        lock.lock();
        try {
            Seen seen = with(share, balance);
            boolean late = Seen.isOver(share, seen.share());
            accounts.put(share.accountName(), late ? seen : Seen.first(seen.share(), seen.balance(), seen.refusedIn()));
            return late ? Seen.first(share, balance, -1) : seen;
        } finally {
            lock.unlock();
        }
    }

    /** Needs the lock. */
    private Seen with(Share share, Balance balance) {
        Seen before = accounts.get(share.accountName());
        return before == null ? Seen.first(share, balance, -1) : before.with(share, balance);
    }

    private static boolean reaches(long spent, long limit, int percent) {
        return Math.multiplyHigh(spent, 100) > Math.multiplyHigh(limit, percent)
                || Math.multiplyHigh(spent, 100) == Math.multiplyHigh(limit, percent)
                        && Long.compareUnsigned(spent * 100, limit * percent) >= 0;
    }

    void refused(Share share, Balance balance) {
        if (put(share, balance, share.period())) {
            tell(BudgetEvent.Kind.REFUSED, share, balance, 100);
        }
    }

    /** @return whether it is the first refusal of the period */
    private boolean put(Share share, Balance balance, long refusedIn) {
        lock.lock();
        try {
            Seen now = with(share, balance);
            long told = now.refusedIn();
            accounts.put(
                    share.accountName(),
                    refusedIn < 0 ? now : new Seen(now.share(), now.balance(), refusedIn, now.alertedLimit()));
            return refusedIn >= 0 && told != refusedIn;
        } finally {
            lock.unlock();
        }
    }

    private void tell(BudgetEvent.Kind kind, Share share, Balance balance, int percent) {
        BudgetDefinition budget = share.budget();
        events.accept(new BudgetEvent(
                kind,
                clock.instant(),
                budget.name(),
                share.account(),
                percent,
                budget.limitOf(share.account()),
                Amounts.money(balance.spentNanos(), budget),
                budget.window().resetsAt(clock.instant()),
                budget.alertTo()));
    }

    /** Whether all of an account's limit is spent or set aside, in the window of the share's moment. */
    boolean isSpent(Share share) {
        lock.lock();
        try {
            Seen known = accounts.get(share.accountName());
            return known != null
                    && isSameWindow(known.share(), share.now())
                    && known.balance().spentNanos() + known.balance().reservedNanos() >= share.limitNanos();
        } finally {
            lock.unlock();
        }
    }

    private static boolean isSameWindow(Share known, Instant now) {
        return known.period() >= known.budget().window().from(now);
    }

    List<BudgetState> states() {
        List<BudgetState> states = new ArrayList<>();
        Instant now = clock.instant();
        lock.lock();
        try {
            for (Seen seen : accounts.values()) {
                Share share = seen.share();
                Balance current = isSameWindow(share, now) ? seen.balance() : new Balance(share.accountName(), 0, 0);
                states.add(share.state(current, now));
            }
        } finally {
            lock.unlock();
        }
        return states;
    }
}
