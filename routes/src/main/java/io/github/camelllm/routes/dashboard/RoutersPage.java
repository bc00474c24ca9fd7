package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.dashboard.DataTable.Column;
import io.github.camelllm.routes.dashboard.RunningComponents.Row;
import io.github.camelllm.routes.dashboard.RunningComponents.State;
import io.github.camelllm.routes.ledger.report.CostRow;
import io.github.camelllm.routes.ledger.report.LedgerReports;
import io.github.camelllm.routes.ledger.report.ReportQuery;
import io.github.camelllm.routes.ledger.report.ReportQuery.Dimension;
import io.github.camelllm.routes.quality.WeightsChange;
import io.github.camelllm.routes.quality.WeightsTable;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Routers as they are used now: the weights of their targets, why they have them, and where their attempts really went. */
final class RoutersPage implements Page {
    private static final String TAG = "router";

    private final RunningComponents components;
    private final LedgerReports reports;
    private final WeightsTable weights;
    private final boolean summed;
    private final Clock clock;

    /** @param tags those that the ledger keeps sums for */
    RoutersPage(
            RunningComponents components, LedgerReports reports, WeightsTable weights, List<String> tags, Clock clock) {
        this.components = components;
        this.reports = reports;
        this.weights = weights;
        this.summed = tags.contains(TAG);
        this.clock = clock;
    }

    @Override
    public String name() {
        return "routers";
    }

    @Override
    public View view(DashboardRequest request) throws Exception {
        PeriodChoice choice = PeriodChoice.of(request, PeriodChoice.HOUR);
        State state = components.state();
        Map<String, Long> went = summed
                ? went(ReportQuery.of(choice.period(clock))
                        .byTag(TAG)
                        .by(Dimension.PROVIDER, Dimension.MODEL, Dimension.TAG))
                : Map.of();
        View.Builder view = View.of(name(), "Routers")
                .problem(state.problem("routersNotChanged")
                        .map(problem -> "Newer definitions are not in use: " + problem)
                        .orElse(""))
                .periods(choice.choices(name(), request.query()))
                .intro("Weights and circuits are those of now; attempts are those of the period.");
        if (!summed) {
            view.intro("Attempts are not shown: llm.ledger.tags does not name the tag router.");
        }
        Map<String, WeightsChange> changes = weights.latest();
        for (Row router : state.rows("routers")) {
            view.table(table(router, state, went));
            Optional.ofNullable(changes.get(router.text("router"))).ifPresent(change -> view.table(why(change)));
        }
        if (state.rows("routers").isEmpty()) {
            view.intro("No router is defined in this process.");
        }
        return view.build();
    }

    private Map<String, Long> went(ReportQuery query) throws Exception {
        Map<String, Long> went = new HashMap<>();
        for (CostRow row : reports.costs(query)) {
            went.merge(
                    row.key().tagValue().orElse("") + " " + row.key().provider().orElse("") + "/"
                            + row.key().model().orElse(""),
                    row.counts().attempts(),
                    Long::sum);
        }
        return went;
    }

    private DataTable table(Row router, State state, Map<String, Long> went) {
        String name = router.text("router");
        Map<?, ?> weights = router.map("weights");
        long all = went.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(name + " "))
                .mapToLong(Map.Entry::getValue)
                .sum();
        List<List<Cell>> rows = new ArrayList<>();
        weights.forEach((target, weight) -> {
            String model = String.valueOf(target);
            Optional<Row> health = HealthPage.target(state, model);
            long attempts = went.getOrDefault(name + " " + model, 0L);
            rows.add(List.of(
                    Cell.text(model),
                    weight instanceof Number number ? Cell.number(number, weight(number)) : Cell.NONE,
                    summed ? Cell.count(attempts) : Cell.NONE,
                    Shown.percentCell(attempts, all)
                            .share(Shown.percent(attempts, all).orElse(null)),
                    health.map(row -> HealthPage.circuit(row.text("circuit"))).orElse(Cell.NONE),
                    Shown.duration(health.flatMap(row -> row.number("latencyMillis"))
                            .map(millis -> Duration.ofMillis(millis.longValue())))));
        });
        return DataTable.of(
                        id("router-", name),
                        "Router " + name + ": " + router.text("strategy").replace('_', ' '),
                        List.of(
                                Column.text("target", "Target"),
                                Column.number("weight", "Weight"),
                                Column.number("attempts", "Attempts"),
                                Column.number("sharePercent", "Share"),
                                Column.text("circuit", "Circuit"),
                                Column.number("latencyMs", "Latency lately")),
                        rows)
                .note("Defined in " + router.text("definedIn") + ".");
    }

    private static String id(String prefix, String router) {
        return prefix + router.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-");
    }

    /** The last change of a router's weights, and why each is what it is. */
    private static DataTable why(WeightsChange change) {
        List<List<Cell>> rows = new ArrayList<>();
        for (WeightsChange.Reason reason : change.reasons()) {
            rows.add(List.of(
                    Cell.text(reason.target()),
                    reason.before().map(RoutersPage::weightCell).orElse(Cell.NONE),
                    reason.after().map(RoutersPage::weightCell).orElse(Cell.NONE),
                    reason.why().isEmpty() ? Cell.NONE : Cell.text(reason.why())));
        }
        return DataTable.of(
                        id("why-", change.router()),
                        "Change " + change.version() + " of router " + change.router() + ": "
                                + change.kind().name().toLowerCase(Locale.ROOT) + " by " + change.actor() + ", "
                                + Shown.seconds(change.at()),
                        List.of(
                                Column.text("target", "Target"),
                                Column.number("before", "Before"),
                                Column.number("after", "After"),
                                Column.text("why", "Why")),
                        rows)
                .note(change.why() + ".");
    }

    private static Cell weightCell(BigDecimal weight) {
        return Cell.number(weight, weight(weight));
    }

    private static String weight(Number number) {
        return new BigDecimal(number.toString()).stripTrailingZeros().toPlainString();
    }
}
