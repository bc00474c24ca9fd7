package io.github.camelllm.examples.benchmark.gateway;

import io.github.camelllm.examples.benchmark.Results;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured: tables as it goes on, then each goal beside what was reached, then the ratios. */
final class Report {
    static final String NGINX = "nginx";
    static final String BARE = "bare";
    static final String H2 = "h2";
    static final String POSTGRES = "postgres";
    static final String H2_TRANSLATING = "h2Translating";
    static final String POSTGRES_TRANSLATING = "postgresTranslating";
    static final String PORTKEY = "portkey";
    static final String LITELLM = "litellm";

    private final Results results = new Results();
    private final Scale scale;

    Report(Scale scale) {
        this.scale = scale;
    }

    Results results() {
        return results;
    }

    void start(double seconds, double fromArchive) {
        results.put("start.seconds", seconds);
        results.put("start.archiveSeconds", fromArchive);
    }

    /** @param turns nginx's first */
    void throughput(Map<Contender, Measuring.Turn> turns) {
        print(
                "%n%-52s %10s %9s %9s %8s %8s %8s%n",
                scale.connections() + " connections, whole answers",
                "answers/s",
                "µs CPU",
                "ledger",
                "x nginx",
                "p50 ms",
                "p99 ms");
        turns.forEach((contender, turn) -> {
            put("whole.", contender, turn);
            print(
                    "%-52s %10.0f %9.1f %9.1f %8.2f %8.2f %8.2f%n",
                    contender.label(),
                    turn.perSecond(),
                    turn.cpuMicros(),
                    turn.ledgerMicros(),
                    turn.cpuToFirst(),
                    turn.p50Millis(),
                    turn.p99Millis());
        });
    }

    private void put(String kind, Contender contender, Measuring.Turn turn) {
        String name = kind + contender.name();
        results.put(name + ".cpuMicros", turn.cpuMicros());
        results.put(name + ".ledgerMicros", turn.ledgerMicros());
        results.put(name + ".perSecond", turn.perSecond());
        results.put(name + ".cpuToNginx", turn.cpuToFirst());
    }

    void latency(Map<Contender, Measuring.Added> added) {
        print("%n%-52s %10s %10s%n", "one connection, ms more than without", "p50", "p99");
        added.forEach((contender, more) -> {
            results.put("added." + contender.name() + ".p50", more.p50Millis());
            results.put("added." + contender.name() + ".p99", more.p99Millis());
            print("%-52s %10.3f %10.3f%n", contender.label(), more.p50Millis(), more.p99Millis());
        });
    }

    void pieces(Map<Contender, Measuring.Turn> turns) {
        print(
                "%n%-52s %10s %9s%n",
                scale.connections() + " connections, fast streams of " + Way.PIECES + " pieces", "pieces/s", "µs CPU");
        turns.forEach((contender, turn) -> {
            double micros = turn.cpuMicros() / Way.PIECES;
            results.put("piece." + contender.name() + ".cpuMicros", micros);
            print("%-52s %10.0f %9.2f%n", contender.label(), turn.perSecond() * Way.PIECES, micros);
        });
    }

    void late(Map<Contender, Measuring.Turn> turns) {
        print(
                "%n%-52s %10s%n",
                scale.lateConnections() + " connections, answers after " + Way.LATE_MILLIS + " ms", "answers/s");
        turns.forEach((contender, turn) -> {
            results.put("late." + contender.name() + ".perSecond", turn.perSecond());
            print("%-52s %10.0f%n", contender.label(), turn.perSecond());
        });
    }

    void slow(Map<Contender, Double> perSecond) {
        print(
                "%n%-52s %10s%n",
                scale.slowConnections() + " connections, answers after "
                        + scale.slow().toMillis() + " ms",
                "answers/s");
        perSecond.forEach((contender, answers) -> {
            results.put("slow." + contender.name() + ".perSecond", answers);
            print("%-52s %10.1f%n", contender.label(), answers);
        });
    }

    void streams(Map<Contender, Measuring.Streams> streams) {
        print(
                "%n%-52s %10s %10s%n",
                scale.streams() + " streams, a piece each " + Way.DRIP_MILLIS + " ms", "µs CPU", "MB");
        streams.forEach((contender, found) -> {
            results.put("streams." + contender.name() + ".cpuMicros", found.cpuMicros());
            results.put("streams." + contender.name() + ".megabytes", found.residentMegabytes());
            print("%-52s %10.2f %10.0f%n", contender.label(), found.cpuMicros(), found.residentMegabytes());
        });
    }

    /** Goals are for the gateway with its ledger. */
    List<Goal> goals() {
        List<Goal> goals = new ArrayList<>();
        goals.addAll(goalsOfAnswers(H2, H2_TRANSLATING, "H2"));
        if (results.has(cpu(POSTGRES))) {
            goals.addAll(goalsOfAnswers(POSTGRES, POSTGRES_TRANSLATING, "PostgreSQL"));
        }
        goals.add(Goal.atMost("CPU of a forwarded piece, fast streams", 5, "µs", piece(H2)));
        goals.add(Goal.atMost(
                "CPU of a forwarded piece, slow streams", 5, "µs", results.get("streams." + H2 + ".cpuMicros")));
        goals.add(Goal.atMost(
                "memory with " + scale.streams() + " streams", 400, "MB", results.get("streams." + H2 + ".megabytes")));
        goals.add(Goal.atLeast("answers/s to nginx's, upstream takes 50 ms", 0.98, "x", late()));
        goals.add(Goal.atLeast("answers/s to nginx's, upstream takes 5 s", 0.98, "x", slow()));
        if (results.has("start.seconds")) {
            goals.add(Goal.atMost("start to first answer", 3, "s", results.get("start.seconds")));
            goals.add(Goal.atMost("the same, with an archive of classes", 3, "s", results.get("start.archiveSeconds")));
        }
        return goals;
    }

    private List<Goal> goalsOfAnswers(String passing, String translating, String ledger) {
        List<Goal> goals = new ArrayList<>();
        goals.add(Goal.atMost("CPU to nginx's, " + ledger, 2.5, "x", toNginx(passing)));
        goals.add(Goal.atMost("CPU to nginx's, translating, " + ledger, 4, "x", toNginx(translating)));
        if (results.has(cpu(PORTKEY))) {
            goals.add(Goal.atLeast("answers/s to Portkey's, " + ledger, 20, "x", toPeer(passing, PORTKEY)));
        }
        goals.add(Goal.atMost("added latency, median, " + ledger, 0.4, "ms", results.get("added." + passing + ".p50")));
        goals.add(Goal.atMost("added latency, 99 %, " + ledger, 1, "ms", results.get("added." + passing + ".p99")));
        return goals;
    }

    void print() {
        print("%n");
        goals().forEach(System.out::println);
    }

    /** The line that a run ends with. */
    String ratios() {
        List<String> ratios = new ArrayList<>();
        ratios.add(text("CPU / nginx = %.2f, translating %.2f", toNginx(H2), toNginx(H2_TRANSLATING)));
        if (results.has(cpu(POSTGRES))) {
            ratios.add(
                    text("with PostgreSQL %.2f, translating %.2f", toNginx(POSTGRES), toNginx(POSTGRES_TRANSLATING)));
        }
        if (results.has(cpu(BARE))) {
            ratios.add(text("without ledger and budgets %.2f", toNginx(BARE)));
        }
        for (String peer : List.of(PORTKEY, LITELLM)) {
            if (results.has(cpu(peer))) {
                ratios.add(text("answers/s / %s's = %.1f", peer, toPeer(H2, peer)));
            }
        }
        ratios.add(text(
                "added %.2f ms (99 %%: %.2f)",
                results.get("added." + H2 + ".p50"), results.get("added." + H2 + ".p99")));
        ratios.add(text("%.2f µs a piece", piece(H2)));
        ratios.add(text("%d streams in %.0f MB", scale.streams(), results.get("streams." + H2 + ".megabytes")));
        ratios.add(text("late answers/s / nginx's = %.2f (after 50 ms), %.2f (after 5 s)", late(), slow()));
        if (results.has("start.seconds")) {
            ratios.add(text(
                    "first answer after %.1f s (with an archive of classes %.1f)",
                    results.get("start.seconds"), results.get("start.archiveSeconds")));
        }
        return "RATIOS " + String.join("; ", ratios);
    }

    private static String cpu(String name) {
        return "whole." + name + ".cpuMicros";
    }

    private double toNginx(String name) {
        return results.get("whole." + name + ".cpuToNginx");
    }

    private double toPeer(String name, String peer) {
        return results.get("whole." + name + ".perSecond") / results.get("whole." + peer + ".perSecond");
    }

    private double piece(String name) {
        return results.get("piece." + name + ".cpuMicros");
    }

    private double late() {
        return results.get("late." + H2 + ".perSecond") / results.get("late." + NGINX + ".perSecond");
    }

    private double slow() {
        return results.get("slow." + H2 + ".perSecond") / results.get("slow." + NGINX + ".perSecond");
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
