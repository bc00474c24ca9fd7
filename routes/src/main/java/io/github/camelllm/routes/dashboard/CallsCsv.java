package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.dashboard.CallQueries.CallSum;
import io.github.camelllm.routes.dashboard.CallQueries.Listed;
import io.github.camelllm.routes.dashboard.DataTable.Column;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** Many calls for programs and spreadsheets, read page by page: each query is as short as that of a page. Thread-safe. */
final class CallsCsv {
    private static final int PAGE = 500;

    private final CallQueries queries;
    private final int most;

    /** @param most calls */
    CallsCsv(CallQueries queries, int most) {
        this.queries = queries;
        this.most = most;
    }

    /**
     * Calls that a filter lets through, the newest first.
     *
     * @param first the page that they begin with
     */
    DataTable table(CallFilter filter, Listed first) throws SQLException {
        List<Column> columns = new ArrayList<>(CallsPage.commonColumns());
        columns.add(Column.number("cost", "Cost"));
        columns.add(Column.text("currency", "Currency"));
        columns.add(Column.text("otherCosts", "Costs in other currencies"));
        columns.add(Column.number("unpricedAttempts", "Attempts of unknown cost"));
        columns.add(Column.text("route", "Route"));
        List<List<Cell>> rows = new ArrayList<>();
        List<AttemptView> page = first.attempts();
        while (!page.isEmpty()) {
            addRows(page, rows);
            CallCursor behind = CallCursor.of(page.get(page.size() - 1));
            int size = Math.min(PAGE, most - rows.size());
            page = size > 0
                    ? queries.page(filter, Optional.of(behind), false, size).attempts()
                    : List.of();
        }
        return DataTable.of("calls", "Calls", columns, rows);
    }

    private void addRows(List<AttemptView> page, List<List<Cell>> rows) throws SQLException {
        Map<UUID, CallSum> sums =
                queries.sums(page.stream().map(AttemptView::callId).distinct().toList());
        for (AttemptView attempt : page) {
            Optional<CallSum> sum = Optional.ofNullable(sums.get(attempt.callId()));
            List<Cell> cells = new ArrayList<>(CallsPage.commonCells(attempt, sum));
            cells.addAll(cost(sum));
            cells.add(CallsPage.route(attempt));
            rows.add(cells);
        }
    }

    /** The amount and its currency; of amounts in several currencies the first by the currency's name. */
    private static List<Cell> cost(Optional<CallSum> sum) {
        List<Map.Entry<String, Long>> amounts =
                sum.map(known -> List.copyOf(known.costNanos().entrySet())).orElse(List.of());
        Cell unpriced = sum.map(known -> Cell.count(known.unpriced())).orElse(Cell.NONE);
        if (amounts.isEmpty()) {
            return List.of(Cell.NONE, Cell.NONE, Cell.NONE, unpriced);
        }
        Map.Entry<String, Long> first = amounts.get(0);
        String others = amounts.subList(1, amounts.size()).stream()
                .map(amount -> Shown.money(amount.getValue(), amount.getKey()))
                .collect(Collectors.joining(", "));
        return List.of(
                UsageTable.amount(first.getValue(), first.getKey()),
                Cell.text(first.getKey()),
                others.isEmpty() ? Cell.NONE : Cell.text(others),
                unpriced);
    }
}
