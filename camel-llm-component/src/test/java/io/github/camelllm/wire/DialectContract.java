package io.github.camelllm.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.ClientMembers;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.ChatServerCodec.ServedRequest;
import io.github.camelllm.wire.ChatServerCodec.StreamEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiConsumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What every dialect does alike. The two halves of a dialect test each other here, so bytes are never written down: what
 * a dialect's bytes look like is for its own golden cases.
 */
public abstract class DialectContract {
    /** Words that must not turn up in any message, log or {@code toString}. */
    private static final String SECRET = "zanzibar-canary";

    protected abstract Dialect dialect();

    /** A request option that the target lacks and that only tunes the answer. */
    protected abstract Lacking lackingKnob();

    /** A request option that the target lacks and that changes what is asked. */
    protected abstract Lacking lackingMeaning();

    /** Cuts what the stream encoder wrote into frames; server-sent events unless a dialect has other frames. */
    protected List<Frame> frames(byte[] stream) {
        List<Frame> frames = new ArrayList<>();
        for (String event : new String(stream, StandardCharsets.UTF_8).split("\r?\n\r?\n")) {
            String type = "";
            StringBuilder data = new StringBuilder();
            for (String line : event.split("\r?\n")) {
                if (line.startsWith("event:")) {
                    type = line.substring(6).strip();
                } else if (line.startsWith("data:")) {
                    data.append(data.length() == 0 ? "" : "\n")
                            .append(line.substring(5).strip());
                }
            }
            if (data.length() > 0) {
                frames.add(Frame.of(type, data.toString()));
            }
        }
        return frames;
    }

    /** Kinds of failure that keep their class when they cross the dialect's wire. */
    protected Set<ErrorKind> kindsOnTheWire() {
        return EnumSet.of(
                ErrorKind.RATE_LIMITED,
                ErrorKind.UNAVAILABLE,
                ErrorKind.TIMEOUT,
                ErrorKind.AUTHENTICATION,
                ErrorKind.INVALID_REQUEST,
                ErrorKind.CONTEXT_WINDOW_EXCEEDED);
    }

    /** Whether the request's body carries a member that the dialect does not know back to {@link ChatRequest#clientMembers()}. */
    protected boolean carriesExtra() {
        return true;
    }

    /** A request that its target cannot take as it is, and the vocabulary name of what is lacking. */
    public record Lacking(WireTarget target, ChatRequest request, String option) {}

    protected WireTarget target() {
        return WireTarget.of("example", "model-1");
    }

    // Answers

    @Test
    void textAnswerCrossesTheWire() {
        ChatResponse answer = answer(textEvents());
        ChatResponse decoded = decode(dialect().server().encode(answer, served(question(), false)));
        assertThat(decoded.text()).isEqualTo("Bonjour, größer — 日本 🐪");
        assertThat(decoded.finish().map(Finish::reason)).contains(FinishReason.STOP);
        assertThat(decoded.model()).contains("model-1-2026");
        Usage usage = decoded.usage().orElseThrow();
        assertThat(usage.inputTokens()).hasValue(12);
        assertThat(usage.outputTokens()).hasValue(7);
    }

    @Test
    void toolCallsCrossTheWire() throws JsonProcessingException {
        ChatResponse decoded = decode(dialect().server().encode(answer(toolEvents()), served(question(), false)));
        assertThat(decoded.finish().map(Finish::reason)).contains(FinishReason.TOOL_CALLS);
        assertCalls(decoded.choices().get(0));
    }

    @Test
    void streamedAnswerIsTheBufferedOne() {
        for (List<StreamEvent> events : List.of(textEvents(), toolEvents())) {
            ChatResponse buffered = decode(dialect().server().encode(answer(events), served(question(), false)));
            ChatResponse streamed = ChatResponseFold.fold(decodeStream(frames(stream(events))));
            assertThat(streamed.choices()).isEqualTo(buffered.choices());
            assertThat(streamed.usage()).isEqualTo(buffered.usage());
            assertThat(streamed.model()).isEqualTo(buffered.model());
        }
    }

    @Test
    void goodStreamEndsWithOneCompleted() {
        List<StreamEvent> events = decodeStream(frames(stream(textEvents())));
        assertThat(events.get(events.size() - 1)).isInstanceOf(StreamEvent.Completed.class);
        assertThat(events.stream().filter(StreamEvent.Completed.class::isInstance))
                .hasSize(1);
    }

    @Test
    void streamCutBeforeItsAnswerEndedIsMalformed() {
        for (List<StreamEvent> events : List.of(textEvents(), toolEvents())) {
            List<Frame> whole = frames(stream(events));
            int cutsSeen = 0;
            for (int kept = 0; kept < whole.size(); kept++) {
                StreamDecoder decoder = dialect().chat().streamDecoder(target());
                List<StreamEvent> got = new ArrayList<>();
                whole.subList(0, kept).forEach(frame -> got.addAll(decoder.decode(frame)));
                if (saysWhole(whole, kept)) {
                    continue;
                }
                cutsSeen++;
                Throwable cut = catchThrowable(decoder::end);
                assertThat(cut)
                        .as("after %d of %d frames", kept, whole.size())
                        .isInstanceOf(LlmMalformedResponseException.class);
                assertThat(((LlmException) cut).isRetryable()).isTrue();
            }
            assertThat(cutsSeen).isGreaterThan(1);
        }
    }

    /** Whether so many frames are a whole answer already, such as all but an end marker that providers leave out. */
    protected boolean saysWhole(List<Frame> whole, int kept) {
        return false;
    }

    @Test
    void errorInsideAStreamHasTheClassOfItsKind() {
        for (ErrorKind kind : kindsOnTheWire()) {
            StreamEncoder encoder = dialect().server().streamEncoder(served(question(), true));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(encoder.encode(textEvents().get(0)));
            bytes.writeBytes(encoder.encode(textEvents().get(1)));
            bytes.writeBytes(encoder.error(failure(kind)));
            assertThat(catchThrowable(() -> decodeStream(frames(bytes.toByteArray()))))
                    .as("%s", kind)
                    .isExactlyInstanceOf(failure(kind).getClass());
        }
    }

    // Errors

    @Test
    void failureCrossesTheWireAsTheSameClass() {
        for (ErrorKind kind : kindsOnTheWire()) {
            LlmException failure = failure(kind);
            ChatServerCodec server = dialect().server();
            LlmException decoded = dialect()
                    .chat()
                    .decodeError(server.statusOf(failure), WireHeaders.NONE, server.encodeError(failure), target());
            assertThat(decoded).as("%s", kind).isExactlyInstanceOf(failure.getClass());
            assertThat(decoded.getStatusCode()).isEqualTo(server.statusOf(failure));
            assertThat(decoded.getProvider()).isEqualTo("example");
            assertThat(decoded.providerMessage()).contains(failure.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({"400", "401", "403", "404", "408", "429", "500", "502", "503", "504"})
    void statusDecidesWhereTheBodyTellsNothing(int status) {
        for (String body :
                List.of("", "<html><body>" + SECRET + "</body></html>", "{}", "[]", "null", "\"" + SECRET, "{\"a\":")) {
            LlmException failure = dialect().chat().decodeError(status, WireHeaders.NONE, bytes(body), target());
            assertThat(failure).isInstanceOf(classOf(status));
            assertThat(failure.getStatusCode()).isEqualTo(status);
            assertThat(failure.getMessage()).doesNotContain(SECRET);
        }
    }

    @Test
    void retryAfterHeaderIsRead() {
        LlmException failure = dialect()
                .chat()
                .decodeError(429, headers(Map.of("Retry-After", "7", "x-request-id", "req-1")), bytes(""), target());
        assertThat(failure.getRetryAfterMillis()).isEqualTo(7000);
        assertThat(failure.getRequestId()).isEqualTo("req-1");
        assertThat(failure.isRetryable()).isTrue();
    }

    @Test
    void goodStatusWithABodyThatIsNoAnswerIsAnLlmException() {
        for (String body : List.of(
                "", " ", "<html>" + SECRET + "</html>", "{}", "[]", "null", "7", "{\"" + SECRET, "method=POST")) {
            assertThatThrownBy(() -> decode(bytes(body)))
                    .as("body %s", body)
                    .isInstanceOf(LlmMalformedResponseException.class)
                    .message()
                    .doesNotContain(SECRET)
                    .startsWith("example/model-1");
        }
    }

    // Requests

    @Test
    void conversationCrossesTheWire() throws JsonProcessingException {
        ChatRequest sent = question().toBuilder()
                .message(ChatMessage.Assistant.of(List.of(
                        ContentPart.Text.of("Let me see."),
                        ContentPart.ToolCall.of("call_abc12", "weather", "{\"city\":\"Lyon\"}"))))
                .message(new ChatMessage.Tool(
                        "call_abc12", Optional.of("weather"), List.of(ContentPart.Text.of("18 °C")), false))
                .message(ChatMessage.User.of("And tomorrow?"))
                .tools(List.of(Tool.Function.of(
                        "weather",
                        "Current weather",
                        "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}")))
                .toolChoice(new ToolChoice.Required())
                .maxOutputTokens(300)
                .temperature(0.5)
                .topP(0.9)
                .stop(List.of("END"))
                .build();
        EncodedRequest encoded = dialect().chat().encode(sent, false, target());
        ServedRequest served = dialect().server().decode(encoded.path(), encoded.body());
        ChatRequest got = served.request();
        assertThat(served.stream()).isFalse();
        assertThat(encoded.dropped()).isEmpty();
        assertThat(got.model()).isEqualTo("model-1");
        assertThat(got.messages()).hasSameSizeAs(sent.messages());
        for (int i = 0; i < sent.messages().size(); i++) {
            ChatMessage expected = sent.messages().get(i);
            assertThat(got.messages().get(i)).hasSameClassAs(expected);
            assertThat(got.messages().get(i).text()).isEqualTo(expected.text());
        }
        ContentPart.ToolCall call =
                ((ChatMessage.Assistant) got.messages().get(2)).toolCalls().get(0);
        assertThat(call.name()).isEqualTo("weather");
        assertThat(json(call.argumentsJson())).isEqualTo(json("{\"city\":\"Lyon\"}"));
        assertThat(((ChatMessage.Tool) got.messages().get(3)).toolCallId()).isEqualTo(call.id());
        Tool.Function tool = (Tool.Function) got.tools().get(0);
        assertThat(tool.name()).isEqualTo("weather");
        assertThat(tool.description()).contains("Current weather");
        assertThat(json(tool.parametersJson().orElseThrow()))
                .isEqualTo(json(
                        ((Tool.Function) sent.tools().get(0)).parametersJson().orElseThrow()));
        assertThat(got.toolChoice()).isEqualTo(sent.toolChoice());
        assertThat(got.maxOutputTokens()).isEqualTo(sent.maxOutputTokens());
        assertThat(got.temperature()).isEqualTo(sent.temperature());
        assertThat(got.topP()).isEqualTo(sent.topP());
        assertThat(got.stop()).isEqualTo(sent.stop());
    }

    @Test
    void askingForAStreamIsSeenByTheServer() {
        EncodedRequest encoded = dialect().chat().encode(question(), true, target());
        ServedRequest served = dialect().server().decode(encoded.path(), encoded.body());
        assertThat(served.stream()).isTrue();
        assertThat(served.streamUsage()).as("usage is always asked for").isTrue();
    }

    @Test
    void memberThatNobodyKnowsIsKept() {
        if (!carriesExtra()) {
            return;
        }
        Map<String, Object> extra = Map.of("x_vendor", Map.of("deep", List.of(1, true, "word")));
        EncodedRequest encoded =
                dialect().chat().encode(question().toBuilder().extra(extra).build(), false, target());
        assertThat(dialect()
                        .server()
                        .decode(encoded.path(), encoded.body())
                        .request()
                        .clientMembers()
                        .map(ClientMembers::members)
                        .orElse(Map.of()))
                .containsAllEntriesOf(extra);
    }

    @Test
    void opaquePartOfAnotherDialectIsLeftOut() {
        ContentPart foreign =
                new ContentPart.Opaque("elsewhere", "thing", "{\"blob\":\"" + SECRET + "\"}", Optional.empty());
        ChatRequest request = question().toBuilder()
                .message(ChatMessage.Assistant.of(List.of(foreign, ContentPart.Text.of("Yes."))))
                .message(ChatMessage.User.of("Go on."))
                .build();
        EncodedRequest encoded = dialect().chat().encode(request, false, target());
        assertThat(new String(encoded.body(), StandardCharsets.UTF_8))
                .doesNotContain(SECRET)
                .contains("Yes.");
    }

    @Test
    void opaquePartOfAnotherDialectInAQuestionIsRefused() {
        List<ContentPart> content = List.of(
                ContentPart.Text.of("Sum this up."),
                new ContentPart.Opaque("elsewhere", "thing", "{\"blob\":\"" + SECRET + "\"}", Optional.empty()));
        for (ChatMessage message : List.of(
                new ChatMessage.System(content, Optional.empty()),
                ChatMessage.User.of(content),
                new ChatMessage.Tool("call_abc12", Optional.of("weather"), content, false))) {
            ChatRequest request = question().toBuilder()
                    .message(ChatMessage.Assistant.of(
                            List.of(ContentPart.ToolCall.of("call_abc12", "weather", "{\"city\":\"Lyon\"}"))))
                    .message(message)
                    .build();

            assertThatThrownBy(() -> dialect().chat().encode(request, false, target()))
                    .as("%s", message)
                    .isInstanceOf(LlmInvalidRequestException.class)
                    .hasMessageContaining("messages")
                    .message()
                    .doesNotContain(SECRET);
            assertThat(dialect()
                            .chat()
                            .encode(request, false, target().withUnsupported(Unsupported.WARN))
                            .dropped())
                    .as("%s", message)
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("messages");
        }
    }

    @Test
    void nativeToolOfAnotherDialectIsRefused() {
        ChatRequest request = question().toBuilder()
                .tools(List.of(new Tool.Native("elsewhere", "{\"type\":\"x\"}")))
                .build();
        assertThatThrownBy(() -> dialect().chat().encode(request, false, target()))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("tools");
    }

    @Test
    void knobThatIsLackingIsDroppedOrRefusedAsThePolicySays() {
        Lacking lacking = lackingKnob();
        for (Unsupported policy : List.of(Unsupported.DEFAULT, Unsupported.WARN, Unsupported.DROP)) {
            assertThat(encode(lacking, policy).dropped()).as("%s", policy).containsExactly(lacking.option());
        }
        assertRefused(lacking, Unsupported.ERROR);
    }

    @Test
    void meaningThatIsLackingIsRefusedOrDroppedAsThePolicySays() {
        Lacking lacking = lackingMeaning();
        assertRefused(lacking, Unsupported.DEFAULT);
        assertRefused(lacking, Unsupported.ERROR);
        for (Unsupported policy : List.of(Unsupported.WARN, Unsupported.DROP)) {
            assertThat(encode(lacking, policy).dropped()).as("%s", policy).containsExactly(lacking.option());
        }
    }

    @Test
    void requestThatIsNoneIsInvalidAndNotQuoted() {
        EncodedRequest good = dialect().chat().encode(question(), false, target());
        for (String body : List.of(
                "",
                "[]",
                "null",
                "\"" + SECRET + "\"",
                "{\"" + SECRET,
                "{\"messages\":7,\"contents\":7,\"input\":7}")) {
            assertThatThrownBy(() -> dialect().server().decode(good.path(), bytes(body)))
                    .as("body %s", body)
                    .isInstanceOf(LlmInvalidRequestException.class)
                    .message()
                    .doesNotContain(SECRET);
        }
    }

    // Whatever comes

    @Test
    void bytesThatLookLikeUtf32AndAreNoneAreUnreadable() {
        byte[] bytes = {0, 0, 0, '{', 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff};

        assertThatThrownBy(() -> decode(bytes)).isInstanceOf(LlmException.class);
        assertThatThrownBy(() -> dialect().server().decode("/", bytes)).isInstanceOf(LlmException.class);
    }

    @Property(tries = 300)
    void anyBytesGiveAnAnswerOrAnLlmException(@ForAll @Size(max = 200) byte[] bytes) {
        valueOrLlmException(() -> decode(bytes));
        valueOrLlmException(() -> dialect().server().decode("/", bytes));
        assertThat(dialect().chat().decodeError(500, WireHeaders.NONE, bytes, target()))
                .isNotNull();
        valueOrLlmException(() -> {
            StreamDecoder decoder = dialect().chat().streamDecoder(target());
            decoder.decode(new Frame("", bytes, 0, bytes.length));
            decoder.end();
        });
    }

    @Property(tries = 300)
    void anyDamageToGoodBytesGivesAnAnswerOrAnLlmException(@ForAll int position, @ForAll byte replacement) {
        byte[] body = damaged(
                dialect().server().encode(answer(toolEvents()), served(question(), false)), position, replacement);
        valueOrLlmException(() -> decode(body));
        byte[] error = damaged(dialect().server().encodeError(failure(ErrorKind.RATE_LIMITED)), position, replacement);
        assertThat(dialect().chat().decodeError(429, WireHeaders.NONE, error, target()))
                .isNotNull();
        EncodedRequest request = dialect().chat().encode(question(), false, target());
        byte[] asked = damaged(request.body(), position, replacement);
        valueOrLlmException(() -> dialect().server().decode(request.path(), asked));
        valueOrLlmException(() -> {
            StreamDecoder decoder = dialect().chat().streamDecoder(target());
            for (Frame frame : frames(stream(toolEvents()))) {
                byte[] payload = damaged(frame.text().getBytes(StandardCharsets.UTF_8), position, replacement);
                decoder.decode(new Frame(frame.type(), payload, 0, payload.length));
            }
            decoder.end();
        });
    }

    // What the tests share

    protected static ChatRequest question() {
        return ChatRequest.builder("model-1")
                .message(ChatMessage.System.of("Answer in French."))
                .message(ChatMessage.User.of("Say hello to größer — 日本 🐪"))
                .build();
    }

    protected static List<StreamEvent> textEvents() {
        return List.of(
                new StreamEvent.Started(
                        Optional.of("answer-1"),
                        Optional.of("model-1-2026"),
                        Optional.of(Instant.ofEpochSecond(1_760_000_000)),
                        Optional.empty()),
                new StreamEvent.TextDelta(0, "Bonjour, "),
                new StreamEvent.TextDelta(0, "größer — "),
                new StreamEvent.TextDelta(0, "日本 🐪"),
                new StreamEvent.UsageReported(Usage.builder()
                        .inputTokens(12)
                        .outputTokens(7)
                        .totalTokens(19)
                        .build()),
                new StreamEvent.Finished(0, Finish.of(FinishReason.STOP)),
                new StreamEvent.Completed());
    }

    protected static List<StreamEvent> toolEvents() {
        return List.of(
                new StreamEvent.Started(
                        Optional.of("answer-2"),
                        Optional.of("model-1-2026"),
                        Optional.of(Instant.ofEpochSecond(1_760_000_000)),
                        Optional.empty()),
                new StreamEvent.ToolCallDelta(0, 0, Optional.of("call_1"), Optional.of("weather"), "", false),
                new StreamEvent.ToolCallDelta(0, 0, Optional.empty(), Optional.empty(), "{\"city\":", false),
                new StreamEvent.ToolCallDelta(0, 0, Optional.empty(), Optional.empty(), "\"Lyon\"}", false),
                new StreamEvent.ToolCallDelta(0, 1, Optional.of("call_2"), Optional.of("clock"), "{}", false),
                new StreamEvent.UsageReported(Usage.builder()
                        .inputTokens(12)
                        .outputTokens(7)
                        .totalTokens(19)
                        .build()),
                new StreamEvent.Finished(0, Finish.of(FinishReason.TOOL_CALLS)),
                new StreamEvent.Completed());
    }

    protected static ChatResponse answer(List<StreamEvent> events) {
        return ChatResponseFold.fold(events);
    }

    protected ServedRequest served(ChatRequest request, boolean stream) {
        return new ServedRequest(request, stream, stream);
    }

    /** What the server half sends for these events. */
    protected byte[] stream(List<StreamEvent> events) {
        StreamEncoder encoder = dialect().server().streamEncoder(served(question(), true));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        events.forEach(event -> bytes.writeBytes(encoder.encode(event)));
        return bytes.toByteArray();
    }

    protected List<StreamEvent> decodeStream(List<Frame> frames) {
        StreamDecoder decoder = dialect().chat().streamDecoder(target());
        List<StreamEvent> events = new ArrayList<>();
        frames.forEach(frame -> events.addAll(decoder.decode(frame)));
        events.addAll(decoder.end());
        return events;
    }

    protected ChatResponse decode(byte[] body) {
        return dialect().chat().decode(body, WireHeaders.NONE, target());
    }

    protected static LlmException failure(ErrorKind kind) {
        return kind.exception(
                "example/model-1 said no",
                new ErrorDetails(
                        "example",
                        "model-1",
                        OptionalInt.empty(),
                        Optional.empty(),
                        "test",
                        kind == ErrorKind.RATE_LIMITED || kind == ErrorKind.UNAVAILABLE || kind == ErrorKind.TIMEOUT,
                        Optional.empty(),
                        Optional.empty()));
    }

    protected static WireHeaders headers(Map<String, String> fields) {
        return new WireHeaders() {
            @Override
            public Optional<String> first(String name) {
                return fields.entrySet().stream()
                        .filter(field -> field.getKey().equalsIgnoreCase(name))
                        .map(Map.Entry::getValue)
                        .findFirst();
            }

            @Override
            public void forEach(BiConsumer<String, String> action) {
                fields.forEach(action);
            }
        };
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    protected static JsonNode json(String text) throws JsonProcessingException {
        return Json.MAPPER.readTree(text);
    }

    private EncodedRequest encode(Lacking lacking, Unsupported policy) {
        return dialect()
                .chat()
                .encode(lacking.request(), false, lacking.target().withUnsupported(policy));
    }

    private void assertRefused(Lacking lacking, Unsupported policy) {
        assertThatThrownBy(() -> encode(lacking, policy))
                .as("%s", policy)
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessageContaining("'" + lacking.option() + "'");
    }

    private static void assertCalls(Choice choice) throws JsonProcessingException {
        List<ContentPart.ToolCall> calls = choice.message().toolCalls();
        assertThat(calls).extracting(ContentPart.ToolCall::name).containsExactly("weather", "clock");
        assertThat(calls)
                .extracting(ContentPart.ToolCall::id)
                .doesNotContain("")
                .doesNotHaveDuplicates();
        assertThat(json(calls.get(0).argumentsJson())).isEqualTo(json("{\"city\":\"Lyon\"}"));
        assertThat(json(calls.get(1).argumentsJson())).isEqualTo(json("{}"));
    }

    private static Class<? extends LlmException> classOf(int status) {
        switch (status) {
            case 401:
            case 403:
                return LlmAuthenticationException.class;
            case 408:
            case 504:
                return LlmTimeoutException.class;
            case 429:
                return LlmRateLimitedException.class;
            default:
                return status < 500 ? LlmInvalidRequestException.class : LlmUnavailableException.class;
        }
    }

    private static byte[] damaged(byte[] good, int position, byte replacement) {
        byte[] copy = good.clone();
        if (copy.length > 0) {
            copy[Math.floorMod(position, copy.length)] = replacement;
        }
        return copy;
    }

    private static void valueOrLlmException(Runnable action) {
        Throwable thrown = catchThrowable(action::run);
        if (thrown != null) {
            assertThat(thrown).isInstanceOf(LlmException.class);
        }
    }
}
