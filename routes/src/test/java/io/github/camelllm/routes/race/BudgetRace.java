package io.github.camelllm.routes.race;

import io.github.camelllm.budget.BudgetStore;
import io.github.camelllm.budget.BudgetStore.Balance;
import io.github.camelllm.budget.BudgetStore.Window;
import io.github.camelllm.routes.testing.Postgres;
import io.github.camelllm.routes.testing.Redis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Processes with many threads race for one hard budget, at PostgreSQL and then at Redis, while some of them are killed with
 * SIGKILL and started again. A provider that knows nothing of budgets keeps the bill. In the end the store is held against it.
 *
 * <p>{@code race.processes} (4), {@code race.threads} (64), {@code race.kills} (8), {@code race.attempts} (40,000, about) and
 * {@code race.seed} (1) say how; exit status 0 if all is well.
 */
final class BudgetRace {
    /** A race that takes longer is broken off: its store is at fault, and that is told. */
    private static final long MAX_SECONDS = Long.getLong("race.maxSeconds", 110);

    private static final long MAX_EXPIRY_SECONDS = 30;

    private final RaceSetting setting;
    private final int processes;
    private final int kills;
    private final Random random;

    BudgetRace(RaceSetting setting, int processes, int kills, long seed) {
        this.setting = setting;
        this.processes = processes;
        this.kills = kills;
        this.random = new Random(seed);
    }

    /**
     * What was found. Amounts are billionths.
     *
     * @param lost attempts on the bill that the store neither booked nor charged whole, or confirmed and then forgot; one more
     *     if what is spent is less than all of them together
     * @param doubled attempts that it did both with; one more if more is spent than all of them together
     * @param overspent what the bill, or what is spent, is above the budget, of the whole or of a team
     * @param utilisation what is spent of the budget, with what was charged whole for killed processes
     * @param actual what the bill has of the budget
     * @param leaked holds and accounts with something still set aside
     */
    record Outcome(
            String store,
            int kills,
            int attempts,
            long lost,
            long doubled,
            long overspent,
            double utilisation,
            double actual,
            long leaked,
            long seconds) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    "lost=%d doubled=%d overspent=%d utilisation=%.1f%% actual=%.1f%% leaked=%d kills=%d store=%s"
                            + " attempts=%d seconds=%d",
                    lost,
                    doubled,
                    overspent,
                    100 * utilisation,
                    100 * actual,
                    leaked,
                    kills,
                    store,
                    attempts,
                    seconds);
        }

        boolean isGood() {
            return lost == 0 && doubled == 0 && overspent == 0 && leaked == 0 && utilisation >= 0.95;
        }
    }

    public static void main(String[] args) throws Exception {
        int processes = Integer.getInteger("race.processes", 4);
        int threads = Integer.getInteger("race.threads", 64);
        int kills = Integer.getInteger("race.kills", 8);
        long seed = Long.getLong("race.seed", 1);
        // Attempts cost a quarter of the largest on average
        long budget = Long.getLong("race.attempts", 40_000) * RaceSetting.LARGEST / 4;
        Outcome jdbc = new BudgetRace(postgres(threads, budget), processes, kills, seed).run();
        System.out.println(jdbc.line());
        Outcome redis;
        try (Redis server = new Redis()) {
            redis = new BudgetRace(redis(server, threads, budget), processes, kills, seed).run();
        }
        System.out.println(redis.line());
        System.out.println(together(jdbc, redis).line());
        System.exit(jdbc.isGood() && redis.isGood() ? 0 : 1);
    }

    static RaceSetting postgres(int threads, long budget) {
        PGSimpleDataSource database = (PGSimpleDataSource) Postgres.plain().emptyDatabase();
        String url = "jdbc:postgresql://localhost:" + database.getPortNumbers()[0] + "/" + database.getDatabaseName();
        return new RaceSetting("jdbc", url, String.valueOf(database.getUser()), threads, budget);
    }

    static RaceSetting redis(Redis server, int threads, long budget) {
        return new RaceSetting("redis", server.uri(), "none", threads, budget);
    }

    private static Outcome together(Outcome one, Outcome other) {
        return new Outcome(
                one.store() + "+" + other.store(),
                one.kills() + other.kills(),
                one.attempts() + other.attempts(),
                one.lost() + other.lost(),
                one.doubled() + other.doubled(),
                one.overspent() + other.overspent(),
                Math.min(one.utilisation(), other.utilisation()),
                Math.min(one.actual(), other.actual()),
                one.leaked() + other.leaked(),
                one.seconds() + other.seconds());
    }

    Outcome run() throws Exception {
        long from = System.nanoTime();
        List<Process> running = new ArrayList<>();
        try (RaceProvider provider = new RaceProvider(processes)) {
            int killed;
            try {
                for (int i = 0; i < processes; i++) {
                    running.add(start(provider.port()));
                }
                killed = race(provider, running, from);
            } finally {
                running.forEach(Process::destroyForcibly);
            }
            try (BudgetStore store = setting.openStore()) {
                awaitExpiry(store);
                return outcome(
                        store, provider.bill(), killed, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - from));
            }
        }
    }

    /** Kills when the bill has reached seeded shares of the budget. @return how many were killed */
    private int race(RaceProvider provider, List<Process> running, long from) throws Exception {
        TreeSet<Long> points = new TreeSet<>();
        while (points.size() < kills) {
            points.add((long) (setting.budget() * (0.05 + 0.8 * random.nextDouble())));
        }
        int killed = 0;
        while (running.stream().anyMatch(Process::isAlive)) {
            if (isOver(from, MAX_SECONDS)) {
                System.out.println("the race did not come to its end within " + MAX_SECONDS + " s");
                return killed;
            }
            while (!points.isEmpty() && provider.billed() >= points.first()) {
                points.pollFirst();
                int victim = random.nextInt(running.size());
                running.get(victim).destroyForcibly().waitFor();
                killed++;
                running.set(victim, start(provider.port()));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        for (Process process : running) {
            if (process.exitValue() != 0) {
                throw new IllegalStateException("a process of the race ended with status " + process.exitValue());
            }
        }
        return killed;
    }

    private static boolean isOver(long from, long seconds) {
        return System.nanoTime() - from > TimeUnit.SECONDS.toNanos(seconds);
    }

    private Process start(int providerPort) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx200m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                RaceNode.class.getName()));
        command.addAll(setting.arguments());
        command.add(Integer.toString(providerPort));
        command.add(Long.toString(random.nextLong()));
        return new ProcessBuilder(command).inheritIO().start();
    }

    private static void awaitExpiry(BudgetStore store) {
        long from = System.nanoTime();
        while (total(store).reservedNanos() != 0 && !isOver(from, MAX_EXPIRY_SECONDS)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private static Balance total(BudgetStore store) {
        return store.balances(List.of(new Window(RaceSetting.TOTAL, 0, 0)))
                .join()
                .get(0);
    }

    private Outcome outcome(BudgetStore store, Map<UUID, RaceProvider.Charge> bill, int killed, long seconds)
            throws Exception {
        StoredAttempts stored = StoredAttempts.of(setting);
        long lost = 0;
        long doubled = 0;
        long billed = 0;
        long expected =
                stored.expired().values().stream().mapToLong(nanos -> nanos).sum();
        long[] teams = new long[RaceSetting.TEAMS];
        for (Map.Entry<UUID, RaceProvider.Charge> entry : bill.entrySet()) {
            boolean booked = stored.settled().contains(entry.getKey());
            boolean assumed = stored.expired().containsKey(entry.getKey());
            RaceProvider.Charge charge = entry.getValue();
            billed += charge.actual();
            teams[charge.team()] += charge.actual();
            expected += booked ? charge.actual() : 0;
            lost += !booked && (!assumed || charge.settled()) ? 1 : 0;
            doubled += booked && assumed ? 1 : 0;
        }
        Balance total = total(store);
        lost += total.spentNanos() < expected ? 1 : 0;
        doubled += total.spentNanos() > expected ? 1 : 0;
        long overspent = Math.max(0, Math.max(billed, total.spentNanos()) - setting.budget());
        long reserved = total.reservedNanos() == 0 ? 0 : 1;
        for (int team = 0; team < teams.length; team++) {
            Balance balance = store.balances(List.of(new Window(RaceSetting.team(team), 0, 0)))
                    .join()
                    .get(0);
            overspent += Math.max(0, Math.max(teams[team], balance.spentNanos()) - setting.teamBudget());
            reserved += balance.reservedNanos() == 0 ? 0 : 1;
        }
        return new Outcome(
                setting.kind(),
                killed,
                bill.size(),
                lost,
                doubled,
                overspent,
                (double) total.spentNanos() / setting.budget(),
                (double) billed / setting.budget(),
                stored.held().size() + reserved,
                seconds);
    }
}
