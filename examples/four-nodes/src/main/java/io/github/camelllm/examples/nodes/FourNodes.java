package io.github.camelllm.examples.nodes;

import io.github.camelllm.catalog.Cost;
import io.github.camelllm.catalog.Pricing;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.simulator.Bill;
import io.github.camelllm.simulator.Latency;
import io.github.camelllm.simulator.Pacing;
import io.github.camelllm.simulator.RateLimit;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts Redis, a provider with a rate limit and the nodes, kills one of them half-way, and prints what came out. Exit status 0
 * if the others did all their work, no 429 came and no cent too much was spent, else 1.
 */
public final class FourNodes {
    private static final int REQUESTS_PER_MINUTE = 600;
    private static final int TOKENS_PER_MINUTE = 60_000;
    /** The provider's buckets hold what flows into them in this time. */
    private static final Duration BUCKET = Duration.ofSeconds(5);

    /** Without any progress for so long, something is wrong. */
    private static final long STALLED_NANOS = TimeUnit.MINUTES.toNanos(3);

    private final Settings settings;
    private final PrintStream out;

    FourNodes(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /** System properties as in {@link Settings#of}. */
    public static void main(String[] args) {
        int status = 1;
        try {
            status = new FourNodes(Settings.of(System::getProperty), System.out).run();
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
        delete(settings.workdir().resolve("redis"));
        delete(settings.workdir().resolve("inbox"));
        Files.createDirectories(settings.workdir());
        int perBucket = (int) (BUCKET.toSeconds() * REQUESTS_PER_MINUTE / 60);
        int tokensPerBucket = (int) (BUCKET.toSeconds() * TOKENS_PER_MINUTE / 60);
        try (Simulator simulator = Simulator.builder()
                .rateLimit(new RateLimit(perBucket, tokensPerBucket, RateLimit.Counting.BUCKET, BUCKET))
                .pacing(new Pacing(Latency.parse("200ms~600ms"), Latency.parse("2ms"), 1))
                .build()) {
            if (settings.simulated()) {
                simulator.start();
            }
            out.printf(
                    "%d nodes share one limit, one budget and one cache. They ask %s%s.%n",
                    settings.nodes(),
                    settings.llm(),
                    settings.simulated() ? ", which is simulated: it is no model" : "");
            if (settings.redis().isPresent()) {
                return run(simulator, settings.redis().get());
            }
            try (Redis redis = Redis.start(settings.workdir().resolve("redis"))) {
                return run(simulator, redis.uri());
            }
        }
    }

    private int run(Simulator simulator, String redis) throws Exception {
        Map<String, String> properties = properties(redis);
        if (settings.simulated()) {
            properties.put("simulator", simulator.baseUrl(SimulatedDialect.OPENAI));
        }
        List<NodeProcess> nodes = new ArrayList<>();
        boolean finished;
        try {
            for (int i = 1; i <= settings.nodes(); i++) {
                boolean toBeKilled = i > 1 && i == settings.nodes();
                int killAfter = toBeKilled ? Math.max(1, settings.questions() / 2) : Integer.MAX_VALUE;
                nodes.add(NodeProcess.start(i, killAfter, settings, properties));
            }
            awaitReady(nodes);
            for (int i = 0; i < nodes.size(); i++) {
                nodes.get(i).ask(Questions.of(i + 1, settings.questions()));
            }
            out.println("Each has " + settings.questions() + " questions, "
                    + Questions.everywhere(settings.questions()).size() + " of them the same as the others.");
            finished = work(nodes);
        } finally {
            close(nodes);
        }
        Report report = report(nodes, simulator);
        nodes.stream()
                .filter(NodeProcess::isKilled)
                .forEach(node -> out.println(node.name() + " was killed half-way (kill -9)."));
        out.println();
        report.print(out);
        boolean limitKept = report.tooManyRequests() == 0 || !settings.simulated();
        return finished && limitKept && report.overspent().signum() == 0 ? 0 : 1;
    }

    private Map<String, String> properties(String redis) {
        Map<String, String> properties = new HashMap<>();
        properties.put("llm", settings.llm());
        settings.baseUrl().ifPresent(url -> properties.put("baseUrl", url));
        properties.put("route", settings.java() ? "java" : "yaml");
        properties.put("redis", redis);
        // In a Redis of yours, runs do not see each other's keys
        properties.put("prefix", "four-nodes-" + Instant.now().getEpochSecond());
        properties.put("budget", settings.budget().toPlainString() + " USD");
        return properties;
    }

    private static void awaitReady(List<NodeProcess> nodes) throws InterruptedException {
        long end = System.nanoTime() + STALLED_NANOS;
        while (!nodes.stream().allMatch(NodeProcess::isReady)) {
            for (NodeProcess node : nodes) {
                if (!node.isAlive()) {
                    throw new IllegalStateException(node.name() + " did not start; why is in " + node.log());
                }
            }
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("not all nodes are ready after three minutes");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Waits for the end. @return whether all nodes that live did all their work */
    private boolean work(List<NodeProcess> nodes) throws InterruptedException {
        long stalledAt = System.nanoTime() + STALLED_NANOS;
        long before = 0;
        while (!nodes.stream().allMatch(node -> node.isDone() || node.isKilled())) {
            Optional<NodeProcess> gone = nodes.stream()
                    .filter(node -> !node.isAlive() && !node.isKilled())
                    .findFirst();
            long calls = nodes.stream().mapToLong(node -> node.calls().size()).sum();
            if (calls > before) {
                before = calls;
                stalledAt = System.nanoTime() + STALLED_NANOS;
            }
            if (gone.isPresent() || System.nanoTime() - stalledAt > 0) {
                NodeProcess stuck = gone.orElse(nodes.get(0));
                out.println("Stopped: " + stuck.name() + (gone.isPresent() ? " is gone" : " does not go on")
                        + "; why is in " + stuck.log());
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return true;
    }

    private static void close(List<NodeProcess> nodes) throws IOException {
        for (NodeProcess node : nodes) {
            node.close();
        }
    }

    private Report report(List<NodeProcess> nodes, Simulator simulator) {
        List<CallLine> calls =
                nodes.stream().flatMap(node -> node.calls().stream()).toList();
        if (settings.simulated()) {
            // The provider's own books know also what the killed node was about to get
            long refused = simulator.requests().stream()
                    .filter(request -> request.status() == 429)
                    .count();
            Bill bill = simulator.bill();
            BigDecimal spent = Pricing.builtIn()
                    .cost(
                            Usage.of(bill.inputTokens(), bill.outputTokens()),
                            settings.provider(),
                            settings.model(),
                            Instant.now())
                    .map(Cost::total)
                    .orElseThrow()
                    .amount();
            return new Report(nodes, refused, REQUESTS_PER_MINUTE, settings.budget(), spent);
        }
        long refused = calls.stream()
                .filter(call -> call.kind() == CallLine.Kind.TOO_MANY_REQUESTS)
                .count();
        BigDecimal spent = calls.stream().map(CallLine::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
        return new Report(nodes, refused, REQUESTS_PER_MINUTE, settings.budget(), spent);
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
