package io.github.camelllm.wire.openai;

import static io.github.camelllm.wire.openai.Exchanges.DIALECT;
import static io.github.camelllm.wire.openai.Exchanges.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.AudioOptions;
import io.github.camelllm.chat.CacheHint;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ClientMembers;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.Money;
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
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireTarget;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * The two halves of the dialect undo each other. What the wire cannot carry is left out of the values: a tool result's error
 * flag, two texts in one answer (they are one string on the wire), an end without the provider's word, a media part's
 * signature, reasoning apart from where this dialect puts it.
 */
class OpenAiRoundTripTest {
    private static final WireTarget EVERYTHING = Exchanges.with(
            OpenAiOptions.REASONING_REPLAY, "reasoning_details",
            OpenAiOptions.CACHE_CONTROL, "parts",
            OpenAiOptions.THOUGHT_SIGNATURES, "extra_content",
            OpenAiOptions.ANNOTATIONS_REPLAY, "true",
            OpenAiOptions.IMAGES_REPLAY, "true",
            OpenAiOptions.ALLOWED_TOOLS, "native",
            OpenAiOptions.TOOL_NAME, "true",
            OpenAiOptions.REASONING, "reasoning",
            OpenAiOptions.DOCUMENTS, "file_data_url",
            OpenAiOptions.AUDIO_URL, "audio_url");

    @Property(tries = 1000)
    void requestComesBackFromTheServer(@ForAll long seed) {
        ChatRequest request = new Maker(seed).request();
        ServedRequest served = Exchanges.serve(DIALECT.chat().encode(request, false, EVERYTHING));
        // A request's toString tells no content, so its members are compared one by one to see which one differs.
        assertThat(served.request()).usingRecursiveComparison().isEqualTo(request);
        assertThat(served.request()).isEqualTo(request);
        assertThat(served.stream()).isFalse();
        ServedRequest streamed = Exchanges.serve(DIALECT.chat().encode(request, true, EVERYTHING));
        assertThat(streamed).isEqualTo(new ServedRequest(request, true, true));
    }

    @Property(tries = 1000)
    void answerComesBackFromTheClient(@ForAll long seed) {
        ChatResponse answer = new Maker(seed).answer();
        byte[] body = DIALECT.server()
                .encode(answer, new ServedRequest(Exchanges.ask("x").build(), false, false));
        assertThat(DIALECT.chat().decode(body, WireHeaders.NONE, TARGET)).isEqualTo(answer);
    }

    @Property(tries = 1000)
    void streamFoldsToTheAnswerItWasMadeOf(@ForAll long seed) {
        Maker maker = new Maker(seed);
        ChatResponse answer = maker.answer();
        StreamEncoder encoder = DIALECT.server()
                .streamEncoder(new ServedRequest(Exchanges.ask("x").build(), true, true));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        maker.events(answer).forEach(event -> bytes.writeBytes(encoder.encode(event)));
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        List<StreamEvent> events = new ArrayList<>();
        Exchanges.frames(bytes.toByteArray()).forEach(frame -> events.addAll(decoder.decode(frame)));
        events.addAll(decoder.end());
        assertThat(ChatResponseFold.fold(events)).isEqualTo(answer);
    }

    @Property(tries = 500)
    void answerGoesIntoTheNextRequestAndLosesNothing(@ForAll long seed) {
        ChatMessage.Assistant said = new Maker(seed).answer().choices().get(0).message();
        ChatRequest next = Exchanges.ask("x")
                .message(said)
                .message(ChatMessage.User.of("Go on"))
                .build();
        ChatMessage.Assistant got =
                (ChatMessage.Assistant) Exchanges.serve(DIALECT.chat().encode(next, false, EVERYTHING))
                        .request()
                        .messages()
                        .get(1);
        assertThat(got.text()).isEqualTo(said.text());
        assertThat(got.toolCalls()).isEqualTo(said.toolCalls());
        assertThat(got.refusal()).isEqualTo(said.refusal());
        assertThat(details(got)).isEqualTo(details(said));
        assertThat(citations(got)).isEqualTo(citations(said));
        assertThat(got.content().stream()
                        .filter(ContentPart.Media.class::isInstance)
                        .toList())
                .isEqualTo(said.content().stream()
                        .filter(ContentPart.Media.class::isInstance)
                        .toList());
    }

    private static List<Object> details(ChatMessage.Assistant message) {
        List<Object> details = new ArrayList<>();
        for (ContentPart part : message.content()) {
            if (part instanceof ContentPart.Reasoning reasoning
                    && reasoning.json().isPresent()) {
                Exchanges.tree(reasoning.json().get()).forEach(details::add);
            }
        }
        return details;
    }

    private static List<Citation> citations(ChatMessage.Assistant message) {
        return message.content().stream()
                .filter(ContentPart.Text.class::isInstance)
                .flatMap(part -> ((ContentPart.Text) part).citations().stream())
                .toList();
    }

    /** Makes values at random, each member there or not; the same seed makes the same values. */
    private static final class Maker {
        private static final String[] WORDS = {
            "a",
            "Grüße",
            "日本語",
            "\"quoted\"",
            "line\nbreak",
            "🐪",
            "{\"x\":1}",
            "back\\slash",
            "\u2028",
            "data: [DONE]",
            " ",
            "<b>"
        };
        private final Random random;

        Maker(long seed) {
            random = new Random(seed);
        }

        private boolean maybe() {
            return random.nextBoolean();
        }

        private String word() {
            return WORDS[random.nextInt(WORDS.length)] + random.nextInt(100);
        }

        private String name() {
            return "name_" + random.nextInt(1000);
        }

        private <T> T one(List<T> values) {
            return values.get(random.nextInt(values.size()));
        }

        private double number() {
            return Math.round(random.nextDouble() * 200) / 100.0;
        }

        ChatRequest request() {
            ChatRequest.Builder request = ChatRequest.builder(name());
            for (int i = random.nextInt(6); i >= 0; i--) {
                request.message(message());
            }
            if (maybe()) {
                List<Tool> tools = new ArrayList<>();
                tools.add(function("f"));
                for (int i = random.nextInt(3); i > 0; i--) {
                    tools.add(
                            maybe()
                                    ? function(name())
                                    : new Tool.Native(
                                            OpenAiChatDialect.NAME,
                                            "{\"type\":\"custom\",\"custom\":{\"name\":\"free" + i + "\"}}"));
                }
                request.tools(tools);
                if (maybe()) {
                    request.toolChoice(one(List.of(
                            new ToolChoice.Auto(),
                            new ToolChoice.None(),
                            new ToolChoice.Required(),
                            new ToolChoice.Function("f"),
                            new ToolChoice.Function("free1"),
                            new ToolChoice.Allowed(List.of("f"), maybe()))));
                }
                if (maybe()) {
                    request.parallelToolCalls(maybe());
                }
            }
            if (maybe()) {
                request.responseFormat(one(List.of(
                        new ResponseFormat.Text(),
                        new ResponseFormat.JsonObject(),
                        ResponseFormat.JsonSchema.of("s", "{\"type\":\"object\",\"minimum\":0.1}"),
                        new ResponseFormat.JsonSchema("s", "{}", Optional.of(word()), Optional.of(maybe())))));
            }
            sampling(request);
            labels(request);
            return request.build();
        }

        private void sampling(ChatRequest.Builder request) {
            if (maybe()) {
                request.maxOutputTokens(1 + random.nextInt(10_000))
                        .temperature(number())
                        .topP(number());
            }
            if (maybe()) {
                request.topK(random.nextInt(100)).frequencyPenalty(1 - number()).presencePenalty(number());
            }
            if (maybe()) {
                request.seed(random.nextLong()).stop(List.of(word(), word())).n(1 + random.nextInt(3));
            }
            if (maybe()) {
                request.logitBias(Map.of("50256", -100.0, "7", 1.5))
                        .logprobs(maybe())
                        .topLogprobs(random.nextInt(20));
            }
            if (maybe()) {
                request.reasoning(new ReasoningOptions(
                        Optional.of(one(List.of(ReasoningEffort.values()))),
                        maybe() ? OptionalInt.of(1 + random.nextInt(4000)) : OptionalInt.empty(),
                        maybe() ? Optional.of(maybe()) : Optional.empty()));
            }
        }

        private void labels(ChatRequest.Builder request) {
            if (maybe()) {
                request.audio(new AudioOptions("alloy", "wav")).verbosity("low").user(word());
            }
            if (maybe()) {
                request.metadata(Map.of("k", word()))
                        .serviceTier("flex")
                        .promptCacheKey(word())
                        .store(maybe());
            }
            if (maybe()) {
                Map<String, Object> extra = new LinkedHashMap<>();
                extra.put("x_" + name(), List.of(1, maybe(), word(), Map.of("d", new BigDecimal("0.1"))));
                extra.put("prediction", Map.of("type", "content"));
                request.clientMembers(ClientMembers.of(OpenAiChatDialect.NAME, extra));
            }
        }

        private Tool function(String name) {
            return new Tool.Function(
                    name,
                    maybe() ? Optional.of(word()) : Optional.empty(),
                    maybe()
                            ? Optional.of(
                                    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"number\",\"multipleOf\":0.01}}}")
                            : Optional.empty(),
                    maybe() ? Optional.of(maybe()) : Optional.empty(),
                    maybe() ? Optional.of(CacheHint.DEFAULT) : Optional.empty());
        }

        private ChatMessage message() {
            Optional<String> name = maybe() ? Optional.of(name()) : Optional.empty();
            switch (random.nextInt(5)) {
                case 0:
                    return new ChatMessage.System(texts(), name);
                case 1:
                    return new ChatMessage.Developer(texts(), name);
                case 2:
                    return new ChatMessage.Tool(name(), name, texts(), false);
                case 3:
                    return assistant(name);
                default:
                    List<ContentPart> parts = new ArrayList<>(texts());
                    parts.add(media());
                    return new ChatMessage.User(parts, name);
            }
        }

        private List<ContentPart> texts() {
            List<ContentPart> texts = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                Optional<CacheHint> cache = random.nextInt(4) == 0
                        ? Optional.of(maybe() ? CacheHint.DEFAULT : CacheHint.of(Duration.ofHours(1)))
                        : Optional.empty();
                texts.add(new ContentPart.Text(word(), List.of(), cache, Optional.empty()));
            }
            return texts;
        }

        private ContentPart media() {
            String base64 = "aGVsbG8=";
            MediaSource inline = new MediaSource.Inline("image/png", base64);
            switch (random.nextInt(7)) {
                case 0:
                    return new ContentPart.Media(
                            MediaKind.IMAGE,
                            inline,
                            Optional.empty(),
                            Optional.of("low"),
                            Optional.empty(),
                            Optional.of(CacheHint.DEFAULT),
                            Optional.empty());
                case 1:
                    return ContentPart.Media.of(MediaKind.IMAGE, MediaSource.Url.of("https://example.org/a.png"));
                case 2:
                    return ContentPart.Media.of(
                            MediaKind.AUDIO,
                            new MediaSource.Inline("audio/" + one(List.of("wav", "mpeg", "flac", "mp4")), base64));
                case 3:
                    return ContentPart.Media.of(MediaKind.VIDEO, MediaSource.Url.of("https://example.org/a.mp4"));
                case 4:
                    return ContentPart.Media.of("application/pdf", new byte[] {1, 2, 3}, Optional.of("a.pdf"));
                case 5:
                    return ContentPart.Media.of(MediaKind.AUDIO, MediaSource.Url.of("https://example.org/a.mp3"));
                default:
                    return ContentPart.Media.of(MediaKind.DOCUMENT, MediaSource.FileId.of("file-1"));
            }
        }

        private ChatMessage assistant(Optional<String> name) {
            List<ContentPart> parts = new ArrayList<>();
            if (maybe()) {
                parts.add(detail(parts.size()));
            }
            parts.add(new ContentPart.Text(word(), citations(), Optional.empty(), signature()));
            if (maybe()) {
                parts.add(ContentPart.Media.of(MediaKind.IMAGE, new MediaSource.Inline("image/png", "aGVsbG8=")));
            }
            for (int i = random.nextInt(3); i > 0; i--) {
                parts.add(call(i));
            }
            return new ChatMessage.Assistant(parts, name, maybe() ? Optional.of("audio_1") : Optional.empty());
        }

        /** One entry of reasoning_details, in the form in which the server half keeps it. */
        private ContentPart detail(int index) {
            String text = "thought" + random.nextInt(100);
            return new ContentPart.Reasoning(
                    text,
                    Optional.of("s=="),
                    Optional.empty(),
                    Optional.of("[{\"type\":\"reasoning.text\",\"text\":\"" + text
                            + "\",\"signature\":\"s==\",\"index\":" + index + "}]"));
        }

        private Optional<String> signature() {
            return random.nextInt(3) == 0 ? Optional.of("sig/+==") : Optional.empty();
        }

        private ContentPart.ToolCall call(int i) {
            boolean custom = random.nextInt(3) == 0;
            String arguments =
                    custom ? word() : one(List.of("{}", "{\"a\":[1,2.50]}", "{ \"spaced\" : null }", "{broken"));
            return new ContentPart.ToolCall("call_" + i, name(), arguments, custom, signature(), Optional.empty());
        }

        private List<Citation> citations() {
            if (maybe()) {
                return List.of();
            }
            String json =
                    "{\"type\":\"url_citation\",\"url_citation\":{\"url\":\"https://a.example\",\"title\":\"A\",\"start_index\":0,\"end_index\":4}}";
            return List.of(new Citation(
                    Optional.of("https://a.example"), Optional.of("A"), Optional.empty(), Optional.of(json)));
        }

        ChatResponse answer() {
            List<Choice> choices = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(3); i++) {
                choices.add(choice(i));
            }
            Usage.Builder usage =
                    Usage.builder().inputTokens(100).outputTokens(20).totalTokens(120);
            if (maybe()) {
                usage.cacheReadInputTokens(10).cacheCreationInputTokens(20).cacheCreation1hInputTokens(5);
                usage.inputAudioTokens(1).inputImageTokens(2).webSearchRequests(3);
            }
            if (maybe()) {
                usage.reasoningOutputTokens(7)
                        .outputAudioTokens(2)
                        .outputImageTokens(1)
                        .serviceTier("priority");
                usage.reportedCost(new Money(new BigDecimal("0.00012300"), "USD"));
            }
            return new ChatResponse(
                    Optional.of(name()),
                    Optional.of(name()),
                    maybe() ? Optional.of(Instant.ofEpochSecond(1_760_000_000)) : Optional.empty(),
                    choices,
                    maybe() ? Optional.of(usage.build()) : Optional.empty(),
                    maybe() ? Optional.of("fp_1") : Optional.empty(),
                    maybe() ? Map.of("provider", "\"Someone\"") : Map.of());
        }

        private Choice choice(int index) {
            List<ContentPart> parts = new ArrayList<>();
            boolean thinks = maybe();
            if (thinks) {
                parts.add(ContentPart.Reasoning.of(word()));
            }
            int calls = random.nextInt(3);
            boolean signed = calls == 0 && maybe();
            boolean text = signed || maybe();
            if (text) {
                Optional<String> signature = signed ? Optional.of("sig/+==") : Optional.empty();
                parts.add(new ContentPart.Text("T" + word(), citations(), Optional.empty(), signature));
            } else if (maybe()) {
                parts.add(new ContentPart.Refusal(word()));
            }
            boolean image = !signed && maybe();
            if (image) {
                parts.add(ContentPart.Media.of(MediaKind.IMAGE, new MediaSource.Inline("image/png", "aGVsbG8=")));
            }
            for (int i = 0; i < calls; i++) {
                parts.add(call(i));
            }
            if (thinks && maybe()) {
                parts.add(new ContentPart.Reasoning(
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("[{\"type\":\"reasoning.encrypted\",\"data\":\"gAAA\",\"index\":0}]")));
            }
            FinishReason reason = calls > 0
                    ? FinishReason.TOOL_CALLS
                    : one(List.of(FinishReason.STOP, FinishReason.LENGTH, FinishReason.CONTENT_FILTER));
            String word = FinishWords.word(reason);
            Finish finish = new Finish(
                    maybe() ? FinishReason.PAUSE : reason,
                    Optional.empty(),
                    maybe() ? Optional.of("END") : Optional.empty());
            finish = new Finish(
                    finish.reason(),
                    Optional.of(
                            finish.reason() == FinishReason.PAUSE ? "pause_turn" : maybe() ? "native_" + word : word),
                    finish.stopSequence());
            List<TokenLogprob> logprobs = maybe()
                    ? List.of(new TokenLogprob("T", -0.5, List.of(new TokenLogprob("U", -1.25, List.of()))))
                    : List.of();
            return new Choice(index, ChatMessage.Assistant.of(parts), Optional.of(finish), logprobs);
        }

        /** Events that fold to the answer, with its texts cut in pieces. */
        List<StreamEvent> events(ChatResponse answer) {
            List<StreamEvent> events = new ArrayList<>();
            events.add(
                    new StreamEvent.Started(answer.id(), answer.model(), answer.created(), answer.systemFingerprint()));
            answer.extensions().forEach((name, json) -> events.add(new StreamEvent.ExtensionAdded(name, json)));
            for (Choice choice : answer.choices()) {
                choiceEvents(choice, events);
            }
            answer.usage().ifPresent(usage -> events.add(new StreamEvent.UsageReported(usage)));
            events.add(new StreamEvent.Completed());
            assertThat(ChatResponseFold.fold(events))
                    .as("the test's own events")
                    .isEqualTo(answer);
            return events;
        }

        private void choiceEvents(Choice choice, List<StreamEvent> events) {
            int index = choice.index();
            int key = 7;
            for (ContentPart part : choice.message().content()) {
                if (part instanceof ContentPart.Text text) {
                    pieces(text.text()).forEach(piece -> events.add(new StreamEvent.TextDelta(index, piece)));
                    text.citations().forEach(citation -> events.add(new StreamEvent.CitationAdded(index, citation)));
                    text.signature()
                            .ifPresent(signature -> events.add(new StreamEvent.SignatureAdded(index, signature)));
                } else if (part instanceof ContentPart.Reasoning reasoning
                        && reasoning.json().isEmpty()) {
                    pieces(reasoning.text()).forEach(piece -> events.add(new StreamEvent.ReasoningDelta(index, piece)));
                } else if (part instanceof ContentPart.Refusal refusal) {
                    pieces(refusal.text()).forEach(piece -> events.add(new StreamEvent.RefusalDelta(index, piece)));
                } else if (part instanceof ContentPart.ToolCall call) {
                    callEvents(index, key++, call, events);
                } else {
                    events.add(new StreamEvent.PartAdded(index, part));
                }
            }
            if (!choice.logprobs().isEmpty()) {
                events.add(new StreamEvent.LogprobsDelta(index, choice.logprobs()));
            }
            events.add(new StreamEvent.Finished(index, choice.finish().orElseThrow()));
        }

        private void callEvents(int index, int key, ContentPart.ToolCall call, List<StreamEvent> events) {
            Optional<String> id = Optional.of(call.id());
            Optional<String> name = Optional.of(call.name());
            events.add(new StreamEvent.ToolCallDelta(index, key, id, name, "", call.custom()));
            for (String piece : pieces(call.argumentsJson())) {
                events.add(new StreamEvent.ToolCallDelta(
                        index, key, Optional.empty(), Optional.empty(), piece, call.custom()));
            }
            call.signature().ifPresent(signature -> events.add(new StreamEvent.SignatureAdded(index, signature)));
        }

        private List<String> pieces(String text) {
            List<String> pieces = new ArrayList<>();
            for (int from = 0; from < text.length(); ) {
                int to = Math.min(text.length(), from + 1 + random.nextInt(4));
                // A chunk is JSON of its own, so a pair of surrogates stays together.
                if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
                    to++;
                }
                pieces.add(text.substring(from, to));
                from = to;
            }
            return pieces;
        }
    }
}
