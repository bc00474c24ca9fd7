package io.github.camelllm.examples.benchmark.gateway;

import io.github.camelllm.examples.benchmark.Cores;
import io.github.camelllm.examples.benchmark.Rounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Measures gateways beside nginx, all in one run: what is measured on one core, client and upstream on the other. Its last line
 * states the ratios. With the argument {@code SOAK} it watches the memory of the gateway for ten minutes instead;
 * with {@code OURS} it leaves other gateways out.
 */
public final class GatewayBenchmark {
    private static final int AGAIN = 2;

    private final Scale scale;
    private final Path nginx;
    private final Set<OwnGateway.Books> books;
    private final boolean withPeers;
    private final Path folder;
    private final List<AutoCloseable> open = new ArrayList<>();

    /**
     * @param books of the gateways that are measured; {@code H2} is always among them
     * @param withPeers whether other gateways are
     */
    GatewayBenchmark(Scale scale, Path nginx, Set<OwnGateway.Books> books, boolean withPeers, Path folder) {
        this.scale = scale;
        this.nginx = nginx;
        this.books = EnumSet.copyOf(books);
        this.withPeers = withPeers;
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        Optional<Path> nginx = Nginx.program(System.getenv().getOrDefault("PATH", ""));
        Optional<String> missing = missing(nginx, Files.isDirectory(Path.of("/proc/self/task")), Cores.canPin());
        if (missing.isPresent()) {
            System.err.println("error: " + missing.get());
            System.exit(1);
        }
        System.out.printf(
                "JDK %s, %d cores%n", Runtime.version(), Runtime.getRuntime().availableProcessors());
        // All that this process starts is on this core as well, until it is put on the other
        Cores.pinUpstream(ProcessHandle.current().pid());
        Path folder = Files.createTempDirectory("gateway-benchmark");
        try {
            GatewayBenchmark benchmark = new GatewayBenchmark(
                    Scale.FULL,
                    nginx.orElseThrow(),
                    EnumSet.allOf(OwnGateway.Books.class),
                    !List.of(args).contains("OURS"),
                    folder);
            if (List.of(args).contains("SOAK")) {
                Soak.Found found = benchmark.soak(Soak.FULL);
                System.out.println();
                found.goals().forEach(System.out::println);
                System.out.printf("%n%s%n", found);
            } else {
                System.out.printf("%n%s%n", benchmark.run().ratios());
            }
            System.out.flush();
        } finally {
            delete(folder);
        }
        System.exit(0);
    }

    /** Why this machine cannot measure; empty if it can. */
    static Optional<String> missing(Optional<Path> nginx, boolean isLinux, boolean canPin) {
        if (!isLinux) {
            return Optional.of("processor time of processes is read from Linux; there is no /proc/self/task here");
        }
        if (!canPin) {
            return Optional.of("two cores and taskset (of util-linux) are needed, to keep client and server apart");
        }
        return nginx.isPresent()
                ? Optional.empty()
                : Optional.of("nginx is what gateways are compared with; install it (apt-get install nginx-light)");
    }

    Report run() throws Exception {
        try {
            return measure();
        } finally {
            close();
        }
    }

    private void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        open.clear();
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.add(resource);
        return resource;
    }

    private Report measure() throws Exception {
        CannedUpstream upstream = opened(new CannedUpstream(scale.slow()));
        Load load = opened(new Load());
        OwnGateway gateways = new OwnGateway(upstream, folder);
        Report report = new Report(scale);
        if (scale.starts() > 0) {
            report.start(startSeconds(gateways, load), startSecondsFromArchive(gateways, load));
        }

        Contender proxy = Nginx.start(nginx, upstream.port(), folder.resolve("nginx"));
        opened(proxy.server());
        OwnGateway.Started file = gateways.start(Report.H2, OwnGateway.Books.H2, "");
        opened(file.server());
        Contender passing = file.await().passing(Report.H2, "camel-llm, two budgets, ledger in H2");
        List<Contender> own = new ArrayList<>();
        own.add(passing);
        List<Contender> translating = new ArrayList<>();
        translating.add(file.translating(Report.H2_TRANSLATING, "the one with H2, translating Anthropic's API"));
        if (books.contains(OwnGateway.Books.NONE)) {
            OwnGateway.Started bare = gateways.start(Report.BARE, OwnGateway.Books.NONE, "");
            opened(bare.server());
            own.add(bare.await().passing(Report.BARE, "camel-llm, neither ledger nor budgets"));
        }
        Optional<Database> database = books.contains(OwnGateway.Books.POSTGRES) ? Database.start() : Optional.empty();
        if (database.isPresent()) {
            opened(database.get());
            OwnGateway.Started shared = gateways.start(
                    Report.POSTGRES, OwnGateway.Books.POSTGRES, database.get().jdbcUrl());
            opened(shared.server());
            own.add(shared.await().passing(Report.POSTGRES, "camel-llm, two budgets, ledger in PostgreSQL"));
            translating.add(shared.translating(
                    Report.POSTGRES_TRANSLATING, "the one with PostgreSQL, translating Anthropic's API"));
        }
        List<Contender> peers =
                withPeers ? new Peers(Peers.usualCache(), folder, upstream).startAll() : List.<Contender>of();
        peers.forEach(peer -> opened(peer.server()));

        Measuring measuring = new Measuring(scale, load);
        List<Contender> all = new ArrayList<>();
        all.add(proxy);
        all.addAll(own);
        all.addAll(translating);
        all.addAll(peers);
        // Again, since what is compiled first is compiled for what it alone does
        for (int turns : new int[] {scale.warmUps(), AGAIN}) {
            for (Contender contender : all) {
                measuring.warmUp(contender, Way.JSON, turns);
            }
            for (Contender contender : own) {
                measuring.warmUp(contender, Way.STREAM, AGAIN);
            }
        }
        for (Contender contender : all) {
            contender.server().pin();
        }

        report.throughput(measuring.rounds(all, Way.JSON, scale.connections(), scale.rounds()));
        report.latency(measuring.added(all, direct(upstream)));
        // Portkey's gateway fails on streams of this upstream, so other gateways are measured with whole answers only
        List<Contender> streaming = new ArrayList<>(own);
        streaming.add(0, proxy);
        report.pieces(measuring.rounds(streaming, Way.STREAM, scale.connections(), scale.sideRounds()));
        List<Contender> patient = List.of(proxy, passing);
        report.late(measuring.rounds(patient, Way.LATE, scale.lateConnections(), scale.sideRounds()));
        Map<Contender, Double> slow = new LinkedHashMap<>();
        for (Contender contender : patient) {
            slow.put(contender, measuring.slowPerSecond(contender));
        }
        report.slow(slow);
        Map<Contender, Measuring.Streams> streams = new LinkedHashMap<>();
        for (Contender contender : patient) {
            streams.put(contender, measuring.streams(contender));
        }
        report.streams(streams);
        report.print();
        return report;
    }

    private static Call direct(CannedUpstream upstream) {
        return Call.post(
                upstream.port(),
                Way.JSON.basePath() + "/chat/completions",
                Map.of(),
                Way.JSON.openAiRequest(Contender.MODEL),
                Way.JSON);
    }

    /** Watches the gateway while it works for long. */
    Soak.Found soak(Soak soak) throws Exception {
        try {
            CannedUpstream upstream = opened(new CannedUpstream());
            Load load = opened(new Load());
            // The heap is all there from the beginning, so that what grows is something else
            OwnGateway.Started gateway =
                    // Otherwise a collection may leave up to 5 % of the old generation's room as it is, as int[]
                    new OwnGateway(upstream, folder)
                            .start("soak", OwnGateway.Books.H2, "", "-XX:+AlwaysPreTouch", "-XX:MarkSweepDeadRatio=0");
            opened(gateway.server());
            return soak.watch(gateway.await(), load);
        } finally {
            close();
        }
    }

    /** From the start of the process to its first answer, with ledger and budgets; the middle of some starts. */
    private double startSeconds(OwnGateway gateways, Load load, String... options) throws Exception {
        double[] seconds = new double[scale.starts()];
        for (int i = 0; i < seconds.length; i++) {
            long began = System.nanoTime();
            OwnGateway.Started started = gateways.start("start", OwnGateway.Books.H2, "", options);
            try (ServerProcess server = started.server()) {
                started.await();
                load.once(started.passing("start", "start").call(Way.JSON));
                seconds[i] = (System.nanoTime() - began) / 1e9;
            }
        }
        return Rounds.median(seconds);
    }

    /** The same from an archive of the classes, which is made first. */
    private double startSecondsFromArchive(OwnGateway gateways, Load load) throws Exception {
        Path archive = folder.resolve("gateway.jsa");
        OwnGateway.Started started =
                gateways.start("archive", OwnGateway.Books.H2, "", "-XX:ArchiveClassesAtExit=" + archive);
        try (ServerProcess server = started.server()) {
            started.await();
            load.once(started.passing("archive", "archive").call(Way.JSON));
            server.stop();
        }
        return startSeconds(gateways, load, "-XX:SharedArchiveFile=" + archive);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
