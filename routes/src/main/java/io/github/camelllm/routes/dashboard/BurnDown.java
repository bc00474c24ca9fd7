package io.github.camelllm.routes.dashboard;

import io.github.camelllm.budget.BudgetDefinition;
import io.github.camelllm.budget.BudgetWindow;
import io.github.camelllm.budget.BudgetWindow.Calendar.Unit;
import io.github.camelllm.routes.dashboard.BudgetsPage.Account;
import io.github.camelllm.routes.dashboard.DataTable.Column;
import io.github.camelllm.routes.ledger.report.Grain;
import io.github.camelllm.routes.ledger.report.Period;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What a budget had left from the begin of its window on, beside an even pace, and what it will have left at the pace so far.
 * For windows of the calendar: others have no begin.
 */
final class BurnDown {
    private final BudgetSeries series;

    BurnDown(BudgetSeries series) {
        this.series = series;
    }

    boolean hasWindow(BudgetDefinition budget) {
        return budget.window() instanceof BudgetWindow.Calendar window && window.unit() != Unit.MINUTE;
    }

    /** Empty if the ledger's sums do not tell. */
    Optional<View.Figure> figure(Account account, Instant now) throws SQLException {
        if (!hasWindow(account.budget()) || !(account.budget().window() instanceof BudgetWindow.Calendar window)) {
            return Optional.empty();
        }
        Instant from = Instant.ofEpochSecond(window.from(now));
        Instant to = window.resetsAt(now).orElseThrow();
        Grain grain = grain(window.unit());
        Optional<SortedMap<Instant, BigDecimal>> spent =
                series.spent(account.budget(), account.state().account(), new Period(from, to), grain);
        return spent.map(amounts -> figure(account, new Pace(from, to, now, grain), amounts));
    }

    private static Grain grain(Unit unit) {
        switch (unit) {
            case HOUR:
                return Grain.MINUTE;
            case DAY:
            case WEEK:
                return Grain.HOUR;
            default:
                return Grain.DAY;
        }
    }

    private record Pace(Instant from, Instant to, Instant now, Grain grain) {
        /** What an even pace has left of a limit at a moment. */
        BigDecimal even(BigDecimal limit, Instant at) {
            BigDecimal whole = BigDecimal.valueOf(Duration.between(from, to).toSeconds());
            BigDecimal left = BigDecimal.valueOf(Duration.between(at, to).toSeconds());
            return limit.multiply(left).divide(whole, MathContext.DECIMAL64).setScale(4, RoundingMode.HALF_EVEN);
        }

        List<Instant> moments() {
            List<Instant> moments = new ArrayList<>();
            for (Instant at = from; at.isBefore(to); at = grain.next(grain.floor(at))) {
                moments.add(at);
            }
            moments.add(to);
            return moments;
        }
    }

    private static View.Figure figure(Account account, Pace pace, SortedMap<Instant, BigDecimal> spent) {
        BigDecimal limit = account.state().limit().amount();
        String currency = account.state().limit().currency();
        BigDecimal perSecond = BudgetProjection.of(account.state(), pace.from(), pace.now())
                .map(BudgetProjection::perSecond)
                .orElse(BigDecimal.ZERO);
        BigDecimal leftNow = limit.subtract(account.state().spent().amount());
        List<List<Cell>> rows = new ArrayList<>();
        BigDecimal left = limit;
        Instant before = Instant.MIN;
        List<Instant> moments = pace.moments();
        for (int i = 0; i < moments.size(); i++) {
            Instant at = moments.get(i);
            if (i > 0) {
                // The first piece is named by its begin in UTC, which may be before that of the window
                for (Map.Entry<Instant, BigDecimal> piece :
                        spent.subMap(before, at).entrySet()) {
                    left = left.subtract(piece.getValue());
                }
                before = at;
            }
            boolean past = !at.isAfter(pace.now());
            // Goes on where the other ends
            boolean lastOfPast =
                    past && i + 1 < moments.size() && moments.get(i + 1).isAfter(pace.now());
            BigDecimal projected = lastOfPast ? left : projected(leftNow, perSecond, pace.now(), at);
            rows.add(List.of(
                    Shown.minute(at),
                    past ? amount(left, currency) : Cell.NONE,
                    amount(pace.even(limit, at), currency),
                    past && !lastOfPast ? Cell.NONE : amount(projected, currency)));
        }
        return new View.Figure(
                DataTable.of(
                                "burn-down",
                                "Left of " + account.name() + ", " + currency,
                                List.of(
                                        Column.text("at", "At (UTC)"),
                                        Column.number("left", "Left"),
                                        Column.number("evenPace", "At an even pace"),
                                        Column.number("projected", "At the pace so far")),
                                rows)
                        .in(currency),
                "line",
                currency);
    }

    private static BigDecimal projected(BigDecimal leftNow, BigDecimal perSecond, Instant now, Instant at) {
        BigDecimal seconds = BigDecimal.valueOf(Duration.between(now, at).toSeconds());
        return leftNow.subtract(perSecond.multiply(seconds))
                .max(BigDecimal.ZERO)
                .setScale(4, RoundingMode.HALF_EVEN);
    }

    private static Cell amount(BigDecimal amount, String currency) {
        return Cell.number(amount, Shown.money(amount, currency));
    }
}
