package io.github.camelllm.faults;

import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.component.LlmStream;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.simulator.Simulator;
import io.github.camelllm.transport.ApacheHttpTransport;
import io.github.camelllm.transport.HttpTransport;
import io.github.camelllm.transport.HttpTransportSettings;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.util.ObjectHelper;

/**
 * Puts every fault of the simulator to every way of asking, in every dialect, and checks what comes of it: the answer or
 * the exception, each word of the text once, one record for each request, and nothing left open at the end.
 *
 * <p>The first model is at a simulator that fails once; the second at another that is well, in another dialect.
 */
final class FaultSuite implements AutoCloseable {
    /** What the first model says: words that are told apart, some beyond ASCII. */
    static final String FIRST = words("first", 30);

    /** What the second model says. */
    static final String SECOND = words("second", 20);

    private static final String PATIENT = "firstByteTimeout=20s&idleTimeout=20s";
    private static final String IMPATIENT = "firstByteTimeout=250ms&idleTimeout=250ms";

    private final SimulatedDialect dialect;
    private final List<FaultCase> faults;
    private final Simulator first = simulator(FIRST);
    private final Simulator second = simulator(SECOND);
    private final HttpTransport transport;
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Map<String, List<CallRecord>> records = new ConcurrentHashMap<>();
    /** Whether the failure of a fault says that a retry may help, by mode without retries and fault. */
    private final Map<String, Boolean> retryable = new HashMap<>();

    private final Path folder;
    private final ProducerTemplate template;

    /**
     * What came of one fault in one mode.
     *
     * @param problem what is wrong; empty if it is as expected
     * @param lost words that should have come and did not
     * @param doubled words that came more often than they should have
     */
    record Result(
            SimulatedDialect dialect, Mode mode, FaultCase fault, Optional<String> problem, int lost, int doubled) {}

    /** @param transport what carries the calls; closed with the suite */
    FaultSuite(SimulatedDialect dialect, HttpTransport transport) throws Exception {
        this.dialect = dialect;
        this.transport = transport;
        this.faults = FaultCase.all(dialect);
        folder = Files.createTempDirectory("fault-suite");
        context.getPropertiesComponent().setInitialProperties(properties());
        LlmComponent component = new LlmComponent();
        component.setHttpTransport(transport);
        component.getConfiguration().setApiKey("none-needed");
        component.getConfiguration().setMaxResponseBytes(200_000);
        component.getConfiguration().setMaxEventBytes(100_000);
        component.getConfiguration().setRetryBackoff(Duration.ofMillis(1));
        // Faults come one after the other here: circuits must not add to them
        component.setRetryBudgetPercent(100);
        component.setRoutersReloadInterval(Duration.ZERO);
        component.setRoutersLocation("file:" + Files.writeString(folder.resolve("routers.yaml"), routers()));
        context.addComponent("llm", component);
        context.getRegistry().bind("records", (CallRecordListener) this::keep);
        context.addRoutes(routes());
        context.start();
        template = context.createProducerTemplate();
    }

    private static String words(String word, int number) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= number; i++) {
            text.append(i == 1 ? "" : " ")
                    .append(word)
                    .append(i % 3 == 0 ? "é" : i % 5 == 0 ? "😀" : "")
                    .append(i);
        }
        return text.toString();
    }

    private static Simulator simulator(String text) {
        return Simulator.builder()
                .responder(request -> ScriptedAnswer.text(text))
                .build()
                .start();
    }

    private String firstProvider() {
        return provider(dialect);
    }

    private String secondProvider() {
        return provider(dialect == SimulatedDialect.OPENAI ? SimulatedDialect.ANTHROPIC : SimulatedDialect.OPENAI);
    }

    private static String provider(SimulatedDialect dialect) {
        return switch (dialect) {
            case OPENAI -> "openai";
            case ANTHROPIC -> "anthropic";
            case GEMINI -> "gemini";
        };
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("llm.provider." + firstProvider() + ".baseUrl", first.baseUrl(dialect));
        properties.setProperty(
                "llm.provider." + secondProvider() + ".baseUrl",
                second.baseUrl(
                        dialect == SimulatedDialect.OPENAI ? SimulatedDialect.ANTHROPIC : SimulatedDialect.OPENAI));
        return properties;
    }

    /** A router for each fault and mode, with models of its own: their health must not tell of other faults. */
    private String routers() {
        StringBuilder yaml = new StringBuilder("routers:\n");
        for (Mode mode : List.of(Mode.ROUTER, Mode.ROUTER_STREAM, Mode.ROUTER_COMMIT)) {
            for (int i = 0; i < faults.size(); i++) {
                String timeout = faults.get(i).stalls() ? "250ms" : "20s";
                yaml.append("  ")
                        .append(name(mode, i))
                        .append(": {targets: [{model: ")
                        .append(firstProvider());
                yaml.append("/model-")
                        .append(name(mode, i))
                        .append(", options: {firstByteTimeout: ")
                        .append(timeout);
                yaml.append(", idleTimeout: ").append(timeout).append("}}, ");
                yaml.append(secondProvider()).append("/model]");
                yaml.append(mode == Mode.ROUTER_COMMIT ? ", stream: {commitAfter: {events: 4}}" : "")
                        .append("}\n");
            }
        }
        return yaml.toString();
    }

    private static String name(Mode mode, int fault) {
        return mode.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + fault;
    }

    private RouteBuilder routes() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                for (Mode mode : Mode.values()) {
                    for (boolean patient : List.of(true, false)) {
                        String times = patient ? PATIENT : IMPATIENT;
                        String options = "?" + times + "&streaming=" + mode.stream
                                + (mode.name().startsWith("RETRY") ? "&maxRetries=1" : "") + "&tag.cell=none";
                        String one = "llm:" + firstProvider() + "/model" + options;
                        String two = "llm:" + secondProvider() + "/model?streaming=" + mode.stream;
                        String from = "direct:" + mode + patient;
                        switch (mode) {
                            case FAILOVER, FAILOVER_STREAM ->
                                from(from)
                                        .loadBalance()
                                        .failover(
                                                LlmRateLimitedException.class,
                                                LlmUnavailableException.class,
                                                LlmTimeoutException.class,
                                                LlmMalformedResponseException.class)
                                        .to(one, two)
                                        .end()
                                        .to("direct:read");
                            case BREAKER ->
                                from(from)
                                        .circuitBreaker()
                                        .resilience4jConfiguration()
                                        .slidingWindowSize(10_000)
                                        .minimumNumberOfCalls(10_000)
                                        .end()
                                        .to(one)
                                        .onFallback()
                                        .to(two)
                                        .end()
                                        .to("direct:read");
                            case ROUTER, ROUTER_STREAM, ROUTER_COMMIT ->
                                from(from)
                                        .toD("llm:router/${header.router}?streaming=" + mode.stream)
                                        .to("direct:read");
                            default -> from(from).to(one).to("direct:read");
                        }
                    }
                }
                // Reads piece by piece and keeps what came, also of a stream that breaks off
                from("direct:read").process(FaultSuite::read);
                from("direct:leave")
                        .to("llm:" + firstProvider() + "/model?streaming=true&" + PATIENT)
                        .process(exchange -> {
                            LlmStream stream = exchange.getMessage().getMandatoryBody(LlmStream.class);
                            stream.next();
                            stream.close();
                        });
            }
        };
    }

    private static void read(Exchange exchange) {
        if (!(exchange.getMessage().getBody() instanceof LlmStream stream)) {
            exchange.setProperty("text", exchange.getMessage().getBody(String.class));
            return;
        }
        StringBuilder text = new StringBuilder();
        try {
            while (stream.hasNext()) {
                text.append(stream.next());
            }
        } finally {
            exchange.setProperty("text", text.toString());
        }
    }

    private void keep(CallRecord record) {
        records.computeIfAbsent(record.tags().getOrDefault("exchangeId", ""), id -> new ArrayList<>())
                .add(record);
    }

    /** All faults in all modes, one after the other. */
    List<Result> run() {
        List<Result> results = new ArrayList<>();
        for (Mode mode : Mode.values()) {
            for (int i = 0; i < faults.size(); i++) {
                results.add(run(mode, i));
            }
        }
        return results;
    }

    private Result run(Mode mode, int number) {
        FaultCase fault = faults.get(number);
        records.clear();
        first.failNext(Fault.parse(fault.text()));
        Exchange done = template.send("direct:" + mode + !fault.stalls(), exchange -> {
            exchange.getMessage().setBody("Count.");
            exchange.getMessage().setHeader("router", name(mode, number));
        });
        first.releaseStalls();
        LlmException failure = ObjectHelper.getException(LlmException.class, done.getException());
        if (mode == Mode.WHOLE || mode == Mode.STREAM) {
            retryable.put(mode + fault.text(), failure != null && failure.isRetryable());
        }
        boolean again = retryable.getOrDefault((mode.stream ? Mode.STREAM : Mode.WHOLE) + fault.text(), false);
        Result result = judge(mode, fault, mode.expected(fault, again), done);
        return result.problem().isPresent() && mode.stream && fault.mayTakeContentAlong()
                ? judge(mode, fault, mode.expected(fault.withoutContent(), again), done)
                : result;
    }

    private Result judge(Mode mode, FaultCase fault, Mode.Outcome expected, Exchange done) {
        String text = done.getProperty("text", "", String.class);
        List<String> problems = new ArrayList<>();
        checkEnd(done, expected, problems);
        int lost = 0;
        int doubled = 0;
        if (expected.source() != Mode.Source.NOBODY && done.getException() == null) {
            String whole = expected.source() == Mode.Source.FIRST ? FIRST : SECOND;
            if (expected.partial() ? !whole.startsWith(text) : !whole.equals(text)) {
                problems.add("the text is not the one that the model wrote");
                lost = missing(whole, text);
                doubled = missing(text, whole);
            }
        } else if (!FIRST.startsWith(text)) {
            problems.add("what was delivered is not the beginning of the answer");
            doubled = missing(text, FIRST);
        } else if (!text.isEmpty() && !expected.partial()) {
            problems.add("a part of a failed answer was delivered");
        }
        checkRecords(expected, problems);
        return new Result(
                dialect,
                mode,
                fault,
                problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems)),
                lost,
                doubled);
    }

    private static int missing(String from, String in) {
        List<String> left = new ArrayList<>(List.of(from.split(" ")));
        for (String word : in.split(" ")) {
            left.remove(word);
        }
        return left.size();
    }

    private static void checkEnd(Exchange done, Mode.Outcome expected, List<String> problems) {
        LlmException failure = ObjectHelper.getException(LlmException.class, done.getException());
        if (done.getException() != null && failure == null) {
            problems.add("failed with " + done.getException());
        } else if (expected.failure().isPresent() && failure == null) {
            problems.add("expected " + expected.failure().get() + ", but it succeeded");
        } else if (expected.failure().isEmpty() && failure != null) {
            problems.add("expected an answer, but it failed: " + failure.kind() + " " + failure.getErrorType());
        } else if (failure != null && failure.kind() != expected.failure().orElseThrow()) {
            problems.add("expected " + expected.failure().get() + ", but it is " + failure.kind() + " "
                    + failure.getErrorType());
        }
    }

    /** The circuit breaker's copies of an exchange have ids of their own, so all records count. */
    private void checkRecords(Mode.Outcome expected, List<String> problems) {
        List<CallRecord> made = new ArrayList<>();
        records.values().forEach(made::addAll);
        if (made.size() != expected.attempts()) {
            problems.add("expected " + expected.attempts() + " records, but there are " + made.size());
        }
        long succeeded = made.stream()
                .filter(record -> record.outcome() == CallOutcome.SUCCEEDED)
                .count();
        // A provider that withholds an answer has answered
        if (expected.failure().isEmpty() && succeeded < 1) {
            problems.add("no record tells of the success");
        }
    }

    /** A reader that leaves must end the provider's work; @return how long that took, empty if it never did. */
    Optional<Duration> leave() throws InterruptedException {
        first.failNext(Fault.parse("stall=3"));
        template.send("direct:leave", exchange -> exchange.getMessage().setBody("Count."));
        long left = System.nanoTime();
        boolean idle = first.awaitIdle(Duration.ofSeconds(20));
        Duration took = Duration.ofNanos(System.nanoTime() - left);
        first.releaseStalls();
        return idle ? Optional.of(took) : Optional.empty();
    }

    /** What is still open when all is over; empty if nothing is. */
    List<String> leaks() {
        List<String> leaks = new ArrayList<>();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (transport.stats().inFlight() > 0 && System.nanoTime() < until) {
            LockSupport.parkNanos(1_000_000);
        }
        if (transport.stats().inFlight() > 0) {
            leaks.add(transport.stats() + " in " + dialect);
        }
        return leaks;
    }

    @Override
    public void close() throws Exception {
        context.stop();
        transport.close();
        first.close();
        second.close();
        Files.deleteIfExists(folder.resolve("routers.yaml"));
        Files.deleteIfExists(folder);
    }

    /** All dialects; prints as it goes, and last the sums. Ends with 1 if anything was wrong. */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        int passed = 0;
        int failed = 0;
        int lost = 0;
        int doubled = 0;
        for (SimulatedDialect dialect : SimulatedDialect.values()) {
            try (FaultSuite suite = new FaultSuite(dialect, new ApacheHttpTransport(HttpTransportSettings.DEFAULT))) {
                Map<Mode, Integer> byMode = new EnumMap<>(Mode.class);
                for (Result result : suite.run()) {
                    if (result.problem().isEmpty()) {
                        passed++;
                        byMode.merge(result.mode(), 1, Integer::sum);
                    } else {
                        failed++;
                        out.println("FAILED " + dialect + ", " + result.mode().title + ", "
                                + result.fault().text() + ": "
                                + result.problem().get());
                    }
                    lost += result.lost();
                    doubled += result.doubled();
                }
                byMode.forEach((mode, number) -> out.println(dialect + ", " + mode.title + ": " + number + " faults"));
                Optional<Duration> leave = suite.leave();
                out.println(dialect + ", a reader that leaves: "
                        + leave.map(took -> "the provider stopped after " + took.toMillis() + " ms")
                                .orElse("the provider did not stop"));
                if (leave.isPresent() && leave.get().toMillis() < 1000) {
                    passed++;
                } else {
                    failed++;
                }
                for (String leak : suite.leaks()) {
                    failed++;
                    out.println("FAILED left open: " + leak);
                }
            }
        }
        out.println("fault suite: " + passed + " passed, " + failed + " failed, lost " + lost + ", doubled " + doubled);
        System.exit(failed == 0 ? 0 : 1);
    }
}
