package io.github.camelllm.routes.dashboard;

import io.github.camelllm.budget.BudgetDefinition;
import io.github.camelllm.budget.BudgetState;
import io.github.camelllm.budget.BudgetWindow;
import io.github.camelllm.routes.dashboard.DataTable.Column;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** What budgets have left, and when they will be spent. */
final class BudgetsPage implements Page {
    private static final int MOST_CHANGES = 50;
    private static final List<Column> COLUMNS = List.of(
            Column.text("budget", "Budget"),
            Column.text("account", "Account"),
            Column.text("kind", "Kind"),
            Column.text("window", "Window"),
            Column.number("limit", "Limit"),
            Column.number("spent", "Spent"),
            Column.number("reserved", "Set aside"),
            Column.number("left", "Left"),
            Column.number("usedPercent", "Used"),
            Column.text("resetsAt", "Begins anew (UTC)"),
            Column.text("exhausted", "Spent at this pace"));

    private final BudgetAccounts accounts;
    private final TimedQueries queries;
    private final BurnDown burnDown;
    private final TotalPace totalPace;
    private final Clock clock;

    BudgetsPage(
            RunningComponents components, TimedQueries queries, BudgetSeries series, Duration timeout, Clock clock) {
        this.accounts = new BudgetAccounts(components, queries, timeout);
        this.queries = queries;
        this.burnDown = new BurnDown(series);
        this.totalPace = new TotalPace(series);
        this.clock = clock;
    }

    /** An account, its budget's definition and how it is doing. */
    record Account(BudgetDefinition budget, BudgetState state) {
        String name() {
            return budget.accountName(state.account());
        }

        BigDecimal used() {
            BigDecimal limit = state.limit().amount();
            BigDecimal gone = limit.subtract(BudgetProjection.left(state));
            return limit.signum() == 0
                    ? BigDecimal.valueOf(100)
                    : gone.multiply(BigDecimal.valueOf(100)).divide(limit, 1, RoundingMode.HALF_UP);
        }
    }

    @Override
    public String name() {
        return "budgets";
    }

    @Override
    public View view(DashboardRequest request) throws Exception {
        View.Builder view = View.of(name(), "Budgets");
        Optional<String> wanted = request.parameter("account");
        Instant now = clock.instant();
        BudgetAccounts.Found found;
        try {
            found = accounts.find(wanted, now);
        } catch (ExecutionException e) {
            return notAsked(view, Optional.ofNullable(e.getCause()).orElse(e));
        } catch (TimeoutException e) {
            return notAsked(view, e);
        }
        if (found.accounts().isEmpty()) {
            view.intro(
                    found.anyBudget()
                            ? "No budget has an account yet: an account begins with its first call, and budgets of single"
                                    + " calls have none."
                            : "No budget is defined in this process.");
        }
        Optional<Account> shown = wanted.isPresent()
                ? found.wanted()
                : found.accounts().stream()
                        .filter(account -> burnDown.hasWindow(account.budget()))
                        .findFirst();
        if (wanted.isPresent() && shown.isEmpty()) {
            view.problem("There is no account of this name.");
        }
        view.table(table(found, now));
        if (shown.isPresent()) {
            Optional<View.Figure> figure = burnDown.figure(shown.get(), now);
            figure.ifPresent(view::figure);
            if (figure.isEmpty() && wanted.isPresent()) {
                view.intro("The ledger's sums do not tell how this account went: its window has no begin, or its scope"
                        + " needs more than one tag.");
            }
        }
        return view.table(changes()).build();
    }

    /** Names the kind of failure only: its words may tell more than a page should. */
    private View notAsked(View.Builder view, Throwable why) throws SQLException {
        return view.problem("The store of budgets cannot be asked now: "
                        + why.getClass().getSimpleName())
                .table(changes())
                .build();
    }

    private DataTable table(BudgetAccounts.Found found, Instant now) throws SQLException {
        List<Account> accounts = new ArrayList<>(found.accounts());
        // One that was asked for has its figure; this makes it a row as well
        found.wanted().filter(account -> !accounts.contains(account)).ifPresent(accounts::add);
        Map<Account, BudgetProjection> total = totalPace.of(accounts, now);
        List<List<Cell>> rows = new ArrayList<>();
        for (Account account : accounts) {
            rows.add(row(account, Optional.ofNullable(total.get(account)), now));
        }
        return DataTable.of("budgets", "What is left", COLUMNS, rows)
                .in(accounts.stream()
                        .map(account -> account.state().limit().currency())
                        .toList())
                .note("Set aside is what attempts under way may cost at most."
                        + (found.more()
                                ? " Some accounts are left out: those of which least is used. Name one in the address,"
                                        + " as in ?account=team-month/team=search."
                                : ""));
    }

    private List<Cell> row(Account account, Optional<BudgetProjection> total, Instant now) {
        BudgetState state = account.state();
        String currency = state.limit().currency();
        BigDecimal left = BudgetProjection.left(state);
        BigDecimal used = account.used();
        String tone = used.compareTo(BigDecimal.valueOf(100)) >= 0
                ? "bad"
                : used.compareTo(BigDecimal.valueOf(80)) >= 0 ? "warn" : "";
        return List.of(
                Cell.link(state.budget(), Links.to(name(), "account", account.name())),
                Cell.text(Optional.of(state.account()).filter(text -> !text.isEmpty())),
                Cell.text(state.hard() ? "hard" : "soft"),
                Cell.text(account.budget().window().words()),
                amount(state.limit().amount(), currency),
                amount(state.spent().amount(), currency),
                amount(state.reserved().amount(), currency),
                amount(left, currency).tone(tone),
                Cell.number(used, used.toPlainString() + " %")
                        .share(used.min(BigDecimal.valueOf(100)).max(BigDecimal.ZERO))
                        .tone(tone),
                Cell.text(state.resetsAt().map(Shown::minutes)),
                exhausted(account, total, now));
    }

    private static Cell amount(BigDecimal amount, String currency) {
        return Cell.number(amount, Shown.money(amount, currency));
    }

    /** @param total the projection of a budget that never begins anew */
    private static Cell exhausted(Account account, Optional<BudgetProjection> total, Instant now) {
        if (BudgetProjection.left(account.state()).signum() <= 0) {
            return Cell.text("nothing left").tone("bad");
        }
        if (!(account.budget().window() instanceof BudgetWindow.Calendar window)) {
            return total.map(projection -> exhausted(projection, now, "not within ten years"))
                    .orElse(Cell.NONE);
        }
        return BudgetProjection.of(account.state(), Instant.ofEpochSecond(window.from(now)), now)
                .map(projection -> exhausted(projection, now, "not before it begins anew"))
                .orElse(Cell.NONE);
    }

    private static Cell exhausted(BudgetProjection projection, Instant now, String otherwise) {
        return projection
                .exhausted()
                .map(at -> Cell.text(Shown.minutes(at) + ", in " + Shown.longDuration(Duration.between(now, at)))
                        .tone("warn"))
                .orElse(Cell.text(otherwise).tone("good"));
    }

    private DataTable changes() throws SQLException {
        List<List<Cell>> rows = queries.list(
                "select at, kind, name, actor, before_text, after_text from llm_audit order by at desc, id desc",
                MOST_CHANGES,
                List.of(),
                row -> List.of(
                        Cell.text(Shown.seconds(
                                row.getObject("at", OffsetDateTime.class).toInstant())),
                        Cell.text(row.getString("kind")),
                        Cell.text(row.getString("name")),
                        Cell.text(row.getString("actor")),
                        Cell.text(TimedQueries.text(row, "before_text")),
                        Cell.text(TimedQueries.text(row, "after_text"))));
        return DataTable.of(
                "audit",
                "Latest changes of budgets and limits",
                List.of(
                        Column.text("at", "At (UTC)"),
                        Column.text("kind", "What"),
                        Column.text("name", "Name"),
                        Column.text("actor", "By"),
                        Column.text("before", "Before"),
                        Column.text("after", "Since")),
                rows);
    }
}
