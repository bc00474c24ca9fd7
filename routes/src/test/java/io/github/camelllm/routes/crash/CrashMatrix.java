package io.github.camelllm.routes.crash;

import io.github.camelllm.routes.crash.Crash.Victim;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Every victim at every point, and one of two gateways, {@code -Dcrash.rounds} times, each time at another attempt ({@code -Dcrash.seed});
 * {@code -Dcrash.only=DATABASE} for those whose name has that in it, {@code -Dcrash.victims=2} for so many victims at each point,
 * which the seed chooses. The last line is the sum; the exit status is 1 if anything was lost, doubled, overspent or left over.
 */
public final class CrashMatrix {
    private static final int LATEST = 12;

    private CrashMatrix() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.getInteger("crash.rounds", 1);
        long seed = Long.getLong("crash.seed", 1);
        Path folder = Files.createTempDirectory("crash-matrix");
        boolean good;
        try {
            String only = System.getProperty("crash.only", "");
            int victims = Integer.getInteger("crash.victims", Victim.values().length);
            List<Crash> cases = some(cases(rounds, seed), victims * rounds, seed);
            cases.removeIf(crash -> !crash.toString().contains(only));
            List<NodeCrash> nodes = nodes(rounds, seed);
            nodes.removeIf(crash -> !crash.toString().contains(only));
            good = run(cases, nodes, folder, System.out);
        } finally {
            delete(folder);
        }
        System.exit(good ? 0 : 1);
    }

    static List<Crash> cases(int rounds, long seed) {
        Random random = new Random(seed);
        List<Crash> cases = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            for (Victim victim : Victim.values()) {
                for (CrashPoint point : CrashPoint.values()) {
                    boolean redis = victim == Victim.REDIS || victim == Victim.WORKER && random.nextBoolean();
                    cases.add(new Crash(victim, point, redis ? "redis" : "jdbc", 1 + random.nextInt(LATEST)));
                }
            }
        }
        return cases;
    }

    /** So many cases of each point. */
    private static List<Crash> some(List<Crash> all, int ofEachPoint, long seed) {
        List<Crash> cases = new ArrayList<>(all);
        Collections.shuffle(cases, new Random(seed));
        Map<CrashPoint, Integer> chosen = new EnumMap<>(CrashPoint.class);
        cases.removeIf(crash -> chosen.merge(crash.point(), 1, Integer::sum) > ofEachPoint);
        return cases;
    }

    /** Each victim once, at a point and an attempt that the seed chooses, but not before one attempt has ended. */
    static List<Crash> oneOfEachVictim(long seed) {
        List<Crash> cases = cases(1, seed);
        Collections.shuffle(cases, new Random(seed));
        Set<Victim> chosen = EnumSet.noneOf(Victim.class);
        return cases.stream()
                .filter(crash -> chosen.add(crash.victim()))
                .map(crash -> new Crash(
                        crash.victim(), crash.point(), crash.store(), Math.max(CrashWorker.THREADS + 1, crash.at())))
                .toList();
    }

    /**
     * One of two gateways that are killed.
     *
     * @param store of the budget
     * @param seed says which one, and when
     */
    private record NodeCrash(String store, long seed) {
        @Override
        public String toString() {
            return "GATEWAY one of two (budget in " + store + ", seed " + seed + ")";
        }
    }

    private static List<NodeCrash> nodes(int rounds, long seed) {
        List<NodeCrash> cases = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            cases.add(new NodeCrash("jdbc", seed + round));
            cases.add(new NodeCrash("redis", seed + rounds + round));
        }
        return cases;
    }

    private static boolean run(List<Crash> cases, List<NodeCrash> nodes, Path folder, PrintStream out)
            throws Exception {
        int count = cases.size() + nodes.size();
        List<CrashResult> money = new ArrayList<>();
        int passed = 0;
        try (CrashRun runs = new CrashRun(folder)) {
            for (Crash crash : cases) {
                CrashResult result = runs.run(crash);
                out.println((result.isGood() ? "ok   " : "BAD  ") + crash + ": " + result);
                passed += result.isGood() ? 1 : 0;
                money.add(result);
            }
            for (NodeCrash crash : nodes) {
                NodesResult result = runs.run(crash.store(), crash.seed());
                out.println((result.isGood() ? "ok   " : "BAD  ") + crash + ": " + result);
                passed += result.isGood() ? 1 : 0;
                money.add(result.money());
            }
        }
        out.println("crashes " + count + ", passed " + passed + ", failed " + (count - passed) + ", billed "
                + sum(money, CrashResult::billed) + ", lost " + sum(money, CrashResult::lost) + ", doubled "
                + sum(money, CrashResult::doubled) + ", overspent " + sum(money, CrashResult::overspentNanos)
                + String.format(
                        Locale.ROOT,
                        ", utilisation %.1f%%",
                        100.0 * sum(money, CrashResult::spentNanos) / sum(money, CrashResult::limitNanos)));
        return passed == count;
    }

    private static long sum(List<CrashResult> results, ToLongFunction<CrashResult> part) {
        return results.stream().mapToLong(part).sum();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
