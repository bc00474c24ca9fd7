package io.github.camelllm.routes.store;

import io.github.camelllm.budget.BudgetStore.Balance;
import io.github.camelllm.budget.BudgetStore.Window;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this process has last seen in the accounts of a Redis, to be put back if that loses its data: the accounts used last, and
 * how many changes the data have gone through. Thread-safe.
 */
final class SeenBalances {
    static final int MAX_ACCOUNTS = 10_000;

    private final Map<String, Seen> accounts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
            return size() > MAX_ACCOUNTS;
        }
    };
    private @Nullable String epoch;
    private long changes;

    /**
     * @param epoch of the data in which it was seen
     * @param total spent and set aside
     * @param toPeriod last period of the window
     */
    record Seen(String epoch, long total, long toPeriod) {
        static final Seen NOTHING = new Seen("", 0, 0);
    }

    /** Where the data were when they were last seen. @param epoch empty if they never were */
    record Position(String epoch, long changes) {}

    synchronized Position position() {
        return new Position(epoch == null ? "" : epoch, changes);
    }

    /** @return whether the data are not those any more that were seen before */
    synchronized boolean moved(String newEpoch, long newChanges) {
        boolean other = epoch != null && !epoch.equals(newEpoch);
        if (epoch == null || other) {
            epoch = newEpoch;
            changes = newChanges;
        } else {
            changes = Math.max(changes, newChanges);
        }
        return other;
    }

    synchronized Seen of(String account) {
        return accounts.getOrDefault(account, Seen.NOTHING);
    }

    synchronized void saw(String inEpoch, Window window, Balance balance) {
        Seen before = accounts.get(window.account());
        if (before == null || before.toPeriod() <= window.toPeriod()) {
            accounts.put(
                    window.account(),
                    new Seen(
                            inEpoch,
                            BudgetNanos.sum(balance.spentNanos(), balance.reservedNanos()),
                            window.toPeriod()));
        }
    }
}
