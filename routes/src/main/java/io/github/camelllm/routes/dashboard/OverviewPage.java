package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.dashboard.DataTable.Column;
import io.github.camelllm.routes.dashboard.View.Tile;
import io.github.camelllm.routes.ledger.report.CostRow;
import io.github.camelllm.routes.ledger.report.CostRow.Amounts;
import io.github.camelllm.routes.ledger.report.CostRow.Counts;
import io.github.camelllm.routes.ledger.report.LatencyRow;
import io.github.camelllm.routes.ledger.report.LatencyRow.Quantiles;
import io.github.camelllm.routes.ledger.report.LedgerReports;
import io.github.camelllm.routes.ledger.report.Period;
import io.github.camelllm.routes.ledger.report.ReportKey;
import io.github.camelllm.routes.ledger.report.ReportQuery;
import io.github.camelllm.routes.ledger.report.ReportQuery.Dimension;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What all attempts of a period took, cost and saved. */
final class OverviewPage implements Page {
    private static final int MOST_MODELS = 10;

    private final LedgerReports reports;
    private final Clock clock;

    OverviewPage(LedgerReports reports, Clock clock) {
        this.reports = reports;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "";
    }

    @Override
    public View view(DashboardRequest request) throws Exception {
        PeriodChoice choice = PeriodChoice.of(request, PeriodChoice.HOUR);
        Period period = choice.period(clock);
        ReportQuery all = ReportQuery.of(period);
        List<CostRow> costs = reports.costs(all.over(choice.grain()));
        List<LatencyRow> latencies = reports.latencies(all.over(choice.grain()));
        CostRow total = costs.stream().reduce(CostRow::plus).orElse(none());
        View.Builder view = View.of(name(), "Overview")
                .intro("From " + Shown.minutes(period.from()) + " to " + Shown.minutes(period.to()) + " UTC.")
                .periods(choice.choices(name(), request.query()))
                .refreshSeconds(choice.refreshSeconds());
        tiles(view, total, reports.latencies(all).stream().findFirst());
        new UsageCharts(choice.pieces(period), costs, latencies).figures().forEach(view::figure);
        return view.table(models(all)).build();
    }

    private static CostRow none() {
        return new CostRow(
                new ReportKey(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
                Counts.NONE,
                new TreeMap<>());
    }

    private static void tiles(View.Builder view, CostRow total, Optional<LatencyRow> latency) {
        Counts counts = total.counts();
        long errors = counts.failed() + counts.interrupted();
        List<String> cost = Shown.costs(total, Amounts::totalNanos);
        view.tile(new Tile("Cost", cost.isEmpty() ? List.of("–") : cost, corrections(total)))
                .tile(Tile.of("Attempts", Shown.count(counts.attempts()), cancelled(counts)))
                .tile(Tile.of(
                        "Error rate", Shown.percentText(errors, counts.attempts()), Shown.count(errors) + " errors"))
                .tile(quantiles("Latency p50", latency.flatMap(LatencyRow::latency)))
                .tile(quantiles("First token p50", latency.flatMap(LatencyRow::firstChunk)))
                .tile(Tile.of(
                        "Tokens in",
                        Shown.count(counts.inputTokens()),
                        Shown.percentText(counts.cacheReadInputTokens(), counts.inputTokens())
                                + " from providers' caches"))
                .tile(Tile.of(
                        "Tokens out",
                        Shown.count(counts.outputTokens()),
                        Shown.count(counts.reasoningOutputTokens()) + " of reasoning"))
                .tile(saved(total));
    }

    private static String cancelled(Counts counts) {
        return counts.cancelled() == 0 ? "" : Shown.count(counts.cancelled()) + " cancelled";
    }

    private static String corrections(CostRow total) {
        return total.amounts().entrySet().stream()
                .filter(amount -> amount.getValue().adjustedNanos() != 0)
                .map(amount ->
                        "with corrections of " + Shown.money(amount.getValue().adjustedNanos(), amount.getKey()))
                .reduce((one, other) -> one + ", " + other)
                .orElse("");
    }

    private static Tile quantiles(String title, Optional<Quantiles> quantiles) {
        return Tile.of(
                title,
                quantiles.map(known -> Shown.duration(known.p50())).orElse("–"),
                quantiles.map(known -> "p95 " + Shown.duration(known.p95())).orElse(""));
    }

    private static Tile saved(CostRow total) {
        List<String> saved = total.amounts().entrySet().stream()
                .filter(amount -> amount.getValue().savedNanos() != 0)
                .map(amount -> Shown.money(amount.getValue().savedNanos(), amount.getKey()))
                .toList();
        return new Tile(
                "Saved by our cache",
                saved.isEmpty() ? List.of("–") : saved,
                Shown.count(total.counts().cacheHits()) + " hits");
    }

    private DataTable models(ReportQuery all) throws Exception {
        ReportQuery query = all.by(Dimension.PROVIDER, Dimension.MODEL);
        Map<ReportKey, LatencyRow> latencies = new HashMap<>();
        reports.latencies(query).forEach(row -> latencies.put(row.key(), row));
        DataTable table = new UsageTable(reports.costs(query), latencies)
                .table(
                        "models",
                        "Models",
                        List.of(Column.text("provider", "Provider"), Column.text("model", "Model")),
                        key -> List.of(
                                Cell.text(key.provider()),
                                Cell.link(
                                        key.model().orElse(""),
                                        UsageFilter.NONE.calls(
                                                all.period(),
                                                "provider",
                                                key.provider().orElse(""),
                                                "model",
                                                key.model().orElse("")))));
        int rows = table.rows().size();
        return rows <= MOST_MODELS
                ? table
                : DataTable.of(
                                table.id(),
                                table.caption(),
                                table.columns(),
                                table.rows().subList(0, MOST_MODELS))
                        .note("The " + MOST_MODELS + " dearest of " + rows + "; the breakdown has all.");
    }
}
