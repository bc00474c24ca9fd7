package io.github.camelllm.routes.store;

import java.util.concurrent.atomic.LongAdder;

/** What went wrong with a shared store of budgets since the process started; each was logged as well. Thread-safe. */
public final class BudgetStoreCounters {
    private final LongAdder outages = new LongAdder();
    private final LongAdder expiredHolds = new LongAdder();
    private final LongAdder lapsedLeases = new LongAdder();
    private final LongAdder lostSettlements = new LongAdder();
    private final LongAdder dataLosses = new LongAdder();
    private final LongAdder restoredAccounts = new LongAdder();

    /** Times that the store could not be reached. */
    public long outages() {
        return outages.sum();
    }

    /** Amounts of dead processes that this one has charged whole. */
    public long expiredHolds() {
        return expiredHolds.sum();
    }

    /** Times that this process was given up by others, or could have been, though it lived. */
    public long lapsedLeases() {
        return lapsedLeases.sum();
    }

    /** Ends of attempts that will never be told: what they had set aside will be charged whole. */
    public long lostSettlements() {
        return lostSettlements.sum();
    }

    /** Times that the store was found to have lost data. */
    public long dataLosses() {
        return dataLosses.sum();
    }

    /** Accounts that were raised again to what this process knew of them. */
    public long restoredAccounts() {
        return restoredAccounts.sum();
    }

    void outage() {
        outages.increment();
    }

    void expired(long holds) {
        expiredHolds.add(holds);
    }

    void lapsed() {
        lapsedLeases.increment();
    }

    void settlementLost(long count) {
        lostSettlements.add(count);
    }

    void dataLost() {
        dataLosses.increment();
    }

    void restored(long accounts) {
        restoredAccounts.add(accounts);
    }
}
