package io.github.camelllm.routes.dashboard;

import io.github.camelllm.budget.BudgetDefinition;
import io.github.camelllm.budget.BudgetState;
import io.github.camelllm.budget.BudgetWindow;
import io.github.camelllm.routes.dashboard.BudgetsPage.Account;
import io.github.camelllm.routes.ledger.report.Grain;
import io.github.camelllm.routes.ledger.report.Period;
import java.math.BigDecimal;
import java.math.MathContext;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** When budgets that have no begin will be spent if they go on as in the last seven days. Thread-safe. */
final class TotalPace {
    /** Each asks the ledger. */
    private static final int MOST_ACCOUNTS = 20;

    private static final Duration LATELY = Duration.ofDays(7);

    private final BudgetSeries series;

    TotalPace(BudgetSeries series) {
        this.series = series;
    }

    /** By account; none for other windows, and where the ledger's sums do not tell. */
    Map<Account, BudgetProjection> of(List<Account> accounts, Instant now) throws SQLException {
        List<Account> total = accounts.stream()
                .filter(account -> account.budget().window() instanceof BudgetWindow.Total window
                        && window.idle().isEmpty()
                        && BudgetProjection.left(account.state()).signum() > 0)
                .limit(MOST_ACCOUNTS)
                .toList();
        Map<Account, BudgetProjection> projections = new HashMap<>();
        for (Account account : total) {
            of(account.budget(), account.state(), now).ifPresent(projection -> projections.put(account, projection));
        }
        return projections;
    }

    private Optional<BudgetProjection> of(BudgetDefinition budget, BudgetState state, Instant now) throws SQLException {
        Instant from = Grain.HOUR.floor(now.minus(LATELY));
        // Reports count whole minutes; the current one is part of it
        Period lately = new Period(from, Grain.MINUTE.next(Grain.MINUTE.floor(now)));
        return series.spent(budget, state.account(), lately, Grain.HOUR)
                .map(spent -> BudgetProjection.at(perSecond(spent, state, from, now), state, now));
    }

    /** What was spent for the first time in these days is taken at the pace since then. */
    private static BigDecimal perSecond(
            SortedMap<Instant, BigDecimal> spent, BudgetState state, Instant from, Instant now) {
        BigDecimal sum = spent.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        boolean isAll = !spent.isEmpty() && sum.compareTo(state.spent().amount()) >= 0;
        Instant begin = isAll ? spent.firstKey() : from;
        long seconds = Math.max(1, Duration.between(begin, now).toSeconds());
        return sum.divide(BigDecimal.valueOf(seconds), MathContext.DECIMAL64);
    }
}
