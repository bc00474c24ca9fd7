package io.github.camelllm.routes.ledger.reconcile;

import io.github.camelllm.chat.Money;
import io.github.camelllm.routes.ledger.adjust.Adjustment;
import io.github.camelllm.routes.ledger.adjust.Adjustments;
import io.github.camelllm.routes.ledger.adjust.LedgerAttempt;
import io.github.camelllm.routes.ledger.adjust.LedgerAttempts;
import io.github.camelllm.routes.ledger.adjust.NamedUuid;
import io.github.camelllm.routes.ledger.adjust.RequestIdIndex;
import io.github.camelllm.routes.ledger.adjust.Transactions;
import io.github.camelllm.routes.store.LlmDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Makes single attempts cost what a provider says that it charged for them: those whose cost is unknown, such as
 * interrupted ones, and those that were priced otherwise. So many lines at a time; the lines of one request must stand within
 * that many. Not thread-safe.
 */
final class RequestSettlement {
    private static final int BATCH = 500;

    private final LlmDatabase database;
    private final Adjustments adjustments;
    private final ReconcileSettings settings;
    /** By our id (UUID) or the provider's (String); costs by currency. */
    private final Map<Object, Map<String, BigDecimal>> waiting = new LinkedHashMap<>();

    private boolean used;
    private boolean indexed;
    private long matched;
    private long unmatched;
    private long conflicts;
    private long posted;

    RequestSettlement(LlmDatabase database, Adjustments adjustments, ReconcileSettings settings) {
        this.database = database;
        this.adjustments = adjustments;
        this.settings = settings;
    }

    void add(ExportLine line) {
        if (!line.isOfOneAttempt()) {
            return;
        }
        used = true;
        if (line.cost().isEmpty()) {
            return;
        }
        Object id = line.attemptId().isPresent()
                ? line.attemptId().get()
                : line.requestId().orElseThrow();
        if (waiting.size() >= BATCH && !waiting.containsKey(id)) {
            finish();
        }
        Money cost = line.cost().get();
        waiting.computeIfAbsent(id, key -> new TreeMap<>()).merge(cost.currency(), cost.amount(), BigDecimal::add);
    }

    /** Settles what waits. */
    void finish() {
        if (waiting.isEmpty()) {
            return;
        }
        try {
            if (!indexed && !only(String.class).isEmpty()) {
                RequestIdIndex.make(database);
                indexed = true;
            }
            Batch batch = Transactions.run(database, this::settle);
            matched += batch.matched;
            unmatched += waiting.size() - batch.matched;
            conflicts += batch.conflicts;
            posted += batch.posted;
            waiting.clear();
        } catch (SQLException e) {
            throw new IllegalStateException("the ledger's database failed while requests were settled", e);
        }
    }

    private record Batch(int matched, int conflicts, int posted) {}

    private Batch settle(Connection connection) throws SQLException {
        Set<UUID> ids = only(UUID.class);
        Map<Object, LedgerAttempt> found = new HashMap<>();
        Map<Object, Integer> times = new HashMap<>();
        for (LedgerAttempt attempt : LedgerAttempts.find(connection, settings.provider(), ids, only(String.class))) {
            for (Object id : List.of(attempt.id(), attempt.requestId().orElse(""))) {
                if (waiting.containsKey(id)) {
                    found.put(id, attempt);
                    times.merge(id, 1, Integer::sum);
                }
            }
        }
        found.keySet().removeIf(id -> times.getOrDefault(id, 0) > 1);
        if (settings.post().isEmpty()) {
            return new Batch(found.size(), 0, 0);
        }
        List<Adjustment> wanted = new ArrayList<>();
        found.forEach((id, attempt) -> wanted.addAll(adjustments(
                attempt, waiting.getOrDefault(id, Map.of()), settings.post().get())));
        Set<UUID> known = Adjustments.posted(
                connection, wanted.stream().map(Adjustment::id).toList());
        int all = wanted.size();
        wanted.removeIf(adjustment -> known.contains(adjustment.id()));
        int entered = adjustments.post(connection, wanted);
        return new Batch(found.size(), all - wanted.size(), entered + postCounterparts(connection, wanted));
    }

    /**
     * A day whose invoice was entered holds these costs already, as part of its drift. The sums of the day are locked by now, so
     * that an invoice that is entered at the same time is seen here, or sees what was posted.
     */
    private int postCounterparts(Connection connection, List<Adjustment> posted) throws SQLException {
        List<Adjustment> changes =
                posted.stream().filter(adjustment -> adjustment.nanos() != 0).toList();
        if (changes.isEmpty()) {
            return 0;
        }
        List<Instant> times = changes.stream().map(Adjustment::at).sorted().toList();
        ReconciledDays days = ReconciledDays.read(connection, times.get(0), times.get(times.size() - 1));
        return adjustments.post(
                connection,
                changes.stream()
                        .flatMap(change -> days.counterpart(change).stream())
                        .toList());
    }

    private <T> Set<T> only(Class<T> type) {
        return waiting.keySet().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .collect(Collectors.toSet());
    }

    private List<Adjustment> adjustments(LedgerAttempt attempt, Map<String, BigDecimal> costs, String export) {
        Map<String, Long> deltas = new TreeMap<>();
        attempt.nanos().forEach((currency, nanos) -> deltas.merge(currency, Math.negateExact(nanos), Math::addExact));
        costs.forEach((currency, cost) -> deltas.merge(currency, new Money(cost, currency).nanos(), Math::addExact));
        deltas.values().removeIf(delta -> delta == 0);
        if (deltas.isEmpty() && !attempt.settled()) {
            // Says that the amount is the provider's from now on, whatever prices change
            costs.keySet().stream().limit(1).forEach(currency -> deltas.put(currency, 0L));
        }
        List<Adjustment> wanted = new ArrayList<>();
        deltas.forEach((currency, delta) -> {
            Adjustment adjustment = new Adjustment(
                    NamedUuid.of("request", export, attempt.id(), currency),
                    Optional.of(attempt.id()),
                    attempt.startedAt(),
                    attempt.provider(),
                    attempt.model(),
                    attempt.operation(),
                    currency,
                    delta,
                    Optional.empty(),
                    attempt.tags(),
                    !attempt.known() && attempt.billable(),
                    "request by export " + export,
                    settings.actor());
            wanted.add(wanted.isEmpty() ? adjustment : adjustment.withoutPricing());
        });
        return wanted;
    }

    /** Whether no line was about a single attempt. */
    boolean isUnused() {
        return !used;
    }

    long matched() {
        return matched;
    }

    long unmatched() {
        return unmatched;
    }

    long conflicts() {
        return conflicts;
    }

    long posted() {
        return posted;
    }
}
