package io.github.camelllm.routes.dashboard;

import io.github.camelllm.component.LlmPolicies;
import io.github.camelllm.limit.LimitDefinition;
import io.github.camelllm.routes.dashboard.DataTable.Column;
import io.github.camelllm.routes.dashboard.RunningComponents.Row;
import io.github.camelllm.routes.dashboard.RunningComponents.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Circuits and latencies of targets, rate limits and who waits for them, and caches, as this process sees them. */
final class HealthPage implements Page {
    private static final int REFRESH_SECONDS = 2;

    private final RunningComponents components;

    HealthPage(RunningComponents components) {
        this.components = components;
    }

    @Override
    public String name() {
        return "health";
    }

    @Override
    public View view(DashboardRequest request) {
        State state = components.state();
        View.Builder view = View.of(name(), "Limits and health")
                .intro("As this process sees it, since it started.")
                .problem(state.problem("policiesNotChanged")
                        .map(problem -> "Newer definitions of limits or budgets are not in use: " + problem)
                        .or(() -> state.problem("catalogNotChanged")
                                .map(problem -> "Newer providers, models or prices are not in use: " + problem))
                        .orElse(""))
                .refreshSeconds(REFRESH_SECONDS);
        return view.table(targets(state))
                .table(limits())
                .table(LimitLevels.table(LimitLevels.of(components.policies())))
                .table(queues(state))
                .table(caches(state))
                .build();
    }

    private static DataTable targets(State state) {
        List<List<Cell>> rows = new ArrayList<>();
        for (Row target : state.rows("targets")) {
            long failures = target.count("failures");
            rows.add(List.of(
                    Cell.text(target.text("target")),
                    circuit(target.text("circuit")),
                    Shown.duration(
                            target.number("reopensInMillis").map(millis -> Duration.ofMillis(millis.longValue()))),
                    Cell.count(target.count("underWay")),
                    Cell.count(target.count("calls")),
                    failures == 0 ? Cell.count(0) : Cell.count(failures).tone("bad"),
                    Shown.duration(target.number("latencyMillis").map(millis -> Duration.ofMillis(millis.longValue()))),
                    Shown.duration(
                            target.number("firstChunkMillis").map(millis -> Duration.ofMillis(millis.longValue()))),
                    target.number("outputTokensPerSecond")
                            .map(rate -> Cell.number(rate, Shown.count(rate.longValue())))
                            .orElse(Cell.NONE)));
        }
        return DataTable.of(
                        "targets",
                        "Targets",
                        List.of(
                                Column.text("target", "Target"),
                                Column.text("circuit", "Circuit"),
                                Column.number("reopensInMs", "Tried again in"),
                                Column.number("underWay", "Under way"),
                                Column.number("attempts", "Attempts"),
                                Column.number("failures", "Failures"),
                                Column.number("latencyMs", "Latency lately"),
                                Column.number("firstChunkMs", "First token lately"),
                                Column.number("outputTokensPerSecond", "Tokens a second")),
                        rows)
                .note("A circuit that is open lets no calls through until its provider has had a rest.");
    }

    static Cell circuit(String circuit) {
        switch (circuit) {
            case "closed":
                return Cell.text("closed").tone("good");
            case "open":
                return Cell.text("open").tone("bad");
            default:
                return Cell.text(circuit.replace('_', ' ')).tone("warn");
        }
    }

    private DataTable limits() {
        List<List<Cell>> rows = new ArrayList<>();
        for (LlmPolicies policies : components.policies()) {
            for (LimitDefinition limit : policies.getLimitDefinitions()) {
                rows.add(List.of(Cell.text(limit.name()), Cell.text(limit.toString()), Cell.text(limit.definedIn())));
            }
        }
        return DataTable.of(
                "limits",
                "Rate limits",
                List.of(
                        Column.text("limit", "Limit"),
                        Column.text("definition", "What it says"),
                        Column.text("definedIn", "Defined in")),
                rows);
    }

    private static DataTable queues(State state) {
        List<List<Cell>> rows = new ArrayList<>();
        for (Row limits : state.rows("limits")) {
            for (Map.Entry<?, ?> waiting : limits.map("waiting").entrySet()) {
                long count = waiting.getValue() instanceof Number number ? number.longValue() : 0;
                rows.add(List.of(
                        Cell.text(String.valueOf(waiting.getKey())),
                        Cell.count(count),
                        Cell.text(limits.text("store") + ", " + limits.text("storeState"))));
            }
            String held = limits.list("heldByProvider");
            if (!held.isEmpty()) {
                rows.add(List.of(
                        Cell.text(held),
                        Cell.NONE,
                        Cell.text("held: the provider says that nothing is left for now")
                                .tone("warn")));
            }
        }
        return DataTable.of(
                "waiting",
                "Attempts that wait for their turn",
                List.of(
                        Column.text("account", "Limit"),
                        Column.number("waiting", "Waiting"),
                        Column.text("state", "State")),
                rows);
    }

    private static DataTable caches(State state) {
        List<List<Cell>> rows = new ArrayList<>();
        for (Row cache : state.rows("caches")) {
            long hits = cache.count("hits") + cache.count("semanticHits") + cache.count("coalesced");
            rows.add(List.of(
                    Cell.text("cache"),
                    Cell.count(cache.count("hits")),
                    Cell.count(cache.count("semanticHits")),
                    Cell.count(cache.count("coalesced")),
                    Cell.count(cache.count("misses")),
                    Shown.percentCell(hits, hits + cache.count("misses")),
                    Cell.count(cache.count("bypassed")),
                    Cell.count(cache.count("storeFailures"))));
        }
        return DataTable.of(
                "caches",
                "Our cache of answers",
                List.of(
                        Column.text("cache", "Cache"),
                        Column.number("hits", "Same question"),
                        Column.number("semanticHits", "Similar question"),
                        Column.number("coalesced", "Asked at once"),
                        Column.number("misses", "Misses"),
                        Column.number("hitPercent", "Hit rate"),
                        Column.number("bypassed", "Bypassed"),
                        Column.number("storeFailures", "Store failures")),
                rows);
    }

    /** How a model does; empty if that is not known, or if it is asked at several addresses or with several keys. */
    static Optional<Row> target(State state, String model) {
        List<Row> found = state.rows("targets").stream()
                .filter(target -> target.text("target").equals(model))
                .toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }
}
