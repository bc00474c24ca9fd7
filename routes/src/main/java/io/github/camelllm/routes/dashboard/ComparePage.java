package io.github.camelllm.routes.dashboard;

import io.github.camelllm.catalog.Price;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.catalog.Rates;
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
        List<CostRow> rows = reports.costs(query.operation(CHAT)).stream()
                .sorted((one, other) ->
                        Long.compare(other.counts().attempts(), one.counts().attempts()))
                .limit(MOST_MODELS)
                .toList();
        Map<ReportKey, LatencyRow> latencies = new HashMap<>();
        reports.latencies(query).forEach(row -> latencies.put(row.key(), row));
        Map<String, Estimate> quality = quality(period);
        Optional<String> on = request.parameter("on");
        List<Option> known =
                rows.stream().map(row -> new Option(name(row), name(row))).toList();
        View.Builder view = View.of(name(), "Compare models")
                .intro("Chat only. A thousand attempts cost what those with a known price did on average.")
                .periods(choice.choices(name(), request.query()))
                .field(Field.hidden("period", choice.id()))
                .field(new Field("on", "What would it have cost on", "text", on.orElse(""), known));
        on.ifPresent(target -> view.table(whatIf(target, rows)));
        for (String currency : UsageTable.currencies(rows)) {
            view.figure(scatter(rows, latencies, quality, currency));
        }
        return view.table(models(rows, latencies, quality)).build();
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

    private static String name(CostRow row) {
        return row.key().provider().orElse("") + "/" + row.key().model().orElse("");
    }

    private static Optional<Quantiles> latency(CostRow row, Map<ReportKey, LatencyRow> latencies) {
        return Optional.ofNullable(latencies.get(row.key())).flatMap(LatencyRow::latency);
    }

    /** Of attempts that have a price; empty if there are none. */
    private static Optional<BigDecimal> perThousand(CostRow row, String currency) {
        long priced =
                row.counts().attempts() - row.counts().unpriced() - row.counts().cacheHits();
        return priced <= 0 || !row.amounts().containsKey(currency)
                ? Optional.empty()
                : Optional.of(Decimals.of(row.amounts(currency).totalNanos())
                        .multiply(BigDecimal.valueOf(1000))
                        .divide(BigDecimal.valueOf(priced), 4, RoundingMode.HALF_EVEN));
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
            line.add(each(counts.inputTokens(), counts.attempts()));
            line.add(each(counts.outputTokens(), counts.attempts()));
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

    /**
     * What the tokens of each model would have cost on another. Of sums, so that it takes no longer for ten million
     * attempts: without the dearer tiers of long requests, and without writes to caches, which sums do not know.
     */
    private DataTable whatIf(String target, List<CostRow> rows) {
        int slash = target.indexOf('/');
        if (slash <= 0 || slash == target.length() - 1) {
            throw new IllegalArgumentException(
                    "on: expected provider/model, such as openai/gpt-5-mini, but came '" + target + "'");
        }
        Pricing pricing = components.pricing();
        Price price = pricing.price(target.substring(0, slash), target.substring(slash + 1), clock.instant())
                .orElseThrow(() -> new IllegalArgumentException(
                        "on: '" + target + "' has no price; the page of prices says which models have one"));
        List<List<Cell>> lines = new ArrayList<>();
        BigDecimal before = BigDecimal.ZERO;
        BigDecimal after = BigDecimal.ZERO;
        long unknown = 0;
        for (CostRow row : rows) {
            BigDecimal would = cost(row.counts(), price.rates());
            BigDecimal was = Decimals.of(row.amounts(price.currency()).totalNanos());
            boolean known = row.amounts().containsKey(price.currency());
            lines.add(line(
                    name(row),
                    known ? Optional.of(was) : Optional.empty(),
                    row.counts().unpriced(),
                    would,
                    price.currency()));
            before = before.add(was);
            after = after.add(would);
            unknown += row.counts().unpriced();
        }
        lines.add(line("All", Optional.of(before), unknown, after, price.currency()));
        boolean cached = rows.stream().anyMatch(row -> row.counts().cacheHits() > 0);
        DataTable table = DataTable.of(
                "what-if",
                "On " + target,
                List.of(
                        Column.text("model", "Model that was asked"),
                        Column.number("cost", "Cost, " + price.currency()),
                        Column.number("costOnOther", "On " + target),
                        Column.number("difference", "Difference")),
                lines);
        return table.note("By today's price and the tokens that were counted: another model counts the same text"
                + " differently. Without dearer tiers of long requests and writes to providers' caches."
                + (cached ? " Answers from our own cache count as if the model had been asked." : "")
                + (unknown == 0
                        ? ""
                        : " " + Shown.count(unknown)
                                + " attempts have an unknown cost; their tokens count as far as they are known."));
    }

    /** @param unknown how many attempts have a cost that nobody knows: then nobody knows the difference either */
    private static List<Cell> line(
            String name, Optional<BigDecimal> was, long unknown, BigDecimal would, String currency) {
        Cell cost = was.map(amount -> Cell.number(amount, Shown.money(amount, currency)))
                .orElse(unknown > 0 ? Cell.UNKNOWN : Cell.NONE);
        if (was.isPresent() && unknown > 0) {
            cost = cost.plusUnknown(unknown);
        }
        return List.of(
                Cell.text(name),
                cost,
                would(would, unknown, currency),
                unknown > 0
                        ? Cell.UNKNOWN
                        : was.map(amount -> difference(amount, would, currency)).orElse(Cell.NONE));
    }

    /** Where a cost is unknown the usage may be too: then this is the least, or unknown as well. */
    private static Cell would(BigDecimal amount, long unknown, String currency) {
        if (unknown == 0) {
            return Cell.number(amount, Shown.money(amount, currency));
        }
        return amount.signum() == 0
                ? Cell.UNKNOWN
                : Cell.number(amount, Shown.money(amount, currency) + " at least")
                        .tone("warn");
    }

    private static Cell difference(BigDecimal before, BigDecimal after, String currency) {
        BigDecimal difference = after.subtract(before);
        String text = (difference.signum() > 0 ? "+" : "") + Shown.money(difference, currency);
        return Cell.number(difference, text)
                .tone(difference.signum() > 0 ? "bad" : difference.signum() < 0 ? "good" : "");
    }

    /** Exact, as {@link Pricing} computes it for a call that has nothing but these tokens. */
    static BigDecimal cost(Counts counts, Rates rates) {
        long read = Math.min(counts.cacheReadInputTokens(), counts.inputTokens());
        long reasoning = rates.reasoningOutput().isPresent()
                ? Math.min(counts.reasoningOutputTokens(), counts.outputTokens())
                : 0;
        return amount(counts.inputTokens() - read, rates.input())
                .add(amount(read, rates.cacheRead().orElse(rates.input())))
                .add(amount(counts.outputTokens() - reasoning, rates.output()))
                .add(amount(reasoning, rates.reasoningOutput().orElse(rates.output())));
    }

    private static BigDecimal amount(long tokens, BigDecimal ratePerMillion) {
        return BigDecimal.valueOf(tokens).multiply(ratePerMillion).movePointLeft(6);
    }
}
