package io.github.camelllm.routes.dashboard;

import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.routes.ledger.report.GeneratedLedger;
import io.github.camelllm.routes.store.LlmDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Pages of the dashboard over a {@link GeneratedLedger}, each with its queries and its HTML. Beside the ledger there are sums of
 * scores for a leaderboard, and ten thousand accounts of a budget.
 */
public final class DashboardBench implements AutoCloseable {
    private static final Pattern OLDER = Pattern.compile("<a href=\"calls\\?([^\"]*)\">Older</a>");
    private static final int ACCOUNTS = 10_000;
    private static final int MOST_SECONDS = 60;

    private final LlmDatabase database;
    private final Instant end;
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final DashboardSite site;

    /** @param end of the ledger's days, which is when the pages are asked for */
    public DashboardBench(LlmDatabase database, Instant from, Instant end) throws SQLException {
        this.database = database;
        this.end = end;
        fill(from);
        context.getRegistry().bind("ledger", database);
        context.addComponent("llm", new LlmComponent());
        Map.of(
                        "llm.ledger.tags", "env,team",
                        "llm.budget.keys.limit", "100 USD",
                        "llm.budget.keys.window", "month",
                        "llm.budget.keys.scope.key", "*",
                        "llm.budget.all.limit", "1000000 USD",
                        "llm.budget.all.window", "total")
                .forEach(context.getPropertiesComponent()::addInitialProperty);
        context.start();
        site = new DashboardSite(
                context,
                DashboardSettings.of(Map.of("auth", "none", "queryTimeout", MOST_SECONDS + "s")),
                Clock.fixed(end, ZoneOffset.UTC));
    }

    private void fill(Instant from) throws SQLException {
        String series = database.isPostgres() ? "generate_series(%d, %d)" : "system_range(%d, %d)";
        long month = LocalDate.ofInstant(end, ZoneOffset.UTC)
                .withDayOfMonth(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toEpochSecond();
        long days = (end.getEpochSecond() - from.getEpochSecond()) / 86_400;
        run("insert into llm_budget_spent (account, period, currency, nanos) select 'keys/key=key-' || x, " + month
                + ", 'USD', cast(x as bigint) * 1000000 from " + series.formatted(1, ACCOUNTS) + " as g(x)");
        for (String task : List.of("letters", "summaries", "translations", "")) {
            for (String name : List.of("feedback", "judge", "schema")) {
                run("insert into llm_score_sum (bucket, task, name, provider, model, currency, scores, yes_or_no, yes,"
                        + " score_sum, square_sum, cost_nanos, latency_micros) select timestamp with time zone '"
                        + from.toString().replace('T', ' ').replace("Z", "+00:00")
                        + "' + d * interval '1' day, '" + task + "', '" + name + "', 'openai', 'model-' || m, 'USD',"
                        + " 100, 0, 0, 700000, 5000000000, 100000000, 200000000 from "
                        + series.formatted(0, days - 1) + " as a(d), " + series.formatted(0, 5) + " as b(m)");
            }
        }
        for (String table : List.of("llm_attempt", "llm_budget_spent", "llm_score_sum")) {
            run((database.isPostgres() ? "analyze " : "analyze table ") + table);
        }
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            connection.commit();
        }
    }

    /**
     * What is asked for, by its name. Each gives the bytes of its answer, or throws a {@link TimeoutException}.
     *
     * @param attempts of the ledger
     */
    public Map<String, Callable<Integer>> pages(long attempts) throws TimeoutException {
        Map<String, String> filter = Map.of("model", "model-3");
        Map<String, Callable<Integer>> pages = new LinkedHashMap<>();
        put(pages, "calls, first page", "/calls", Map.of());
        put(pages, "calls, next page", "/calls", older());
        put(pages, "calls of a model", "/calls", filter);
        put(pages, "calls of a tag's value", "/calls", Map.of("tag", "team", "tagValue", "team-13"));
        put(pages, "calls of a tag's value that there is not", "/calls", Map.of("tag", "team", "tagValue", "nobody"));
        put(pages, "10,000 calls as CSV", "/calls.csv", Map.of());
        put(pages, "a call by its id", "/call", Map.of("id", new UUID(0, hexOfDecimal(attempts / 2)).toString()));
        put(pages, "leaderboard, 90 days", "/quality", Map.of("period", "90d"));
        put(pages, "budgets", "/budgets", Map.of());
        return pages;
    }

    /** Ids of a generated ledger are decimal numbers, read as hexadecimal ones. */
    private static long hexOfDecimal(long number) {
        return Long.parseLong(String.valueOf(number), 16);
    }

    private Map<String, String> older() throws TimeoutException {
        Matcher link = OLDER.matcher(new String(get("/calls", Map.of()), StandardCharsets.UTF_8));
        if (!link.find()) {
            throw new IllegalStateException("expected more than one page of calls");
        }
        return DashboardRequest.parameters(link.group(1).replace("&amp;", "&"));
    }

    private void put(Map<String, Callable<Integer>> pages, String name, String path, Map<String, String> query) {
        pages.put(name, () -> get(path, query).length);
    }

    private byte[] get(String path, Map<String, String> query) throws TimeoutException {
        DashboardResponse response = site.answer(new DashboardRequest("GET", path, query, Map.of(), Map.of(), ""));
        if (response.status() == 503) {
            throw new TimeoutException("over " + MOST_SECONDS + " s");
        }
        if (response.status() != 200) {
            throw new IllegalStateException(path + " " + query + " answered " + response.status());
        }
        return response.body();
    }

    @Override
    public void close() {
        context.stop();
    }
}
