package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.dashboard.CallQueries.CallSum;
import io.github.camelllm.routes.dashboard.CallQueries.Listed;
import io.github.camelllm.routes.dashboard.DataTable.Column;
import io.github.camelllm.routes.dashboard.View.Field;
import io.github.camelllm.routes.dashboard.View.Field.Option;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Calls, the newest first. */
final class CallsPage implements Page {
    private static final List<Column> COLUMNS = List.of(
            Column.text("startedAt", "Started (UTC)"),
            Column.text("callId", "Call"),
            Column.text("provider", "Provider"),
            Column.text("model", "Model"),
            Column.text("outcome", "Outcome"),
            Column.text("errorType", "Error"),
            Column.number("attempts", "Attempts"),
            Column.number("latencyMs", "Latency"),
            Column.number("firstChunkMs", "First token"),
            Column.number("inputTokens", "Tokens in"),
            Column.number("outputTokens", "Tokens out"),
            Column.number("cost", "Cost"),
            Column.text("route", "Route"));
    private static final int COST = COLUMNS.size() - 2;

    private static final int MOST_IN_CSV = 10_000;

    private final CallQueries queries;

    CallsPage(CallQueries queries) {
        this.queries = queries;
    }

    @Override
    public String name() {
        return "calls";
    }

    @Override
    public View view(DashboardRequest request) throws Exception {
        CallFilter filter = CallFilter.of(request);
        Optional<CallCursor> before = CallCursor.of(request.parameter("before"));
        Optional<CallCursor> after = CallCursor.of(request.parameter("after"));
        boolean newer = after.isPresent();
        Listed listed = queries.page(filter, newer ? after : before, newer, CallQueries.PAGE);
        if (request.isCsv()) {
            return View.of(name(), "Calls")
                    .table(new CallsCsv(queries, MOST_IN_CSV).table(filter, listed))
                    .build();
        }
        View.Builder view = fields(View.of(name(), "Calls"), request)
                .intro("A call is shown by the last of its attempts that the filter lets through.")
                .table(table(listed));
        paging(view, request, listed, before.isPresent(), newer);
        return view.build();
    }

    private static View.Builder fields(View.Builder view, DashboardRequest request) {
        List<Option> outcomes = Stream.concat(
                        Stream.of(new Option("", "any")),
                        CallFilter.OUTCOMES.stream().map(name -> new Option(name, name.toLowerCase(Locale.ROOT))))
                .toList();
        return view.field(field(request, "from", "From (UTC)", "datetime-local"))
                .field(field(request, "to", "To (UTC)", "datetime-local"))
                .field(field(request, "provider", "Provider", "text"))
                .field(field(request, "model", "Model", "text"))
                .field(Field.select(
                        "outcome", "Outcome", request.parameter("outcome").orElse(""), outcomes))
                .field(field(request, "tag", "Tag", "text"))
                .field(field(request, "tagValue", "Value of the tag", "text"));
    }

    private static Field field(DashboardRequest request, String name, String title, String type) {
        return new Field(name, title, type, request.parameter(name).orElse(""), List.of());
    }

    private DataTable table(Listed listed) throws Exception {
        Map<UUID, CallSum> sums = queries.sums(
                listed.attempts().stream().map(AttemptView::callId).distinct().toList());
        List<List<Cell>> rows = new ArrayList<>();
        for (AttemptView attempt : listed.attempts()) {
            rows.add(row(attempt, Optional.ofNullable(sums.get(attempt.callId()))));
        }
        return DataTable.of("calls", "Calls", COLUMNS, rows)
                .note("As CSV, up to " + Shown.count(MOST_IN_CSV) + " calls from here on.");
    }

    /** Columns before the cost. */
    static List<Column> commonColumns() {
        return COLUMNS.subList(0, COST);
    }

    private static List<Cell> row(AttemptView attempt, Optional<CallSum> sum) {
        List<Cell> cells = new ArrayList<>(commonCells(attempt, sum));
        cells.add(sum.map(CallsPage::cost).orElse(Cell.NONE));
        cells.add(route(attempt));
        return cells;
    }

    static Cell route(AttemptView attempt) {
        return Cell.text(Optional.ofNullable(attempt.tags().get("routeId")));
    }

    /** Those of {@link #commonColumns}. */
    static List<Cell> commonCells(AttemptView attempt, Optional<CallSum> sum) {
        String id = attempt.callId().toString();
        return List.of(
                new Cell(attempt.startedAt().toString(), Shown.seconds(attempt.startedAt()), "", null, null, ""),
                new Cell(id, id.substring(0, 8) + "…", "", Links.to("call", "id", id), null, ""),
                Cell.text(attempt.provider()),
                Cell.text(attempt.requestModel()),
                attempt.cacheHit().isPresent() ? Cell.text("from cache").tone("good") : attempt.outcomeCell(),
                Cell.text(attempt.errorType()),
                sum.map(known -> Cell.count(known.attempts())).orElse(Cell.NONE),
                Shown.duration(Optional.of(attempt.latency())),
                Shown.duration(attempt.firstChunk()),
                attempt.inputTokens().isPresent()
                        ? Cell.count(attempt.inputTokens().getAsLong())
                        : Cell.NONE,
                attempt.outputTokens().isPresent()
                        ? Cell.count(attempt.outputTokens().getAsLong())
                        : Cell.NONE);
    }

    /** Of all attempts of the call. */
    static Cell cost(CallSum sum) {
        List<String> amounts = new ArrayList<>();
        sum.costNanos().forEach((currency, nanos) -> amounts.add(Shown.money(nanos, currency)));
        if (amounts.isEmpty()) {
            return sum.unpriced() == 0 ? Cell.NONE : Cell.UNKNOWN;
        }
        Cell cost = Cell.text(String.join(", ", amounts));
        return sum.unpriced() == 0 ? cost : cost.plusUnknown(sum.unpriced());
    }

    private void paging(
            View.Builder view, DashboardRequest request, Listed listed, boolean beforeGiven, boolean newer) {
        Map<String, String> filter = new LinkedHashMap<>(request.query());
        filter.remove("before");
        filter.remove("after");
        List<AttemptView> attempts = listed.attempts();
        if (beforeGiven || newer) {
            view.paging("Newest", Links.to(name()) + Links.query(filter));
        }
        if (attempts.isEmpty()) {
            return;
        }
        if (newer ? listed.more() : beforeGiven) {
            view.paging("Newer", Links.to(name()) + Links.query(Links.with(filter, "after", cursor(attempts.get(0)))));
        }
        if (newer || listed.more()) {
            AttemptView last = attempts.get(attempts.size() - 1);
            view.paging("Older", Links.to(name()) + Links.query(Links.with(filter, "before", cursor(last))));
        }
    }

    private static String cursor(AttemptView attempt) {
        return CallCursor.of(attempt).toString();
    }
}
