package io.github.camelllm.routes.telemetry;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.component.LlmConstants;
import io.github.camelllm.routes.testing.SimulatedContext;
import io.github.camelllm.simulator.Fault;
import io.github.camelllm.simulator.Responders;
import io.github.camelllm.simulator.ScriptedAnswer;
import io.github.camelllm.simulator.Simulator;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spans of calls, in a tracer of the application. */
class TracesTest {
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final String PARENT_TRACE = "0af7651916cd43dd8448eb211c80319c";

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();
    private Simulator simulator = Simulator.started();
    private CamelContext context;

    @AfterEach
    void close() {
        if (context != null) {
            context.stop();
        }
        simulator.close();
        telemetry.close();
    }

    private void start(String... settings) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("llm.telemetry.traces", "application");
        for (int i = 0; i < settings.length; i += 2) {
            properties.setProperty(settings[i], settings[i + 1]);
        }
        SimulatedContext made = new SimulatedContext(simulator, properties);
        context = made;
        made.getRegistry().bind("telemetry", OpenTelemetry.class, telemetry);
        made.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                String options = "?topP=0.5&maxTokens=5000&unsupported=drop&maxRetries=1&retryBackoff=1ms";
                from("direct:ask").to("llm:openai/gpt-5-mini" + options);
                from("direct:router").toD("llm:router/pair?maxTokens=50");
                from("direct:stream").to("llm:openai/gpt-5-mini?streaming=true").convertBodyTo(String.class);
                from("direct:embed").to("llm:openai/text-embedding-3-small?operation=embeddings");
                from("direct:wire").to("llm:openai/gpt-5-mini?wireFormat=openai-chat");
            }
        });
        made.start();
    }

    /** A cascade with a judge that gives this answer. */
    private void startJudged(ScriptedAnswer opinion) throws Exception {
        simulator.close();
        simulator = Simulator.builder()
                .responder(Responders.rules().model("claude-*", opinion).build())
                .build()
                .start();
        start(
                "llm.router.pair.targets",
                "openai/gpt-5-mini, openai/gpt-5",
                "llm.router.pair.cascade.judge.model",
                "anthropic/claude-haiku-4-5");
    }

    private Exchange ask(String uri, String body, String... headers) {
        return context.createFluentProducerTemplate()
                .to(uri)
                .withProcessor(exchange -> {
                    exchange.getMessage().setBody(body);
                    for (int i = 0; i < headers.length; i += 2) {
                        exchange.getMessage().setHeader(headers[i], headers[i + 1]);
                    }
                })
                .send();
    }

    private List<SpanData> spans() {
        return exporter.getFinishedSpanItems();
    }

    private SpanData call() {
        return spans().stream()
                .filter(span -> !span.getName().startsWith("attempt "))
                .findFirst()
                .orElseThrow();
    }

    private SpanData named(String name) {
        return spans().stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<SpanData> attempts() {
        return spans().stream()
                .filter(span -> span.getName().startsWith("attempt "))
                .toList();
    }

    private static Map<String, Object> attributes(SpanData span) {
        Map<String, Object> attributes = new java.util.TreeMap<>();
        span.getAttributes().forEach((key, value) -> attributes.put(key.getKey(), value));
        return attributes;
    }

    @Test
    void aCallIsASpanWithTheWordsOfTheConventions() throws Exception {
        start();

        Exchange done = ask("direct:ask", "Hi");

        SpanData call = call();
        assertThat(call.getName()).isEqualTo("chat gpt-5-mini");
        assertThat(call.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(call.getStatus()).isEqualTo(StatusData.unset());
        assertThat(attributes(call))
                .containsEntry("gen_ai.operation.name", "chat")
                .containsEntry("gen_ai.provider.name", "openai")
                .containsEntry("gen_ai.request.model", "gpt-5-mini")
                .containsEntry("gen_ai.request.stream", false)
                .containsEntry("gen_ai.request.top_p", 0.5)
                .containsEntry("gen_ai.request.max_tokens", 5000L)
                .containsEntry("gen_ai.response.model", done.getMessage().getHeader(LlmConstants.RESPONSE_MODEL))
                .containsEntry("gen_ai.response.id", done.getMessage().getHeader(LlmConstants.RESPONSE_ID))
                .containsEntry("gen_ai.response.finish_reasons", List.of("stop"))
                .containsEntry("gen_ai.usage.input_tokens", done.getMessage().getHeader(LlmConstants.INPUT_TOKENS))
                .containsEntry("gen_ai.usage.output_tokens", done.getMessage().getHeader(LlmConstants.OUTPUT_TOKENS))
                .containsEntry("llm.attempts", 1L)
                .containsEntry("llm.call.id", done.getMessage().getHeader(LlmConstants.CALL_ID))
                .containsEntry("llm.cost.currency", "USD")
                .containsEntry(
                        "llm.cost.nanos",
                        done.getMessage()
                                .getHeader(LlmConstants.COST, BigDecimal.class)
                                .movePointRight(9)
                                .longValueExact())
                .doesNotContainKeys("gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions");
    }

    @Test
    void anAttemptIsASpanBelowIt() throws Exception {
        start();

        ask("direct:ask", "Hi");

        assertThat(attempts()).singleElement().satisfies(attempt -> {
            assertThat(attempt.getName()).isEqualTo("attempt openai/gpt-5-mini");
            assertThat(attempt.getKind()).isEqualTo(SpanKind.CLIENT);
            assertThat(attempt.getParentSpanId()).isEqualTo(call().getSpanId());
            assertThat(attributes(attempt))
                    .containsEntry("server.address", "localhost")
                    .containsEntry("server.port", (long) simulator.port())
                    .containsEntry("http.request.method", "POST")
                    .containsEntry("http.response.status_code", 200L)
                    .containsKeys("llm.attempt.id", "llm.attempt.cost.nanos")
                    .doesNotContainKeys("error.type", "http.request.resend_count", "gen_ai.usage.input_tokens");
        });
    }

    @Test
    void retriesAreSpansBesideEachOther() throws Exception {
        start();
        simulator.failNext(Fault.status(503));

        ask("direct:ask", "Hi");

        assertThat(attempts()).hasSize(2).allSatisfy(attempt -> assertThat(attempt.getParentSpanId())
                .isEqualTo(call().getSpanId()));
        SpanData failed = attempts().get(0);
        assertThat(failed.getStatus().getStatusCode().name()).isEqualTo("ERROR");
        assertThat(attributes(failed))
                .containsEntry("http.response.status_code", 503L)
                .containsKey("error.type");
        assertThat(attributes(attempts().get(1)))
                .containsEntry("http.request.resend_count", 1L)
                .doesNotContainKey("error.type");
        assertThat(attributes(call())).containsEntry("llm.attempts", 2L).doesNotContainKey("error.type");
    }

    @Test
    void aRoutersCallTellsWhoAnswered() throws Exception {
        start("llm.router.pair.targets", "openai/gpt-5-mini, anthropic/claude-haiku-4-5");
        simulator.failNext(Fault.status(503));

        ask("direct:router", "Hi");

        SpanData call = call();
        assertThat(call.getName()).isEqualTo("chat router/pair");
        assertThat(attributes(call))
                .containsEntry("llm.router", "pair")
                .containsEntry("gen_ai.provider.name", "anthropic")
                .containsEntry("gen_ai.request.model", "claude-haiku-4-5")
                .containsEntry("llm.attempts", 2L);
        assertThat(attempts())
                .extracting(SpanData::getName)
                .containsExactly("attempt openai/gpt-5-mini", "attempt anthropic/claude-haiku-4-5");
    }

    @Test
    void aJudgesCallIsASpanBelowTheCallThatItJudges() throws Exception {
        startJudged(ScriptedAnswer.text("{\"good\":true}"));

        Exchange done = ask("llm:router/pair", "Hi");

        assertThat(done.getMessage().getHeader(LlmConstants.REQUEST_MODEL)).isEqualTo("gpt-5-mini");
        SpanData call = named("chat router/pair");
        SpanData judge = named("chat claude-haiku-4-5");
        assertThat(judge.getParentSpanId()).isEqualTo(call.getSpanId());
        assertThat(judge.getTraceId()).isEqualTo(call.getTraceId());
        assertThat(attributes(judge))
                .containsEntry("llm.purpose", "judgment")
                .containsEntry("gen_ai.provider.name", "anthropic")
                .containsEntry("gen_ai.output.type", "json")
                .containsEntry("llm.attempts", 1L)
                .containsKeys("llm.cost.nanos", "gen_ai.usage.input_tokens", "llm.call.id");
        assertThat(attributes(call)).doesNotContainKey("llm.purpose");
        assertThat(named("attempt anthropic/claude-haiku-4-5").getParentSpanId())
                .isEqualTo(judge.getSpanId());
        assertThat(named("attempt openai/gpt-5-mini").getParentSpanId()).isEqualTo(call.getSpanId());
    }

    @Test
    void aJudgeThatFailsSaysSoInItsSpan() throws Exception {
        startJudged(ScriptedAnswer.failing(Fault.status(400)));

        Exchange done = ask("llm:router/pair", "Hi");

        assertThat(done.getMessage().getHeader(LlmConstants.REQUEST_MODEL)).isEqualTo("gpt-5");
        SpanData judge = named("chat claude-haiku-4-5");
        assertThat(judge.getStatus().getStatusCode().name()).isEqualTo("ERROR");
        assertThat(attributes(judge)).containsKey("error.type");
        assertThat(named("chat router/pair").getStatus()).isEqualTo(StatusData.unset());
    }

    @Test
    void aFailureForGoodIsTheCallsToo() throws Exception {
        start();
        simulator.failNext(2, Fault.status(503));

        Exchange done = ask("direct:ask", "Hi");

        assertThat(done.getException()).isNotNull();
        SpanData call = call();
        assertThat(call.getStatus().getStatusCode().name()).isEqualTo("ERROR");
        // A word of ours, not what the provider said
        assertThat(call.getStatus().getDescription()).isEqualTo(attributes(call).get("error.type"));
    }

    @Test
    void anAttemptThatABudgetRefusedIsThere() throws Exception {
        start("llm.budget.none.limit", "0.000001 USD", "llm.budget.none.window", "day");

        ask("direct:ask", "Hi");

        assertThat(attributes(call())).containsEntry("error.type", "budget_exceeded");
        assertThat(attempts()).singleElement().satisfies(attempt -> assertThat(attributes(attempt))
                .containsEntry("error.type", "budget_exceeded")
                .doesNotContainKeys("http.request.method", "http.response.status_code"));
        assertThat(simulator.requestCount()).isZero();
    }

    @Test
    void aStreamedCallEndsWithItsStream() throws Exception {
        start();

        ask("direct:stream", "Hi");

        assertThat(attributes(call()))
                .containsEntry("gen_ai.request.stream", true)
                .containsKeys(
                        "gen_ai.response.time_to_first_chunk",
                        "gen_ai.usage.output_tokens",
                        "gen_ai.response.finish_reasons");
        assertThat(call().getEndEpochNanos())
                .isGreaterThanOrEqualTo(attempts().get(0).getEndEpochNanos());
    }

    @Test
    void embeddingsAreCallsToo() throws Exception {
        start();

        ask("direct:embed", "Hi");

        assertThat(call().getName()).isEqualTo("embeddings text-embedding-3-small");
        assertThat(attributes(call()))
                .containsEntry("gen_ai.operation.name", "embeddings")
                .containsKey("gen_ai.usage.input_tokens");
    }

    @Test
    void goesOnATraceThatComesIn() throws Exception {
        start();

        ask("direct:ask", "Hi", "traceparent", PARENT, "tracestate", "vendor=1");

        assertThat(call().getTraceId()).isEqualTo(PARENT_TRACE);
        assertThat(call().getParentSpanId()).isEqualTo("b7ad6b7169203331");
        assertThat(attempts().get(0).getTraceId()).isEqualTo(PARENT_TRACE);
    }

    @Test
    void aTraceParentThatIsNoneIsIgnored() throws Exception {
        start();

        ask("direct:ask", "Hi", "traceparent", "00-00000000000000000000000000000000-b7ad6b7169203331-01");

        assertThat(call().getParentSpanContext().isValid()).isFalse();
    }

    private Map<String, String> sentHeaders() {
        return simulator.requests().get(0).headers();
    }

    @Test
    void providersAreToldNothingByDefault() throws Exception {
        start();

        ask("direct:ask", "Hi", "traceparent", PARENT, "tracestate", "vendor=1");

        assertThat(sentHeaders()).doesNotContainKeys("traceparent", "tracestate");
    }

    @Test
    void providersThatAreNamedAreToldTheirAttempt() throws Exception {
        start("llm.telemetry.propagateTo", "vllm, open*");

        ask("direct:ask", "Hi", "traceparent", PARENT, "tracestate", "vendor=1");

        String span = attempts().get(0).getSpanId();
        assertThat(sentHeaders()).containsEntry("traceparent", "00-" + PARENT_TRACE + "-" + span + "-01");
        assertThat(sentHeaders()).containsEntry("tracestate", "vendor=1");
    }

    @Test
    void withoutSpansOfOurOwnTheTraceIsPassedOnAsItCame() throws Exception {
        start("llm.telemetry.traces", "off", "llm.telemetry.propagateTo", "*");

        ask("direct:ask", "Hi", "traceparent", PARENT, "tracestate", "vendor=1");

        assertThat(spans()).isEmpty();
        assertThat(sentHeaders()).containsEntry("traceparent", PARENT);
        assertThat(sentHeaders()).containsEntry("tracestate", "vendor=1");
    }

    @Test
    void aTraceThatIsNoneIsNotPassedOn() throws Exception {
        start("llm.telemetry.traces", "off", "llm.telemetry.propagateTo", "*");

        ask("direct:ask", "Hi", "traceparent", "something\r\nelse", "tracestate", "vendor=1");

        assertThat(sentHeaders()).doesNotContainKeys("traceparent", "tracestate");
    }

    @Test
    void contentIsThereWhereItIsAskedFor() throws Exception {
        start("llm.telemetry.content", "full");

        Exchange done = ask("direct:ask", "Call me: max@example.com", LlmConstants.SYSTEM_MESSAGE, "Be short");

        assertThat(call().getAttributes().get(stringKey("gen_ai.system_instructions")))
                .isEqualTo("[{\"type\":\"text\",\"content\":\"Be short\"}]");
        assertThat(call().getAttributes().get(stringKey("gen_ai.input.messages")))
                .isEqualTo("[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Call me:"
                        + " max@example.com\"}]}]");
        assertThat(call().getAttributes().get(stringKey("gen_ai.output.messages")))
                .contains("\"role\":\"assistant\"", "\"finish_reason\":\"stop\"")
                .contains(done.getMessage().getBody(String.class).substring(0, 5));
        assertThat(attributes(attempts().get(0))).doesNotContainKey("gen_ai.input.messages");
    }

    @Test
    void contentIsThereForClientsOfAnApi() throws Exception {
        start("llm.telemetry.content", "full");

        ask("direct:wire", "{\"model\":\"gpt-5-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}");

        assertThat(call().getAttributes().get(stringKey("gen_ai.input.messages")))
                .contains("Hello");
        assertThat(attributes(call())).containsKey("gen_ai.output.messages");
    }

    @Test
    void redactedContentHasNoPersonalData() throws Exception {
        start("llm.telemetry.content", "redacted");

        ask("direct:ask", "Call me: max@example.com");

        assertThat(call().getAttributes().get(stringKey("gen_ai.input.messages")))
                .contains("Call me: [EMAIL-1]")
                .doesNotContain("max@");
    }

    @Test
    void longContentIsCut() throws Exception {
        start("llm.telemetry.content", "full");

        ask("direct:ask", "x".repeat(100_000));

        assertThat(call().getAttributes().get(stringKey("gen_ai.input.messages")))
                .hasSizeBetween(CapturedContent.MOST_CHARS, CapturedContent.MOST_CHARS + 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4111 1111 1111 1111, "})
    void longContentIsCutAfterItIsRedacted(String more) throws Exception {
        start("llm.telemetry.content", "redacted");
        String card = "4111 1111 1111 1111";
        String cards = more.repeat(1_000);
        String before = cards + "x".repeat(CapturedContent.MOST_CHARS - cards.length() - 10) + " ";

        ask("direct:ask", before + card + " " + "y".repeat(50_000));

        assertThat(call().getAttributes().get(stringKey("gen_ai.input.messages")))
                .contains("xxx")
                .doesNotContain("4111")
                .hasSizeLessThan(CapturedContent.MOST_CHARS + 200);
    }

    @Test
    void standsBelowTheStepsThatCamelTraces() throws Exception {
        start();
        context.stop();
        exporter.reset();
        SimulatedContext traced = new SimulatedContext(simulator, properties("llm.telemetry.traces", "application"));
        context = traced;
        traced.getRegistry().bind("tracer", Tracer.class, telemetry.getTracer("camel"));
        traced.getRegistry().bind("propagators", ContextPropagators.class, telemetry.getPropagators());
        OpenTelemetryTracer tracer = new OpenTelemetryTracer();
        tracer.init(traced);
        traced.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").routeId("letters").to("llm:openai/gpt-5-mini");
            }
        });
        traced.start();

        ask("direct:ask", "Hi");

        SpanData call = spans().stream()
                .filter(span -> span.getAttributes().get(stringKey("gen_ai.operation.name")) != null)
                .findFirst()
                .orElseThrow();
        SpanData sending = spans().stream()
                .filter(span -> span.getSpanId().equals(call.getParentSpanId()))
                .findFirst()
                .orElseThrow();
        assertThat(attributes(sending)).containsEntry("op", "EVENT_SENT");
        assertThat(attributes(sending).get("camel.uri").toString()).startsWith("llm:");
        assertThat(attempts().get(0).getTraceId()).isEqualTo(sending.getTraceId());
    }

    private static Properties properties(String name, String value) {
        Properties properties = new Properties();
        properties.setProperty(name, value);
        return properties;
    }

    @Test
    void namesOfAttributesAreThoseOfTheConventions() {
        // As published: https://github.com/open-telemetry/semantic-conventions-genai docs/gen-ai/gen-ai-spans.md
        assertThat(List.of(
                        GenAi.OPERATION_NAME.getKey(),
                        GenAi.USAGE_CACHE_READ.getKey(),
                        GenAi.USAGE_CACHE_CREATION.getKey(),
                        GenAi.USAGE_REASONING.getKey(),
                        GenAi.RESPONSE_FINISH_REASONS.getKey()))
                .containsExactly(
                        "gen_ai.operation.name",
                        "gen_ai.usage.cache_read.input_tokens",
                        "gen_ai.usage.cache_creation.input_tokens",
                        "gen_ai.usage.reasoning.output_tokens",
                        "gen_ai.response.finish_reasons");
        AttributeKey<Long> tokens = longKey("gen_ai.usage.input_tokens");
        assertThat(GenAi.USAGE_INPUT_TOKENS).isEqualTo(tokens);
    }
}
