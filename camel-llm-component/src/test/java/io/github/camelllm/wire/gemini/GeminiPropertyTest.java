package io.github.camelllm.wire.gemini;

import static io.github.camelllm.wire.gemini.GeminiCases.DIALECT;
import static io.github.camelllm.wire.gemini.GeminiCases.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.AudioOptions;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.TokenLogprob;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.ChatServerCodec.ServedRequest;
import io.github.camelllm.wire.ChatServerCodec.StreamEncoder;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import io.github.camelllm.wire.sse.SseDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;

/**
 * The two halves of the dialect against each other. Requests and answers are generated within what the wire carries: it
 * has no names, cache hints, transcripts and citations of single texts, merges neighbours of one role, and a neighbour of
 * unsigned text is one part.
 */
class GeminiPropertyTest {
    private static final WireTarget CARRIES_ALL = TARGET.withProfile(new WireProfile(
            Set.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(
                    "thinking", "level",
                    "labels", "true",
                    "tool-media", "parts",
                    "media-resolution", "part",
                    "display-names", "true")));

    @Property(tries = 400)
    void aRequestArrivesAsItWasSent(@ForAll("requests") ChatRequest request, @ForAll boolean stream) {
        EncodedRequest encoded = DIALECT.chat().encode(request, stream, CARRIES_ALL);
        assertThat(encoded.dropped()).isEmpty();
        ServedRequest served = DIALECT.server().decode("/v1beta" + encoded.path(), encoded.body());
        assertThat(served.request()).isEqualTo(request);
        assertThat(served.stream()).isEqualTo(stream);
    }

    @Property(tries = 400)
    void anAnswerArrivesAsItWasGiven(@ForAll("responses") ChatResponse response) {
        byte[] body = DIALECT.server().encode(response, served());
        assertThat(DIALECT.chat().decode(body, WireHeaders.NONE, TARGET)).isEqualTo(response);
    }

    @Property(tries = 400)
    void aStreamArrivesAsItWasGiven(@ForAll("responses") ChatResponse response) {
        StreamEncoder encoder = DIALECT.server().streamEncoder(served());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (StreamEvent event : events(response)) {
            bytes.writeBytes(encoder.encode(event));
        }
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        List<StreamEvent> got = new ArrayList<>();
        SseDecoder sse = new SseDecoder(1 << 20);
        sse.decode(ByteBuffer.wrap(bytes.toByteArray()), frame -> got.addAll(decoder.decode(frame)));
        got.addAll(decoder.end());
        assertThat(decoder.skipped()).isZero();
        ChatResponse expected = withSignaturesApart(response);
        assertThat(ChatResponseFold.fold(got).choices())
                .extracting(choice -> choice.message().content())
                .isEqualTo(expected.choices().stream()
                        .map(choice -> choice.message().content())
                        .toList());
        assertThat(ChatResponseFold.fold(got)).isEqualTo(expected);
    }

    @Property(tries = 400)
    void aStreamSaysWhatTheWholeAnswerSays(@ForAll("responses") ChatResponse response) {
        byte[] body = DIALECT.server().encode(response, served());
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        List<StreamEvent> events = new ArrayList<>(decoder.decode(new Frame("", body, 0, body.length)));
        events.addAll(decoder.end());
        assertThat(ChatResponseFold.fold(events)).isEqualTo(DIALECT.chat().decode(body, WireHeaders.NONE, TARGET));
    }

    @Property(tries = 400)
    void anyJsonOfTheRightNamesGivesAValueOrAnLlmException(@ForAll("almostJson") String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        orLlmException(() -> DIALECT.chat().decode(bytes, WireHeaders.NONE, TARGET));
        orLlmException(() -> DIALECT.server().decode("/models/x:generateContent", bytes));
        orLlmException(() -> DIALECT.server().decode("/models/x:countTokens", bytes));
        orLlmException(() -> DIALECT.embeddings().orElseThrow().decode(bytes, 1, TARGET));
        orLlmException(() -> DIALECT.models().orElseThrow().decode(bytes, TARGET));
        orLlmException(() -> new GeminiTokenCounts().decode(bytes, TARGET));
        orLlmException(() -> GeminiServerAnswers.decodeEmbeddings("/models/x:batchEmbedContents", bytes));
        assertThat(DIALECT.chat().decodeError(500, WireHeaders.NONE, bytes, TARGET))
                .isNotNull();
        orLlmException(() -> {
            StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
            decoder.decode(new Frame("", bytes, 0, bytes.length));
            decoder.end();
        });
    }

    @Property(tries = 200)
    void anyPathIsReadOrRefused(@ForAll String path) {
        orLlmException(() -> DIALECT.server().decode(path, "{}".getBytes(StandardCharsets.UTF_8)));
    }

    @Property(tries = 200)
    void anyModelIdComesBackFromItsPath(@ForAll @Size(min = 1, max = 30) List<Character> id) {
        StringBuilder model = new StringBuilder("m");
        id.stream().filter(c -> !Character.isSurrogate(c) && c != '/').forEach(model::append);
        ChatRequest request = ChatRequest.builder(model.toString()).build();
        EncodedRequest encoded = DIALECT.chat().encode(request, true, TARGET);
        assertThat(DIALECT.server()
                        .decode(encoded.path(), encoded.body())
                        .request()
                        .model())
                .isEqualTo(model.toString());
    }

    private static void orLlmException(Runnable action) {
        try {
            action.run();
        } catch (LlmException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    private static ServedRequest served() {
        return new ServedRequest(ChatRequest.builder("gemini-x").build(), true, true);
    }

    /** The events that a dialect gives for this answer. */
    private static List<StreamEvent> events(ChatResponse response) {
        List<StreamEvent> events = new ArrayList<>();
        events.add(new StreamEvent.Started(
                response.id(), response.model(), response.created(), response.systemFingerprint()));
        response.extensions().forEach((name, json) -> events.add(new StreamEvent.ExtensionAdded(name, json)));
        for (Choice choice : response.choices()) {
            int index = choice.index();
            int call = 0;
            for (ContentPart part : choice.message().content()) {
                if (part instanceof ContentPart.Text text) {
                    if (text.signature().isPresent()) {
                        events.add(new StreamEvent.PartEnded(index));
                    }
                    int half = text.text().length() / 2;
                    events.add(new StreamEvent.TextDelta(index, text.text().substring(0, half)));
                    events.add(new StreamEvent.TextDelta(index, text.text().substring(half)));
                    text.signature().ifPresent(value -> events.add(new StreamEvent.SignatureAdded(index, value)));
                } else if (part instanceof ContentPart.ToolCall asked) {
                    events.add(new StreamEvent.ToolCallDelta(
                            index, call, Optional.of(asked.id()), Optional.of(asked.name()), "", false));
                    asked.signature().ifPresent(value -> events.add(new StreamEvent.SignatureAdded(index, value)));
                    events.add(new StreamEvent.ToolCallDelta(
                            index, call++, Optional.empty(), Optional.empty(), asked.argumentsJson(), false));
                } else if (part instanceof ContentPart.Reasoning thought
                        && thought.signature().isEmpty()) {
                    events.add(new StreamEvent.ReasoningDelta(index, thought.text()));
                } else {
                    events.add(new StreamEvent.PartAdded(index, part));
                }
            }
            if (!choice.logprobs().isEmpty()) {
                events.add(new StreamEvent.LogprobsDelta(index, choice.logprobs()));
            }
            choice.finish().ifPresent(finish -> events.add(new StreamEvent.Finished(index, finish)));
        }
        response.usage().ifPresent(usage -> events.add(new StreamEvent.UsageReported(usage)));
        events.add(new StreamEvent.Completed());
        return events;
    }

    /** A signature that comes after its text has gone out stands in an empty text behind it, until a call is held. */
    private static ChatResponse withSignaturesApart(ChatResponse response) {
        List<Choice> choices = new ArrayList<>();
        for (Choice choice : response.choices()) {
            List<ContentPart> parts = new ArrayList<>();
            boolean held = false;
            for (ContentPart part : choice.message().content()) {
                held |= part instanceof ContentPart.ToolCall;
                boolean apart = !held
                        && part instanceof ContentPart.Text text
                        && text.signature().isPresent()
                        && !text.text().isEmpty();
                if (apart) {
                    ContentPart.Text text = (ContentPart.Text) part;
                    parts.add(unsignedAfter(parts, text.text()));
                    parts.add(new ContentPart.Text("", List.of(), Optional.empty(), text.signature()));
                } else {
                    parts.add(part);
                }
            }
            choices.add(
                    new Choice(choice.index(), ChatMessage.Assistant.of(parts), choice.finish(), choice.logprobs()));
        }
        return new ChatResponse(
                response.id(),
                response.model(),
                response.created(),
                choices,
                response.usage(),
                response.systemFingerprint(),
                response.extensions());
    }

    private static ContentPart.Text unsignedAfter(List<ContentPart> parts, String text) {
        boolean joins = !parts.isEmpty()
                && parts.get(parts.size() - 1) instanceof ContentPart.Text before
                && before.signature().isEmpty();
        return joins
                ? ContentPart.Text.of(((ContentPart.Text) parts.remove(parts.size() - 1)).text() + text)
                : ContentPart.Text.of(text);
    }

    // What is generated

    private static Arbitrary<String> words() {
        return Arbitraries.of(
                "a", "größer — 日本 🐪", "line\nend \"quoted\" \\", " ", "\u0000\u2028", "{\"x\":1}", "data: x\r\n\r\n");
    }

    private static Arbitrary<Optional<String>> signatures() {
        return Arbitraries.of("c2lnbmVk", "AY89a1+/=").optional(0.4);
    }

    private static Arbitrary<String> objects() {
        return Arbitraries.of("{}", "{\"city\":\"Köln\",\"n\":[1,2.5,null,{\"deep\":true}]}", "{\"a\":\"\\\\ \\\"\"}");
    }

    private static Arbitrary<ContentPart> text() {
        return Combinators.combine(words(), signatures())
                .as((words, signature) -> new ContentPart.Text(words, List.of(), Optional.empty(), signature));
    }

    private static Arbitrary<ContentPart> media(boolean asked) {
        Arbitrary<MediaSource> sources = Arbitraries.of(
                new MediaSource.Inline("image/png", "iVBORw0KGgo="),
                new MediaSource.Inline("application/pdf", ""),
                new MediaSource.Url("https://x.example/v.mp4", Optional.of("video/mp4")),
                new MediaSource.FileId("files/abc", Optional.of("audio/wav")));
        Arbitrary<Optional<String>> details =
                asked ? Arbitraries.of("low", "high").optional() : Arbitraries.just(Optional.empty());
        return Combinators.combine(sources, Arbitraries.of("cat.png").optional(), details, signatures())
                .as((source, name, detail, signature) -> new ContentPart.Media(
                        MediaKind.ofMediaType(source.mediaType().orElseThrow()),
                        source,
                        name,
                        detail,
                        Optional.empty(),
                        Optional.empty(),
                        signature));
    }

    private static Arbitrary<ContentPart> reasoning() {
        return Combinators.combine(words(), signatures())
                .as((words, signature) -> new ContentPart.Reasoning(
                        words, signature, Optional.empty(), signature.map(any -> "{\"dialect\":\"gemini\"}")));
    }

    private static Arbitrary<ContentPart> opaque() {
        return Arbitraries.of(
                new ContentPart.Opaque(
                        "gemini",
                        "executableCode",
                        "{\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"1\"},\"thoughtSignature\":\"x\"}",
                        Optional.of("1")),
                new ContentPart.Opaque(
                        "gemini", "toolCall", "{\"toolCall\":{\"id\":\"t\",\"args\":{}}}", Optional.empty()));
    }

    private static Arbitrary<ContentPart> call() {
        return Combinators.combine(Arbitraries.of("f", "get_weather"), objects(), signatures())
                .as((name, arguments, signature) ->
                        new ContentPart.ToolCall("id", name, arguments, false, signature, Optional.empty()));
    }

    /** Parts of an answer: unsigned neighbours of one kind are one part, and each call has its own id. */
    private static Arbitrary<List<ContentPart>> answerParts() {
        return Arbitraries.frequencyOf(
                        Tuple.of(4, text()),
                        Tuple.of(2, reasoning()),
                        Tuple.of(3, call()),
                        Tuple.of(1, media(false)),
                        Tuple.of(1, opaque()))
                .list()
                .ofMaxSize(5)
                .map(GeminiPropertyTest::joined);
    }

    private static List<ContentPart> joined(List<ContentPart> parts) {
        List<ContentPart> joined = new ArrayList<>();
        for (ContentPart part : parts) {
            ContentPart last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (part instanceof ContentPart.ToolCall call) {
                joined.add(new ContentPart.ToolCall(
                        "call-" + joined.size(),
                        call.name(),
                        call.argumentsJson(),
                        false,
                        call.signature(),
                        call.json()));
            } else if (!(isUnsigned(part) && last != null && isUnsigned(last) && last.getClass() == part.getClass())) {
                joined.add(part);
            }
        }
        return joined;
    }

    private static boolean isUnsigned(ContentPart part) {
        return part instanceof ContentPart.Text text && text.signature().isEmpty()
                || part instanceof ContentPart.Reasoning reasoning
                        && reasoning.signature().isEmpty();
    }

    /** A conversation in which roles take turns and every call has its result, in the calls' order. */
    private static Arbitrary<List<ChatMessage>> conversations() {
        Arbitrary<List<ContentPart>> questions = Arbitraries.oneOf(text(), media(true), opaque())
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
        Arbitrary<List<ContentPart>> results = Combinators.combine(
                        words(), media(true).list().ofMaxSize(1))
                .as((words, media) -> {
                    List<ContentPart> content = new ArrayList<>(List.of(ContentPart.Text.of(words)));
                    for (ContentPart shown : media) {
                        ContentPart.Media image = (ContentPart.Media) shown;
                        content.add(image);
                    }
                    return content;
                });
        Arbitrary<ChatRequestTurn> turns = Combinators.combine(
                        questions,
                        answerParts().filter(parts -> !parts.isEmpty()),
                        results,
                        Arbitraries.of(true, false))
                .as(ChatRequestTurn::new);
        return Combinators.combine(words().optional(), turns.list().ofMaxSize(3))
                .as((system, list) -> {
                    List<ChatMessage> messages = new ArrayList<>();
                    system.ifPresent(text -> messages.add(ChatMessage.System.of(text)));
                    for (ChatRequestTurn turn : list) {
                        messages.add(ChatMessage.User.of(turn.question()));
                        ChatMessage.Assistant answer = ChatMessage.Assistant.of(turn.answer());
                        messages.add(answer);
                        for (ContentPart.ToolCall call : answer.toolCalls()) {
                            boolean text = turn.error();
                            messages.add(new ChatMessage.Tool(
                                    call.id(),
                                    Optional.of(call.name()),
                                    text ? List.of(turn.result().get(0)) : turn.result(),
                                    turn.error()));
                        }
                    }
                    return messages;
                });
    }

    private record ChatRequestTurn(
            List<ContentPart> question, List<ContentPart> answer, List<ContentPart> result, boolean error) {}

    private static Arbitrary<List<Tool>> tools() {
        Arbitrary<Tool> functions = Combinators.combine(
                        Arbitraries.of("f", "g"),
                        words().optional(),
                        Arbitraries.of("{\"type\":\"object\"}").optional())
                .as((name, description, schema) ->
                        new Tool.Function(name, description, schema, Optional.empty(), Optional.empty()));
        return Combinators.combine(functions.list().ofMaxSize(3), Arbitraries.of(true, false))
                .as((list, search) -> {
                    List<Tool> tools = new ArrayList<>(list);
                    if (search) {
                        tools.add(new Tool.Native("gemini", "{\"googleSearch\":{}}"));
                    }
                    return tools;
                });
    }

    @Provide
    Arbitrary<ChatRequest> requests() {
        Arbitrary<Optional<ToolChoice>> choices = Arbitraries.<ToolChoice>of(
                        new ToolChoice.Auto(),
                        new ToolChoice.None(),
                        new ToolChoice.Required(),
                        new ToolChoice.Function("f"),
                        new ToolChoice.Allowed(List.of("f", "g"), true),
                        new ToolChoice.Allowed(List.of("f"), false))
                .optional();
        Arbitrary<Optional<ResponseFormat>> formats = Arbitraries.<ResponseFormat>of(
                        new ResponseFormat.JsonObject(),
                        ResponseFormat.JsonSchema.of("response", "{\"type\":\"object\",\"properties\":{}}"))
                .optional();
        Arbitrary<Optional<ReasoningOptions>> reasoning = Arbitraries.of(
                        ReasoningOptions.of(ReasoningEffort.MINIMAL),
                        new ReasoningOptions(
                                Optional.of(ReasoningEffort.HIGH), OptionalInt.empty(), Optional.of(false)),
                        ReasoningOptions.ofBudget(0),
                        new ReasoningOptions(Optional.empty(), OptionalInt.of(4096), Optional.of(true)))
                .optional();
        Arbitrary<Map<String, Object>> extra = Arbitraries.of(
                Map.of(),
                Map.of("safetySettings", List.of(Map.of("category", "c", "threshold", "OFF"))),
                Map.of("generationConfig", Map.of("imageConfig", Map.of("aspectRatio", "1:1")), "novel", true));
        Arbitrary<ChatRequest.Builder> first = Combinators.combine(
                        conversations(), tools(), choices, formats, reasoning, extra)
                .as((messages, tools, choice, format, thinking, more) -> {
                    ChatRequest.Builder builder = ChatRequest.builder("gemini-3-flash")
                            .messages(messages)
                            .tools(tools)
                            .extra(more);
                    choice.ifPresent(builder::toolChoice);
                    format.ifPresent(builder::responseFormat);
                    thinking.ifPresent(builder::reasoning);
                    return builder;
                });
        Arbitrary<Double> decimals = Arbitraries.doubles().between(-2, 2).ofScale(2);
        Arbitrary<Integer> counts = Arbitraries.integers().between(1, 1_000_000);
        return Combinators.combine(
                        first,
                        decimals.optional(),
                        decimals.optional(),
                        counts.optional(),
                        counts.optional(),
                        words().list().ofMaxSize(5),
                        Arbitraries.of("flex", "priority").optional(),
                        Arbitraries.of(true, false))
                .as((builder, temperature, penalty, limit, seed, stop, tier, rest) -> {
                    temperature.ifPresent(builder::temperature);
                    temperature.ifPresent(builder::topP);
                    penalty.ifPresent(builder::frequencyPenalty);
                    penalty.ifPresent(builder::presencePenalty);
                    limit.ifPresent(builder::maxOutputTokens);
                    limit.ifPresent(builder::topK);
                    seed.ifPresent(builder::seed);
                    builder.stop(stop);
                    tier.ifPresent(builder::serviceTier);
                    if (rest) {
                        builder.n(2)
                                .logprobs(true)
                                .topLogprobs(4)
                                .store(false)
                                .metadata(Map.of("team", "größer"))
                                .audio(new AudioOptions("Kore", "pcm16"));
                    }
                    return builder.build();
                });
    }

    @Provide
    Arbitrary<ChatResponse> responses() {
        Arbitrary<Usage> usages = Combinators.combine(
                        Arbitraries.longs().between(0, 1L << 40),
                        Arbitraries.longs().between(0, 100_000),
                        Arbitraries.longs().between(0, 100_000).optional(),
                        Arbitraries.longs().between(0, 100_000).optional(),
                        Arbitraries.of("standard", "flex").optional())
                .as((input, candidates, thoughts, cached, tier) -> new Usage(
                        OptionalLong.of(input),
                        number(cached),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        number(cached),
                        OptionalLong.empty(),
                        OptionalLong.of(candidates + thoughts.orElse(0L)),
                        number(thoughts),
                        OptionalLong.empty(),
                        number(thoughts),
                        OptionalLong.empty(),
                        OptionalLong.of(input + candidates + thoughts.orElse(0L)),
                        tier,
                        Optional.empty()));
        Arbitrary<Map<String, String>> extensions = Arbitraries.of(
                Map.of(),
                Map.of("safetyRatings", "[{\"category\":\"c\"}]", "avgLogprobs", "-0.125"),
                Map.of(
                        "promptFeedback",
                        "{\"safetyRatings\":[]}",
                        "groundingMetadata",
                        "{\"webSearchQueries\":[\"\"]}"));
        Arbitrary<String> reasons = Arbitraries.of("STOP", "MAX_TOKENS", "SAFETY", "MALFORMED_FUNCTION_CALL");
        Arbitrary<List<Choice>> choices = Combinators.combine(answerParts(), reasons)
                .as((parts, reason) -> choice(0, parts, reason))
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .map(list -> {
                    List<Choice> numbered = new ArrayList<>();
                    for (Choice one : list) {
                        numbered.add(new Choice(numbered.size(), one.message(), one.finish(), one.logprobs()));
                    }
                    return numbered;
                });
        return Combinators.combine(
                        choices,
                        usages.optional(),
                        extensions,
                        Arbitraries.of("r-1").optional())
                .as((list, usage, more, id) -> new ChatResponse(
                        id,
                        Optional.of("gemini-x-001"),
                        id.map(any -> Instant.ofEpochSecond(1_760_000_000, 123_000_000)),
                        list,
                        usage,
                        Optional.empty(),
                        more));
    }

    private static Choice choice(int index, List<ContentPart> parts, String reason) {
        boolean calls = parts.stream().anyMatch(ContentPart.ToolCall.class::isInstance);
        FinishReason finish = AnswerEvents.reason(reason, calls);
        List<TokenLogprob> logprobs = reason.equals("STOP")
                ? List.of(new TokenLogprob("a", -0.5, List.of(new TokenLogprob("a", -0.5, List.of()))))
                : List.of();
        return new Choice(index, ChatMessage.Assistant.of(parts), Optional.of(Finish.of(finish, reason)), logprobs);
    }

    private static OptionalLong number(Optional<Long> value) {
        return value.map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    /** Values of any kind under names that the dialect knows, a few levels deep. */
    @Provide
    Arbitrary<String> almostJson() {
        Arbitrary<String> leaves = Arbitraries.of(
                "null",
                "true",
                "0",
                "-1",
                "1e400",
                "123456789012345678901",
                "\"\"",
                "\"STOP\"",
                "\"$.a\"",
                "[]",
                "{}",
                "[[]]",
                "\"\\ud800\"",
                "{",
                "");
        Arbitrary<String> names = Arbitraries.of(
                "candidates",
                "content",
                "parts",
                "text",
                "thought",
                "thoughtSignature",
                "functionCall",
                "args",
                "name",
                "partialArgs",
                "jsonPath",
                "stringValue",
                "willContinue",
                "inlineData",
                "mimeType",
                "data",
                "index",
                "finishReason",
                "usageMetadata",
                "promptTokenCount",
                "promptTokensDetails",
                "modality",
                "tokenCount",
                "promptFeedback",
                "blockReason",
                "groundingMetadata",
                "groundingChunks",
                "citationMetadata",
                "logprobsResult",
                "chosenCandidates",
                "error",
                "code",
                "details",
                "contents",
                "role",
                "tools",
                "functionDeclarations",
                "parameters",
                "functionResponse",
                "response",
                "generationConfig",
                "toolConfig",
                "functionCallingConfig",
                "responseSchema",
                "responseMimeType",
                "thinkingConfig",
                "speechConfig",
                "responseModalities",
                "systemInstruction",
                "labels",
                "embeddings",
                "embedding",
                "values",
                "predictions",
                "models",
                "requests",
                "totalTokens",
                "generateContentRequest",
                "createTime",
                "responseId");
        return Arbitraries.recursive(
                () -> leaves,
                below -> Combinators.combine(names, below, names, leaves, Arbitraries.of(true, false))
                        .as((name, value, other, leaf, array) -> {
                            String object = "{\"" + name + "\":" + value + ",\"" + other + "\":" + leaf + "}";
                            return array ? "[" + object + "]" : object;
                        }),
                1,
                7);
    }
}
