package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.dashboard.DataTable.Column;
import io.github.camelllm.routes.dashboard.View.Figure;
import io.github.camelllm.routes.ledger.report.CostRow;
import io.github.camelllm.routes.ledger.report.CostRow.Counts;
import io.github.camelllm.routes.ledger.report.LatencyRow;
import io.github.camelllm.routes.ledger.report.LatencyRow.Quantiles;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How cost, attempts, latencies and tokens went over a period. A piece of time without attempts has no latency and no cost. */
final class UsageCharts {
    private static final Column TIME = Column.text("begin", "Begins (UTC)");

    private final List<Instant> pieces;
    private final Map<Instant, CostRow> costs = new HashMap<>();
    private final Map<Instant, LatencyRow> latencies = new HashMap<>();

    /** @param pieces when each piece of time begins */
    UsageCharts(List<Instant> pieces, List<CostRow> costs, List<LatencyRow> latencies) {
        this.pieces = pieces;
        costs.forEach(row -> this.costs.put(row.key().begin().orElseThrow(), row));
        latencies.forEach(row -> this.latencies.put(row.key().begin().orElseThrow(), row));
    }

    List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        for (String currency : UsageTable.currencies(List.copyOf(costs.values()))) {
            figures.add(cost(currency));
        }
        figures.add(attempts());
        figures.add(latency());
        figures.add(tokens());
        return figures;
    }

    private Figure cost(String currency) {
        List<List<Cell>> rows = new ArrayList<>();
        for (Instant begin : pieces) {
            rows.add(List.of(Shown.minute(begin), cost(Optional.ofNullable(costs.get(begin)), currency)));
        }
        return new Figure(
                DataTable.of(
                                "cost-" + currency.toLowerCase(java.util.Locale.ROOT),
                                "Cost, " + currency,
                                List.of(TIME, Column.number("cost", "Cost, " + currency)),
                                rows)
                        .in(currency),
                "bars",
                currency);
    }

    /** Nothing where there was no attempt, a gap where nobody knows anything, and the least where the cost of some is unknown. */
    private static Cell cost(Optional<CostRow> row, String currency) {
        long unpriced = row.map(known -> known.counts().unpriced()).orElse(0L);
        boolean known = row.map(some -> some.amounts().containsKey(currency)).orElse(false);
        if (unpriced > 0 && !known) {
            return Cell.UNKNOWN;
        }
        Cell cost = UsageTable.amount(
                row.map(some -> some.amounts(currency).totalNanos()).orElse(0L), currency);
        return unpriced == 0 ? cost : cost.plusUnknown(unpriced);
    }

    private Figure attempts() {
        List<List<Cell>> rows = new ArrayList<>();
        for (Instant begin : pieces) {
            Counts counts =
                    Optional.ofNullable(costs.get(begin)).map(CostRow::counts).orElse(Counts.NONE);
            rows.add(List.of(
                    Shown.minute(begin),
                    Cell.count(counts.attempts()),
                    Cell.count(counts.failed() + counts.interrupted())));
        }
        return new Figure(
                DataTable.of(
                        "attempts",
                        "Attempts and errors",
                        List.of(TIME, Column.number("attempts", "Attempts"), Column.number("errors", "Errors")),
                        rows),
                "bars",
                "count");
    }

    private Figure latency() {
        List<List<Cell>> rows = new ArrayList<>();
        for (Instant begin : pieces) {
            Optional<LatencyRow> row = Optional.ofNullable(latencies.get(begin));
            Optional<Quantiles> whole = row.flatMap(LatencyRow::latency);
            Optional<Quantiles> first = row.flatMap(LatencyRow::firstChunk);
            rows.add(List.of(
                    Shown.minute(begin),
                    Shown.duration(whole.map(Quantiles::p50)),
                    Shown.duration(whole.map(Quantiles::p95)),
                    Shown.duration(first.map(Quantiles::p50)),
                    Shown.duration(first.map(Quantiles::p95))));
        }
        return new Figure(
                DataTable.of(
                        "latency",
                        "Latency and time to first token",
                        List.of(
                                TIME,
                                Column.number("latencyP50Ms", "Latency p50"),
                                Column.number("latencyP95Ms", "Latency p95"),
                                Column.number("firstChunkP50Ms", "First token p50"),
                                Column.number("firstChunkP95Ms", "First token p95")),
                        rows),
                "line",
                "ms");
    }

    private Figure tokens() {
        List<List<Cell>> rows = new ArrayList<>();
        for (Instant begin : pieces) {
            Counts counts =
                    Optional.ofNullable(costs.get(begin)).map(CostRow::counts).orElse(Counts.NONE);
            rows.add(List.of(Shown.minute(begin), Cell.count(counts.inputTokens()), Cell.count(counts.outputTokens())));
        }
        return new Figure(
                DataTable.of(
                        "tokens",
                        "Tokens",
                        List.of(TIME, Column.number("inputTokens", "In"), Column.number("outputTokens", "Out")),
                        rows),
                "line",
                "count");
    }
}
