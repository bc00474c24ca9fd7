package io.github.camelllm.examples.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;

/** What ledger, budgets and limits add to a call: the same route with and without them, in turns. */
final class GuardedCalls {
    private static final String PLAIN = "plain";
    private static final String GUARDED = "guarded";

    private GuardedCalls() {}

    static Results run(Upstream.Ports upstream, Settings settings, boolean pin) throws Exception {
        String baseUrl = upstream.http1Url("/json/v1");
        Path folder = Files.createTempDirectory("guarded-calls");
        try (Routes plain = new Routes(baseUrl, "AUTO", piece -> {});
                Routes guarded = new Routes(
                        baseUrl, "AUTO", piece -> {}, properties(folder), component -> component.setLedger(true))) {
            Endpoint without = plain.route("chat");
            Endpoint with = guarded.route("chat");
            List<Contender> contenders = List.of(
                    Contender.threads(PLAIN, "llm:, waiting threads", 1, () -> plain.ask(without, String.class)),
                    Contender.threads(
                            GUARDED,
                            "the same with ledger, two budgets and a limit",
                            1,
                            () -> guarded.ask(with, String.class)));
            Map<Contender, Rounds.Cost> costs = new Rounds(settings).run(contenders, settings.callers(), pin);
            return results(costs);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(GuardedCalls::delete);
            }
        }
    }

    /** The stores that need no server: the ledger in an H2 file, budgets and limits in memory. */
    private static Properties properties(Path folder) {
        Properties properties = new Properties();
        properties.setProperty("llm.jdbc.url", "jdbc:h2:file:" + folder.resolve("ledger"));
        properties.setProperty("llm.ledger.journal", folder.resolve("journal").toString());
        properties.setProperty("llm.budget.all.limit", "1000000 USD");
        properties.setProperty("llm.budget.all.window", "month");
        properties.setProperty("llm.budget.team.scope.team", "*");
        properties.setProperty("llm.budget.team.limit", "1000000 USD");
        properties.setProperty("llm.budget.team.window", "day");
        properties.setProperty("llm.limit.all.requestsPerMinute", "100000000");
        properties.setProperty("llm.limit.all.tokensPerMinute", "100000000000");
        return properties;
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be deleted", e);
        }
    }

    private static Results results(Map<Contender, Rounds.Cost> costs) {
        Results results = new Results();
        System.out.printf("%n%-50s %12s %12s %12s %12s%n", "guarded call", "µs CPU", "µs database", "bytes", "calls");
        double ledgerMicros = 0;
        long calls = 0;
        for (Map.Entry<Contender, Rounds.Cost> entry : costs.entrySet()) {
            Rounds.Cost cost = entry.getValue();
            System.out.printf(
                    "%-50s %12.1f %12.1f %12.0f %12d%n",
                    entry.getKey().label(), cost.cpuMicros(), cost.ledgerMicros(), cost.bytes(), cost.units());
            String name = "guards." + entry.getKey().name();
            results.put(name + ".cpuMicros", cost.cpuMicros());
            results.put(name + ".bytes", cost.bytes());
            ledgerMicros += cost.ledgerMicros() * cost.units();
            calls += entry.getKey().name().equals(GUARDED) ? cost.units() : 0;
        }
        results.put("guards.ledgerMicros", ledgerMicros / calls);
        return results;
    }
}
