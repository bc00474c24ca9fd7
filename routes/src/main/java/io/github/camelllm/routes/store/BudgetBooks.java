package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStore.Balance;
import io.github.camelllm.budget.BudgetStore.Claim;
import io.github.camelllm.budget.BudgetStore.Decision;
import io.github.camelllm.budget.BudgetStore.Expired;
import io.github.camelllm.budget.BudgetStore.Settlement;
import io.github.camelllm.budget.BudgetStore.Window;
import io.github.camelllm.budget.BudgetStoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The amounts and holds that one transaction works on, as they were read, and what is decided about them. Knows nothing of the
 * database. Not thread-safe.
 */
final class BudgetBooks {
    private final String node;
    private final Map<String, NavigableMap<Long, Amount>> accounts = new HashMap<>();
    private final Map<UUID, List<StoredHold>> holds = new HashMap<>();
    private final Set<UUID> settled = new LinkedHashSet<>();

    private final Map<UUID, List<StoredHold>> newHolds = new LinkedHashMap<>();
    private final Set<UUID> removedHolds = new LinkedHashSet<>();
    private final Set<UUID> newlySettled = new LinkedHashSet<>();

    /** @param node whose the new holds are */
    BudgetBooks(String node) {
        this.node = node;
    }

    /** An amount set aside, as the database keeps it. @param expired charged whole already */
    record StoredHold(UUID attemptId, String account, long period, long nanos, boolean expired) {}

    /** What is spent and set aside in one period of one account. */
    static final class Amount {
        final String account;
        final long period;
        /** Whether the database has a row of it. */
        final boolean stored;

        private long spent;
        private long reserved;
        private @Nullable Instant forgetAfter;
        private boolean changed;

        Amount(String account, long period, boolean stored, long spent, long reserved, @Nullable Instant forgetAfter) {
            this.account = account;
            this.period = period;
            this.stored = stored;
            this.spent = spent;
            this.reserved = reserved;
            this.forgetAfter = forgetAfter;
        }

        long spent() {
            return spent;
        }

        long reserved() {
            return reserved;
        }

        @Nullable
        Instant forgetAfter() {
            return forgetAfter;
        }

        private void spend(long nanos) {
            spent = BudgetNanos.sum(spent, nanos);
            changed = true;
        }

        private void setAside(long nanos) {
            reserved = BudgetNanos.sum(reserved, nanos);
            changed = true;
        }

        private void keepUntil(Instant moment) {
            if (forgetAfter == null || forgetAfter.isBefore(moment)) {
                forgetAfter = moment;
                changed = true;
            }
        }
    }

    void loadAmount(Amount amount) {
        accounts.computeIfAbsent(amount.account, name -> new TreeMap<>()).put(amount.period, amount);
    }

    void loadHold(StoredHold hold) {
        holds.computeIfAbsent(hold.attemptId(), id -> new ArrayList<>()).add(hold);
    }

    void loadSettled(UUID id) {
        settled.add(id);
    }

    Decision reserve(UUID attemptId, List<Claim> claims) {
        if (settled.contains(attemptId)) {
            throw new BudgetStoreException("attempt " + attemptId + " is over: nothing can be set aside for it", null);
        }
        if (!holds.containsKey(attemptId)) {
            int refused = setAside(claims);
            if (refused >= 0) {
                return new Decision.Refused(refused, balance(claims.get(refused).window()));
            }
            List<StoredHold> made = new ArrayList<>();
            Map<List<Object>, Long> sums = new LinkedHashMap<>();
            for (Claim claim : claims) {
                amount(claim.hold().account(), claim.hold().period()).keepUntil(claim.forgetAfter());
                sums.merge(
                        List.of(claim.hold().account(), claim.hold().period()),
                        claim.hold().nanos(),
                        BudgetNanos::sum);
            }
            sums.forEach((key, nanos) ->
                    made.add(new StoredHold(attemptId, (String) key.get(0), (Long) key.get(1), nanos, false)));
            holds.put(attemptId, made);
            newHolds.put(attemptId, made);
        }
        return new Decision.Granted(balances(claims.stream().map(Claim::window).toList()));
    }

    /** @return the first claim that does not fit, with nothing set aside; -1 if all do */
    private int setAside(List<Claim> claims) {
        for (int i = 0; i < claims.size(); i++) {
            Claim claim = claims.get(i);
            long nanos = claim.hold().nanos();
            Balance before = balance(claim.window());
            long after = BudgetNanos.sum(BudgetNanos.sum(before.spentNanos(), before.reservedNanos()), nanos);
            if (claim.limitNanos().isPresent() && after > claim.limitNanos().getAsLong()) {
                for (Claim earlier : claims.subList(0, i)) {
                    amount(earlier.hold().account(), earlier.hold().period())
                            .setAside(-earlier.hold().nanos());
                }
                return i;
            }
            amount(claim.hold().account(), claim.hold().period()).setAside(nanos);
        }
        return -1;
    }

    /** @param late whether it may have been booked so long ago that nobody knows it any more */
    List<Balance> settle(UUID id, List<Settlement> settlements, boolean late) {
        if (late && !settled.contains(id) && !holds.containsKey(id)) {
            SettledMemory.tellNotBooked(id);
        } else if (settled.add(id)) {
            newlySettled.add(id);
            boolean corrects = false;
            List<StoredHold> held = holds.remove(id);
            if (held != null) {
                corrects = giveBack(held);
                if (newHolds.remove(id) == null) {
                    removedHolds.add(id);
                }
            }
            for (Settlement settlement : settlements) {
                String account = settlement.hold().account();
                long period = settlement.hold().period();
                // What was charged whole may be long forgotten; then there is nothing to correct
                if (!corrects || has(account, period)) {
                    amount(account, period).spend(settlement.chargedNanos());
                }
            }
        }
        return balances(settlements.stream().map(BudgetArguments::window).toList());
    }

    /** @return whether it had been charged whole */
    private boolean giveBack(List<StoredHold> held) {
        boolean expired = false;
        for (StoredHold hold : held) {
            expired |= hold.expired();
            if (!hold.expired()) {
                amount(hold.account(), hold.period()).setAside(-hold.nanos());
            } else if (has(hold.account(), hold.period())) {
                amount(hold.account(), hold.period()).spend(-hold.nanos());
            }
        }
        return expired;
    }

    /** Charges all amounts whole that were set aside for some attempts and still are. */
    List<Expired> expire(Iterable<UUID> attempts) {
        List<Expired> expired = new ArrayList<>();
        for (UUID attempt : attempts) {
            for (StoredHold hold : holds.getOrDefault(attempt, List.of())) {
                if (!hold.expired()) {
                    Amount amount = amount(hold.account(), hold.period());
                    amount.setAside(-hold.nanos());
                    amount.spend(hold.nanos());
                    expired.add(new Expired(hold.account(), hold.period(), hold.nanos()));
                }
            }
        }
        return expired;
    }

    List<Balance> balances(List<Window> windows) {
        return windows.stream().map(this::balance).toList();
    }

    private Balance balance(Window window) {
        long spent = 0;
        long reserved = 0;
        NavigableMap<Long, Amount> periods = accounts.get(window.account());
        if (periods != null && window.fromPeriod() <= window.toPeriod()) {
            for (Amount amount : periods.subMap(window.fromPeriod(), true, window.toPeriod(), true)
                    .values()) {
                spent = BudgetNanos.sum(spent, amount.spent);
                reserved = BudgetNanos.sum(reserved, amount.reserved);
            }
        }
        return new Balance(window.account(), spent, reserved);
    }

    private boolean has(String account, long period) {
        NavigableMap<Long, Amount> periods = accounts.get(account);
        return periods != null && periods.containsKey(period);
    }

    private Amount amount(String account, long period) {
        return accounts.computeIfAbsent(account, name -> new TreeMap<>())
                .computeIfAbsent(period, p -> new Amount(account, period, false, 0, 0, null));
    }

    String node() {
        return node;
    }

    /** To be written, in an order that is the same everywhere. */
    List<Amount> changedAmounts() {
        List<Amount> changed = new ArrayList<>();
        new TreeMap<>(accounts).values().forEach(periods -> periods.values().stream()
                .filter(amount -> amount.changed)
                .forEach(changed::add));
        return changed;
    }

    /** To be written. */
    List<StoredHold> newHolds() {
        return newHolds.values().stream().flatMap(List::stream).toList();
    }

    /** Attempts whose holds are to be deleted. */
    Set<UUID> removedHolds() {
        return removedHolds;
    }

    /** To be written. */
    Set<UUID> newlySettled() {
        return newlySettled;
    }

    /** The accounts of the holds that were read. */
    Set<String> accountsOfHolds() {
        Set<String> names = new LinkedHashSet<>();
        holds.values().forEach(held -> held.forEach(hold -> names.add(hold.account())));
        return names;
    }

    /** The first period of each account that holds were read of. */
    Map<String, Long> periodsOfHolds() {
        Map<String, Long> periods = new HashMap<>();
        holds.values().forEach(held -> held.forEach(hold -> periods.merge(hold.account(), hold.period(), Math::min)));
        return periods;
    }
}
