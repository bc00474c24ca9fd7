package io.github.camelllm.routes.crash;

import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.budget.BudgetStore.Window;
import io.github.camelllm.call.ExecutorTimer;
import io.github.camelllm.call.Timer;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.component.LlmExtension;
import io.github.camelllm.routes.RoutesExtension;
import io.github.camelllm.routes.ledger.Ledger;
import io.github.camelllm.routes.ledger.reconcile.ReconcileTemplate;
import io.github.camelllm.simulator.RecordedRequest;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.postgresql.ds.PGSimpleDataSource;

/** Compares the ledger with the simulator's bill. */
final class CrashAudit {
    private static final String MODEL = "gpt-5-mini";
    private static final Duration MOST_WAIT = Duration.ofSeconds(60);

    private final DataSource database;
    private final String url;
    private final Simulator simulator;
    private final String redisUri;
    private final String prefix;

    CrashAudit(DataSource database, String url, Simulator simulator, String redisUri, String prefix) {
        this.database = database;
        this.url = url;
        this.simulator = simulator;
        this.redisUri = redisUri;
        this.prefix = prefix;
    }

    static DataSource source(String url) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        return source;
    }

    /** Takes what is left in a journal into the database. */
    static void book(String url, Path journal) throws Exception {
        Map<String, String> properties = Map.of("llm.jdbc.url", url, "llm.ledger.journal", journal.toString());
        try (DefaultCamelContext context = new DefaultCamelContext();
                Ledger ledger = Ledger.open(new StoreContext(context, properties))) {
            if (!ledger.flush(MOST_WAIT)) {
                throw new IllegalStateException("the journal could not be booked");
            }
        }
    }

    /** @param store of the budget */
    CrashResult result(String store, String budget, Duration nodeTimeout) throws Exception {
        Map<String, Long> bill = bill();
        Set<String> booked = new HashSet<>();
        query("select cast(id as varchar) from llm_attempt", row -> booked.add(row.getString(1)));
        long lost = bill.keySet().stream().filter(id -> !booked.contains(id)).count();
        long doubled = Math.abs(
                        number("select count(*) from llm_attempt")
                                - number(
                                        "select coalesce(sum(attempts), 0) from llm_rollup where grain = 'day' and tag_name = ''"))
                + Math.abs(
                        number("select coalesce(sum(cost_nanos), 0) from llm_attempt")
                                - number(
                                        "select coalesce(sum(cost_nanos), 0) from llm_rollup where grain = 'minute' and tag_name = ''"));
        reconcile(bill);
        long billed = bill.values().stream().mapToLong(Long::longValue).sum();
        long ledger = number("select coalesce(sum(spent_nanos), 0) from llm_entry");
        long limit = new BigDecimal(budget).movePointRight(9).longValueExact();
        return new CrashResult(
                bill.size(),
                lost,
                doubled,
                Math.max(0, billed - limit),
                ledger - billed,
                leaked(store, nodeTimeout),
                number("select count(*) from llm_attempt where outcome = 'INTERRUPTED'"),
                billed,
                limit);
    }

    /** What each attempt costs by the simulator, in billionths. */
    Map<String, Long> bill() {
        Map<String, Long> bill = new LinkedHashMap<>();
        for (RecordedRequest request : simulator.requests()) {
            if (request.usage().isPresent()) {
                Usage usage = request.usage().get();
                long nanos = Pricing.builtIn()
                        .cost(usage, "openai", MODEL, request.receivedAt())
                        .orElseThrow()
                        .nanos();
                bill.merge(request.headers().getOrDefault("x-client-request-id", "none"), nanos, Long::sum);
            }
        }
        return bill;
    }

    /** Enters the bill as a user would: a CSV with the ids of attempts. */
    private void reconcile(Map<String, Long> bill) throws Exception {
        StringBuilder csv = new StringBuilder("attempt,day,model,cost\n");
        String day = java.time.LocalDate.now(java.time.ZoneOffset.UTC).toString();
        bill.forEach((id, nanos) -> csv.append(id)
                .append(',')
                .append(day)
                .append(',')
                .append(MODEL)
                .append(',')
                .append(BigDecimal.valueOf(nanos, 9).toPlainString())
                .append('\n'));
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Properties properties = new Properties();
            properties.setProperty("llm.jdbc.url", url);
            context.getPropertiesComponent().setInitialProperties(properties);
            context.addRoutes(new ReconcileTemplate());
            RouteBuilder reconciling = new RouteBuilder() {
                @Override
                public void configure() {
                    templatedRoute("llm-reconcile")
                            .parameter("from", "direct:bill")
                            .parameter("provider", "openai")
                            .parameter("export", "csv")
                            .parameter("columns", "attemptId=attempt,day=day,model=model,cost=cost")
                            .parameter("exportId", "simulator")
                            .parameter("post", "true");
                }
            };
            context.addRoutes(reconciling);
            context.addTemplatedRoutes(reconciling);
            context.start();
            context.createProducerTemplate().requestBody("direct:bill", csv.toString());
        }
    }

    /** What is set aside once those that are no more have been given up. */
    private long leaked(String kind, Duration nodeTimeout) {
        try (DefaultCamelContext context = new DefaultCamelContext();
                BudgetStore store = new RoutesExtension()
                        .budgetStore(kind, new StoreContext(context, properties(nodeTimeout)))
                        .orElseThrow()) {
            Window all = new Window("all", 0, Long.MAX_VALUE);
            long[] reserved = new long[1];
            try {
                Awaitility.await().atMost(MOST_WAIT).until(() -> {
                    reserved[0] = store.balances(List.of(all)).join().get(0).reservedNanos();
                    return reserved[0] == 0;
                });
            } catch (ConditionTimeoutException e) {
                // The result says how much it is
            }
            return reserved[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> properties(Duration nodeTimeout) {
        return Map.of(
                "llm.jdbc.url", url,
                "llm.redis.uri", redisUri,
                "llm.redis.prefix", prefix,
                "llm.budgets.nodeTimeout", nodeTimeout.toSeconds() + "s");
    }

    /** What a store is given by the component. */
    private record StoreContext(CamelContext camelContext, Map<String, String> all) implements LlmExtension.Context {
        @Override
        public Map<String, String> properties(String prefix) {
            return all.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(prefix))
                    .collect(Collectors.toMap(entry -> entry.getKey().substring(prefix.length()), Map.Entry::getValue));
        }

        @Override
        public Pricing pricing() {
            return Pricing.builtIn();
        }

        @Override
        public Timer timer() {
            ScheduledExecutorService threads = Executors.newScheduledThreadPool(2, task -> {
                Thread thread = new Thread(task);
                thread.setDaemon(true);
                return thread;
            });
            return new ExecutorTimer(threads, threads);
        }

        @Override
        public Clock clock() {
            return Clock.systemUTC();
        }
    }

    private long number(String sql) throws SQLException {
        long[] value = new long[1];
        query(sql, row -> value[0] = row.getLong(1));
        return value[0];
    }

    interface Row {
        void read(ResultSet row) throws SQLException;
    }

    void query(String sql, Row action) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                action.read(rows);
            }
        }
    }
}
