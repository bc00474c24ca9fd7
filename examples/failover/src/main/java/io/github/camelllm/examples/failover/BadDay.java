package io.github.camelllm.examples.failover;

import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.simulator.FaultPlan;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.Main;

/** Asks a few hundred questions while the first provider gets slow, runs out of quota, dies and recovers. */
public final class BadDay {
    private static final String FIRST = "openai/gpt-5-mini";
    private static final String SECOND = "anthropic/claude-haiku-4-5";
    private static final String THIRD = "mistral/mistral-small-2603";
    private static final int CALLERS = 8;

    private final String third;
    private final boolean java;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.MORNING);

    /**
     * A day to come.
     *
     * @param third the model that is the last resort; empty for a simulated one
     * @param java whether the routes in Java are run, and not those in YAML
     */
    BadDay(Optional<String> third, boolean java) {
        this.third = third.orElse(THIRD);
        this.java = java;
    }

    /** Reads {@code llm} (the last resort, as provider/model) and {@code route} ({@code yaml} or {@code java}). */
    public static void main(String[] args) throws Exception {
        String route = System.getProperty("route", "").strip();
        if (!route.isEmpty() && !route.equals("yaml") && !route.equals("java")) {
            System.err.println("route: expected yaml or java, got " + route);
            System.exit(2);
        }
        Optional<String> llm =
                Optional.of(System.getProperty("llm", "").strip()).filter(name -> !name.isEmpty());
        BadDay day = new BadDay(llm, route.equals("java"));
        day.print(day.run(), System.out);
    }

    /** Lives through all phases. */
    List<PhaseResult> run() throws Exception {
        List<String> questions = questions();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        Main camel = new Main();
        // Two providers in one simulator: which of them is ill is a matter of the model that is asked
        try (Simulator simulator =
                Simulator.builder().faults(faults()).eventLoops(2).build().start()) {
            configure(camel, simulator);
            camel.start();
            ProducerTemplate template = camel.getCamelTemplate();
            warmUp(template, callers);
            List<PhaseResult> results = new ArrayList<>();
            for (Phase next : Phase.values()) {
                phase.set(next);
                if (next == Phase.RECOVERED) {
                    // The circuit breaker looks again after a second
                    TimeUnit.MILLISECONDS.sleep(1100);
                }
                results.add(live(next, questions, template, callers));
            }
            return results;
        } finally {
            callers.shutdownNow();
            camel.stop();
        }
    }

    /** Loads classes and tokenizers with questions that do not count and have the time that it takes. */
    private static void warmUp(ProducerTemplate template, ExecutorService callers) throws InterruptedException {
        List<Callable<Exchange>> calls = new ArrayList<>();
        for (int i = 0; i < 3 * CALLERS; i++) {
            String model = List.of(FIRST, SECOND).get(i % 2);
            calls.add(() -> template.request(
                    "llm:" + model, exchange -> exchange.getMessage().setBody("Are you there?")));
        }
        callers.invokeAll(calls);
    }

    private FaultPlan faults() {
        FaultPlan.Builder plan = FaultPlan.builder();
        for (Phase each : Phase.values()) {
            each.first()
                    .ifPresent(fault ->
                            plan.when(call -> isNow(each) && call.model().startsWith("gpt"), fault));
            each.second()
                    .ifPresent(fault ->
                            plan.when(call -> isNow(each) && call.model().startsWith("claude"), fault));
        }
        return plan.build();
    }

    private boolean isNow(Phase other) {
        return phase.get() == other;
    }

    private void configure(Main camel, Simulator simulator) {
        for (Map.Entry<String, SimulatedDialect> provider : Map.of(
                        "openai", SimulatedDialect.OPENAI,
                        "anthropic", SimulatedDialect.ANTHROPIC)
                .entrySet()) {
            simulate(camel, simulator, provider.getKey(), provider.getValue());
        }
        if (third.equals(THIRD)) {
            simulate(camel, simulator, "mistral", SimulatedDialect.OPENAI);
        }
        camel.addInitialProperty("first", FIRST);
        camel.addInitialProperty("second", SECOND);
        camel.addInitialProperty("third", third);
        camel.addInitialProperty("patience", "2s");
        if (java) {
            camel.configure().withRoutesIncludePattern("false");
            camel.configure().addRoutesBuilder(new BadDayRoutes());
        }
    }

    private static void simulate(Main camel, Simulator simulator, String provider, SimulatedDialect dialect) {
        camel.addInitialProperty("llm.provider." + provider + ".baseUrl", simulator.baseUrl(dialect));
        camel.addInitialProperty("llm.provider." + provider + ".auth.scheme", "none");
    }

    private static PhaseResult live(
            Phase phase, List<String> questions, ProducerTemplate template, ExecutorService callers) throws Exception {
        List<Callable<Answer>> calls = new ArrayList<>();
        for (String question : questions) {
            calls.add(() -> ask(template, question));
        }
        Map<String, Long> answers = new TreeMap<>();
        List<Long> latencies = new ArrayList<>();
        Optional<BigDecimal> cost = Optional.of(BigDecimal.ZERO);
        long failures = 0;
        for (Future<Answer> call : callers.invokeAll(calls)) {
            Answer answer = call.get();
            latencies.add(answer.millis());
            if (answer.model().isEmpty()) {
                failures++;
            } else {
                answers.merge(answer.model().get(), 1L, Long::sum);
                cost = cost.flatMap(sum -> answer.cost().map(sum::add));
            }
        }
        latencies.sort(null);
        return new PhaseResult(phase, answers, failures, cost, latencies);
    }

    /** @param model empty if there was no answer */
    private record Answer(Optional<String> model, Optional<BigDecimal> cost, long millis) {}

    private static Answer ask(ProducerTemplate template, String question) {
        long start = System.nanoTime();
        Exchange done = template.request(
                "direct:question", exchange -> exchange.getMessage().setBody(question));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        if (done.getException() != null) {
            return new Answer(Optional.empty(), Optional.empty(), millis);
        }
        String model = done.getMessage().getHeader(LlmConstants.PROVIDER, String.class) + "/"
                + done.getMessage().getHeader(LlmConstants.REQUEST_MODEL, String.class);
        return new Answer(
                Optional.of(model),
                Optional.ofNullable(done.getMessage().getHeader(LlmConstants.COST, BigDecimal.class)),
                millis);
    }

    /** The questions of customers, one a line. */
    static List<String> questions() throws IOException {
        try (InputStream in = BadDay.class.getResourceAsStream("/questions.txt");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return lines.lines().filter(line -> !line.isBlank()).toList();
        }
    }

    /** A table by phase. */
    void print(List<PhaseResult> results, PrintStream out) {
        out.printf("1st: %s   2nd: %s   3rd: %s%n%n", FIRST, SECOND, third);
        String row = "%-26s %9s %5s %5s %5s %8s %12s %8s %8s%n";
        out.printf(row, "", "questions", "1st", "2nd", "3rd", "failures", "cost USD", "median", "slowest");
        for (PhaseResult result : results) {
            out.printf(
                    Locale.ROOT,
                    row,
                    result.phase().title(),
                    result.latencies().size(),
                    result.answersOf(FIRST),
                    result.answersOf(SECOND),
                    result.answersOf(third),
                    result.failures(),
                    result.cost()
                            .map(sum -> sum.setScale(6, RoundingMode.HALF_EVEN).toPlainString())
                            .orElse("unknown"),
                    result.median() + " ms",
                    result.slowest() + " ms");
        }
        long questions =
                results.stream().mapToLong(result -> result.latencies().size()).sum();
        long failures = results.stream().mapToLong(PhaseResult::failures).sum();
        out.printf("%n%,d questions, %,d failures seen by callers%n", questions, failures);
    }
}
