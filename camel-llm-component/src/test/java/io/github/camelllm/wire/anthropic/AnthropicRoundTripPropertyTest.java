package io.github.camelllm.wire.anthropic;

import static io.github.camelllm.wire.anthropic.Exchanges.DIALECT;
import static io.github.camelllm.wire.anthropic.Exchanges.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camelllm.chat.CacheHint;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ClientMembers;
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
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.ChatServerCodec.ServedRequest;
import io.github.camelllm.wire.ChatServerCodec.StreamEncoder;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * What the wire can carry comes back equal. Not carried, and so not generated: names of participants and images, empty
 * texts, media types of text documents, the name of a response schema, and token counts the wire has no word for
 * (audio, images, the provider's own total and cost). Consecutive turns of one role come back as one.
 */
class AnthropicRoundTripPropertyTest {
    /** One that other formats guarantee too: of others, strict tools come back as Anthropic's own. */
    private static final String STRICT_SCHEMA =
            "{\"type\":\"object\",\"properties\":{\"a\":{}},\"required\":[\"a\"],\"additionalProperties\":false}";

    private static final String SCHEMA =
            "{\"type\":\"object\",\"properties\":{\"größe\":{\"type\":\"number\",\"maximum\":1.50}}}";

    @Property(tries = 400)
    void requestsComeBack(@ForAll("requests") ChatRequest request, @ForAll boolean stream) {
        byte[] body = DIALECT.chat()
                .encode(request, stream, TARGET.withOwnDialect(true))
                .body();
        ServedRequest served = DIALECT.server().decode("/v1/messages", body);
        assertThat(served).usingRecursiveComparison().isEqualTo(new ServedRequest(request, stream, true));
    }

    @Property(tries = 400)
    void answersComeBack(@ForAll("answers") ChatResponse answer) {
        byte[] body = DIALECT.server().encode(answer, question());
        assertThat(DIALECT.chat().decode(body, WireHeaders.NONE, TARGET))
                .usingRecursiveComparison()
                .isEqualTo(answer);
    }

    @Property(tries = 400)
    void streamedAnswersComeBack(@ForAll("answers") ChatResponse answer, @ForAll boolean inPieces) {
        StreamEncoder encoder = DIALECT.server().streamEncoder(question());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (StreamEvent event : events(answer, inPieces)) {
            bytes.writeBytes(encoder.encode(event));
        }
        assertThat(Exchanges.fold(Exchanges.frames(bytes.toByteArray())))
                .usingRecursiveComparison()
                .isEqualTo(answer);
    }

    @Property(tries = 200)
    void answersGoBackIntoTheNextRequestAsTheyCame(@ForAll("answers") ChatResponse answer) {
        ChatMessage.Assistant said = answer.choices().get(0).message();
        ChatRequest next = Exchanges.ask("q")
                .message(said)
                .message(ChatMessage.User.of("r"))
                .build();
        byte[] body = DIALECT.chat().encode(next, false, TARGET).body();
        List<ChatMessage> read = DIALECT.server().decode("", body).request().messages();
        if (said.content().isEmpty()) {
            // A turn without content is none, so its neighbours are one.
            assertThat(read).hasSize(1);
        } else {
            assertThat(read.get(1)).usingRecursiveComparison().isEqualTo(said);
        }
    }

    @Property(tries = 500)
    void damagedBytesGiveAValueOrAnLlmException(
            @ForAll("answers") ChatResponse answer,
            @ForAll("requests") ChatRequest request,
            @ForAll int position,
            @ForAll byte replacement,
            @ForAll boolean cut) {
        byte[] body = damaged(DIALECT.server().encode(answer, question()), position, replacement, cut);
        valueOrLlmException(() -> DIALECT.chat().decode(body, WireHeaders.NONE, TARGET));
        valueOrLlmException(() -> DIALECT.tokenCounts().decode(body, TARGET));
        valueOrLlmException(() -> DIALECT.modelList().decode(body, TARGET));
        assertThat(DIALECT.chat().decodeError(500, WireHeaders.NONE, body, TARGET))
                .isNotNull();
        byte[] asked = damaged(DIALECT.chat().encode(request, false, TARGET).body(), position, replacement, cut);
        valueOrLlmException(() -> DIALECT.server().decode("/v1/messages", asked));
        StreamEncoder encoder = DIALECT.server().streamEncoder(question());
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        events(answer, true).forEach(event -> stream.writeBytes(encoder.encode(event)));
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        for (Frame frame : Exchanges.frames(stream.toByteArray())) {
            byte[] payload =
                    damaged(frame.text().getBytes(java.nio.charset.StandardCharsets.UTF_8), position, replacement, cut);
            valueOrLlmException(() -> decoder.decode(new Frame("", payload, 0, payload.length)));
        }
        valueOrLlmException(decoder::end);
    }

    private static byte[] damaged(byte[] good, int position, byte replacement, boolean cut) {
        int at = Math.floorMod(position, good.length);
        if (cut) {
            return java.util.Arrays.copyOf(good, at);
        }
        byte[] damaged = good.clone();
        damaged[at] = replacement;
        return damaged;
    }

    private static void valueOrLlmException(Runnable read) {
        Throwable thrown = catchThrowable(read::run);
        if (thrown != null) {
            assertThat(thrown).isInstanceOf(LlmException.class);
        }
    }

    private static ServedRequest question() {
        return new ServedRequest(Exchanges.ask("q").build(), true, true);
    }

    /** The answer as a provider would stream it, or as whole parts. */
    private static List<StreamEvent> events(ChatResponse answer, boolean inPieces) {
        List<StreamEvent> events = new ArrayList<>();
        events.add(new StreamEvent.Started(answer.id(), answer.model(), Optional.empty(), Optional.empty()));
        int call = 0;
        for (ContentPart part : answer.choices().get(0).message().content()) {
            if (inPieces && part instanceof ContentPart.Text text) {
                int middle = text.text()
                        .offsetByCodePoints(
                                0, text.text().codePointCount(0, text.text().length()) / 2);
                events.add(new StreamEvent.TextDelta(0, text.text().substring(0, middle)));
                events.add(new StreamEvent.TextDelta(0, text.text().substring(middle)));
                text.citations().forEach(citation -> events.add(new StreamEvent.CitationAdded(0, citation)));
                events.add(new StreamEvent.PartEnded(0));
            } else if (inPieces && part instanceof ContentPart.ToolCall tool) {
                events.add(new StreamEvent.ToolCallDelta(
                        0, 7 * call, Optional.of(tool.id()), Optional.of(tool.name()), "", false, tool.json()));
                int middle = tool.argumentsJson().length() / 2;
                String head = tool.argumentsJson().substring(0, middle);
                events.add(new StreamEvent.ToolCallDelta(0, 7 * call, Optional.empty(), Optional.empty(), head, false));
                String tail = tool.argumentsJson().substring(middle);
                events.add(new StreamEvent.ToolCallDelta(0, 7 * call, Optional.empty(), Optional.empty(), tail, false));
                call++;
            } else if (inPieces && part instanceof ContentPart.Reasoning reasoning && isPlain(reasoning)) {
                events.add(new StreamEvent.ReasoningDelta(0, reasoning.text()));
                events.add(
                        new StreamEvent.SignatureAdded(0, reasoning.signature().get()));
            } else {
                events.add(new StreamEvent.PartAdded(0, part));
            }
        }
        answer.extensions().forEach((name, json) -> events.add(new StreamEvent.ExtensionAdded(name, json)));
        events.add(new StreamEvent.UsageReported(answer.usage().orElseThrow()));
        events.add(new StreamEvent.Finished(0, answer.finish().orElseThrow()));
        events.add(new StreamEvent.Completed());
        return events;
    }

    private static boolean isPlain(ContentPart.Reasoning reasoning) {
        return reasoning.signature().isPresent() && reasoning.json().isEmpty();
    }

    // Generators

    private static Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withChars('a', 'z')
                .withChars('"', '\\', '\n', '\r', '\t', ' ', 'ö', '日', '\u2028', '\0')
                .ofMinLength(1)
                .ofMaxLength(12);
    }

    private static Arbitrary<String> names() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars('_')
                .ofMinLength(1)
                .ofMaxLength(8);
    }

    private static Arbitrary<String> objects() {
        return Arbitraries.of(
                "{}",
                "{\"a\":1}",
                SCHEMA,
                "{\"a\":[1.10,1E+5,null,true,\"x\\\"y\"],\"b\":{\"c\":12345678901234567890}}");
    }

    private static Arbitrary<Optional<CacheHint>> caches() {
        return Arbitraries.of(CacheHint.DEFAULT, CacheHint.of(Duration.ofMinutes(5)), CacheHint.of(Duration.ofHours(1)))
                .optional(0.3);
    }

    private static Arbitrary<ContentPart> cachedTexts() {
        return Combinators.combine(texts(), caches())
                .as((text, cache) -> new ContentPart.Text(text, List.of(), cache, Optional.empty()));
    }

    private static Arbitrary<ContentPart> media() {
        Arbitrary<MediaSource> sources = Arbitraries.of(
                new MediaSource.Inline("image/png", "iVBORw=="),
                MediaSource.Url.of("https://example.org/a?b=c"),
                MediaSource.FileId.of("file_1"),
                new MediaSource.Inline("application/pdf", "JVBERi0="),
                new MediaSource.Inline("text/plain", "Z3LDtsOfZQ=="));
        return Combinators.combine(sources, caches(), texts().optional()).as((source, cache, title) -> {
            boolean isImage = source.mediaType()
                    .filter(type -> !type.startsWith("image/"))
                    .isEmpty();
            return new ContentPart.Media(
                    isImage ? MediaKind.IMAGE : MediaKind.DOCUMENT,
                    source,
                    isImage ? Optional.empty() : title,
                    Optional.empty(),
                    Optional.empty(),
                    cache,
                    Optional.empty());
        });
    }

    private static Arbitrary<ContentPart> blocks() {
        return Arbitraries.of(
                new ContentPart.Opaque(
                        "anthropic",
                        "server_tool_use",
                        "{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"w\",\"input\":{\"q\":1.50}}",
                        Optional.empty()),
                new ContentPart.Opaque(
                        "anthropic",
                        "web_search_tool_result",
                        "{\"type\":\"web_search_tool_result\",\"content\":[{\"x\":\"y\"}]}",
                        Optional.empty()),
                new ContentPart.Opaque(
                        "anthropic",
                        "compaction",
                        "{\"type\":\"compaction\",\"content\":\"so\\nfar\"}",
                        Optional.of("so\nfar")));
    }

    private static Arbitrary<ContentPart> reasoning() {
        Arbitrary<ContentPart> shown = Combinators.combine(texts().optional(), texts())
                .as((text, signature) -> new ContentPart.Reasoning(
                        text.orElse(""), Optional.of(signature), Optional.empty(), Optional.empty()));
        Arbitrary<ContentPart> redacted = texts().map(
                        data -> new ContentPart.Reasoning("", Optional.empty(), Optional.of(data), Optional.empty()));
        Arbitrary<ContentPart> more = texts().map(text -> new ContentPart.Reasoning(
                text, Optional.of("s"), Optional.empty(), Optional.of("{\"type\":\"thinking\",\"new\":[1.0]}")));
        return Arbitraries.oneOf(shown, redacted, more);
    }

    private static Arbitrary<ContentPart> calls() {
        return Combinators.combine(
                        names(),
                        names(),
                        objects(),
                        Arbitraries.of("{\"type\":\"tool_use\",\"caller\":{\"type\":\"direct\"}}")
                                .optional())
                .as((id, name, arguments, json) ->
                        new ContentPart.ToolCall(id, name, arguments, false, Optional.empty(), json));
    }

    private static Arbitrary<ContentPart> answeredTexts() {
        Citation citation = new Citation(
                Optional.of("u"),
                Optional.of("t"),
                Optional.empty(),
                Optional.of("{\"type\":\"page_location\",\"url\":\"u\",\"title\":\"t\",\"n\":1.0}"));
        return Combinators.combine(texts(), Arbitraries.of(citation).list().ofMaxSize(2))
                .as((text, citations) -> new ContentPart.Text(text, citations, Optional.empty(), Optional.empty()));
    }

    private static Arbitrary<List<ContentPart>> answeredParts() {
        return Arbitraries.oneOf(answeredTexts(), reasoning(), calls(), blocks())
                .list()
                .ofMaxSize(5);
    }

    @Provide
    Arbitrary<ChatResponse> answers() {
        Arbitrary<Usage> usages = Combinators.combine(
                        Arbitraries.longs().between(0, 1000),
                        Arbitraries.longs().between(0, 1000),
                        Arbitraries.longs().between(0, 1000),
                        Arbitraries.longs().between(0, 9),
                        Arbitraries.integers().between(0, 63))
                .as(AnthropicRoundTripPropertyTest::usage);
        Arbitrary<Finish> finishes = Arbitraries.of(
                Finish.of(FinishReason.STOP, "end_turn"),
                new Finish(FinishReason.STOP, Optional.of("stop_sequence"), Optional.of("END")),
                Finish.of(FinishReason.LENGTH, "model_context_window_exceeded"),
                Finish.of(FinishReason.TOOL_CALLS, "tool_use"),
                Finish.of(FinishReason.PAUSE, "pause_turn"),
                Finish.of(FinishReason.CONTENT_FILTER, "refusal"),
                Finish.of(FinishReason.OTHER, "something_new"));
        Arbitrary<Map<String, String>> extensions = Arbitraries.of(
                Map.of(),
                Map.of("container", "{\"id\":\"c\"}"),
                Map.of("stop_details", "{\"type\":\"refusal\"}", "context_management", "{\"applied_edits\":[]}"),
                Map.of(
                        "usage",
                        "{\"inference_geo\":\"us\",\"iterations\":[{\"type\":\"message\",\"input_tokens\":3}]}"));
        return Combinators.combine(names(), names(), answeredParts(), usages, finishes, extensions)
                .as((id, model, parts, usage, finish, extension) -> new ChatResponse(
                        Optional.of(id),
                        Optional.of(model),
                        Optional.empty(),
                        List.of(new Choice(0, ChatMessage.Assistant.of(parts), Optional.of(finish), List.of())),
                        Optional.of(usage),
                        Optional.empty(),
                        extension));
    }

    /** Each bit of {@code known} says whether the provider told one of the counts. */
    private static Usage usage(long fresh, long read, long written, long thought, int known) {
        Usage.Builder usage = Usage.builder();
        long input = fresh;
        if ((known & 1) != 0) {
            usage.cacheReadInputTokens(read);
            input += read;
        }
        if ((known & 2) != 0) {
            usage.cacheCreationInputTokens(written);
            input += written;
            if ((known & 4) != 0) {
                usage.cacheCreation1hInputTokens(written / 2);
            }
        }
        if ((known & 8) != 0) {
            usage.reasoningOutputTokens(thought);
        }
        if ((known & 16) != 0) {
            usage.webSearchRequests(thought);
        }
        if ((known & 32) != 0) {
            usage.serviceTier("priority");
        }
        return usage.inputTokens(input).outputTokens(thought + 1).build();
    }

    @Provide
    Arbitrary<ChatRequest> requests() {
        Arbitrary<List<ContentPart>> asked =
                Arbitraries.oneOf(cachedTexts(), media()).list().ofMinSize(1).ofMaxSize(3);
        Arbitrary<List<ContentPart>> said = Combinators.combine(answeredParts(), answeredTexts())
                .as((parts, text) -> {
                    List<ContentPart> all = new ArrayList<>(parts);
                    all.add(text);
                    return all;
                });
        Arbitrary<ChatMessage> users = asked.map(parts -> new ChatMessage.User(parts, Optional.empty()));
        Arbitrary<ChatMessage> results = Combinators.combine(
                        names(),
                        Arbitraries.oneOf(cachedTexts(), media()).list().ofMaxSize(2),
                        Arbitraries.of(true, false))
                .as((id, parts, error) -> new ChatMessage.Tool("A" + id, Optional.empty(), parts, error));
        Arbitrary<List<ChatMessage>> turns = Combinators.combine(users, said, results, users.optional())
                .as((user, parts, result, more) -> {
                    List<ChatMessage> messages =
                            new ArrayList<>(List.of(user, ChatMessage.Assistant.of(parts), result));
                    more.ifPresent(messages::add);
                    return messages;
                });
        Arbitrary<List<ChatMessage>> systems = cachedTexts()
                .list()
                .ofMinSize(1)
                .ofMaxSize(2)
                .map(parts -> List.<ChatMessage>of(new ChatMessage.System(parts, Optional.empty())))
                .injectNull(0.3)
                .map(system -> system == null ? List.of() : system);
        Arbitrary<ChatRequest.Builder> limits = Combinators.combine(
                        Arbitraries.integers().between(5000, 9000),
                        Arbitraries.doubles().between(0, 1).optional(),
                        Arbitraries.integers().between(1, 100).optional(),
                        texts().list().ofMaxSize(2),
                        names().optional(),
                        Arbitraries.of("auto", "default").optional())
                .as((maxTokens, temperature, topK, stops, user, tier) -> {
                    ChatRequest.Builder builder = ChatRequest.builder("claude-x")
                            .maxOutputTokens(maxTokens)
                            .stop(stops);
                    temperature.ifPresent(builder::temperature);
                    temperature.ifPresent(builder::topP);
                    topK.ifPresent(builder::topK);
                    user.ifPresent(builder::user);
                    tier.ifPresent(builder::serviceTier);
                    return builder;
                });
        return Combinators.combine(
                        limits, systems, turns, tools(), choices(), reasonings(), Arbitraries.of(true, false))
                .as((builder, system, messages, tools, choice, reasoning, schema) -> {
                    List<ChatMessage> all = new ArrayList<>(system);
                    all.addAll(messages);
                    builder.messages(all)
                            .tools(tools)
                            .clientMembers(ClientMembers.of("anthropic", schema ? Map.of() : Map.of("container", "c")));
                    if (!tools.isEmpty() && choice.isPresent()) {
                        builder.toolChoice(choice.get());
                        if (!(choice.get() instanceof ToolChoice.None)) {
                            builder.parallelToolCalls(schema);
                        }
                    }
                    reasoning.ifPresent(builder::reasoning);
                    if (schema) {
                        builder.responseFormat(
                                new ResponseFormat.JsonSchema("response", SCHEMA, Optional.empty(), Optional.empty()));
                    }
                    return builder.build();
                });
    }

    private static Arbitrary<List<Tool>> tools() {
        Arbitrary<Tool> functions = Combinators.combine(
                        names(),
                        texts().optional(),
                        objects(),
                        Arbitraries.of(true, false).optional(),
                        caches())
                .as((name, description, schema, strict, cache) -> new Tool.Function(
                        name, description, Optional.of(strict.orElse(false) ? STRICT_SCHEMA : schema), strict, cache));
        Arbitrary<Tool> natives = Arbitraries.of(new Tool.Native(
                "anthropic", "{\"type\":\"web_search_20260318\",\"name\":\"web_search\",\"max_uses\":3}"));
        return Arbitraries.oneOf(functions, natives).list().ofMaxSize(3);
    }

    private static Arbitrary<Optional<ToolChoice>> choices() {
        return Arbitraries.<ToolChoice>of(
                        new ToolChoice.Auto(),
                        new ToolChoice.None(),
                        new ToolChoice.Required(),
                        new ToolChoice.Function("f"))
                .optional();
    }

    private static Arbitrary<Optional<ReasoningOptions>> reasonings() {
        return Arbitraries.of(
                        ReasoningOptions.of(ReasoningEffort.HIGH),
                        ReasoningOptions.ofBudget(2048),
                        ReasoningOptions.ofBudget(0),
                        new ReasoningOptions(Optional.of(ReasoningEffort.MAX), OptionalInt.of(1024), Optional.of(true)),
                        new ReasoningOptions(Optional.empty(), OptionalInt.empty(), Optional.of(false)))
                .optional();
    }
}
