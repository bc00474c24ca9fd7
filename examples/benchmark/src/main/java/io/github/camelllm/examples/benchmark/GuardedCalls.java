package io.github.camelllm.examples.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What budgets, limits and ledger add to a call, each and together: the same route with and without them, in turns. Each has a
 * process of its own, since code that several of them share would be compiled for what they all do.
 */
final class GuardedCalls {
    /** What each adds is small beside the noise of a machine, so it takes the median of more turns than elsewhere. */
    private static final int MORE_ROUNDS = 3;

    private GuardedCalls() {}

    static Results run(Upstream.Ports upstream, Settings settings) throws Exception {
        Path folder = Files.createTempDirectory("guarded-calls");
        List<GuardedProcess.Handle> open = new ArrayList<>();
        try {
            for (Guard guard : Guard.values()) {
                open.add(GuardedProcess.start(guard, upstream, settings, folder.resolve(guard.key())));
            }
            Map<Guard, List<Rounds.Cost>> turns = new LinkedHashMap<>();
            for (int round = 0; round < MORE_ROUNDS * settings.rounds(); round++) {
                for (GuardedProcess.Handle process : open) {
                    turns.computeIfAbsent(process.guard(), first -> new ArrayList<>())
                            .add(process.turn());
                }
            }
            return results(turns);
        } finally {
            for (GuardedProcess.Handle process : open) {
                process.close();
            }
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(GuardedCalls::delete);
            }
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be deleted", e);
        }
    }

    private static Results results(Map<Guard, List<Rounds.Cost>> turns) {
        Results results = new Results();
        System.out.printf("%n%-50s %12s %12s %12s %12s%n", "guarded call", "µs CPU", "µs database", "bytes", "calls");
        turns.forEach((guard, all) -> {
            Rounds.Cost cost = Rounds.median(all);
            System.out.printf(
                    "%-50s %12.1f %12.1f %12.0f %12d%n",
                    guard.label(), cost.cpuMicros(), cost.ledgerMicros(), cost.bytes(), cost.units());
            String name = "guards." + guard.key();
            results.put(name + ".cpuMicros", cost.cpuMicros());
            results.put(name + ".ledgerMicros", cost.ledgerMicros());
            results.put(name + ".bytes", cost.bytes());
        });
        return results;
    }
}
