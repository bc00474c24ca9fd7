package io.github.camelllm.routes.dashboard;

import io.github.camelllm.router.ModelRef;
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
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Routers as they are used now: the weights of their targets, why they have them, and where their attempts really went. */
final class RoutersPage implements Page {
    private static final String TAG = "router";
    /** Strategies that go by weights; to the others only 0 means something: a fallback. */
    private static final Set<String> BY_WEIGHT = Set.of("weighted", "round_robin", "least_busy", "fastest", "sticky");

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
        Map<String, Map<String, Long>> went = summed
                ? went(ReportQuery.of(choice.period(clock))
                        .byTag(TAG)
                        .by(Dimension.PROVIDER, Dimension.MODEL, Dimension.TAG))
                : Map.of();
        View.Builder view = View.of(name(), "Routers")
                .problem(state.problem("routersNotChanged")
                        .map(problem -> "Newer definitions are not in use: " + problem)
                        .orElse(""))
                .periods(choice.choices(name(), request.query()))
                .refreshSeconds(choice.refreshSeconds())
                .intro("Weights and circuits are those of now; attempts are those of the period.");
        if (!summed) {
            view.intro("Attempts are not shown: llm.ledger.tags does not name the tag router.");
        }
        Map<String, WeightsChange> changes = weights.latest();
        for (Row router : state.rows("routers")) {
            view.table(table(router, state, went.getOrDefault(router.text("router"), Map.of())));
            Optional.ofNullable(changes.get(router.text("router"))).ifPresent(change -> view.table(why(change)));
        }
        if (state.rows("routers").isEmpty()) {
            view.intro("No router is defined in this process.");
        }
        return view.build();
    }

    /** Attempts by router and model. */
    private Map<String, Map<String, Long>> went(ReportQuery query) throws Exception {
        Map<String, Map<String, Long>> went = new HashMap<>();
        for (CostRow row : reports.costs(query)) {
            went.computeIfAbsent(row.key().tagValue().orElse(""), router -> new HashMap<>())
                    .merge(
                            row.key().provider().orElse("") + "/"
                                    + row.key().model().orElse(""),
                            row.counts().attempts(),
                            Long::sum);
        }
        return went;
    }

    /** @param went attempts of this router by model */
    private DataTable table(Row router, State state, Map<String, Long> went) {
        String name = router.text("router");
        boolean byWeight = BY_WEIGHT.contains(router.text("strategy"));
        Map<?, ?> models = router.map("models");
        long all = went.values().stream().mapToLong(Long::longValue).sum();
        List<List<Cell>> rows = new ArrayList<>();
        router.map("weights").forEach((target, weight) -> {
            String model = String.valueOf(models.get(target));
            Optional<Row> health = HealthPage.target(state, model);
            boolean weighs = weight instanceof Number number && (byWeight || number.doubleValue() == 0);
            boolean known = summed && isAlone(model, models);
            long attempts = went.getOrDefault(model, 0L);
            rows.add(List.of(
                    Cell.text(String.valueOf(target)),
                    weighs ? Cell.number((Number) weight, weight((Number) weight)) : Cell.NONE,
                    known ? Cell.count(attempts) : Cell.NONE,
                    known
                            ? Shown.percentCell(attempts, all)
                                    .share(Shown.percent(attempts, all).orElse(null))
                            : Cell.NONE,
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
                .note("Defined in " + router.text("definedIn") + "."
                        + (byWeight
                                ? ""
                                : " This strategy does not go by weights; a target of weight 0 is a fallback."));
    }

    /** Whether the ledger can tell a target's attempts: not another router's, nor those of one of two targets of a model. */
    private static boolean isAlone(String model, Map<?, ?> models) {
        return !model.startsWith(ModelRef.ROUTER + "/") && Collections.frequency(models.values(), model) == 1;
    }

    /** Another for each router: what is no small letter and no digit is written as a number. */
    private static String id(String prefix, String router) {
        StringBuilder id = new StringBuilder(prefix);
        router.codePoints().forEach(point -> {
            if (point >= 'a' && point <= 'z' || point >= '0' && point <= '9') {
                id.appendCodePoint(point);
            } else {
                id.append('-').append(Integer.toHexString(point)).append('-');
            }
        });
        return id.toString();
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
