package io.github.camelllm.wire.gemini;

import static io.github.camelllm.wire.gemini.GeminiCases.DIALECT;
import static io.github.camelllm.wire.gemini.GeminiCases.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
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

    @Provide
    Arbitrary<ChatRequest> requests() {
        return GeminiArbitraries.requests();
    }

    @Provide
    Arbitrary<ChatResponse> responses() {
        return GeminiArbitraries.responses();
    }

    @Provide
    Arbitrary<String> almostJson() {
        return GeminiArbitraries.almostJson();
    }
}
