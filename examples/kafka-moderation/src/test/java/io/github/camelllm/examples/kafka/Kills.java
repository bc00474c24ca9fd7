package io.github.camelllm.examples.kafka;

import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.simulator.Responder;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Kills the worker's process with SIGKILL again and again, a random time after a random question, and starts it again until
 * every comment has its row. The broker, the provider and the comments stay.
 */
final class Kills implements AutoCloseable {
    /** From the question on, so that a kill also strikes while answers are stored, sent on and committed. */
    private static final int MOST_MICROS_AFTER_QUESTION = 60_000;

    private static final int COMMENTS_PER_KILL = 14;
    private static final long MINUTES_FOR_ONE_START = 2;

    private final Path folder;
    private final int kills;
    private final Random random;
    private final int comments;
    private final Questions questions = new Questions();
    private final ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor();
    private final List<String> problems = new ArrayList<>();

    /**
     * What came out.
     *
     * @param failed kills after which something was wrong
     * @param lost comments without a row at the end
     * @param doubled rows beyond one for each comment, at any time
     * @param questions how often the provider was asked
     * @param problems what was wrong, one line each
     */
    record Outcome(
            int kills,
            int passed,
            int failed,
            int lost,
            int doubled,
            int comments,
            long questions,
            List<String> problems) {
        String summary() {
            return "kafka: " + kills + " kills, passed " + passed + ", failed " + failed + ", lost " + lost
                    + ", doubled " + doubled;
        }
    }

    Kills(Path folder, int kills, long seed) {
        this.folder = folder;
        this.kills = kills;
        this.random = new Random(seed);
        this.comments = COMMENTS_PER_KILL * (kills + 1);
    }

    /** System properties {@code kill.count} and {@code kill.seed}. Exit status 0 if nothing was lost or doubled. */
    public static void main(String[] args) throws Exception {
        int count = Integer.getInteger("kill.count", 25);
        long seed = Long.getLong("kill.seed", 1);
        Path folder = Files.createTempDirectory("kafka-kills");
        Outcome outcome;
        try (Kills run = new Kills(folder, count, seed)) {
            outcome = run.run(true);
        } finally {
            delete(folder);
        }
        outcome.problems().forEach(System.out::println);
        System.out.println(outcome.comments() + " comments, " + outcome.questions() + " questions, seed " + seed);
        System.out.println(outcome.summary());
        printSum(outcome.summary());
        System.exit(outcome.failed() + outcome.lost() + outcome.doubled() == 0 ? 0 : 1);
    }

    /** The sum with the example that was killed before this one in the same command, if there is one. */
    private static void printSum(String summary) throws IOException {
        Path earlier = Path.of(System.getProperty("kill.earlier", "none"));
        if (!Files.exists(earlier)) {
            return;
        }
        long[] sums = new long[5];
        for (String line : List.of(Files.readString(earlier), summary)) {
            Matcher number = Pattern.compile("\\d+").matcher(line);
            for (int i = 0; i < sums.length && number.find(); i++) {
                sums[i] += Long.parseLong(number.group());
            }
        }
        Files.delete(earlier);
        System.out.printf(
                "both: %d kills, passed %d, failed %d, lost %d, doubled %d%n",
                sums[0], sums[1], sums[2], sums[3], sums[4]);
    }

    Outcome run(boolean tell) throws Exception {
        Path brokerFolder = Files.createDirectories(folder.resolve("kafka"));
        int failed = 0;
        int doubled = 0;
        try (KafkaBroker broker = KafkaBroker.start(brokerFolder);
                Topics topics = new Topics(broker.bootstrapServers());
                Simulator simulator = Simulator.builder()
                        .responder(questions)
                        .contextWindowTokens(SimulatedModerator.CONTEXT_WINDOW_TOKENS)
                        .build()
                        .start()) {
            topics.fill(comments);
            String url = simulator.baseUrl(SimulatedDialect.OPENAI);
            int rows = 0;
            for (int kill = 1; kill <= kills; kill++) {
                int left = comments - rows;
                int question = 1 + random.nextInt(Math.max(1, left / (kills - kill + 2)));
                killAfter(question, random.nextInt(MOST_MICROS_AFTER_QUESTION), broker, url);
                int before = problems.size();
                rows = check("after kill " + kill, topics, rows);
                failed += problems.size() > before ? 1 : 0;
                if (tell) {
                    System.out.println("kill " + kill + " at question " + question + ": " + rows + " of " + comments
                            + " comments have their row");
                }
            }
            Process last = start(broker, url);
            try {
                awaitEnd(last, topics);
            } finally {
                last.destroyForcibly().waitFor();
            }
            rows = check("at the end", topics, rows);
            Set<String> keys = new HashSet<>(keys());
            doubled = Math.max(0, rows - keys.size());
            int lost = 0;
            for (Map.Entry<Integer, Long> partition :
                    topics.written(Topics.COMMENTS).entrySet()) {
                for (long offset = 0; offset < partition.getValue(); offset++) {
                    lost += keys.remove(key(partition.getKey(), offset)) ? 0 : 1;
                }
            }
            // What is left belongs to no comment
            doubled += keys.size();
            keys.forEach(key -> problems.add("at the end: a row for " + key + ", which is no record"));
            long moderated = topics.written("moderated").values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            long good = comments - comments / Comments.TOO_LONG_EVERY;
            if (moderated < good) {
                problems.add("at the end: " + moderated + " of " + good + " verdicts are in the topic moderated");
                lost += (int) (good - moderated);
            }
            return new Outcome(
                    kills, kills - failed, failed, lost, doubled, comments, simulator.requestCount(), problems);
        }
    }

    private void killAfter(int question, int micros, KafkaBroker broker, String url) throws Exception {
        Process[] process = new Process[1];
        synchronized (questions) {
            questions.begin(
                    question,
                    () -> killer.schedule(
                            () -> process[0].toHandle().destroyForcibly(), micros, TimeUnit.MICROSECONDS));
            process[0] = start(broker, url);
        }
        if (!process[0].waitFor(MINUTES_FOR_ONE_START, TimeUnit.MINUTES)) {
            process[0].destroyForcibly().waitFor();
            throw new IllegalStateException("The worker asked fewer than " + question + " questions in "
                    + MINUTES_FOR_ONE_START + " minutes; its log: " + log());
        }
    }

    /** Every committed record has its row, and no row went away. @return how many rows there are */
    private int check(String when, Topics topics, int rowsBefore) throws Exception {
        List<String> keys = keys();
        Set<String> different = new HashSet<>(keys);
        if (different.size() < keys.size()) {
            problems.add(when + ": " + (keys.size() - different.size()) + " rows too many");
        }
        if (keys.size() < rowsBefore) {
            problems.add(when + ": " + (rowsBefore - keys.size()) + " rows are gone");
        }
        for (Map.Entry<Integer, Long> partition : topics.committed().entrySet()) {
            for (long offset = 0; offset < partition.getValue(); offset++) {
                if (!different.contains(key(partition.getKey(), offset))) {
                    problems.add(when + ": " + key(partition.getKey(), offset) + " is committed and has no row");
                }
            }
        }
        return keys.size();
    }

    private static String key(int partition, long offset) {
        return Topics.COMMENTS + "-" + partition + "-" + offset;
    }

    private List<String> keys() throws Exception {
        try (Database database = Database.open(folder.resolve("moderation"))) {
            return database.query("select message_id from llm_results").stream()
                    .map(row -> row.get(0))
                    .toList();
        }
    }

    private void awaitEnd(Process worker, Topics topics) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES_FOR_ONE_START);
        while (!topics.committed().equals(topics.written(Topics.COMMENTS))) {
            if (System.nanoTime() > end || !worker.isAlive()) {
                throw new IllegalStateException("The worker did not come to the end; its log: " + log());
            }
            worker.waitFor(50, TimeUnit.MILLISECONDS);
        }
    }

    private Process start(KafkaBroker broker, String url) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dworkdir=" + folder,
                        "-Dbrokers=" + broker.bootstrapServers(),
                        "-DbaseUrl=" + url,
                        Worker.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("worker.log").toFile())
                .start();
    }

    private String log() throws IOException {
        String log = Files.readString(folder.resolve("worker.log"));
        return log.substring(Math.max(0, log.length() - 4_000));
    }

    @Override
    public void close() {
        killer.shutdownNow();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Answers like the example's moderator, and acts when so many questions have come. */
    private static final class Questions implements Responder {
        private final Responder moderator = new SimulatedModerator();
        private int left = Integer.MAX_VALUE;
        private Runnable action = () -> {};

        synchronized void begin(int actAt, Runnable then) {
            left = actAt;
            action = then;
        }

        @Override
        public synchronized ScriptedAnswer answer(ChatRequest request) {
            left--;
            if (left == 0) {
                action.run();
            }
            return moderator.answer(request);
        }
    }
}
