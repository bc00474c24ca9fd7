package io.github.camelllm.examples.benchmark.gateway;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Watches a gateway under a load that it can bear for long: whole answers that come late, and streams. Neither its memory nor its
 * journal must grow, and when all is over its ledger must hold each call once.
 *
 * @param connections clients that ask for whole answers
 * @param streams clients that read streams
 * @param warmUp what is not counted: heap, code and pools reach their size
 * @param time what is
 * @param looks how often memory is read in that time
 */
record Soak(int connections, int streams, Duration warmUp, Duration time, int looks) {
    static final Soak FULL = new Soak(32, 200, Duration.ofMinutes(2), Duration.ofMinutes(10), 40);

    private static final double BYTES_A_MEGABYTE = 1 << 20;
    /** Looks from one collection of all garbage to the next. */
    private static final int HEAP_EVERY = 4;
    /** Classes that are named when the heap holds more than before. */
    private static final int CLASSES = 8;

    /**
     * What was found.
     *
     * @param memory resident megabytes over seconds, from the end of the warm-up on
     * @param heapMegabytes what the heap holds without its garbage, over seconds
     * @param journalMegabytes of its files, over seconds
     * @param calls whole and right answers, those of the warm-up among them
     * @param booked what the ledger holds when the gateway has ended
     */
    record Found(Trend memory, Trend heapMegabytes, Trend journalMegabytes, long calls, Ledgered booked) {
        List<Goal> goals() {
            return List.of(
                    Goal.atMost("memory grew, by the slope through all looks", 2, "%", memory.growthPercent()),
                    Goal.atMost(
                            "memory grew in the second half",
                            2,
                            "%",
                            memory.secondHalf().growthPercent()),
                    Goal.atMost("what the heap holds grew", 5, "%", heapMegabytes.growthPercent()),
                    Goal.atMost("journal, the most at once", 64, "MB", journalMegabytes.most()),
                    Goal.atMost("calls that the ledger lacks or has twice", 0, "", booked.differences(calls)),
                    Goal.atMost("calls without a cost", 0, "", booked.unpriced()));
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "SOAK %d calls, %d in the ledger; memory %.0f MB, %+.1f %% (second half %+.1f %%);"
                            + " the heap holds %.1f MB, %+.1f %%; journal at most %.0f MB",
                    calls,
                    booked.calls(),
                    memory.median(),
                    memory.growthPercent(),
                    memory.secondHalf().growthPercent(),
                    heapMegabytes.median(),
                    heapMegabytes.growthPercent(),
                    journalMegabytes.most());
        }
    }

    Found watch(OwnGateway.Started gateway, Load load) throws Exception {
        ServerProcess server = gateway.server();
        Contender contender = gateway.passing("soak", "camel-llm");
        Load.Running whole = load.start(contender.call(Way.LATE), connections);
        Load.Running streamed = load.start(contender.call(Way.DRIP), streams);
        whole.pass(warmUp);
        LiveHeap before = LiveHeap.of(server.processId());
        Trend heap = Trend.none().and(0, before.megabytes());
        LiveHeap now = before;
        Trend memory = Trend.none();
        Trend journal = Trend.none();
        for (int look = 1; look <= looks; look++) {
            Load.Answers answers = whole.during(time.dividedBy(looks));
            streamed.requireNoFailure();
            double seconds = time.dividedBy(looks).multipliedBy(look).toMillis() / 1000.0;
            memory = memory.and(seconds, server.residentMegabytes());
            if (look % HEAP_EVERY == 0 || look == looks) {
                now = LiveHeap.of(server.processId());
                heap = heap.and(seconds, now.megabytes());
            }
            journal = journal.and(seconds, megabytes(gateway.journal()));
            System.out.printf(
                    Locale.ROOT,
                    "%5.0f s: %5.1f MB, heap %4.1f MB, journal %4.1f MB, ledger %5.1f MB; %.0f answers/s, 99 %%: %.1f ms%n",
                    seconds,
                    memory.last(),
                    heap.last(),
                    journal.last(),
                    megabytes(gateway.ledgerFile()),
                    answers.perSecond(),
                    answers.millisAt(99));
        }
        now.grownMost(before, CLASSES).forEach(System.out::println);
        whole.stop();
        streamed.stop();
        server.stop();
        long calls = whole.answered() + streamed.answered();
        return new Found(memory, heap, journal, calls, Ledgered.in(gateway.ledgerFile()));
    }

    /** Of a file or of all files in a folder; what has gone meanwhile counts as nothing. */
    private static double megabytes(Path path) {
        File[] files = path.toFile().listFiles();
        return Stream.of(files == null ? new File[] {path.toFile()} : files)
                        .mapToLong(File::length)
                        .sum()
                / BYTES_A_MEGABYTE;
    }
}
