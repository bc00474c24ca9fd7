package io.github.camelllm.examples.draftthenverify;

import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.failover.FailoverHeaders;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.Main;

/** Answers a batch of questions at once with a small model, and lists the corrections that a large one sends later. */
public final class DraftThenVerify {
    private static final String LARGE = "openai/gpt-5-mini";
    private static final int MOST_SECONDS_TO_CHECK = 1800;

    private final List<Question> questions;
    private final Optional<String> small;
    private final Optional<String> large;
    private final boolean java;
    private final Path out;
    private final Simulator.Builder simulator;

    /**
     * A batch.
     *
     * @param small the small model, as provider/model; empty for a simulated one
     * @param large the large model; empty for a simulated one
     * @param java whether the routes in Java are run, and not those in YAML
     * @param out folder for the files with answers and corrections
     */
    DraftThenVerify(List<Question> questions, Optional<String> small, Optional<String> large, boolean java, Path out) {
        this(questions, small, large, java, out, Simulator.builder());
    }

    DraftThenVerify(
            List<Question> questions,
            Optional<String> small,
            Optional<String> large,
            boolean java,
            Path out,
            Simulator.Builder simulator) {
        this.questions = List.copyOf(questions);
        this.small = small;
        this.large = large;
        this.java = java;
        this.out = out;
        this.simulator = simulator;
    }

    /**
     * What came of it.
     *
     * @param drafts by id
     * @param latencyMillis of all drafts together, as the customers waited for them
     * @param corrections in the order in which they came
     * @param unverified ids of the drafts that could not be checked
     * @param unanswered ids of questions without a draft
     */
    record Result(
            Map<String, String> drafts,
            long latencyMillis,
            List<Corrections.Correction> corrections,
            List<String> unverified,
            List<String> unanswered) {}

    /** Reads {@code llm} (the large model), {@code small}, {@code questions} (a file), {@code route} and {@code out}. */
    public static void main(String[] args) throws Exception {
        try {
            String route = property("route").orElse("yaml");
            if (!route.equals("yaml") && !route.equals("java")) {
                throw new IllegalArgumentException("route: expected yaml or java, got " + route);
            }
            Optional<Path> file = property("questions")
                    .map(name -> Path.of(System.getProperty("startFolder", "")).resolve(name));
            List<Question> questions = file.isPresent() ? Question.read(file.get()) : samples();
            Path out = Path.of(property("out").orElse("target/out")).toAbsolutePath();
            DraftThenVerify batch =
                    new DraftThenVerify(questions, property("small"), property("llm"), route.equals("java"), out);
            batch.print(batch.run(), System.out);
        } catch (IllegalArgumentException | UncheckedIOException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    private static Optional<String> property(String name) {
        return Optional.ofNullable(System.getProperty(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** The questions that come with the example. */
    static List<Question> samples() throws IOException {
        InputStream in = DraftThenVerify.class.getResourceAsStream("/questions.csv");
        if (in == null) {
            throw new IllegalStateException("questions.csv is missing in the example's own jar");
        }
        return Question.read("questions.csv", new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    Result run() throws Exception {
        Files.createDirectories(out);
        Corrections corrections = new Corrections(out.resolve("corrections.csv"));
        Main camel = new Main();
        try (Simulator provider =
                simulator.responder(new SimulatedShop(questions)).build().start()) {
            configure(camel, provider);
            camel.bind("corrections", corrections);
            camel.start();
            Map<String, String> drafts = new LinkedHashMap<>();
            List<String> unanswered = new ArrayList<>();
            long start = System.nanoTime();
            ProducerTemplate template = camel.getCamelTemplate();
            for (Question question : questions) {
                Exchange done = template.request("direct:question", exchange -> {
                    exchange.getMessage().setBody(question.text());
                    exchange.getMessage().setHeader(FailoverHeaders.CORRELATION_ID, question.id());
                    exchange.getMessage().setHeader(LlmConstants.MAX_TOKENS, 1000);
                });
                if (done.getException() == null) {
                    drafts.put(question.id(), done.getMessage().getBody(String.class));
                } else {
                    unanswered.add(question.id());
                }
            }
            long latency = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            write(drafts);
            // Customers have their answers. Camel stops only when all that is in its queues is done.
            camel.stop();
            return new Result(drafts, latency, corrections.all(), corrections.unverified(), unanswered);
        } finally {
            camel.stop();
        }
    }

    private void configure(Main camel, Simulator provider) {
        if (small.isEmpty() || large.isEmpty()) {
            camel.addInitialProperty("llm.provider.simulator.baseUrl", provider.baseUrl(SimulatedDialect.OPENAI));
        }
        camel.configure().setShutdownTimeout(MOST_SECONDS_TO_CHECK);
        camel.addInitialProperty("small", smallName());
        camel.addInitialProperty("large", largeName());
        if (java) {
            camel.configure().withRoutesIncludePattern("false");
            camel.configure().addRoutesBuilder(new DraftRoutes());
        }
    }

    private String smallName() {
        return small.orElse("simulator/" + SimulatedShop.SMALL);
    }

    private String largeName() {
        return large.orElse("simulator/" + LARGE.substring(LARGE.indexOf('/') + 1));
    }

    private void write(Map<String, String> drafts) throws IOException {
        StringBuilder text = new StringBuilder("id,answer\n");
        drafts.forEach((id, draft) ->
                text.append(id).append(',').append(Corrections.quoted(draft)).append('\n'));
        Files.writeString(out.resolve("answers.csv"), text);
    }

    /** A table of what was corrected. */
    void print(Result result, PrintStream to) {
        to.printf("Answers from %s, checked by %s%n%n", smallName(), largeName());
        to.printf(
                Locale.ROOT,
                "%d questions answered in %d ms, %d corrections afterwards, %d not checked, %d without answer%n%n",
                result.drafts().size(),
                result.latencyMillis(),
                result.corrections().size(),
                result.unverified().size(),
                result.unanswered().size());
        to.printf("%-6s %-52s %s%n", "id", "answered at once", "corrected to");
        result.corrections().stream()
                .sorted(Comparator.comparing(Corrections.Correction::id))
                .forEach(correction -> to.printf(
                        "%-6s %-52s %s%n",
                        correction.id(),
                        shortened(result.drafts().getOrDefault(correction.id(), "")),
                        shortened(correction.answer())));
        to.printf("%nAll of them: %s%n", out);
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= 50 ? line : line.substring(0, 49) + "…";
    }
}
