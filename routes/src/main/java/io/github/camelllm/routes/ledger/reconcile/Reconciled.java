package io.github.camelllm.routes.ledger.reconcile;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What came out of a comparison.
 *
 * @param rows sorted by day, model and currency
 * @param posted how many adjustments were entered
 * @param matched lines about one attempt that the ledger has
 * @param unmatched lines about one attempt that the ledger has not, or has several of
 * @param conflicts lines about an attempt for which this export has said another amount before
 */
public record Reconciled(List<DriftRow> rows, long posted, long matched, long unmatched, long conflicts) {
    public Reconciled {
        rows = List.copyOf(rows);
    }

    /** The drift by currency, of days that are over. */
    public SortedMap<String, Long> drift() {
        SortedMap<String, Long> drift = new TreeMap<>();
        for (DriftRow row : rows) {
            if (row.driftNanos().isPresent() && row.status() != DriftRow.Status.OPEN) {
                drift.merge(row.currency(), row.driftNanos().getAsLong(), Math::addExact);
            }
        }
        return drift;
    }

    /** How many rows are no match, of days that are over. */
    public long drifting() {
        return rows.stream()
                .filter(row -> row.status() != DriftRow.Status.MATCH && row.status() != DriftRow.Status.OPEN)
                .count();
    }
}
