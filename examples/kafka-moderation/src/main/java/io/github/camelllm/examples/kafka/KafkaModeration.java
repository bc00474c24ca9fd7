package io.github.camelllm.examples.kafka;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts a Kafka broker, writes comments to a topic, lets the routes moderate them and prints what came out. Exit status 0 if
 * each comment has its row, else 1.
 */
public final class KafkaModeration {
    /** Without any progress for so long, something is wrong. */
    private static final long STALLED_NANOS = TimeUnit.MINUTES.toNanos(3);

    private final Settings settings;
    private final PrintStream out;

    KafkaModeration(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /** System properties as in {@link Settings#of}. */
    public static void main(String[] args) {
        int status = 1;
        try {
            status = new KafkaModeration(Settings.of(System::getProperty), System.out).run();
        } catch (IllegalArgumentException e) {
            System.out.println("Nothing done. " + e.getMessage());
        } catch (Exception e) {
            System.out.println("Stopped: " + e);
        }
        System.exit(status);
    }

    /** @return the exit status */
    int run() throws Exception {
        Path brokerFolder = settings.workdir().resolve("kafka");
        // What an earlier run left, and nothing else
        delete(brokerFolder);
        Files.deleteIfExists(Path.of(settings.database() + ".mv.db"));
        Files.createDirectories(brokerFolder);
        out.println("Asking " + settings.llm()
                + (settings.isSimulated() ? ", which judges by a handful of words: it is no model." : "."));
        try (KafkaBroker broker = KafkaBroker.start(brokerFolder);
                Topics topics = new Topics(broker.bootstrapServers());
                Simulator simulator = Simulator.builder()
                        .responder(new SimulatedModerator())
                        .contextWindowTokens(SimulatedModerator.CONTEXT_WINDOW_TOKENS)
                        .build()) {
            topics.fill(settings.comments());
            out.println(settings.comments() + " comments are in the topic " + Topics.COMMENTS + ".");
            String baseUrl = settings.baseUrl()
                    .orElseGet(() -> settings.isSimulated() ? simulator.start().baseUrl(SimulatedDialect.OPENAI) : "");
            try (Worker worker = Worker.start(settings, broker.bootstrapServers(), baseUrl)) {
                boolean finished = await(worker, topics);
                print(worker.database());
                if (!finished) {
                    out.println("Stopped: " + worker.done() + " of " + settings.comments()
                            + " comments are done, and nothing goes on. The log says why.");
                }
                return finished ? 0 : 1;
            }
        }
    }

    private boolean await(Worker worker, Topics topics) throws Exception {
        long stalledAt = System.nanoTime() + STALLED_NANOS;
        int before = 0;
        while (!topics.committed().equals(topics.written(Topics.COMMENTS))) {
            int done = worker.done();
            if (done > before) {
                before = done;
                stalledAt = System.nanoTime() + STALLED_NANOS;
            }
            if (System.nanoTime() > stalledAt) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return true;
    }

    private void print(Database database) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        Map<String, Integer> verdicts = new TreeMap<>();
        for (List<String> row : database.query("select answer from llm_results where status = 'done'")) {
            verdicts.merge(mapper.readTree(row.get(0)).path("verdict").asText(), 1, Integer::sum);
        }
        out.println();
        verdicts.forEach((verdict, count) -> out.printf("%-12s %6d%n", verdict, count));
        List<String> sums = database.query("select count(case status when 'dead-letter' then 1 end), sum(input_tokens),"
                        + " sum(output_tokens), sum(cost), max(cost_currency) from llm_results")
                .get(0);
        out.printf("%-12s %6s%n", "dead letter", sums.get(0));
        out.printf("%s tokens in, %s out%s%n", sums.get(1), sums.get(2), cost(sums.get(3), sums.get(4)));
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
