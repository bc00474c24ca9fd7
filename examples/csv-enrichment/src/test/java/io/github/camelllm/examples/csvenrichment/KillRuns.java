package io.github.camelllm.examples.csvenrichment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.simulator.Responder;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Kills the example with SIGKILL at seeded points again and again and looks at what it left; then lets it come to its end and
 * looks again. A point is the n-th question of a run and some milliseconds more, so that processes die while they read, ask,
 * write and commit.
 */
final class KillRuns {
    /** So many questions a run is killed after at most. */
    private static final int QUESTIONS = 40;

    private static final int MORE_MILLIS = 25;
    /** So many that there are some left to ask about at the last kill. */
    private static final long ROWS_PER_KILL = 150;

    private final Path work;
    private final long rows;
    private final Random random;
    private final List<String> notes = new ArrayList<>();

    KillRuns(Path work, long rows, long seed) {
        this.work = work;
        this.rows = rows;
        this.random = new Random(seed);
    }

    /**
     * What was found.
     *
     * @param kills processes that were killed
     * @param passed kills after which no record was there twice, and the last run that came to its end
     * @param failed the others
     * @param lost records that are neither in the table nor among the dead letters at the end, or on the wrong side
     * @param doubled records that are there twice
     */
    record Outcome(int kills, int passed, int failed, long lost, long doubled, List<String> notes) {
        String line() {
            return "splitting: " + kills + " kills, passed " + passed + ", failed " + failed + ", lost " + lost
                    + ", doubled " + doubled;
        }

        boolean isGood() {
            return failed == 0 && lost == 0 && doubled == 0;
        }
    }

    /** Exit status 0 if nothing was lost or doubled. The last line says what was found. */
    public static void main(String[] args) throws Exception {
        int kills = Integer.getInteger("kill.count", 25);
        long seed = Long.getLong("kill.seed", 1);
        Path work = Files.createTempDirectory("kill-csv");
        Outcome outcome;
        try {
            outcome = new KillRuns(work, Math.max(500, kills * ROWS_PER_KILL), seed).run(kills);
        } finally {
            try (Stream<Path> files = Files.walk(work)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        outcome.notes().forEach(System.out::println);
        System.out.println(outcome.line());
        String result = System.getProperty("kill.result");
        if (result != null) {
            Files.writeString(Path.of(result), outcome.line());
        }
        System.exit(outcome.isGood() ? 0 : 1);
    }

    Outcome run(int kills) throws Exception {
        Killer killer = new Killer();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        int passed = 0;
        long doubled = 0;
        try (Simulator simulator = Simulator.builder().responder(killer).build().start()) {
            String url = simulator.baseUrl(SimulatedDialect.OPENAI);
            for (int kill = 1; kill <= kills; kill++) {
                int question = 1 + random.nextInt(QUESTIONS);
                int millis = random.nextInt(MORE_MILLIS);
                Process[] process = new Process[1];
                synchronized (killer) {
                    killer.at(
                            question,
                            () -> timer.schedule(
                                    () -> process[0].toHandle().destroyForcibly(), millis, TimeUnit.MILLISECONDS));
                    process[0] = start(url);
                }
                String output = output(process[0]);
                int status = process[0].waitFor();
                long twice = doubled();
                doubled = Math.max(doubled, twice);
                if (status == 128 + 9 && twice == 0) {
                    passed++;
                } else {
                    notes.add("kill " + kill + " at question " + question + " + " + millis + " ms: status " + status
                            + ", doubled " + twice + "\n" + output);
                }
            }
            killer.at(Integer.MAX_VALUE, () -> {});
            Process last = start(url);
            String output = output(last);
            if (last.waitFor() != 0) {
                passed = Math.max(0, passed - 1);
                notes.add("the last run ended with " + last.exitValue() + "\n" + output);
            }
        } finally {
            timer.shutdownNow();
        }
        doubled = Math.max(doubled, doubled());
        return new Outcome(kills, passed, kills - passed, lost(), doubled, List.copyOf(notes));
    }

    private Process start(String url) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-Xmx200m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dllm=simulator/any",
                        "-DbaseUrl=" + url,
                        "-Dworkdir=" + work,
                        "-Drows=" + rows,
                        CsvEnrichment.class.getName())
                .redirectErrorStream(true)
                .start();
    }

    private static String output(Process process) throws IOException {
        try (InputStream in = process.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private long doubled() throws SQLException, IOException {
        Map<Long, Integer> letters = deadLetters();
        long twice = letters.values().stream().filter(count -> count > 1).count();
        for (Long record : table()) {
            twice += letters.containsKey(record) ? 1 : 0;
        }
        return twice
                + query("select record from feedback group by source, record having count(*) > 1")
                        .size();
    }

    /** Good rows that are not in the table, bad ones that are not among the dead letters, and others on the wrong side. */
    private long lost() throws SQLException, IOException {
        Set<Long> table = new HashSet<>(table());
        Map<Long, Integer> letters = deadLetters();
        long lost = 0;
        for (long record = 1; record <= rows; record++) {
            boolean there = SampleFeedback.isBroken(record) ? letters.containsKey(record) : table.contains(record);
            lost += there ? 0 : 1;
        }
        return lost;
    }

    private List<Long> table() throws SQLException {
        return query("select record from feedback").stream().map(Long::valueOf).toList();
    }

    private List<String> query(String sql) throws SQLException {
        try (Database database = Database.open(work)) {
            return database.query(sql);
        }
    }

    /** How often each record is among the dead letters. Half a line at the end counts for nothing: the next run removes it. */
    private Map<Long, Integer> deadLetters() throws IOException {
        Map<Long, Integer> records = new HashMap<>();
        Path folder = work.resolve("dead-letter");
        if (!Files.isDirectory(folder)) {
            return records;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String text = Files.readString(file);
                for (String line :
                        text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
                    JsonNode letter = new ObjectMapper().readTree(line);
                    records.merge(letter.get("record").longValue(), 1, Integer::sum);
                }
            }
        }
        return records;
    }

    /** Acts at the n-th question of a run. */
    private static final class Killer implements Responder {
        private int left = Integer.MAX_VALUE;
        private Runnable action = () -> {};

        synchronized void at(int question, Runnable then) {
            left = question;
            action = then;
        }

        @Override
        public synchronized ScriptedAnswer answer(ChatRequest request) {
            left--;
            if (left == 0) {
                action.run();
            }
            return Responders.deterministic().answer(request);
        }
    }
}
