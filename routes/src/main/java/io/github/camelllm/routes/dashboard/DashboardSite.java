package io.github.camelllm.routes.dashboard;

import io.github.camelllm.routes.deadletters.DeadLetters;
import io.github.camelllm.routes.gateway.keys.OidcClient;
import io.github.camelllm.routes.ledger.LedgerDatabase;
import io.github.camelllm.routes.ledger.report.LedgerReports;
import io.github.camelllm.routes.quality.Leaderboard;
import io.github.camelllm.routes.quality.WeightsTable;
import io.github.camelllm.routes.store.DatabaseErrors;
import io.github.camelllm.routes.store.LlmDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests: who is let in, and which page they get. Thread-safe; blocks while the database answers. */
final class DashboardSite {
    private static final Logger LOG = LoggerFactory.getLogger(DashboardSite.class);
    /** Rows of the database that one report may have. */
    private static final int MOST_REPORT_ROWS = 100_000;
    /** What PostgreSQL and H2 say when a query took too long. */
    private static final List<String> CANCELLED = List.of("57014", "HYT00");

    private final DashboardSettings settings;
    private final StaticFiles files;
    private final Templates templates;
    private final Access access;
    private final Map<String, Page> pages;

    /** @throws IllegalStateException if a library that it needs is not on the class path */
    DashboardSite(CamelContext context, DashboardSettings settings, Clock clock) {
        this.settings = settings;
        this.files = new StaticFiles();
        this.templates =
                new Templates(files.addresses(), settings.sessionSecret().isPresent());
        this.pages = pages(context, settings.queryTimeout(), clock).stream()
                .collect(Collectors.toUnmodifiableMap(Page::name, Function.identity()));
        this.access = new Access(
                settings,
                templates,
                clock,
                pages::containsKey,
                DeadLetters.find(context).map(DeadLetters::formSecret),
                oidc -> OidcClient.of(
                        context, OidcSettings.PREFIX, oidc.issuer(), oidc.clientId(), oidc.clientSecret(), clock));
    }

    private static List<Page> pages(CamelContext context, Duration timeout, Clock clock) {
        LlmDatabase database = LedgerDatabase.of(context);
        List<String> tags = LedgerDatabase.summedTags(context);
        LedgerReports reports = new LedgerReports(database, timeout, MOST_REPORT_ROWS);
        TimedQueries queries = new TimedQueries(database, timeout);
        CallQueries calls = new CallQueries(queries);
        RunningComponents components = new RunningComponents(context);
        Leaderboard leaderboard = new Leaderboard(database, timeout);
        return List.of(
                new OverviewPage(reports, clock),
                new BreakdownPage(reports, tags, clock),
                new CallsPage(calls),
                new CallPage(calls, new CallJudgements(queries)),
                new BudgetsPage(components, queries, new BudgetSeries(reports, tags), timeout, clock),
                new HealthPage(components),
                new RoutersPage(components, reports, new WeightsTable(database), tags, clock),
                new ComparePage(components, reports, leaderboard, clock),
                new QualityPage(context, leaderboard, clock),
                new DeadLettersPage(DeadLetters.find(context)),
                new PricesPage(components, reports, clock));
    }

    DashboardResponse answer(DashboardRequest request) {
        boolean post = request.method().equals("POST");
        if (!post && !request.method().equals("GET")) {
            return DashboardResponse.text(405, "Only GET is understood here.").with("Allow", "GET");
        }
        if (request.path().isEmpty()) {
            // Pages stand beside each other below the mount point, which must end with a slash for that
            String last = settings.path().substring(settings.path().lastIndexOf('/') + 1);
            return DashboardResponse.redirect(308, last + "/" + Links.query(request.query()));
        }
        if (request.name().startsWith(StaticFiles.FOLDER)) {
            return files.get(request).orElseGet(() -> notFound(request));
        }
        if (request.name().equals("login")) {
            return access.login(request);
        }
        if (request.name().equals("signin") && !post) {
            return access.start(request).orElseGet(() -> notFound(request));
        }
        if (request.name().equals(Oidc.CALLBACK) && !post) {
            return access.finish(request).orElseGet(() -> notFound(request));
        }
        if (request.name().equals("logout") && post) {
            return access.logout(request);
        }
        if (post) {
            return pages.get(request.page()) instanceof ActionPage page
                    ? access.check(request).orElseGet(() -> act(page, request))
                    : DashboardResponse.text(405, "Only GET is understood here.")
                            .with("Allow", "GET");
        }
        return access.check(request).orElseGet(() -> page(request));
    }

    private DashboardResponse act(ActionPage page, DashboardRequest request) {
        Visitor visitor = access.visitor(request);
        if (!visitor.administers()) {
            return error(403, "You may only look", "Whoever signs in as an administrator may do this.");
        }
        if (!access.isOwnForm(request)) {
            return error(403, "This form is not from here", "Open the page again, and do it there.");
        }
        return answered(request, () -> DashboardResponse.redirect(303, page.act(request, visitor)));
    }

    private DashboardResponse page(DashboardRequest request) {
        Page page = pages.get(request.page().equals("overview") ? "" : request.page());
        if (page == null) {
            return notFound(request);
        }
        return answered(request, () -> {
            View view = page.view(request, access.visitor(request));
            return request.isCsv() ? csv(view, request) : html(view, request);
        });
    }

    private DashboardResponse answered(DashboardRequest request, Callable<DashboardResponse> answer) {
        try {
            return answer.call();
        } catch (IllegalArgumentException e) {
            return error(400, "This cannot be shown", String.valueOf(e.getMessage()));
        } catch (SQLException e) {
            return databaseFailed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return error(503, "Shutting down", "Try again in a moment.");
        } catch (Exception e) {
            LOG.error("The page {} of the dashboard failed", request.page(), e);
            return error(500, "That should not have happened", "The log of this process says what did.");
        }
    }

    private DashboardResponse databaseFailed(SQLException e) {
        if (tookTooLong(e)) {
            return error(
                    503,
                    "That took too long",
                    "The database had no answer after "
                            + settings.queryTimeout().toSeconds()
                            + " seconds. Take a shorter time or fewer conditions, or raise " + DashboardSettings.PREFIX
                            + "queryTimeout.");
        }
        LOG.warn("The dashboard cannot ask the ledger's database: {}", DatabaseErrors.inWords(e));
        return error(503, "The ledger's database cannot be asked", "Calls go on meanwhile. The log says why.");
    }

    static boolean tookTooLong(SQLException e) {
        return e.getSQLState() != null && CANCELLED.contains(e.getSQLState());
    }

    private DashboardResponse html(View view, DashboardRequest request) {
        Map<String, String> parameters = Links.with(request.query(), "part", "");
        String csv = (view.page().isEmpty() ? "overview" : view.page()) + ".csv"
                + Links.query(Links.with(parameters, "table", "-"));
        return DashboardResponse.html(
                200,
                templates.page(
                        view,
                        csv.substring(0, csv.length() - 1),
                        access.formToken(request),
                        access.visitor(request).administers()));
    }

    private static DashboardResponse csv(View view, DashboardRequest request) {
        String id = request.parameter("table").orElse(view.page());
        Optional<DataTable> table = view.table(id);
        if (table.isEmpty()) {
            throw new IllegalArgumentException("table: this page has no table '" + id + "'");
        }
        return DashboardResponse.of(
                        200, "text/csv; charset=utf-8", table.get().csv().getBytes(StandardCharsets.UTF_8))
                .with(
                        "Content-Disposition",
                        "attachment; filename=\"llm-" + table.get().id() + ".csv\"");
    }

    private DashboardResponse notFound(DashboardRequest request) {
        return access.check(request)
                .orElseGet(() -> error(404, "There is no such page", "The navigation names those there are."));
    }

    private DashboardResponse error(int status, String title, String message) {
        return DashboardResponse.html(status, templates.error(title, message));
    }
}
