package io.github.camelllm.routes.crash;

import io.github.camelllm.routes.crash.Crash.Victim;
import io.github.camelllm.routes.store.LlmDatabase;
import io.github.camelllm.routes.testing.Postgres;
import io.github.camelllm.simulator.Pacing;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Runs one {@link Crash} after the other against one PostgreSQL and one Redis: a worker asks the simulator, at the moment
 * chosen the victim is killed with {@code kill -9} and started again, and when all is over, the ledger must agree with the
 * simulator's bill to the billionth of a dollar.
 */
final class CrashRun implements AutoCloseable {
    /** As many as it takes for some not to fit into the budget. */
    private static final int CALLS = 60;

    private static final int CALLS_AFTER = 10;
    /** In dollars; some of the calls do not fit. */
    private static final String BUDGET = "0.012";

    private static final Duration NODE_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration MOST_WAIT = Duration.ofSeconds(90);
    /** How long a worker waits for a budget's store: one that is disturbed must see it fail, one that ends well must not. */
    private static final Duration IMPATIENT = Duration.ofSeconds(2);

    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final long ROLLUP_LOCK = 4711;
    private static final long SETTLE_LOCK = 4712;

    private final Path folder;
    private final KillablePostgres postgres;
    private final KillableRedis redis;
    private int cases;

    CrashRun(Path folder) throws IOException {
        this.folder = folder;
        postgres = new KillablePostgres(folder.resolve("postgres"));
        redis = new KillableRedis(Files.createDirectories(folder.resolve("redis")));
    }

    /** One more process finds what the earlier ones left, and ends well. */
    CrashResult run(Crash crash) throws Exception {
        return run(crash, this::oneMoreWorker);
    }

    /** This process books what the earlier ones left, which is quicker. */
    CrashResult runQuickly(Crash crash) throws Exception {
        return run(crash, (same, name, url, simulator, journal) -> CrashAudit.book(url, journal));
    }

    /** Comes after the one that is disturbed. */
    private interface Last {
        void run(Crash crash, String name, String url, Simulator simulator, Path journal) throws Exception;
    }

    private void oneMoreWorker(Crash crash, String name, String url, Simulator simulator, Path journal)
            throws Exception {
        new Worker(crash, name, url, simulator, journal, CALLS_AFTER, "", PATIENT).await(Worker.DONE);
    }

    private CrashResult run(Crash crash, Last last) throws Exception {
        String name = "crash" + ++cases;
        String url = newDatabase(name);
        try (LlmDatabase tables = LlmDatabase.open(Map.of("url", url));
                Connection made = tables.connection()) {
            made.rollback();
        }
        DataSource database = CrashAudit.source(url);
        if (!crash.point().isInWorker()) {
            addLocks(database);
        }
        try (Simulator simulator = Simulator.builder()
                .pacing(Pacing.of(Duration.ofMillis(5), Duration.ofMillis(1)))
                .keptRequests(100_000)
                .build()
                .start()) {
            Path journal = folder.resolve(name);
            disturb(crash, name, url, database, simulator, journal);
            last.run(crash, name, url, simulator, journal);
            simulator.awaitIdle(MOST_WAIT);
            CrashAudit audit = new CrashAudit(database, url, simulator, redis.uri(), name);
            return audit.result(crash.store(), BUDGET, NODE_TIMEOUT);
        }
    }

    private String newDatabase(String name) throws SQLException {
        Postgres.execute(postgres.source(), "create database " + name);
        return postgres.url().replace("/postgres?", "/" + name + "?");
    }

    /** Two gateways, of which one is killed. */
    NodesResult run(String store, long seed) throws Exception {
        String name = "nodes" + ++cases;
        return new NodesRun(store, newDatabase(name), redis.uri(), folder.resolve(name), seed).run();
    }

    private void disturb(Crash crash, String name, String url, DataSource database, Simulator simulator, Path journal)
            throws Exception {
        if (crash.point().isInWorker()) {
            Worker worker = new Worker(
                    crash, name, url, simulator, journal, CALLS, crash.point().name(), IMPATIENT);
            worker.await(CrashMoment.HERE);
            kill(crash.victim(), worker);
            restart(crash.victim(), worker);
            return;
        }
        boolean rollup = crash.point() == CrashPoint.DURING_ROLLUP;
        boolean inRedis = !rollup && crash.store().equals("redis");
        Connection holder = database.getConnection();
        Statement statement = holder.createStatement();
        if (!inRedis) {
            statement.execute("select pg_advisory_lock(" + (rollup ? ROLLUP_LOCK : SETTLE_LOCK) + ")");
        }
        Worker worker = new Worker(crash, name, url, simulator, journal, CALLS, "", IMPATIENT);
        if (inRedis) {
            // Settlements are under way all the time then
            simulator.awaitRequests(crash.at() + 8L, MOST_WAIT);
        } else {
            awaitBlocked(statement);
        }
        kill(crash.victim(), worker);
        if (crash.victim() != Victim.DATABASE) {
            // Closing it gives the lock back; with the server the connection is gone already
            holder.close();
        }
        restart(crash.victim(), worker);
    }

    /** Updates of sums and of budgets wait for locks that this run holds. */
    private static void addLocks(DataSource database) throws SQLException {
        Postgres.execute(
                database,
                "create function hold_rollup() returns trigger language plpgsql as"
                        + " 'begin perform pg_advisory_xact_lock_shared(" + ROLLUP_LOCK + "); return null; end'",
                "create trigger hold after update on llm_rollup for each statement execute function hold_rollup()",
                "create function hold_settle() returns trigger language plpgsql as"
                        + " 'begin perform pg_advisory_xact_lock_shared(" + SETTLE_LOCK + "); return null; end'",
                "create trigger hold after update on llm_budget_amount for each statement"
                        + " execute function hold_settle()");
    }

    private static void awaitBlocked(Statement statement) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + MOST_WAIT.toNanos();
        while (System.nanoTime() < deadline) {
            try (var waiting = statement.executeQuery(
                    "select count(*) from pg_locks where locktype = 'advisory' and not granted")) {
                waiting.next();
                if (waiting.getInt(1) > 0) {
                    return;
                }
            }
            Thread.sleep(20);
        }
        throw new IllegalStateException("no transaction came to the lock");
    }

    private void kill(Victim victim, Worker worker) throws Exception {
        switch (victim) {
            case WORKER:
                worker.kill();
                break;
            case DATABASE:
                postgres.kill();
                break;
            default:
                redis.kill();
        }
    }

    private void restart(Victim victim, Worker worker) throws Exception {
        switch (victim) {
            case WORKER:
                return;
            case DATABASE:
                worker.goOn();
                postgres.restart();
                break;
            default:
                worker.goOn();
                redis.restart();
        }
        worker.await(Worker.DONE);
    }

    @Override
    public void close() throws IOException {
        redis.close();
        postgres.close();
    }

    /** A process that asks. */
    private final class Worker {
        static final String DONE = "DONE";
        private final Process process;
        private final BufferedReader output;
        private final Path errors;

        Worker(
                Crash crash,
                String name,
                String url,
                Simulator simulator,
                Path journal,
                int calls,
                String point,
                Duration storeTimeout)
                throws IOException {
            errors = folder.resolve(name + "-" + System.nanoTime() + ".log");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path")));
            Map.ofEntries(
                            Map.entry("crash.point", point),
                            Map.entry("crash.at", String.valueOf(crash.at())),
                            Map.entry("crash.calls", String.valueOf(calls)),
                            Map.entry("crash.store", crash.store()),
                            Map.entry("crash.simulator", simulator.baseUrl(SimulatedDialect.OPENAI)),
                            Map.entry("llm.jdbc.url", url),
                            Map.entry("llm.redis.uri", redis.uri()),
                            Map.entry("llm.redis.prefix", name),
                            Map.entry("llm.ledger.journal", journal.toString()),
                            Map.entry("llm.budgets.nodeTimeout", NODE_TIMEOUT.toSeconds() + "s"),
                            Map.entry("llm.budgets.storeTimeout", storeTimeout.toSeconds() + "s"),
                            Map.entry("llm.budget.all.limit", BUDGET + " USD"),
                            Map.entry("llm.budget.all.window", "total"))
                    .forEach((key, value) -> command.add("-D" + key + "=" + value));
            command.add(CrashWorker.class.getName());
            process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
            output = process.inputReader(StandardCharsets.UTF_8);
        }

        /** @throws IllegalStateException if the process ends before it has said so */
        void await(String word) throws IOException {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.equals(word)) {
                    return;
                }
            }
            throw new IllegalStateException("a worker ended before it said " + word + ": " + tail());
        }

        private String tail() throws IOException {
            List<String> lines = Files.readAllLines(errors);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
        }

        void kill() {
            process.destroyForcibly();
            process.onExit().join();
        }

        /** Past the moment at which it stands still. */
        void goOn() throws IOException {
            OutputStream input = process.getOutputStream();
            input.write('\n');
            input.flush();
        }
    }
}
