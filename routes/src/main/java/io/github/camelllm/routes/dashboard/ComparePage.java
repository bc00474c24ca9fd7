package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.dashboard.DataTable.Column;
import io.github.camelllm.routes.dashboard.View.Field;
import io.github.camelllm.routes.dashboard.View.Field.Option;
import io.github.camelllm.routes.dashboard.View.Figure;
import io.github.camelllm.routes.ledger.report.CostRow;
import io.github.camelllm.routes.ledger.report.CostRow.Counts;
import io.github.camelllm.routes.ledger.report.Decimals;
import io.github.camelllm.routes.ledger.report.LatencyRow;
import io.github.camelllm.routes.ledger.report.LatencyRow.Quantiles;
import io.github.camelllm.routes.ledger.report.LedgerReports;
import io.github.camelllm.routes.ledger.report.Period;
import io.github.camelllm.routes.ledger.report.ReportKey;
import io.github.camelllm.routes.ledger.report.ReportQuery;
import io.github.camelllm.routes.ledger.report.ReportQuery.Dimension;
import io.github.camelllm.routes.quality.Estimate;
import io.github.camelllm.routes.quality.Leaderboard;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Models beside each other: what a thousand attempts cost, how long they take, how good the answers are, and what a period would
 * have cost elsewhere.
 */
final class ComparePage implements Page {
    private static final String CHAT = "chat";
    private static final int MOST_MODELS = 200;
    private static final int MOST_DOTS = 30;
    private static final int MOST_SCORED = 2000;

    private final RunningComponents components;
    private final LedgerReports reports;
    private final Leaderboard leaderboard;
    private final Clock clock;

    ComparePage(RunningComponents components, LedgerReports reports, Leaderboard leaderboard, Clock clock) {
        this.components = components;
        this.reports = reports;
        this.leaderboard = leaderboard;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "compare";
    }

    @Override
    public View view(DashboardRequest request) throws Exception {
        PeriodChoice choice = PeriodChoice.of(request, PeriodChoice.LAST_MONTH);
        Period period = choice.period(clock);
        ReportQuery query = ReportQuery.of(period).by(Dimension.PROVIDER, Dimension.MODEL);
        List<CostRow> all = reports.costs(query.operation(CHAT)).stream()
                .sorted((one, other) ->
                        Long.compare(other.counts().attempts(), one.counts().attempts()))
                .toList();
        List<CostRow> rows = all.stream().limit(MOST_MODELS).toList();
        Map<ReportKey, LatencyRow> latencies = new HashMap<>();
        reports.latencies(query).forEach(row -> latencies.put(row.key(), row));
        Map<String, Estimate> quality = quality(period);
        Optional<String> on = request.parameter("on");
        List<Option> known =
                rows.stream().map(row -> new Option(name(row), name(row))).toList();
        View.Builder view = View.of(name(), "Compare models")
                .intro("Chat only. A thousand attempts cost what those with a known price did on average;"
                        + " tokens are those of attempts that a provider took.")
                .periods(choice.choices(name(), request.query()))
                .field(Field.hidden("period", choice.id()))
                .field(new Field("on", "What would it have cost on", "text", on.orElse(""), known));
        on.ifPresent(target -> view.table(
                WhatIf.on(target, components.pricing(), clock.instant()).table(all, MOST_MODELS)));
        for (String currency : UsageTable.currencies(rows)) {
            view.figure(scatter(rows, latencies, quality, currency));
        }
        DataTable models = models(rows, latencies, quality);
        return view.table(
                        all.size() == rows.size()
                                ? models
                                : models.note("The " + rows.size() + " asked most of " + Shown.count(all.size()) + "."))
                .build();
    }

    /** Means of all scores, by model. */
    private Map<String, Estimate> quality(Period period) throws SQLException {
        Map<String, Estimate> quality = new HashMap<>();
        leaderboard
                .rows(
                        new Leaderboard.Query(
                                period.from(), period.to().minusNanos(1), Optional.empty(), List.of(), false),
                        MOST_SCORED)
                .forEach(row -> quality.put(row.key().target(), row.estimate()));
        return quality;
    }

    static String name(CostRow row) {
        return row.key().provider().orElse("") + "/" + row.key().model().orElse("");
    }

    private static Optional<Quantiles> latency(CostRow row, Map<ReportKey, LatencyRow> latencies) {
        return Optional.ofNullable(latencies.get(row.key())).flatMap(LatencyRow::latency);
    }

    /** Of attempts that have a price; empty if there are none. */
    private static Optional<BigDecimal> perThousand(CostRow row, String currency) {
        CostRow.Amounts amounts = row.amounts(currency);
        long repriced = repriced(row);
        boolean alone = row.amounts().size() == 1;
        long priced = amounts.charged() + (alone ? repriced : 0);
        // Of several currencies nobody knows which one the later prices were in
        long nanos = alone || repriced == 0 ? amounts.totalNanos() : amounts.costNanos();
        return priced <= 0 || !row.amounts().containsKey(currency)
                ? Optional.empty()
                : Optional.of(Decimals.of(nanos)
                        .multiply(BigDecimal.valueOf(1000))
                        .divide(BigDecimal.valueOf(priced), 4, RoundingMode.HALF_EVEN));
    }

    private static long charged(CostRow row) {
        return row.amounts().values().stream()
                .mapToLong(CostRow.Amounts::charged)
                .sum();
    }

    /** How many attempts at least were priced after they were made. Those that were never charged failed or were cancelled. */
    private static long repriced(CostRow row) {
        Counts counts = row.counts();
        return Math.max(
                0,
                counts.attempts()
                        - counts.cacheHits()
                        - charged(row)
                        - counts.unpriced()
                        - counts.failed()
                        - counts.cancelled());
    }

    /** How many attempts may have taken tokens: all but those that a provider refused or never got. */
    private static long answered(CostRow row) {
        return row.counts().cacheHits() + charged(row) + row.counts().unpriced() + repriced(row);
    }

    private static Cell quality(CostRow row, Map<String, Estimate> quality) {
        return Optional.ofNullable(quality.get(name(row)))
                .map(Estimate::mean)
                .map(QualityPage::decimal)
                .orElse(Cell.NONE);
    }

    private static Figure scatter(
            List<CostRow> rows, Map<ReportKey, LatencyRow> latencies, Map<String, Estimate> quality, String currency) {
        List<List<Cell>> dots = new ArrayList<>();
        for (CostRow row : rows) {
            Optional<Quantiles> latency = latency(row, latencies);
            Optional<BigDecimal> cost = perThousand(row, currency);
            if (latency.isPresent() && cost.isPresent() && dots.size() < MOST_DOTS) {
                dots.add(List.of(
                        Cell.text(name(row)),
                        Shown.duration(latency.map(Quantiles::p50)),
                        average(cost.get()),
                        quality(row, quality)));
            }
        }
        return new Figure(
                DataTable.of(
                                "scatter-" + currency.toLowerCase(java.util.Locale.ROOT),
                                "Cost, latency and quality, " + currency,
                                List.of(
                                        Column.text("model", "Model"),
                                        Column.number("latencyP50Ms", "Latency p50"),
                                        Column.number("costOfThousand", "Cost of 1,000 attempts, " + currency),
                                        Column.number("quality", "Quality")),
                                dots)
                        .in(currency)
                        .note("The better the answers of a model, the larger its dot, from 0 to 1 by the mean of all"
                                + " scores; a ring has none."),
                "scatter",
                currency);
    }

    private static Cell average(BigDecimal amount) {
        return Cell.number(amount, "≈ " + amount.toPlainString());
    }

    private static DataTable models(
            List<CostRow> rows, Map<ReportKey, LatencyRow> latencies, Map<String, Estimate> quality) {
        List<String> currencies = List.copyOf(UsageTable.currencies(rows));
        List<Column> columns = new ArrayList<>(List.of(
                Column.text("model", "Model"),
                Column.number("attempts", "Attempts"),
                Column.number("errors", "Errors")));
        currencies.forEach(
                currency -> columns.add(Column.number("costOfThousand" + currency, "1,000 attempts, " + currency)));
        columns.addAll(List.of(
                Column.number("unpriced", "Cost unknown"),
                Column.number("inputTokensEach", "Tokens in, each"),
                Column.number("outputTokensEach", "Tokens out, each"),
                Column.number("latencyP50Ms", "Latency p50"),
                Column.number("latencyP95Ms", "Latency p95"),
                Column.number("quality", "Quality"),
                Column.number("scores", "Scores")));
        List<List<Cell>> lines = new ArrayList<>();
        for (CostRow row : rows) {
            Counts counts = row.counts();
            List<Cell> line = new ArrayList<>(List.of(
                    Cell.text(name(row)),
                    Cell.count(counts.attempts()),
                    Shown.percentCell(counts.failed() + counts.interrupted(), counts.attempts())));
            for (String currency : currencies) {
                line.add(perThousand(row, currency)
                        .map(ComparePage::average)
                        .orElse(row.amounts().isEmpty() && counts.unpriced() > 0 ? Cell.UNKNOWN : Cell.NONE));
            }
            line.add(
                    counts.unpriced() == 0
                            ? Cell.NONE
                            : Cell.count(counts.unpriced()).tone("warn"));
            line.add(each(counts.inputTokens(), answered(row)));
            line.add(each(counts.outputTokens(), answered(row)));
            line.add(Shown.duration(latency(row, latencies).map(Quantiles::p50)));
            line.add(Shown.duration(latency(row, latencies).map(Quantiles::p95)));
            line.add(quality(row, quality));
            line.add(Optional.ofNullable(quality.get(name(row)))
                    .map(estimate -> Cell.count(estimate.scores()))
                    .orElse(Cell.NONE));
            lines.add(line);
        }
        return DataTable.of("models", "Models", columns, lines);
    }

    private static Cell each(long tokens, long attempts) {
        return attempts == 0 ? Cell.NONE : Cell.count(tokens / attempts);
    }
}
