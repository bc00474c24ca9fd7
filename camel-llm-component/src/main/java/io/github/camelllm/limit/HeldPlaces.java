package io.github.camelllm.limit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** How many places of each account a node has, and which of them came and went since a store was told. Not thread-safe. */
final class HeldPlaces {
    private final Map<String, Long> held = new HashMap<>();
    private Map<String, Long> told = Map.of();

    long of(String account) {
        return held.getOrDefault(account, 0L);
    }

    void add(String account, long more) {
        long now = of(account) + more;
        if (now > 0) {
            held.put(account, now);
        } else {
            held.remove(account);
        }
    }

    /** Places by account, as a store is told now. */
    Map<String, Long> begin() {
        told = Map.copyOf(held);
        return told;
    }

    /** How many more places there are by account since {@link #begin}; negative if there are fewer. */
    Map<String, Long> changes() {
        Map<String, Long> changes = new HashMap<>();
        Set<String> accounts = new HashSet<>(held.keySet());
        accounts.addAll(told.keySet());
        for (String account : accounts) {
            long more = of(account) - told.getOrDefault(account, 0L);
            if (more != 0) {
                changes.put(account, more);
            }
        }
        told = Map.of();
        return changes;
    }
}
