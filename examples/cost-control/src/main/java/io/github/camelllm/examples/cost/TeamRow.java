package io.github.camelllm.examples.cost;

import io.github.camelllm.routes.ledger.report.CostRow;
import io.github.camelllm.routes.ledger.report.Decimals;
import io.github.camelllm.routes.ledger.report.LedgerReports;
import io.github.camelllm.routes.ledger.report.Period;
import io.github.camelllm.routes.ledger.report.ReportQuery;
import io.github.camelllm.routes.ledger.report.ReportQuery.Dimension;
import io.github.camelllm.routes.store.LlmDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a team has done this month.
 *
 * @param calls attempts that were sent
 * @param refused attempts that a budget refused, so that nothing was sent
 * @param downgraded those of the calls that the cheaper model answered
 * @param nanos cost in billionths, by currency
 * @param budget limit of its hard budget, with its currency
 */
record TeamRow(String team, long calls, long refused, long downgraded, SortedMap<String, Long> nanos, String budget) {
    private static final String FORMAT = "%-10s %6s %8s %11s   %-14s %s%n";

    /** @param budgets limits by team */
    static List<TeamRow> read(LlmDatabase ledger, Period period, String cheaperModel, Map<String, String> budgets)
            throws SQLException {
        Map<String, Long> refusals = refusals(ledger, period);
        List<CostRow> costs = new LedgerReports(ledger)
                .costs(ReportQuery.of(period).by(Dimension.MODEL).byTag("team"));
        List<TeamRow> rows = new ArrayList<>();
        for (String team : Inbox.TEAMS) {
            long refused = refusals.getOrDefault(team, 0L);
            long calls = -refused;
            long downgraded = 0;
            SortedMap<String, Long> nanos = new TreeMap<>();
            for (CostRow cost : costs) {
                if (cost.key().tagValue().orElse("").equals(team)) {
                    calls += cost.counts().attempts();
                    downgraded += cost.key().model().orElse("").equals(cheaperModel)
                            ? cost.counts().attempts() - cost.counts().failed()
                            : 0;
                    cost.amounts()
                            .forEach(
                                    (currency, amounts) -> nanos.merge(currency, amounts.totalNanos(), Math::addExact));
                }
            }
            rows.add(new TeamRow(team, calls, refused, downgraded, nanos, budgets.getOrDefault(team, "none")));
        }
        return rows;
    }

    /** Reports do not tell refusals from other failures, so these are counted in the attempts themselves. */
    private static Map<String, Long> refusals(LlmDatabase ledger, Period period) throws SQLException {
        Map<String, Long> refusals = new HashMap<>();
        try (Connection connection = ledger.connection();
                PreparedStatement query = connection.prepareStatement(
                        "select tags::json ->> 'team', count(*) from llm_attempt where error_type = 'budget_exceeded'"
                                + " and started_at >= ? and started_at < ? group by 1")) {
            query.setObject(1, period.from().atOffset(ZoneOffset.UTC));
            query.setObject(2, period.to().atOffset(ZoneOffset.UTC));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    refusals.put(row.getString(1), row.getLong(2));
                }
            }
            connection.rollback();
        }
        return refusals;
    }

    /** All of them in one row. */
    static TeamRow sum(List<TeamRow> rows, String budget) {
        SortedMap<String, Long> nanos = new TreeMap<>();
        rows.forEach(row -> row.nanos.forEach((currency, some) -> nanos.merge(currency, some, Math::addExact)));
        return new TeamRow(
                "company",
                rows.stream().mapToLong(TeamRow::calls).sum(),
                rows.stream().mapToLong(TeamRow::refused).sum(),
                rows.stream().mapToLong(TeamRow::downgraded).sum(),
                nanos,
                budget);
    }

    static String heading() {
        return FORMAT.formatted("", "calls", "refused", "downgraded", "cost", "budget");
    }

    String line() {
        return FORMAT.formatted(team, calls, refused, downgraded, Decimals.text(nanos), budget);
    }
}
