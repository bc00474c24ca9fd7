package io.github.camelllm.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.chat.LlmContentFilteredException;
import io.github.camelllm.chat.LlmContextWindowExceededException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.component.LlmConstants;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.util.ObjectHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The Camel component against the simulator: every dialect, whole and streamed, well and through every fault. */
class ComponentTest {
    private static final Map<SimulatedDialect, String> ENDPOINTS = Map.of(
            SimulatedDialect.OPENAI, "llm:openai/gpt-5-mini",
            SimulatedDialect.ANTHROPIC, "llm:anthropic/claude-haiku-4-5",
            SimulatedDialect.GEMINI, "llm:gemini/gemini-2.5-flash");

    private static final Simulator SIMULATOR = Simulator.started();
    private static final CamelContext CONTEXT = new DefaultCamelContext();
    private static final BlockingQueue<CallRecord> RECORDS = new LinkedBlockingQueue<>();
    private static ProducerTemplate template;

    @BeforeAll
    static void start() throws Exception {
        CONTEXT.getRegistry().bind("records", (CallRecordListener) RECORDS::add);
        CONTEXT.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                ENDPOINTS.forEach((dialect, llm) -> {
                    String uri = llm + "?apiKey=k&baseUrl=" + SIMULATOR.baseUrl(dialect)
                            + "&maxResponseBytes=2000000&maxEventBytes=100000";
                    for (String patience : List.of("", "-impatient")) {
                        String timeouts = patience.isEmpty() ? "" : "&firstByteTimeout=100ms&idleTimeout=100ms";
                        from("direct:" + dialect + patience).to(uri + timeouts);
                        from("direct:" + dialect + "-stream" + patience)
                                .to(uri + timeouts + "&streaming=true")
                                .convertBodyTo(String.class);
                    }
                    from("direct:" + dialect + "-json")
                            .to(llm + "?apiKey=k&baseUrl=" + SIMULATOR.baseUrl(dialect) + "&outputClass="
                                    + Ticket.class.getName());
                    from("direct:" + dialect + "-models")
                            .to(llm + "?operation=models&apiKey=k&baseUrl=" + SIMULATOR.baseUrl(dialect));
                });
            }
        });
        CONTEXT.start();
        template = CONTEXT.createProducerTemplate();
    }

    @AfterAll
    static void stop() {
        CONTEXT.stop();
        SIMULATOR.close();
    }

    @AfterEach
    void forget() {
        SIMULATOR.releaseStalls();
        RECORDS.clear();
    }

    /** What an answer becomes. */
    public record Ticket(String category, int urgency, List<String> names, boolean open) {}

    private static Exchange ask(SimulatedDialect dialect, String kind) {
        return template.request("direct:" + dialect + kind, exchange -> exchange.getMessage()
                .setBody("The parcel of Ms Keller from Lyon is lost."));
    }

    private static CallRecord onlyRecord() throws InterruptedException {
        CallRecord record = RECORDS.poll(20, TimeUnit.SECONDS);
        assertThat(record).isNotNull();
        assertThat(RECORDS).isEmpty();
        return record;
    }

    static Stream<Arguments> dialectsAndKinds() {
        return ENDPOINTS.keySet().stream()
                .flatMap(dialect -> Stream.of(Arguments.of(dialect, ""), Arguments.of(dialect, "-stream")));
    }

    @ParameterizedTest
    @MethodSource("dialectsAndKinds")
    void answersAndBooksExactlyWhatTheSimulatorBills(SimulatedDialect dialect, String kind) throws Exception {
        Exchange done = ask(dialect, kind);

        assertThat(done.getException()).isNull();
        assertThat(done.getMessage().getBody(String.class)).isNotBlank();
        CallRecord record = onlyRecord();
        assertThat(record.outcome()).isEqualTo(CallOutcome.SUCCEEDED);
        assertThat(SIMULATOR.awaitIdle(Duration.ofSeconds(20))).isTrue();
        List<RecordedRequest> requests = SIMULATOR.requests();
        var billed = requests.get(requests.size() - 1).usage().orElseThrow();
        assertThat(record.usage().orElseThrow().inputTokens()).isEqualTo(billed.inputTokens());
        assertThat(record.usage().orElseThrow().outputTokens()).isEqualTo(billed.outputTokens());
        assertThat(record.cost()).isPresent();
        assertThat(done.getMessage().getHeader(LlmConstants.INPUT_TOKENS))
                .isEqualTo(billed.inputTokens().orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("dialectsAndKinds")
    void wholeAndStreamedAnswersAreTheSame(SimulatedDialect dialect, String kind) {
        assertThat(ask(dialect, kind).getMessage().getBody(String.class))
                .isEqualTo(ask(dialect, "").getMessage().getBody(String.class));
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void answerConformsToTheSchemaOfAClass(SimulatedDialect dialect) {
        Exchange done = ask(dialect, "-json");

        assertThat(done.getException()).isNull();
        assertThat(done.getMessage().getBody()).isInstanceOf(Ticket.class);
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void listsModels(SimulatedDialect dialect) {
        assertThat(ask(dialect, "-models").getMessage().getBody(List.class)).isNotEmpty();
    }

    static Stream<SimulatedDialect> dialects() {
        return ENDPOINTS.keySet().stream();
    }

    static Stream<Arguments> faults() {
        Map<String, Class<? extends LlmException>> both = Map.ofEntries(
                Map.entry("status=401", LlmAuthenticationException.class),
                Map.entry("status=400", LlmInvalidRequestException.class),
                Map.entry("status=404", LlmInvalidRequestException.class),
                Map.entry("status=429;retry-after=2", LlmRateLimitedException.class),
                Map.entry("quota", LlmRateLimitedException.class),
                Map.entry("status=500", LlmUnavailableException.class),
                Map.entry("status=502", LlmUnavailableException.class),
                Map.entry("status=503", LlmUnavailableException.class),
                Map.entry("status=529", LlmUnavailableException.class),
                Map.entry("context-too-long", LlmContextWindowExceededException.class),
                Map.entry("prompt-filtered", LlmContentFilteredException.class),
                Map.entry("empty-body", LlmMalformedResponseException.class),
                Map.entry("content-type", LlmMalformedResponseException.class),
                Map.entry("no-completion", LlmMalformedResponseException.class),
                Map.entry("reset", LlmUnavailableException.class),
                Map.entry("close", LlmUnavailableException.class),
                Map.entry("stall=head", LlmTimeoutException.class));
        Map<String, Class<? extends LlmException>> streamed = Map.of(
                "close=2", LlmUnavailableException.class,
                "reset=2", LlmUnavailableException.class,
                "stall=2", LlmTimeoutException.class,
                "garbage=text;after=2", LlmMalformedResponseException.class,
                "garbage=half-json;after=2", LlmMalformedResponseException.class,
                "error-event=529;after=2", LlmUnavailableException.class,
                "end-early=2", LlmMalformedResponseException.class);
        return ENDPOINTS.keySet().stream()
                .flatMap(dialect -> Stream.concat(
                        Stream.of("", "-stream").flatMap(kind -> both.entrySet().stream()
                                .map(fault -> Arguments.of(dialect, kind, fault.getKey(), fault.getValue()))),
                        streamed.entrySet().stream()
                                .map(fault -> Arguments.of(dialect, "-stream", fault.getKey(), fault.getValue()))));
    }

    @ParameterizedTest(name = "{0}{1} {2}")
    @MethodSource("faults")
    void everyFaultIsTheRightExceptionAndHasOneRecord(
            SimulatedDialect dialect, String kind, String fault, Class<? extends LlmException> expected)
            throws Exception {
        SIMULATOR.failNext(Fault.parse(fault));

        Exchange failed = ask(dialect, kind + (fault.startsWith("stall") ? "-impatient" : ""));

        LlmException failure = ObjectHelper.getException(LlmException.class, failed.getException());
        assertThat(failure).isInstanceOf(expected);
        assertThat(failure.getProvider()).isEqualTo(ENDPOINTS.get(dialect).replaceAll("llm:|/.*", ""));
        CallRecord record = onlyRecord();
        if (record.outcome() == CallOutcome.SUCCEEDED) {
            // Anthropic withholds an answer by a stop reason: the call itself went well, and is billed.
            assertThat(record.finishReason()).contains(FinishReason.CONTENT_FILTER);
        } else {
            assertThat(record.errorType()).isPresent();
        }
    }

    @ParameterizedTest
    @MethodSource("dialectsAndKinds")
    void refusedConnectionIsUnavailable(SimulatedDialect dialect, String kind) throws Exception {
        SIMULATOR.refuseConnections();
        try {
            Exchange failed = ask(dialect, kind);
            assertThat(ObjectHelper.getException(LlmException.class, failed.getException()))
                    .isInstanceOf(LlmUnavailableException.class);
        } finally {
            SIMULATOR.acceptConnections();
        }
        assertThat(ask(dialect, kind).getException()).isNull();
    }
}
