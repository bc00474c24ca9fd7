package io.github.camelllm.wire.gemini;

import io.github.camelllm.chat.AudioOptions;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.ClientMembers;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.TokenLogprob;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import io.github.camelllm.chat.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Requests and answers within what the wire carries: no names of messages, no cache hints, transcripts and citations;
 * roles take turns, and neighbouring unsigned texts are one part.
 */
final class GeminiArbitraries {
    private GeminiArbitraries() {}

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
                .map(GeminiArbitraries::joined);
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

    static Arbitrary<ChatRequest> requests() {
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
                            .clientMembers(ClientMembers.of(GeminiDialect.NAME, more));
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

    static Arbitrary<ChatResponse> responses() {
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
    static Arbitrary<String> almostJson() {
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
