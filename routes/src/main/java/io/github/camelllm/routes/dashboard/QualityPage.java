package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.dashboard.DataTable.Column;
import io.github.camelllm.routes.dashboard.View.Field;
import io.github.camelllm.routes.dashboard.View.Field.Option;
import io.github.camelllm.routes.ledger.report.Decimals;
import io.github.camelllm.routes.ledger.report.Period;
import io.github.camelllm.routes.quality.Estimate;
import io.github.camelllm.routes.quality.Leaderboard;
import io.github.camelllm.routes.quality.Leaderboard.Cost;
import io.github.camelllm.routes.quality.Leaderboard.Row;
import io.github.camelllm.routes.quality.Quality;
import io.github.camelllm.routes.quality.QualityCounters;
import io.github.camelllm.routes.quality.QualityCounters.Event;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.camel.CamelContext;

/** Which model is good at what, by the scores of its answers: a leaderboard for each task and each way to judge. */
final class QualityPage implements Page {
    private static final int MOST_ROWS = 1000;
    private static final int PLACES = 3;

    private final CamelContext context;
    private final Leaderboard leaderboard;
    private final Clock clock;

    QualityPage(CamelContext context, Leaderboard leaderboard, Clock clock) {
        this.context = context;
        this.leaderboard = leaderboard;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "quality";
    }

    @Override
    public View view(DashboardRequest request) throws Exception {
        PeriodChoice choice = PeriodChoice.of(request, PeriodChoice.MONTH);
        Optional<String> task = request.parameter("task");
        Optional<String> score = request.parameter("score");
        Period period = choice.period(clock);
        List<Row> rows = leaderboard.rows(
                new Leaderboard.Query(
                        period.from(),
                        period.to().minusNanos(1),
                        task,
                        score.stream().toList(),
                        true),
                MOST_ROWS);
        View.Builder view = View.of(name(), "Quality")
                .intro("How good answers are, from 0 to 1, by days (UTC) on which the calls began."
                        + " The true mean is between low and high in 95 of 100 cases: where these overlap, the order of two"
                        + " models may be chance.")
                .periods(choice.choices(name(), request.query()))
                .field(Field.hidden("period", choice.id()))
                .field(suggested("task", "Task", task, rows, row -> row.key().task()))
                .field(suggested(
                        "score", "Judged by", score, rows, row -> row.key().name()));
        if (rows.isEmpty()) {
            view.intro("There are no scores of that time yet.");
        }
        view.table(board(rows));
        counters().ifPresent(view::table);
        return view.build();
    }

    private static Field suggested(
            String name, String title, Optional<String> value, List<Row> rows, Function<Row, String> of) {
        TreeSet<String> known = new TreeSet<>();
        rows.forEach(row -> known.add(of.apply(row)));
        known.remove("");
        return new Field(
                name,
                title,
                "text",
                value.orElse(""),
                known.stream().map(each -> new Option(each, each)).toList());
    }

    private static DataTable board(List<Row> rows) {
        TreeSet<String> currencies = new TreeSet<>();
        rows.forEach(row -> currencies.addAll(row.costs().keySet()));
        List<Column> columns = new ArrayList<>(List.of(
                Column.text("model", "Model"),
                Column.text("task", "Task"),
                Column.text("judgedBy", "Judged by"),
                Column.number("scores", "Scores"),
                Column.number("mean", "Mean"),
                Column.number("low", "Low"),
                Column.number("high", "High")));
        currencies.forEach(
                currency -> columns.add(Column.number("costOfThousand" + currency, "1,000 calls, " + currency)));
        columns.add(Column.number("latencyMs", "Latency"));
        List<Row> ordered = new ArrayList<>(rows);
        ordered.sort(Comparator.comparing((Row row) -> row.key().task())
                .thenComparing(row -> row.key().name())
                .thenComparing(row -> -row.estimate().mean())
                .thenComparing(Row::key));
        List<List<Cell>> lines = new ArrayList<>();
        for (Row row : ordered) {
            Estimate estimate = row.estimate();
            List<Cell> line = new ArrayList<>(List.of(
                    Cell.text(row.key().target()),
                    row.key().task().isEmpty() ? Cell.NONE : Cell.text(row.key().task()),
                    Cell.text(row.key().name()),
                    Cell.count(estimate.scores()),
                    mean(estimate.mean()),
                    estimate.interval().map(interval -> decimal(interval.low())).orElse(Cell.NONE),
                    estimate.interval()
                            .map(interval -> decimal(interval.high()))
                            .orElse(Cell.NONE)));
            for (String currency : currencies) {
                line.add(perThousand(row, currency)
                        .map(amount -> Cell.number(amount, "≈ " + amount.toPlainString()))
                        .orElse(row.costs().isEmpty() ? Cell.UNKNOWN : Cell.NONE));
            }
            line.add(Shown.duration(Optional.of(row.meanLatency())));
            lines.add(line);
        }
        return DataTable.of("leaderboard", "Models by task and judge", columns, lines)
                .note("Cost and latency are those of the judged calls, on average.");
    }

    /** Of the judged calls with a known cost. */
    static Optional<BigDecimal> perThousand(Row row, String currency) {
        Cost cost = row.costs().get(currency);
        return cost == null
                ? Optional.empty()
                : Optional.of(Decimals.of(cost.nanos())
                        .multiply(BigDecimal.valueOf(1000))
                        .divide(BigDecimal.valueOf(cost.calls()), 4, RoundingMode.HALF_EVEN));
    }

    /** A mean, drawn as a share of the best there can be. */
    static Cell mean(double mean) {
        return decimal(mean).share(BigDecimal.valueOf(mean * 100).setScale(1, RoundingMode.HALF_UP));
    }

    static Cell decimal(double value) {
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(PLACES, RoundingMode.HALF_UP);
        return Cell.number(rounded, rounded.toPlainString());
    }

    /** What this process did with scores since it started; empty if it has none. */
    private Optional<DataTable> counters() {
        Quality quality = context.getCamelContextExtension().getContextPlugin(Quality.class);
        if (quality == null) {
            return Optional.empty();
        }
        List<Column> columns = new ArrayList<>(List.of(Column.text("judgedBy", "Judged by")));
        for (Event event : Event.values()) {
            String word = event.name().toLowerCase(Locale.ROOT);
            columns.add(Column.number(word, word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1)));
        }
        QualityCounters counters = quality.counters();
        List<List<Cell>> lines = new ArrayList<>();
        for (Map.Entry<String, Map<Event, Long>> each : counters.all().entrySet()) {
            List<Cell> line = new ArrayList<>(List.of(Cell.text(each.getKey())));
            for (Event event : Event.values()) {
                long count = each.getValue().getOrDefault(event, 0L);
                boolean bad = count > 0 && (event == Event.FAILED || event == Event.DROPPED);
                line.add(Cell.count(count).tone(bad ? "warn" : ""));
            }
            lines.add(line);
        }
        return Optional.of(DataTable.of("judgements", "What this process did since it started", columns, lines)
                .note(
                        "Skipped: nothing to judge, or no budget to do so. Dropped: too many waited already. Refused: the call"
                                + " is another's. Forgotten: the call never came into the ledger."));
    }
}
