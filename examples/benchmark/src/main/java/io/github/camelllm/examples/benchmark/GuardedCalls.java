package io.github.camelllm.examples.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;

/** What budgets, limits and ledger add to a call, each and together: the same route with and without them, in turns. */
final class GuardedCalls {
    /** Until the compiler rests: with all parts there is several times the code of a call. */
    private static final int LONGER_WARM_UP = 5;

    private GuardedCalls() {}

    /** What stands before and after the calls of a contender. */
    private enum Guard {
        PLAIN("llm:, waiting threads"),
        BUDGETS("with two budgets in memory"),
        LIMIT("with a limit in memory"),
        LEDGER("with the ledger in H2"),
        GUARDED("with ledger, budgets and limit");

        private final String label;

        Guard(String label) {
            this.label = label;
        }

        boolean has(Guard part) {
            return this == part || this == GUARDED && part != PLAIN;
        }

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Results run(Upstream.Ports upstream, Settings settings, boolean pin) throws Exception {
        String baseUrl = upstream.http1Url("/json/v1");
        Path folder = Files.createTempDirectory("guarded-calls");
        List<Routes> open = new ArrayList<>();
        try {
            List<Contender> contenders = new ArrayList<>();
            for (Guard guard : Guard.values()) {
                Routes routes = new Routes(
                        baseUrl,
                        "AUTO",
                        piece -> {},
                        properties(guard, folder.resolve(guard.key())),
                        component -> component.setLedger(guard.has(Guard.LEDGER)));
                open.add(routes);
                Endpoint chat = routes.route("chat");
                contenders.add(Contender.threads(guard.key(), guard.label, 1, () -> routes.ask(chat, String.class)));
            }
            return results(
                    new Rounds(settings.warmedUpLonger(LONGER_WARM_UP)).run(contenders, settings.callers(), pin));
        } finally {
            open.forEach(Routes::close);
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(GuardedCalls::delete);
            }
        }
    }

    /** The stores that need no server: the ledger in an H2 file, budgets and limits in memory. */
    private static Properties properties(Guard guard, Path folder) {
        Properties properties = new Properties();
        if (guard.has(Guard.LEDGER)) {
            properties.setProperty("llm.jdbc.url", "jdbc:h2:file:" + folder.resolve("ledger"));
            properties.setProperty(
                    "llm.ledger.journal", folder.resolve("journal").toString());
        }
        if (guard.has(Guard.BUDGETS)) {
            properties.setProperty("llm.budget.all.limit", "1000000 USD");
            properties.setProperty("llm.budget.all.window", "month");
            properties.setProperty("llm.budget.team.scope.team", "*");
            properties.setProperty("llm.budget.team.limit", "1000000 USD");
            properties.setProperty("llm.budget.team.window", "day");
        }
        if (guard.has(Guard.LIMIT)) {
            properties.setProperty("llm.limit.all.requestsPerMinute", "100000000");
            properties.setProperty("llm.limit.all.tokensPerMinute", "1000000000");
            properties.setProperty("llm.limit.all.pace", "burst");
        }
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
        costs.forEach((contender, cost) -> {
            System.out.printf(
                    "%-50s %12.1f %12.1f %12.0f %12d%n",
                    contender.label(), cost.cpuMicros(), cost.ledgerMicros(), cost.bytes(), cost.units());
            String name = "guards." + contender.name();
            results.put(name + ".cpuMicros", cost.cpuMicros());
            results.put(name + ".ledgerMicros", cost.ledgerMicros());
            results.put(name + ".bytes", cost.bytes());
        });
        return results;
    }
}
