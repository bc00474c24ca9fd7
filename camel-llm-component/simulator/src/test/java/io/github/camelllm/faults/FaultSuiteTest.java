package io.github.camelllm.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.SimulatedDialect;
import io.github.camelllm.transport.ApacheHttpTransport;
import io.github.camelllm.transport.HttpTransport;
import io.github.camelllm.transport.HttpTransportSettings;
import io.github.camelllm.transport.VertxHttpTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FaultSuiteTest {
    private static final Path PAGE = Path.of("../../docs/reliability.md");
    private static final String BEGIN = "<!-- generated from data: faults -->\n";
    private static final String END = "<!-- end of faults -->";

    private static final Map<Run, Future<Outcome>> OUTCOMES = new LinkedHashMap<>();
    private static ExecutorService threads;

    private record Run(SimulatedDialect dialect, String transport) {
        HttpTransport start() {
            return transport.equals("apache")
                    ? new ApacheHttpTransport(HttpTransportSettings.DEFAULT)
                    : new VertxHttpTransport(HttpTransportSettings.DEFAULT);
        }
    }

    private record Outcome(List<FaultSuite.Result> results, boolean readerThatLeavesIsNoticed, List<String> leaks) {}

    static List<Run> runs() {
        return Stream.of("apache", "vertx")
                .flatMap(transport -> Stream.of(SimulatedDialect.values()).map(dialect -> new Run(dialect, transport)))
                .toList();
    }

    /** All have simulators and contexts of their own, so they can go side by side. */
    @BeforeAll
    static void run() {
        threads = Executors.newFixedThreadPool(runs().size());
        for (Run run : runs()) {
            OUTCOMES.put(run, threads.submit(() -> {
                try (FaultSuite suite = new FaultSuite(run.dialect, run.start())) {
                    List<FaultSuite.Result> results = suite.run();
                    return new Outcome(results, suite.leave().isPresent(), suite.leaks());
                }
            }));
        }
    }

    @AfterAll
    static void stop() {
        threads.shutdownNow();
    }

    private static Outcome outcome(Run run) throws Exception {
        return OUTCOMES.get(run).get(8, TimeUnit.MINUTES);
    }

    @ParameterizedTest
    @MethodSource("runs")
    void everyFaultEndsAsItMustInEveryMode(Run run) throws Exception {
        List<FaultSuite.Result> results = outcome(run).results();

        assertThat(results).hasSize(FaultCase.all(run.dialect).size() * Mode.values().length);
        assertThat(results.stream().filter(result -> result.problem().isPresent()))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("runs")
    void aReaderThatLeavesEndsTheProvidersWork(Run run) throws Exception {
        assertThat(outcome(run).readerThatLeavesIsNoticed()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("runs")
    void nothingIsLeftOpen(Run run) throws Exception {
        assertThat(outcome(run).leaks()).isEmpty();
    }

    @Test
    void noFaultOfTheSimulatorIsLeftOut() {
        // Refused connections are no matter of one answer: ComponentTest has them
        Set<Class<?>> left = new HashSet<>(Set.of(Fault.class.getPermittedSubclasses()));
        left.remove(Fault.parse("refuse=1s").getClass());
        Set<Class<?>> covered = FaultCase.all(SimulatedDialect.ANTHROPIC).stream()
                .map(fault -> Fault.parse(fault.text()).getClass())
                .collect(Collectors.toSet());

        assertThat(covered).isEqualTo(left);
    }

    /** {@code -Dllm.docs.update=true} writes it anew. */
    @Test
    void theTableOfTheDocumentationSaysWhatMustCome() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        assertThat(begin).isLessThanOrEqualTo(end);
        if (Boolean.getBoolean("llm.docs.update")) {
            Files.writeString(PAGE, page.substring(0, begin) + table() + page.substring(end));
            return;
        }
        assertThat(page.substring(begin, end)).isEqualTo(table());
    }

    private static String table() {
        List<Mode> shown = List.of(
                Mode.WHOLE,
                Mode.STREAM,
                Mode.ROUTER,
                Mode.ROUTER_STREAM,
                Mode.ROUTER_COMMIT,
                Mode.FAILOVER,
                Mode.BREAKER);
        StringBuilder table = new StringBuilder("| fault |");
        shown.forEach(mode -> table.append(' ').append(mode.title).append(" |"));
        table.append("\n|---|").append("---|".repeat(shown.size())).append('\n');
        for (FaultCase fault : FaultCase.all(SimulatedDialect.ANTHROPIC)) {
            List<String> cells = new ArrayList<>();
            shown.forEach(mode -> cells.add(cell(mode.expected(fault, false))));
            table.append("| `")
                    .append(fault.text())
                    .append("` | ")
                    .append(String.join(" | ", cells))
                    .append(" |\n");
        }
        return table.toString();
    }

    private static String cell(Mode.Outcome outcome) {
        if (outcome.failure().isPresent()) {
            return words(outcome.failure().get()) + (outcome.partial() ? ", after its beginning" : "");
        }
        return outcome.source() == Mode.Source.SECOND ? "**answer of the second**" : "answer";
    }

    private static String words(ErrorKind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
