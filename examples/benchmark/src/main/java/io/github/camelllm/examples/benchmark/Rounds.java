package io.github.camelllm.examples.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lets contenders take turns, so that whatever else the machine does hits all of them alike. */
public final class Rounds {
    /** Twice, since the first to run is compiled for what it alone does. */
    private static final int WARM_UPS = 2;

    private static final Duration LOOK = Duration.ofMillis(300);
    /** The ledger looks for work a few times a second. */
    private static final long BUSY_NANOS = 20_000_000;

    private final Settings settings;

    Rounds(Settings settings) {
        this.settings = settings;
    }

    /**
     * What one unit (a call, or a piece of a stream) costs.
     *
     * @param cpuMicros processor time, median of the rounds
     * @param ledgerMicros processor time of the ledger's way to its database, median of the rounds
     * @param bytes allocated, median of the rounds
     * @param units measured in all rounds
     */
    record Cost(double cpuMicros, double ledgerMicros, double bytes, long units) {}

    /** Warms all up, pins this process if asked, and measures. */
    Map<Contender, Cost> run(List<Contender> contenders, int callers, boolean pin) throws Exception {
        for (int pass = 0; pass < WARM_UPS; pass++) {
            for (Contender contender : contenders) {
                warmUp(contender, callers);
            }
        }
        if (pin) {
            Cores.pinThisProcess();
        }
        Map<Contender, List<Cost>> turns = new LinkedHashMap<>();
        for (int round = 0; round < settings.rounds(); round++) {
            for (Contender contender : contenders) {
                turns.computeIfAbsent(contender, first -> new ArrayList<>()).add(turn(contender, callers));
            }
        }
        Map<Contender, Cost> costs = new LinkedHashMap<>();
        turns.forEach((contender, all) -> costs.put(contender, median(all)));
        return costs;
    }

    void warmUp(Contender contender, int callers) throws InterruptedException {
        Calls calls = new Calls();
        contender.load().start(callers, calls);
        pass(settings.warmUp());
        calls.stop();
    }

    Cost turn(Contender contender, int callers) throws InterruptedException {
        Calls calls = new Calls();
        Meter begin = Meter.read();
        contender.load().start(callers, calls);
        pass(settings.settle());
        long before = calls.count();
        Meter from = Meter.read();
        pass(settings.turn());
        while (calls.count() == before && calls.areWanted()) {
            // Not one call has ended; one that never ends fails by its own timeout.
            pass(settings.turn());
        }
        long units = (calls.count() - before) * contender.unitsPerCall();
        Meter to = Meter.read();
        calls.stop();
        Meter end = awaitBooked();
        return new Cost(
                (to.cpuNanos() - from.cpuNanos()) / 1000.0 / units,
                (end.ledgerNanos() - begin.ledgerNanos()) / 1000.0 / (calls.count() * contender.unitsPerCall()),
                (to.allocatedBytes() - from.allocatedBytes()) / (double) units,
                units);
    }

    /** What the ledger has still to book must not fall into the turn of another. */
    private static Meter awaitBooked() throws InterruptedException {
        Meter before = Meter.read();
        while (true) {
            pass(LOOK);
            Meter now = Meter.read();
            if (now.ledgerNanos() - before.ledgerNanos() < BUSY_NANOS) {
                return now;
            }
            before = now;
        }
    }

    /** The load runs on other threads; this one only lets time pass. */
    private static void pass(Duration time) throws InterruptedException {
        Thread.sleep(time.toMillis());
    }

    static Cost median(List<Cost> turns) {
        return new Cost(
                median(turns.stream().mapToDouble(Cost::cpuMicros).toArray()),
                median(turns.stream().mapToDouble(Cost::ledgerMicros).toArray()),
                median(turns.stream().mapToDouble(Cost::bytes).toArray()),
                turns.stream().mapToLong(Cost::units).sum());
    }

    /** The middle value, or the mean of the two in the middle. */
    public static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
