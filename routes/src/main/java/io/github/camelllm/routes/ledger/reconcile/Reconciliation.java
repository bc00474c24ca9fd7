package io.github.camelllm.routes.ledger.reconcile;

import io.github.camelllm.routes.ledger.adjust.Adjustment;
import io.github.camelllm.routes.ledger.adjust.Adjustments;
import io.github.camelllm.routes.ledger.adjust.NamedUuid;
import io.github.camelllm.routes.ledger.adjust.Transactions;
import io.github.camelllm.routes.store.LlmDatabase;
import java.io.IOException;
import java.io.Reader;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Compares a provider's export with the ledger, day by day and model by model. Thread-safe.
 *
 * <p>Lines about single requests settle these attempts exactly. As a list of requests need not be complete, nothing is then
 * entered for days. Otherwise the drift of each day and model is entered, once for each id of an export.
 */
final class Reconciliation {
    static final String WHOLE_DAY = "*";

    private final LlmDatabase database;
    private final Clock clock;
    private final Adjustments adjustments;

    Reconciliation(LlmDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.adjustments = new Adjustments(clock);
    }

    /**
     * @param text not closed
     * @throws ExportException if the export is not of the format. Requests before the wrong line may be settled by then
     */
    Reconciled reconcile(Reader text, ExportFormat format, CsvColumns columns, ReconcileSettings settings)
            throws IOException, SQLException {
        ExportTotals totals = new ExportTotals();
        RequestSettlement requests = new RequestSettlement(database, adjustments, settings);
        format.read(text, columns, line -> {
            totals.add(line);
            requests.add(line);
        });
        requests.finish();
        if (totals.isEmpty()) {
            return new Reconciled(List.of(), 0, 0, 0, 0);
        }
        boolean post = settings.post().isPresent() && requests.isUnused();
        List<DriftRow> rows = new ArrayList<>();
        long posted = requests.posted();
        for (LocalDate day = totals.first(); !day.isAfter(totals.last()); day = day.plusDays(1)) {
            LocalDate current = day;
            Day compared = Transactions.run(database, connection -> {
                SortedMap<String, LedgerDay.Sum> ledger =
                        LedgerDay.read(connection, settings.provider(), current, post);
                List<Compared> result = compare(totals, current, ledger, settings, post);
                List<Adjustment> wanted =
                        result.stream().flatMap(one -> one.wanted.stream()).toList();
                Set<UUID> before = Adjustments.posted(
                        connection, wanted.stream().map(Adjustment::id).toList());
                adjustments.post(connection, wanted);
                return new Day(result.stream().map(one -> one.row(before)).toList(), wanted.size() - before.size());
            });
            rows.addAll(compared.rows);
            posted += compared.posted;
        }
        return new Reconciled(rows, posted, requests.matched(), requests.unmatched(), requests.conflicts());
    }

    private record Day(List<DriftRow> rows, int posted) {}

    private record Compared(DriftRow row, Optional<Adjustment> wanted) {
        /** @param before ids of adjustments that were there already, for which nothing is entered now */
        DriftRow row(Set<UUID> before) {
            return wanted.filter(adjustment -> !before.contains(adjustment.id()))
                    .map(adjustment -> changed(row, row.status(), adjustment.nanos()))
                    .orElse(row);
        }
    }

    /** Both sides of one model. */
    private static final class Pair {
        private String name = "";
        private ExportTotals.@Nullable Sum provider;
        private LedgerDay.@Nullable Sum ledger;
    }

    private List<Compared> compare(
            ExportTotals totals,
            LocalDate day,
            SortedMap<String, LedgerDay.Sum> ledger,
            ReconcileSettings settings,
            boolean post) {
        boolean open = !day.isBefore(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        List<Compared> compared = new ArrayList<>();
        for (Pair pair : pairs(totals.of(day), ledger, settings.models())) {
            for (String currency : currencies(pair)) {
                DriftRow row = row(day, pair, currency, totals.hasCosts(), open);
                long drift = row.driftNanos().orElse(0);
                boolean enters = post && !open && drift != 0 && Math.abs(drift) >= settings.toleranceNanos();
                compared.add(new Compared(
                        row,
                        enters
                                ? Optional.of(adjustment(day, pair.name, currency, drift, settings))
                                : Optional.empty()));
            }
        }
        return compared;
    }

    private static Iterable<Pair> pairs(
            Map<String, ExportTotals.Sum> exported, SortedMap<String, LedgerDay.Sum> ledger, ModelNames names) {
        boolean whole = exported.containsKey(ExportTotals.NO_MODEL);
        SortedMap<String, Pair> pairs = new TreeMap<>();
        ledger.forEach((model, sum) -> {
            Pair pair = pairs.computeIfAbsent(whole ? WHOLE_DAY : names.common(model), name -> new Pair());
            if (pair.ledger == null) {
                pair.ledger = new LedgerDay.Sum();
            }
            if (pair.name.isEmpty() || sum.attempts() > pair.ledger.attempts()) {
                pair.name = model;
            }
            pair.ledger.add(sum);
        });
        exported.forEach((model, sum) -> {
            Pair pair = pairs.computeIfAbsent(whole ? WHOLE_DAY : names.common(model), name -> new Pair());
            if (pair.provider == null) {
                pair.provider = new ExportTotals.Sum();
            }
            if (pair.name.isEmpty()) {
                pair.name = names.ledgerName(model);
            }
            pair.provider.add(sum);
        });
        if (whole) {
            pairs.values().forEach(pair -> pair.name = WHOLE_DAY);
        }
        return pairs.values();
    }

    private static Iterable<String> currencies(Pair pair) {
        SortedMap<String, Long> currencies = new TreeMap<>();
        if (pair.provider != null) {
            currencies.putAll(pair.provider.nanos());
        }
        if (pair.ledger != null) {
            pair.ledger.nanos().forEach(currencies::putIfAbsent);
        }
        return currencies.isEmpty() ? List.of("") : currencies.keySet();
    }

    private static DriftRow row(LocalDate day, Pair pair, String currency, boolean hasCosts, boolean open) {
        ExportTotals.Sum provider = pair.provider == null ? new ExportTotals.Sum() : pair.provider;
        LedgerDay.Sum ledger = pair.ledger == null ? new LedgerDay.Sum() : pair.ledger;
        DriftRow row = new DriftRow(
                day,
                pair.name,
                currency,
                hasCosts ? OptionalLong.of(provider.nanos().getOrDefault(currency, 0L)) : OptionalLong.empty(),
                ledger.nanos().getOrDefault(currency, 0L),
                provider.inputTokens(),
                ledger.inputTokens(),
                provider.outputTokens(),
                ledger.outputTokens(),
                provider.requests(),
                ledger.attempts(),
                DriftRow.Status.MATCH,
                0);
        return changed(row, status(row, pair, open), 0);
    }

    private static DriftRow.Status status(DriftRow row, Pair pair, boolean open) {
        if (open) {
            return DriftRow.Status.OPEN;
        }
        boolean same = row.driftNanos().isPresent()
                ? row.driftNanos().getAsLong() == 0
                : row.providerInputTokens().orElse(row.ledgerInputTokens()) == row.ledgerInputTokens()
                        && row.providerOutputTokens().orElse(row.ledgerOutputTokens()) == row.ledgerOutputTokens()
                        && pair.provider != null;
        if (same) {
            return DriftRow.Status.MATCH;
        }
        if (pair.ledger == null) {
            return DriftRow.Status.ONLY_PROVIDER;
        }
        return pair.provider == null ? DriftRow.Status.ONLY_LEDGER : DriftRow.Status.DRIFT;
    }

    private Adjustment adjustment(
            LocalDate day, String model, String currency, long drift, ReconcileSettings settings) {
        String export = settings.post().orElseThrow();
        return new Adjustment(
                NamedUuid.of("day", settings.provider(), day, model, currency, export),
                Optional.empty(),
                day.atStartOfDay().toInstant(ZoneOffset.UTC),
                settings.provider(),
                model,
                "",
                currency,
                drift,
                Optional.empty(),
                Map.of(),
                false,
                "drift of " + day + " by export " + export,
                settings.actor());
    }

    private static DriftRow changed(DriftRow row, DriftRow.Status status, long adjustedNanos) {
        return new DriftRow(
                row.day(),
                row.model(),
                row.currency(),
                row.providerNanos(),
                row.ledgerNanos(),
                row.providerInputTokens(),
                row.ledgerInputTokens(),
                row.providerOutputTokens(),
                row.ledgerOutputTokens(),
                row.providerRequests(),
                row.ledgerAttempts(),
                status,
                adjustedNanos);
    }
}
