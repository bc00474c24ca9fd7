package io.github.camelllm.examples.jms;

import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts an Artemis broker and a database, puts tickets on a queue, lets several workers sort them and prints what came out.
 * Exit status 0 if each ticket is sorted or a dead letter, else 1.
 */
public final class JmsTriage {
    /** A ticket of more tokens is refused by the simulator, as by a model with a small context. */
    static final int CONTEXT_WINDOW_TOKENS = 8_000;

    /** Without any progress for so long, something is wrong. */
    private static final long STALLED_NANOS = TimeUnit.MINUTES.toNanos(3);

    private final Settings settings;
    private final PrintStream out;

    JmsTriage(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /** System properties as in {@link Settings#of}. */
    public static void main(String[] args) {
        int status = 1;
        try {
            status = new JmsTriage(Settings.of(System::getProperty), System.out).run();
        } catch (IllegalArgumentException e) {
            System.out.println("Nothing done. " + e.getMessage());
        } catch (Exception e) {
            System.out.println("Stopped: " + e);
        }
        System.exit(status);
    }

    /** @return the exit status */
    int run() throws Exception {
        // What an earlier run left, and nothing else
        Path brokerFolder = settings.workdir().resolve("artemis");
        delete(brokerFolder);
        Files.deleteIfExists(Path.of(settings.database() + ".mv.db"));
        Files.createDirectories(brokerFolder);
        out.println("Asking " + settings.llm()
                + (settings.isSimulated() ? ", which goes by the words of each ticket: it is no model." : "."));
        try (Broker broker = Broker.start(brokerFolder);
                Database database = Database.start(settings.database());
                Simulator simulator = Simulator.builder()
                        .contextWindowTokens(CONTEXT_WINDOW_TOKENS)
                        .build()) {
            Tickets.send(broker.url(), settings.tickets());
            out.println(settings.tickets() + " tickets are on the queue, " + settings.workers()
                    + " workers compete for them.");
            String baseUrl = settings.baseUrl()
                    .orElseGet(() -> settings.isSimulated() ? simulator.start().baseUrl(SimulatedDialect.OPENAI) : "");
            List<Worker> workers = new ArrayList<>();
            try {
                for (int i = 0; i < settings.workers(); i++) {
                    workers.add(Worker.start(settings, broker.url(), database.url(), baseUrl));
                }
                boolean finished = await(broker);
                print(broker, database);
                if (!finished) {
                    out.println("Stopped: " + broker.depth("tickets")
                            + " tickets are still on the queue, and nothing goes on. The log says why.");
                }
                return finished ? 0 : 1;
            } finally {
                workers.forEach(Worker::close);
            }
        }
    }

    private static boolean await(Broker broker) throws InterruptedException {
        long stalledAt = System.nanoTime() + STALLED_NANOS;
        long before = Long.MAX_VALUE;
        while (true) {
            long left = broker.depth("tickets");
            if (left == 0) {
                return true;
            }
            if (left < before) {
                before = left;
                stalledAt = System.nanoTime() + STALLED_NANOS;
            }
            if (System.nanoTime() > stalledAt) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private void print(Broker broker, Database database) throws Exception {
        Map<String, Integer> found = new TreeMap<>();
        for (List<String> row : database.query("select answer from llm_results")) {
            Triage triage = Triage.of(row.get(0));
            found.merge("%-10s %-7s".formatted(triage.category(), triage.urgency()), 1, Integer::sum);
        }
        out.println();
        found.forEach((what, count) -> out.printf("%s %6d%n", what, count));
        out.println();
        out.printf("queue tickets.urgent      %6d%n", broker.depth("tickets.urgent"));
        out.printf("queue tickets.sorted      %6d%n", broker.depth("tickets.sorted"));
        out.printf("queue tickets.dead-letter %6d%n", broker.depth("tickets.dead-letter"));
        List<String> sums = database.query(
                        "select sum(input_tokens), sum(output_tokens), sum(cost), max(cost_currency) from llm_results")
                .get(0);
        out.printf("%s tokens in, %s out%s%n", sums.get(0), sums.get(1), cost(sums.get(2), sums.get(3)));
        out.println();
        out.println("Table: llm_results in jdbc:h2:file:" + settings.database() + " (user sa, no password)");
    }

    private static String cost(String amount, String currency) {
        return amount == null
                ? ""
                : ", " + new BigDecimal(amount).stripTrailingZeros().toPlainString() + " " + currency;
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
