package io.github.camelllm.routes.crash;

import io.github.camelllm.routes.crash.Crash.Victim;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Every victim at every point, and one of two gateways, {@code -Dcrash.rounds} times, each time at another attempt ({@code -Dcrash.seed});
 * {@code -Dcrash.only=DATABASE} for those whose name has that in it. The last line
 * is the sum; the exit status is 1 if anything was lost, doubled, overspent or left over.
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
            List<Crash> cases = cases(rounds, seed);
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
        int passed = 0;
        long lost = 0;
        long doubled = 0;
        long overspent = 0;
        long billed = 0;
        try (CrashRun runs = new CrashRun(folder)) {
            for (Crash crash : cases) {
                CrashResult result = runs.run(crash);
                out.println((result.isGood() ? "ok   " : "BAD  ") + crash + ": " + result);
                passed += result.isGood() ? 1 : 0;
                lost += result.lost();
                doubled += result.doubled();
                overspent += result.overspentNanos();
                billed += result.billed();
            }
            for (NodeCrash crash : nodes) {
                NodesResult result = runs.run(crash.store(), crash.seed());
                out.println((result.isGood() ? "ok   " : "BAD  ") + crash + ": " + result);
                passed += result.isGood() ? 1 : 0;
                lost += result.money().lost();
                doubled += result.money().doubled();
                overspent += result.money().overspentNanos();
                billed += result.money().billed();
            }
        }
        out.println("crashes " + count + ", passed " + passed + ", failed " + (count - passed) + ", billed " + billed
                + ", lost " + lost + ", doubled " + doubled + ", overspent " + overspent);
        return passed == count;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
