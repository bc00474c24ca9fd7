package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.dashboard.DataTable.Column;
import io.github.camelllm.routes.ledger.report.CostRow;
import io.github.camelllm.routes.ledger.report.CostRow.Amounts;
import io.github.camelllm.routes.ledger.report.CostRow.Counts;
import io.github.camelllm.routes.ledger.report.Decimals;
import io.github.camelllm.routes.ledger.report.LatencyRow;
import io.github.camelllm.routes.ledger.report.LatencyRow.Quantiles;
import io.github.camelllm.routes.ledger.report.ReportKey;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Attempts, errors, cost, tokens and latencies of some things, the dearest first. */
final class UsageTable {
    static final int MOST_ROWS = 500;
    /** One error in so many attempts is shown in red. */
    private static final int ALARMING = 20;

    private final List<CostRow> rows;
    private final Map<ReportKey, LatencyRow> latencies;
    private final SortedSet<String> currencies;

    UsageTable(List<CostRow> rows, Map<ReportKey, LatencyRow> latencies) {
        this.currencies = currencies(rows);
        Comparator<CostRow> byAttempts =
                Comparator.comparingLong(row -> row.counts().attempts());
        // Amounts of several currencies cannot be compared
        Comparator<CostRow> order = currencies.size() == 1
                ? Comparator.comparingLong(
                                (CostRow row) -> row.amounts(currencies.first()).totalNanos())
                        .thenComparing(byAttempts)
                : byAttempts;
        this.rows = rows.stream().sorted(order.reversed()).toList();
        this.latencies = latencies;
    }

    /** Currencies in which something was spent or saved. */
    static SortedSet<String> currencies(List<CostRow> rows) {
        SortedSet<String> currencies = new TreeSet<>();
        rows.forEach(row -> currencies.addAll(row.amounts().keySet()));
        return currencies;
    }

    /**
     * The table.
     *
     * @param names columns that name a row
     * @param cells what stands in these
     */
    DataTable table(String id, String caption, List<Column> names, Function<ReportKey, List<Cell>> cells) {
        List<Column> columns = new ArrayList<>(names);
        columns.add(Column.number("attempts", "Attempts"));
        columns.add(Column.number("errorPercent", "Errors"));
        costColumns(columns, "cost", "Cost");
        columns.add(Column.number("unpriced", "Cost unknown"));
        columns.add(Column.number("inputTokens", "Tokens in"));
        columns.add(Column.number("outputTokens", "Tokens out"));
        columns.add(Column.number("latencyP50Ms", "Latency p50"));
        columns.add(Column.number("latencyP95Ms", "Latency p95"));
        columns.add(Column.number("firstChunkP50Ms", "First token p50"));
        columns.add(Column.number("firstChunkP95Ms", "First token p95"));
        columns.add(Column.number("cacheHits", "Cache hits"));
        costColumns(columns, "saved", "Saved");
        List<List<Cell>> shown = new ArrayList<>();
        rows.stream().limit(MOST_ROWS).forEach(row -> shown.add(line(row, cells.apply(row.key()))));
        DataTable table = DataTable.of(id, caption, columns, shown);
        return rows.size() <= MOST_ROWS
                ? table
                : table.note("The first " + MOST_ROWS + " of " + Shown.count(rows.size()) + ".");
    }

    private void costColumns(List<Column> columns, String name, String title) {
        if (currencies.isEmpty()) {
            columns.add(Column.number(name, title));
        } else {
            currencies.forEach(currency -> columns.add(Column.number(name + currency, title + ", " + currency)));
        }
    }

    private List<Cell> line(CostRow row, List<Cell> names) {
        Counts counts = row.counts();
        List<Cell> line = new ArrayList<>(names);
        line.add(Cell.count(counts.attempts()));
        long failed = counts.failed() + counts.interrupted();
        Cell errors = Shown.percentCell(failed, counts.attempts());
        line.add(failed * ALARMING >= counts.attempts() && failed > 0 ? errors.tone("bad") : errors);
        amounts(line, row, Amounts::totalNanos, true);
        line.add(unpriced(counts.unpriced()));
        line.add(Cell.count(counts.inputTokens()));
        line.add(Cell.count(counts.outputTokens()));
        Optional<LatencyRow> latency = Optional.ofNullable(latencies.get(row.key()));
        Optional<Quantiles> whole = latency.flatMap(LatencyRow::latency);
        Optional<Quantiles> first = latency.flatMap(LatencyRow::firstChunk);
        line.add(Shown.duration(whole.map(Quantiles::p50)));
        line.add(Shown.duration(whole.map(Quantiles::p95)));
        line.add(Shown.duration(first.map(Quantiles::p50)));
        line.add(Shown.duration(first.map(Quantiles::p95)));
        line.add(counts.cacheHits() == 0 ? Cell.NONE : Cell.count(counts.cacheHits()));
        amounts(line, row, Amounts::savedNanos, false);
        return line;
    }

    /** How many attempts have a cost that nobody knows. */
    static Cell unpriced(long attempts) {
        return attempts == 0 ? Cell.NONE : Cell.count(attempts).tone("warn");
    }

    private void amounts(List<Cell> line, CostRow row, ToLongFunction<Amounts> amount, boolean isCost) {
        if (currencies.isEmpty()) {
            line.add(isCost ? none(row) : Cell.NONE);
            return;
        }
        boolean first = true;
        for (String currency : currencies) {
            long nanos = amount.applyAsLong(row.amounts(currency));
            if (!row.amounts().containsKey(currency) || !isCost && nanos == 0) {
                line.add(isCost && first && row.amounts().isEmpty() ? none(row) : Cell.NONE);
            } else {
                Cell cell = amount(nanos, currency);
                line.add(isCost && currencies.size() == 1 ? cell.share(share(nanos, amount, currency)) : cell);
            }
            first = false;
        }
    }

    /** What stands where no cost is known. */
    private static Cell none(CostRow row) {
        return row.counts().unpriced() > 0 ? Cell.UNKNOWN : Cell.NONE;
    }

    /** An amount without its currency, which the column names. */
    static Cell amount(long nanos, String currency) {
        String text = Shown.money(nanos, currency);
        return Cell.number(Decimals.of(nanos), text.substring(0, text.length() - currency.length() - 1));
    }

    private @Nullable BigDecimal share(long nanos, ToLongFunction<Amounts> amount, String currency) {
        long all = rows.stream()
                .mapToLong(row -> amount.applyAsLong(row.amounts(currency)))
                .sum();
        return nanos < 0 || all <= 0 ? null : Shown.percent(nanos, all).orElse(null);
    }
}
