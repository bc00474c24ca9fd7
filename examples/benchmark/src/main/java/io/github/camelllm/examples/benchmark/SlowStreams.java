package io.github.camelllm.examples.benchmark;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.camel.AsyncProducer;

/**
 * Many slow streams at once. Each piece says when the upstream sent it, so its delay is known where it arrives. A timer that
 * does nothing else says meanwhile how late this machine wakes a thread, and the same streams read by the bare client, in
 * turns, say which part of the delay is the client's.
 */
final class SlowStreams {
    static final int PIECES = 200;

    private static final int WARM_UPS = 2;
    private static final int MAX_ROUNDS = 3;
    private static final int MAX_SECONDS = 60;
    private static final long TICK_MICROS = 10_000;

    private final Settings settings;
    private final Delays timer = new Delays();
    private final Delays raw = new Delays();
    private final Delays llm = new Delays();
    private final Load rawLoad = new Load();
    private final Load llmLoad = new Load();

    private SlowStreams(Settings settings) {
        this.settings = settings;
    }

    static Results run(Upstream.Ports upstream, Settings settings, boolean pin) throws Exception {
        return new SlowStreams(settings).run(upstream.http1Url("/slow/" + PIECES), pin);
    }

    private Results run(String baseUrl, boolean pin) throws Exception {
        String url = baseUrl + "/chat/completions";
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try (RawClient client = new RawClient();
                Routes routes = new Routes(baseUrl, "AUTO", llm)) {
            AsyncProducer publisher = routes.producer("publisher");
            Contender.Chained rawStream = () -> client.stream(url, raw);
            Contender.Chained llmStream = () -> routes.ask(publisher)
                    .thenCompose(exchange -> exchange.getMessage().getBody(Pieces.class));
            for (int round = 0; round < WARM_UPS; round++) {
                read(rawStream, new Load());
                read(llmStream, new Load());
            }
            if (pin) {
                Cores.pinThisProcess();
            }
            raw.reset();
            llm.reset();
            startTimer(clock);
            for (int round = 0; round < Math.min(MAX_ROUNDS, settings.rounds()); round++) {
                read(rawStream, rawLoad);
                threads.resetPeakThreadCount();
                read(llmStream, llmLoad);
            }
            publisher.stop();
            return results(threads.getPeakThreadCount());
        } finally {
            clock.shutdownNow();
        }
    }

    private void read(Contender.Chained stream, Load load) throws Exception {
        Meter before = Meter.read();
        long collecting = collectionMillis();
        List<CompletionStage<?>> streams = new ArrayList<>();
        for (int i = 0; i < settings.slowStreams(); i++) {
            streams.add(stream.call());
            // Spread over a second: what a stream costs is measured, not what a thousand requests cost at one moment.
            TimeUnit.MILLISECONDS.sleep(1);
        }
        for (CompletionStage<?> one : streams) {
            Object pieces = one.toCompletableFuture().get(MAX_SECONDS, TimeUnit.SECONDS);
            if (!pieces.equals(PIECES)) {
                throw new IllegalStateException(pieces + " pieces came of " + PIECES);
            }
        }
        load.add(before, Meter.read(), collectionMillis() - collecting, (long) settings.slowStreams() * PIECES);
    }

    private static long collectionMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    private void startTimer(ScheduledExecutorService clock) {
        long start = Clock.microsNow();
        long[] due = {start};
        clock.scheduleAtFixedRate(
                () -> {
                    due[0] += TICK_MICROS;
                    timer.record(due[0]);
                },
                TICK_MICROS,
                TICK_MICROS,
                TimeUnit.MICROSECONDS);
    }

    private Results results(int peakThreads) throws IOException {
        long heapMegabytes = Runtime.getRuntime().maxMemory() >> 20;
        System.out.printf(
                "%n%d slow streams at once (first piece after %d ms, then one each %d ms), heap at most %d MB%n",
                settings.slowStreams(), Upstream.FIRST_CHUNK_MILLIS, Upstream.CHUNK_MILLIS, heapMegabytes);
        System.out.printf("%-50s %9s %9s %9s %9s%n", "delay, ms", "median", "99 %", "99.9 %", "max");
        Results results = new Results();
        print(results, "timer", "a timer in the same process", timer);
        print(results, "raw", "HttpClient 5 async + streaming JSON", raw);
        print(results, "llm", "llm: publisher", llm);
        System.out.printf(
                "%n%-50s %9s %9s %9s%n", "what the streams took meanwhile", "% of core", "us/piece", "GC, ms");
        rawLoad.print(results, "raw", "HttpClient 5 async + streaming JSON");
        llmLoad.print(results, "llm", "llm: publisher");
        System.out.printf("%-50s %9d%n", "threads of the process, at most", peakThreads);
        results.put("slow.threads", peakThreads);
        results.put("slow.heapMegabytes", heapMegabytes);
        return results;
    }

    private static void print(Results results, String name, String label, Delays delays) {
        double[] millis = new double[4];
        double[] percentiles = {50, 99, 99.9, 100};
        for (int i = 0; i < millis.length; i++) {
            millis[i] = delays.micros.getValueAtPercentile(percentiles[i]) / 1000.0;
            results.put("slow." + name + ".p" + percentiles[i], millis[i]);
        }
        System.out.printf("%-50s %9.1f %9.1f %9.1f %9.1f%n", label, millis[0], millis[1], millis[2], millis[3]);
    }

    /** What it took to read the streams of some rounds. How busy the core was tells how long a piece has to wait for it. */
    private static final class Load {
        private long nanos;
        private long cpuNanos;
        private long collectionMillis;
        private long pieces;

        void add(Meter before, Meter after, long collecting, long read) {
            nanos += after.nanos() - before.nanos();
            cpuNanos += after.cpuNanos() - before.cpuNanos();
            collectionMillis += collecting;
            pieces += read;
        }

        void print(Results results, String name, String label) {
            double share = 100.0 * cpuNanos / nanos;
            double micros = cpuNanos / 1000.0 / pieces;
            results.put("slow." + name + ".core", share);
            results.put("slow." + name + ".cpu", micros);
            System.out.printf("%-50s %9.0f %9.2f %9d%n", label, share, micros, collectionMillis);
        }
    }

    /** Delays of pieces whose text is the time at which they were sent. Thread-safe. */
    private static final class Delays implements Consumer<String> {
        private static final int DIGITS = 2;

        final Histogram micros = new ConcurrentHistogram(DIGITS);

        @Override
        public void accept(String sentMicros) {
            record(Long.parseLong(sentMicros));
        }

        void record(long dueMicros) {
            micros.recordValue(Math.max(0, Clock.microsNow() - dueMicros));
        }

        void reset() {
            micros.reset();
        }
    }
}
