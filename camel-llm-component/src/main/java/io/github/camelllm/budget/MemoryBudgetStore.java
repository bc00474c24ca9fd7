package io.github.camelllm.budget;

import io.github.camelllm.call.Hold;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Amounts in the memory of one process. They are gone when it ends, unless a ledger tells them at the next start. Thread-safe;
 * all futures are completed when they are returned.
 */
public final class MemoryBudgetStore implements BudgetStore {
    private static final int MOST_ACCOUNTS = 1_000_000;
    private static final int CLEAN_EVERY = 4_096;
    /** A rolling window is a sum over some sixty periods. */
    private static final int MANY_PERIODS = 128;

    private static final Comparator<Account> BY_NAME = Comparator.comparing(account -> account.name);

    private final Clock clock;
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();
    private final Map<UUID, List<Claim>> reservations = new ConcurrentHashMap<>();
    private final Map<UUID, Instant> adjustments = new ConcurrentHashMap<>();
    private final AtomicBoolean cleaning = new AtomicBoolean();
    private volatile int cleanAt = CLEAN_EVERY;

    public MemoryBudgetStore(Clock clock) {
        this.clock = clock;
    }

    /** The amounts of one account. Guarded by its lock. */
    private static final class Account {
        final String name;
        final ReentrantLock lock = new ReentrantLock();
        final TreeMap<Long, Amounts> periods = new TreeMap<>();
        boolean gone;

        Account(String name) {
            this.name = name;
        }

        Balance balance(long fromPeriod, long toPeriod) {
            if (fromPeriod == toPeriod) {
                Amounts only = periods.get(toPeriod);
                return only == null ? new Balance(name, 0, 0) : new Balance(name, only.spent, only.reserved);
            }
            long spent = 0;
            long reserved = 0;
            for (Amounts amounts :
                    periods.subMap(fromPeriod, true, toPeriod, true).values()) {
                spent += amounts.spent;
                reserved += amounts.reserved;
            }
            return new Balance(name, spent, reserved);
        }

        Balance balance(Claim claim) {
            return balance(claim.fromPeriod(), claim.hold().period());
        }

        void forgetBefore(Instant now) {
            periods.values().removeIf(amounts -> amounts.reserved == 0 && amounts.forgetAfter.isBefore(now));
        }

        Amounts of(long period) {
            return periods.computeIfAbsent(period, absent -> new Amounts());
        }
    }

    private static final class Amounts {
        long spent;
        long reserved;
        Instant forgetAfter = Instant.MIN;
    }

    /**
     * Sets what was spent before this process began.
     *
     * @param forgetAfter when it is of no use any more
     */
    public void restore(String account, long period, long spentNanos, Instant forgetAfter) {
        withLocked(List.of(account), name -> name, locked -> {
            Amounts amounts = locked[0].of(period);
            amounts.spent = spentNanos;
            amounts.forgetAfter = forgetAfter;
            return null;
        });
    }

    @Override
    public CompletableFuture<Decision> reserve(UUID attemptId, List<Claim> claims) {
        if (accounts.size() >= cleanAt) {
            clean();
        }
        if (accounts.size() >= MOST_ACCOUNTS) {
            return CompletableFuture.failedFuture(new BudgetStoreException(
                    "more than " + MOST_ACCOUNTS + " accounts of budgets are in use; does a scope name something that"
                            + " differs from call to call?",
                    null));
        }
        return CompletableFuture.completedFuture(
                withLocked(claims, claim -> claim.hold().account(), locked -> decide(attemptId, claims, locked)));
    }

    private Decision decide(UUID attemptId, List<Claim> claims, Account[] locked) {
        boolean again = reservations.containsKey(attemptId);
        for (int i = 0; i < claims.size() && !again; i++) {
            Claim claim = claims.get(i);
            if (claim.limitNanos().isPresent()) {
                Balance balance = locked[i].balance(claim);
                long left = claim.limitNanos().getAsLong() - balance.spentNanos() - balance.reservedNanos();
                if (claim.hold().nanos() > left) {
                    return new Decision.Refused(i, balance);
                }
            }
        }
        if (!again) {
            reservations.put(attemptId, claims);
            for (int i = 0; i < claims.size(); i++) {
                Claim claim = claims.get(i);
                if (locked[i].periods.size() >= MANY_PERIODS) {
                    locked[i].forgetBefore(clock.instant());
                }
                Amounts amounts = locked[i].of(claim.hold().period());
                amounts.reserved += claim.hold().nanos();
                if (claim.forgetAfter().isAfter(amounts.forgetAfter)) {
                    amounts.forgetAfter = claim.forgetAfter();
                }
            }
        }
        List<Balance> balances = new ArrayList<>(claims.size());
        for (int i = 0; i < claims.size(); i++) {
            balances.add(locked[i].balance(claims.get(i)));
        }
        return new Decision.Granted(balances);
    }

    @Override
    public CompletableFuture<List<Balance>> settle(UUID attemptId, List<Settlement> settlements) {
        return CompletableFuture.completedFuture(withLocked(
                settlements,
                settlement -> settlement.hold().account(),
                locked -> settle(attemptId, settlements, locked)));
    }

    private List<Balance> settle(UUID attemptId, List<Settlement> settlements, Account[] locked) {
        boolean first = reservations.remove(attemptId) != null;
        List<Balance> balances = new ArrayList<>(settlements.size());
        for (int i = 0; i < settlements.size(); i++) {
            Settlement settlement = settlements.get(i);
            Hold hold = settlement.hold();
            if (first) {
                Amounts amounts = locked[i].of(hold.period());
                amounts.reserved -= hold.nanos();
                amounts.spent += settlement.chargedNanos();
            }
            balances.add(locked[i].balance(settlement.fromPeriod(), hold.period()));
        }
        return balances;
    }

    @Override
    public CompletableFuture<Balance> adjust(UUID adjustmentId, Settlement settlement) {
        Hold hold = settlement.hold();
        return CompletableFuture.completedFuture(withLocked(List.of(hold.account()), name -> name, locked -> {
            if (adjustments.putIfAbsent(adjustmentId, clock.instant()) == null) {
                locked[0].of(hold.period()).spent += settlement.chargedNanos();
            }
            return locked[0].balance(settlement.fromPeriod(), hold.period());
        }));
    }

    @Override
    public CompletableFuture<List<Balance>> balances(List<Window> windows) {
        List<Balance> balances = new ArrayList<>(windows.size());
        for (Window window : windows) {
            Account account = accounts.get(window.account());
            if (account == null) {
                balances.add(new Balance(window.account(), 0, 0));
                continue;
            }
            account.lock.lock();
            try {
                balances.add(account.balance(window.fromPeriod(), window.toPeriod()));
            } finally {
                account.lock.unlock();
            }
        }
        return CompletableFuture.completedFuture(balances);
    }

    /** Runs something with the accounts of some parts, which nobody else touches meanwhile; locks are taken in the order of names. */
    private <P, T> T withLocked(List<P> parts, Function<P, String> name, Function<Account[], T> action) {
        while (true) {
            Account[] found = new Account[parts.size()];
            for (int i = 0; i < found.length; i++) {
                found[i] = accounts.computeIfAbsent(name.apply(parts.get(i)), Account::new);
            }
            Account[] inOrder = found;
            if (found.length > 1) {
                inOrder = found.clone();
                Arrays.sort(inOrder, BY_NAME);
            }
            for (Account account : inOrder) {
                account.lock.lock();
            }
            try {
                // One that was cleaned away meanwhile is found anew
                if (!anyGone(found)) {
                    return action.apply(found);
                }
            } finally {
                for (Account account : inOrder) {
                    account.lock.unlock();
                }
            }
        }
    }

    private static boolean anyGone(Account[] accounts) {
        for (Account account : accounts) {
            if (account.gone) {
                return true;
            }
        }
        return false;
    }

    /** Forgets what is of no use any more. */
    private void clean() {
        if (!cleaning.compareAndSet(false, true)) {
            return;
        }
        try {
            Instant now = clock.instant();
            accounts.forEach((name, account) -> {
                account.lock.lock();
                try {
                    account.forgetBefore(now);
                    if (account.periods.isEmpty()) {
                        account.gone = true;
                        accounts.remove(name, account);
                    }
                } finally {
                    account.lock.unlock();
                }
            });
            adjustments.values().removeIf(at -> at.isBefore(now.minusSeconds(7 * 86_400)));
            cleanAt = accounts.size() + Math.max(CLEAN_EVERY, accounts.size() / 4);
        } finally {
            cleaning.set(false);
        }
    }

    @Override
    public String kind() {
        return "memory";
    }

    @Override
    public void close() {}
}
