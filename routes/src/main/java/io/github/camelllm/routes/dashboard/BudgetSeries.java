package io.github.camelllm.routes.dashboard;

import io.github.camelllm.budget.BudgetDefinition;
import io.github.camelllm.routes.ledger.report.CostRow;
import io.github.camelllm.routes.ledger.report.Decimals;
import io.github.camelllm.routes.ledger.report.Grain;
import io.github.camelllm.routes.ledger.report.LedgerReports;
import io.github.camelllm.routes.ledger.report.Period;
import io.github.camelllm.routes.ledger.report.ReportQuery;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What an account of a budget spent when, from the sums of the ledger. Thread-safe. */
final class BudgetSeries {
    private static final int MOST_QUERIES = 20;

    private final LedgerReports reports;
    private final List<String> tags;

    /** @param tags those that the ledger keeps sums for */
    BudgetSeries(LedgerReports reports, List<String> tags) {
        this.reports = reports;
        this.tags = tags;
    }

    /**
     * Amounts in the budget's currency by when their piece of time begins; pieces without any are left out. Empty if sums do
     * not tell, such as for a scope of two tags.
     */
    Optional<SortedMap<Instant, BigDecimal>> spent(BudgetDefinition budget, String account, Period period, Grain grain)
            throws SQLException {
        Optional<List<ReportQuery>> queries = queries(budget, account, period, grain);
        if (queries.isEmpty()) {
            return Optional.empty();
        }
        SortedMap<Instant, BigDecimal> spent = new TreeMap<>();
        for (ReportQuery query : queries.get()) {
            for (CostRow row : reports.costs(query)) {
                row.amounts().forEach((currency, amounts) -> rate(budget, currency)
                        .ifPresent(rate -> spent.merge(
                                row.key().begin().orElseThrow(),
                                Decimals.of(amounts.totalNanos()).multiply(rate),
                                BigDecimal::add)));
            }
        }
        return Optional.of(spent);
    }

    private static Optional<BigDecimal> rate(BudgetDefinition budget, String currency) {
        return budget.limit().currency().equals(currency)
                ? Optional.of(BigDecimal.ONE)
                : Optional.ofNullable(budget.exchangeRates().get(currency));
    }

    private Optional<List<ReportQuery>> queries(BudgetDefinition budget, String account, Period period, Grain grain) {
        Map<String, String> own = values(account);
        List<ReportQuery> queries = List.of(ReportQuery.of(period).over(grain));
        int tagDimensions = 0;
        for (Map.Entry<String, Set<String>> dimension :
                budget.scope().dimensions().entrySet()) {
            String name = dimension.getKey().equals("route") ? "routeId" : dimension.getKey();
            boolean isTag = !Set.of("provider", "model", "operation").contains(name);
            List<String> values = dimension.getValue().isEmpty()
                    ? List.of(own.getOrDefault(dimension.getKey(), ""))
                    : List.copyOf(dimension.getValue());
            tagDimensions += isTag ? 1 : 0;
            // Sums know one tag at a time, and no attempts without it; a hash of a long value is not the value
            if (isTag && (tagDimensions > 1 || !tags.contains(name))
                    || values.stream().anyMatch(value -> value.isEmpty() || value.startsWith("sha256:"))
                    || queries.size() * values.size() > MOST_QUERIES) {
                return Optional.empty();
            }
            List<ReportQuery> narrower = new ArrayList<>();
            queries.forEach(query -> values.forEach(value -> narrower.add(narrowed(query, name, value))));
            queries = narrower;
        }
        return Optional.of(queries);
    }

    private static ReportQuery narrowed(ReportQuery query, String name, String value) {
        switch (name) {
            case "provider":
                return query.provider(value);
            case "model":
                return query.model(value);
            case "operation":
                return query.operation(value);
            default:
                return query.tagged(name, value);
        }
    }

    /** The values in an account's name, such as {@code team=search,user=ann}. */
    private static Map<String, String> values(String account) {
        Map<String, String> values = new HashMap<>();
        for (String pair : account.split(",")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                // Only what is escaped there is unescaped: a plus stays one
                values.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1).replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        return values;
    }
}
