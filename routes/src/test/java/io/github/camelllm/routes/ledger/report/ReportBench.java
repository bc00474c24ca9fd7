package io.github.camelllm.routes.ledger.report;

import io.github.camelllm.routes.dashboard.DashboardBench;
import io.github.camelllm.routes.ledger.report.ReportQuery.Dimension;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.testing.Postgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/** Times the reports and pages of the dashboard over many attempts, on H2 and on PostgreSQL, and prints tables. See docs/benchmarks/ledger-reports.md. */
public final class ReportBench {
    private static final int DAYS = 90;
    private static final Instant FROM = Instant.parse("2026-08-01T00:00:00Z");
    private static final int WARM_UPS = 5;
    private static final int RUNS = 40;
    /** What takes longer is asked for a few times only. */
    private static final Duration LONG = Duration.ofSeconds(2);

    private static final int LONG_RUNS = 5;
    private static final Duration MOST = Duration.ofMillis(300);

    private ReportBench() {}

    public static void main(String[] arguments) throws Exception {
        long attempts = Long.getLong("bench.attempts", 10_000_000);
        Path folder = Files.createTempDirectory("report-bench");
        boolean slow = false;
        try {
            slow |= run("H2", Map.of("url", "jdbc:h2:file:" + folder.resolve("ledger")), attempts);
            PGSimpleDataSource postgres = (PGSimpleDataSource) Postgres.plain().emptyDatabase();
            slow |= run(
                    "PostgreSQL",
                    Map.of("url", postgres.getUrl() + "&socketTimeout=0", "username", "postgres", "password", ""),
                    attempts);
        } finally {
            delete(folder);
        }
        System.exit(slow ? 1 : 0);
    }

    private static boolean run(String name, Map<String, String> properties, long attempts) throws Exception {
        boolean slow = false;
        try (LlmDatabase database = LlmDatabase.open(properties)) {
            long begin = System.nanoTime();
            new GeneratedLedger(database, FROM, DAYS).fill(attempts);
            System.out.printf(
                    Locale.ROOT,
                    "%n%s: %,d attempts, %,d rollups, %,d classes of durations, made in %d s%n%n| report | rows | p50, ms | p95, ms |%n|---|---:|---:|---:|%n",
                    name,
                    count(database, "llm_attempt"),
                    count(database, "llm_rollup"),
                    count(database, "llm_rollup_duration"),
                    Duration.ofNanos(System.nanoTime() - begin).toSeconds());
            for (Map.Entry<String, Callable<Integer>> report :
                    reports(new LedgerReports(database)).entrySet()) {
                slow |= printTime(report.getKey(), report.getValue()) > MOST.toNanos();
            }
            System.out.printf("%n| page of the dashboard | bytes | p50, ms | p95, ms |%n|---|---:|---:|---:|%n");
            try (DashboardBench dashboard = new DashboardBench(database, FROM, FROM.plus(Duration.ofDays(DAYS)))) {
                for (Map.Entry<String, Callable<Integer>> page :
                        dashboard.pages(attempts).entrySet()) {
                    try {
                        printTime(page.getKey(), page.getValue());
                    } catch (TimeoutException e) {
                        System.out.printf("| %s | – | %s | |%n", page.getKey(), e.getMessage());
                    }
                }
            }
        }
        return slow;
    }

    /** @return nanoseconds that 95 of 100 stay below */
    private static long printTime(String name, Callable<Integer> asked) throws Exception {
        long first = System.nanoTime();
        int size = asked.call();
        boolean isLong = System.nanoTime() - first > LONG.toNanos();
        for (int i = 1; i < WARM_UPS && !isLong; i++) {
            asked.call();
        }
        long[] nanos = new long[isLong ? LONG_RUNS : RUNS];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            size = asked.call();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        long p95 = nanos[Math.max(0, nanos.length * 95 / 100 - 1)];
        System.out.printf(
                Locale.ROOT, "| %s | %d | %.1f | %.1f |%n", name, size, nanos[nanos.length / 2] / 1e6, p95 / 1e6);
        return p95;
    }

    private static Map<String, Callable<Integer>> reports(LedgerReports reports) {
        Instant end = FROM.plus(Duration.ofDays(DAYS));
        ReportQuery all = ReportQuery.of(new Period(FROM, end));
        ReportQuery ragged =
                ReportQuery.of(new Period(end.minus(Duration.ofMinutes(2800)), end.minus(Duration.ofMinutes(7))));
        ReportQuery lastDay = ReportQuery.of(new Period(end.minus(Duration.ofDays(1)), end));
        Map<String, Callable<Integer>> timed = new LinkedHashMap<>();
        timed.put(
                "cost by provider and model, 90 days",
                () -> reports.costs(all.by(Dimension.PROVIDER, Dimension.MODEL)).size());
        timed.put("cost by operation, over months", () -> reports.costs(
                        all.by(Dimension.OPERATION).over(Grain.MONTH))
                .size());
        timed.put(
                "cost by team, 90 days", () -> reports.costs(all.byTag("team")).size());
        timed.put("cost by team and model, over days", () -> reports.costs(
                        all.by(Dimension.MODEL).byTag("team").over(Grain.DAY))
                .size());
        timed.put("cost of one team by model, over hours", () -> reports.costs(
                        all.by(Dimension.MODEL).tagged("team", "team-13").over(Grain.HOUR))
                .size());
        timed.put("cost over minutes, last day", () -> reports.costs(lastDay.over(Grain.MINUTE))
                .size());
        timed.put("cost by model, two days less some minutes", () -> reports.costs(ragged.by(Dimension.MODEL))
                .size());
        timed.put("latency by model, 90 days", () -> reports.latencies(all.by(Dimension.MODEL))
                .size());
        timed.put("latency by team, 90 days", () -> reports.latencies(all.byTag("team"))
                .size());
        timed.put(
                "latency by model, over days",
                () -> reports.latencies(all.by(Dimension.MODEL).over(Grain.DAY)).size());
        timed.put("latency over hours, last day", () -> reports.latencies(lastDay.over(Grain.HOUR))
                .size());
        return timed;
    }

    private static long count(LlmDatabase database, String table) throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from " + table)) {
            row.next();
            long count = row.getLong(1);
            connection.rollback();
            return count;
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
