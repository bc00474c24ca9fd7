package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.dashboard.DataTable.Column;
import io.github.camelllm.routes.dashboard.View.Field;
import io.github.camelllm.routes.dashboard.View.Field.Option;
import io.github.camelllm.routes.ledger.report.CostRow;
import io.github.camelllm.routes.ledger.report.LatencyRow;
import io.github.camelllm.routes.ledger.report.LedgerReports;
import io.github.camelllm.routes.ledger.report.Period;
import io.github.camelllm.routes.ledger.report.ReportKey;
import io.github.camelllm.routes.ledger.report.ReportQuery;
import io.github.camelllm.routes.ledger.report.ReportQuery.Dimension;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Attempts of a period by provider, model, operation, route, key or another tag that the ledger keeps sums for. */
final class BreakdownPage implements Page {
    /** Before the name of a tag, in the parameter {@code by}. */
    private static final String TAG = "tag.";

    private static final int REFRESH_SECONDS = 10;

    private final LedgerReports reports;
    private final List<String> tags;
    private final Clock clock;

    BreakdownPage(LedgerReports reports, List<String> tags, Clock clock) {
        this.reports = reports;
        this.tags = tags;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "breakdown";
    }

    @Override
    public View view(DashboardRequest request) throws Exception {
        PeriodChoice choice = PeriodChoice.of(request, PeriodChoice.MONTH);
        Period period = choice.period(clock);
        String by = by(request);
        UsageFilter filter = UsageFilter.of(request, tags);
        View.Builder view = View.of(name(), "Breakdown")
                .periods(choice.choices(name(), request.query()))
                .refreshSeconds(choice.refreshSeconds() == 0 ? 0 : Math.max(REFRESH_SECONDS, choice.refreshSeconds()))
                .field(Field.hidden("period", choice.id()))
                .field(Field.select("by", "By", by, options()));
        filter.fields(tags).forEach(view::field);
        if (by.startsWith(TAG)) {
            view.intro("Attempts without this tag are in no row.");
        }
        DataTable table = table(by, filter, period);
        if (!filter.isEmpty()) {
            ReportQuery series = filter.on(ReportQuery.of(period).over(choice.grain()));
            new UsageCharts(choice.pieces(period), reports.costs(series), reports.latencies(series))
                    .figures()
                    .forEach(view::figure);
        }
        return view.table(table).build();
    }

    private DataTable table(String by, UsageFilter filter, Period period) throws Exception {
        ReportQuery all = ReportQuery.of(period);
        ReportQuery query =
                filter.on(by.startsWith(TAG) ? all.byTag(by.substring(TAG.length())) : all.by(dimensions(by)));
        List<CostRow> costs = reports.costs(query);
        // Each value has many classes of durations
        boolean many = costs.size() > UsageTable.MOST_ROWS;
        Map<ReportKey, LatencyRow> latencies = new HashMap<>();
        if (!many && !by.equals("operation")) {
            reports.latencies(query).forEach(row -> latencies.put(row.key(), row));
        }
        DataTable table = new UsageTable(costs, latencies)
                .table("breakdown", "By " + title(by), columns(by), key -> cells(by, key, filter, period));
        return many ? table.note(table.note() + " Latencies are left out where there are so many.") : table;
    }

    private String by(DashboardRequest request) {
        String by = request.parameter("by").orElse("model");
        if (options().stream().noneMatch(option -> option.value().equals(by))) {
            throw new IllegalArgumentException("by: expected one of "
                    + String.join(", ", options().stream().map(Option::value).toList()) + ", but came '" + by
                    + "'; llm.ledger.tags names the tags that sums are kept for");
        }
        return by;
    }

    private List<Option> options() {
        return Stream.concat(
                        Stream.of("provider", "model", "operation"),
                        tags.stream().map(name -> TAG + name))
                .map(by -> new Option(by, title(by)))
                .toList();
    }

    private static String title(String by) {
        switch (by) {
            case TAG + "routeId":
                return "route";
            case TAG + "key":
                return "key";
            case TAG + "router":
                return "router";
            default:
                return by.startsWith(TAG) ? "tag " + by.substring(TAG.length()) : by;
        }
    }

    private static Dimension[] dimensions(String by) {
        switch (by) {
            case "provider":
                return new Dimension[] {Dimension.PROVIDER};
            case "operation":
                return new Dimension[] {Dimension.OPERATION};
            default:
                return new Dimension[] {Dimension.PROVIDER, Dimension.MODEL};
        }
    }

    private static List<Column> columns(String by) {
        List<Column> columns = new ArrayList<>();
        if (by.equals("model")) {
            columns.add(Column.text("provider", "Provider"));
        }
        columns.add(Column.text(by, by.startsWith(TAG) ? by.substring(TAG.length()) : capitalized(by)));
        return columns;
    }

    private static String capitalized(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    private static List<Cell> cells(String by, ReportKey key, UsageFilter filter, Period period) {
        String provider = key.provider().orElse("");
        if (by.startsWith(TAG)) {
            String value = key.tagValue().orElse("");
            return List.of(
                    Cell.link(value, filter.calls(period, "tag", by.substring(TAG.length()), "tagValue", value)));
        }
        switch (by) {
            case "provider":
                return List.of(Cell.link(provider, filter.calls(period, "provider", provider)));
            case "operation":
                return List.of(Cell.text(key.operation()));
            default:
                String model = key.model().orElse("");
                return List.of(
                        Cell.text(provider),
                        Cell.link(model, filter.calls(period, "provider", provider, "model", model)));
        }
    }
}
