package io.github.camelllm.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camelllm.call.CallOutcome;
import io.github.camelllm.call.CallRecord;
import io.github.camelllm.call.CallRecordListener;
import io.github.camelllm.call.Dialects;
import io.github.camelllm.call.UsageSource;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.component.LlmWireStream;
import io.github.camelllm.wire.Dialect;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireTarget;
import io.github.camelllm.wire.sse.SseDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients of every dialect, with a model of every dialect behind the endpoint, whole and streamed, well and through faults. */
class WireFormatsTest {
    private static final Map<SimulatedDialect, String> MODELS = Map.of(
            SimulatedDialect.OPENAI, "openai/gpt-5-mini",
            SimulatedDialect.ANTHROPIC, "anthropic/claude-haiku-4-5",
            SimulatedDialect.GEMINI, "gemini/gemini-2.5-flash");
    private static final Map<SimulatedDialect, Dialect> FORMATS = Map.of(
            SimulatedDialect.OPENAI, Dialects.get("openai-chat"),
            SimulatedDialect.ANTHROPIC, Dialects.get("anthropic"),
            SimulatedDialect.GEMINI, Dialects.get("gemini"));
    private static final String PROMPT = "The parcel of Ms Keller from Lyon is lost.";

    private static final Simulator SIMULATOR = Simulator.started();
    private static final CamelContext CONTEXT = new DefaultCamelContext();
    private static final BlockingQueue<CallRecord> RECORDS = new LinkedBlockingQueue<>();
    private static ProducerTemplate template;

    @BeforeAll
    static void start() {
        CONTEXT.getRegistry().bind("records", (CallRecordListener) RECORDS::add);
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
        RECORDS.clear();
        SIMULATOR.clearRequests();
    }

    static Stream<Arguments> clientsAndModels() {
        return FORMATS.keySet().stream()
                .flatMap(client -> MODELS.keySet().stream().map(model -> Arguments.of(client, model)));
    }

    private static String request(SimulatedDialect client, boolean stream) {
        String unknown = "\"of_tomorrow\":{\"a\":[1,2.50]}";
        if (client == SimulatedDialect.GEMINI) {
            return "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"" + PROMPT + "\"}]}]," + unknown
                    + ",\"generationConfig\":{\"maxOutputTokens\":1000}}";
        }
        String limit = client == SimulatedDialect.OPENAI ? "max_completion_tokens" : "max_tokens";
        return "{\"model\":\"any\"," + unknown + ",\"stream\":" + stream + ",\"" + limit
                + "\":1000,\"messages\":[{\"role\":\"user\",\"content\":\"" + PROMPT + "\"}]}";
    }

    private static Exchange ask(SimulatedDialect client, SimulatedDialect model, boolean stream, String options) {
        String uri = "llm:" + MODELS.get(model) + "?apiKey=k&baseUrl=" + SIMULATOR.baseUrl(model) + "&wireFormat="
                + FORMATS.get(client).name() + options;
        Exchange exchange = CONTEXT.getEndpoint(uri).createExchange();
        exchange.getMessage().setBody(request(client, stream).getBytes(StandardCharsets.UTF_8));
        if (client == SimulatedDialect.GEMINI) {
            exchange.getMessage()
                    .setHeader(
                            Exchange.HTTP_PATH,
                            "/v1beta/models/any:" + (stream ? "streamGenerateContent" : "generateContent"));
        }
        return template.send(uri, exchange);
    }

    private static CallRecord onlyRecord() throws InterruptedException {
        CallRecord record = RECORDS.poll(20, TimeUnit.SECONDS);
        assertThat(record).isNotNull();
        assertThat(RECORDS).isEmpty();
        return record;
    }

    private static ChatResponse decoded(SimulatedDialect client, byte[] stream) {
        StreamDecoder decoder = FORMATS.get(client).chat().streamDecoder(WireTarget.of("client", "any"));
        List<StreamEvent> events = new ArrayList<>();
        SseDecoder frames = new SseDecoder(1 << 20);
        frames.decode(ByteBuffer.wrap(stream), frame -> events.addAll(decoder.decode(frame)));
        frames.end(frame -> events.addAll(decoder.decode(frame)));
        events.addAll(decoder.end());
        return ChatResponseFold.fold(events);
    }

    private static byte[] read(LlmWireStream stream) throws Throwable {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CompletableFuture<byte[]> done = new CompletableFuture<>();
        stream.subscribe(new Flow.Subscriber<>() {
            private Flow.Subscription asked;

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                asked = subscription;
                asked.request(1);
            }

            @Override
            public void onNext(ByteBuffer item) {
                bytes.write(item.array(), item.arrayOffset() + item.position(), item.remaining());
                asked.request(1);
            }

            @Override
            public void onError(Throwable failure) {
                done.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                done.complete(bytes.toByteArray());
            }
        });
        try {
            return done.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }

    private static void requireExact(CallRecord record, SimulatedDialect model) throws InterruptedException {
        assertThat(record.outcome()).isEqualTo(CallOutcome.SUCCEEDED);
        assertThat(record.usageSource()).isEqualTo(UsageSource.REPORTED);
        assertThat(record.cost()).isPresent();
        SIMULATOR.awaitIdle(Duration.ofSeconds(20));
        RecordedRequest served = SIMULATOR.requests().get(SIMULATOR.requests().size() - 1);
        assertThat(served.dialect()).isEqualTo(model);
        assertThat(served.usage().orElseThrow().inputTokens())
                .isEqualTo(record.usage().orElseThrow().inputTokens());
        assertThat(served.usage().orElseThrow().outputTokens())
                .isEqualTo(record.usage().orElseThrow().outputTokens());
        assertThat(served.chat().orElseThrow().maxOutputTokens()).hasValue(1000);
    }

    @ParameterizedTest
    @MethodSource("clientsAndModels")
    void answersAClientOfAnyFormatFromAModelOfAny(SimulatedDialect client, SimulatedDialect model) throws Exception {
        Exchange done = ask(client, model, false, "");

        assertThat(done.getException()).isNull();
        ChatResponse answer = FORMATS.get(client)
                .chat()
                .decode(done.getMessage().getBody(byte[].class), WireHeaders.NONE, WireTarget.of("client", "any"));
        assertThat(answer.text()).isNotBlank();
        requireTime(answer, client);
        CallRecord record = onlyRecord();
        requireExact(record, model);
        assertThat(answer.usage().orElseThrow().outputTokens())
                .isEqualTo(record.usage().orElseThrow().outputTokens());
    }

    @ParameterizedTest
    @MethodSource("clientsAndModels")
    void streamsToAClientOfAnyFormatFromAModelOfAny(SimulatedDialect client, SimulatedDialect model) throws Throwable {
        Exchange done = ask(client, model, true, "");

        assertThat(done.getException()).isNull();
        ChatResponse answer = decoded(client, read(done.getMessage().getBody(LlmWireStream.class)));
        assertThat(answer.text()).isNotBlank();
        assertThat(answer.finish()).isPresent();
        requireTime(answer, client);
        CallRecord record = onlyRecord();
        requireExact(record, model);
        assertThat(record.timeToFirstChunk()).isPresent();
    }

    /** OpenAI's clients show when an answer was made, also of a provider that does not say so. */
    private static void requireTime(ChatResponse answer, SimulatedDialect client) {
        if (client == SimulatedDialect.OPENAI) {
            assertThat(answer.created().orElseThrow()).isAfter(Instant.EPOCH);
        }
    }

    @ParameterizedTest
    @MethodSource("clientsAndModels")
    void failsLoudlyWhenAStreamBreaksOff(SimulatedDialect client, SimulatedDialect model) throws Throwable {
        SIMULATOR.failNext(new Fault.EndEarly(2));

        Exchange done = ask(client, model, true, "");

        assertThat(done.getException()).isNull();
        assertThat(catchThrowable(() -> read(done.getMessage().getBody(LlmWireStream.class))))
                .isInstanceOf(LlmException.class);
        CallRecord record = onlyRecord();
        assertThat(record.outcome()).isEqualTo(CallOutcome.FAILED);
        assertThat(record.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(record.usage().orElseThrow().outputTokens().orElseThrow()).isPositive();
    }

    @ParameterizedTest
    @MethodSource("clientsAndModels")
    void repeatsAStreamThatBreaksBeforeWhatIsHeldBack(SimulatedDialect client, SimulatedDialect model)
            throws Throwable {
        SIMULATOR.failNext(Fault.cutAfter(2));

        Exchange done = ask(client, model, true, "&commitAfterEvents=4&maxRetries=1&retryBackoff=1ms");

        assertThat(done.getException()).isNull();
        assertThat(decoded(client, read(done.getMessage().getBody(LlmWireStream.class)))
                        .text())
                .isNotBlank();
        assertThat(RECORDS.poll(20, TimeUnit.SECONDS).outcome()).isEqualTo(CallOutcome.FAILED);
        requireExact(onlyRecord(), model);
    }

    /** Anthropic's answers always have usage. */
    static Stream<Arguments> clientsAndModelsThatMayTellNoUsage() {
        return clientsAndModels().filter(pair -> pair.get()[1] != SimulatedDialect.ANTHROPIC);
    }

    @ParameterizedTest
    @MethodSource("clientsAndModelsThatMayTellNoUsage")
    void countsTheTokensOfAnAnswerWithoutUsage(SimulatedDialect client, SimulatedDialect model) throws Throwable {
        SIMULATOR.failNext(2, new Fault.NoUsage());

        ask(client, model, false, "");
        CallRecord whole = onlyRecord();
        read(ask(client, model, true, "").getMessage().getBody(LlmWireStream.class));
        CallRecord streamed = onlyRecord();

        assertThat(whole.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(streamed.usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(streamed.usage().orElseThrow().outputTokens().orElseThrow()).isPositive();
    }
}
