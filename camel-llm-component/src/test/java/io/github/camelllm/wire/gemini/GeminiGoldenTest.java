package io.github.camelllm.wire.gemini;

import static io.github.camelllm.wire.gemini.GeminiCases.DIALECT;
import static io.github.camelllm.wire.gemini.GeminiCases.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.ChatServerCodec.ServedRequest;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.sse.SseDecoder;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases below {@code src/test/resources/wire/gemini}, all written by hand from the API's reference. A
 * {@code request.json} is read by the server half and written by the client half without a change; {@code response.json}
 * and {@code response.sse} both give what {@code expected.json} tells in words of the vocabulary.
 */
class GeminiGoldenTest {
    static Stream<Path> cases() throws IOException, URISyntaxException {
        URL root = Objects.requireNonNull(GeminiGoldenTest.class.getResource("/wire/gemini"));
        try (Stream<Path> folders = Files.list(Path.of(root.toURI()))) {
            return folders.filter(Files::isDirectory).sorted().toList().stream();
        }
    }

    static Stream<Path> requests() throws IOException, URISyntaxException {
        return cases().filter(folder -> Files.exists(folder.resolve("request.json")));
    }

    static Stream<Path> wholeAnswers() throws IOException, URISyntaxException {
        return cases().filter(folder -> Files.exists(folder.resolve("response.json")));
    }

    static Stream<Path> streams() throws IOException, URISyntaxException {
        return cases().filter(folder -> Files.exists(folder.resolve("response.sse")));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void requestGoesThroughBothHalvesUnchanged(Path folder) throws IOException {
        byte[] body = Files.readAllBytes(folder.resolve("request.json"));
        ServedRequest served = DIALECT.server().decode("/v1beta/models/gemini-3-flash:generateContent", body);
        assertThat(GeminiCases.encoded(served.request(), TARGET)).isEqualTo(Json.MAPPER.readTree(body));
    }

    @ParameterizedTest
    @MethodSource("wholeAnswers")
    void wholeAnswerIsWhatWasExpected(Path folder) throws IOException {
        byte[] body = Files.readAllBytes(folder.resolve("response.json"));
        assertThat(told(() -> DIALECT.chat().decode(body, WireHeaders.NONE, TARGET)))
                .isEqualTo(expected(folder));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void streamIsWhatWasExpected(Path folder) throws IOException {
        byte[] stream = Files.readAllBytes(folder.resolve("response.sse"));
        assertThat(new String(stream, StandardCharsets.UTF_8)).contains("\r\n\r\n");
        assertThat(told(() -> {
                    StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
                    List<StreamEvent> events = new ArrayList<>();
                    SseDecoder sse = new SseDecoder(1 << 20);
                    sse.decode(ByteBuffer.wrap(stream), frame -> events.addAll(decoder.decode(frame)));
                    sse.end(frame -> events.addAll(decoder.decode(frame)));
                    events.addAll(decoder.end());
                    return ChatResponseFold.fold(events);
                }))
                .isEqualTo(expected(folder));
    }

    private static JsonNode expected(Path folder) throws IOException {
        return Json.MAPPER.readTree(Files.readAllBytes(folder.resolve("expected.json")));
    }

    private interface Answer {
        ChatResponse get();
    }

    private static JsonNode told(Answer answer) throws IOException {
        ObjectNode told = Json.MAPPER.createObjectNode();
        try {
            tell(answer.get(), told);
        } catch (LlmException e) {
            told.put("error", e.getClass().getSimpleName() + " " + e.getErrorType() + " " + e.getStatusCode());
        }
        // Numbers read back, so that an int equals a long.
        return Json.MAPPER.readTree(told.toString());
    }

    private static void tell(ChatResponse response, ObjectNode told) throws IOException {
        response.id().ifPresent(id -> told.put("id", id));
        response.model().ifPresent(model -> told.put("model", model));
        ArrayNode finish = told.putArray("finish");
        ArrayNode content = told.putArray("content");
        for (Choice choice : response.choices()) {
            choice.finish()
                    .ifPresent(end ->
                            finish.add(end.reason() + " " + end.nativeReason().orElse("")));
            ArrayNode parts = content.addArray();
            for (ContentPart part : choice.message().content()) {
                tell(part, parts.addObject());
            }
        }
        if (response.usage().isPresent()) {
            tell(response.usage().get(), told.putObject("usage"));
        }
        for (var extension : response.extensions().entrySet()) {
            told.withObjectProperty("extensions").set(extension.getKey(), Json.MAPPER.readTree(extension.getValue()));
        }
    }

    private static void tell(Usage usage, ObjectNode told) {
        put(told, "inputTokens", usage.inputTokens());
        put(told, "outputTokens", usage.outputTokens());
        put(told, "reasoningOutputTokens", usage.reasoningOutputTokens());
        put(told, "totalTokens", usage.totalTokens());
        usage.serviceTier().ifPresent(tier -> told.put("serviceTier", tier));
    }

    private static void put(ObjectNode told, String name, OptionalLong value) {
        value.ifPresent(number -> told.put(name, number));
    }

    private static void tell(ContentPart part, ObjectNode told) throws IOException {
        Optional<String> signature = Optional.empty();
        if (part instanceof ContentPart.Text text) {
            told.put("text", text.text());
            for (Citation citation : text.citations()) {
                told.withArrayProperty("citations").add(citation.url().orElse(""));
            }
            signature = text.signature();
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            told.put("reasoning", reasoning.text());
            signature = reasoning.signature();
        } else if (part instanceof ContentPart.ToolCall call) {
            told.put("call", call.name()).put("id", call.id());
            told.set("arguments", Json.MAPPER.readTree(call.argumentsJson()));
            signature = call.signature();
        } else if (part instanceof ContentPart.Media media) {
            MediaSource.Inline inline = (MediaSource.Inline) media.source();
            told.put("media", media.kind().name())
                    .put("mediaType", inline.type())
                    .put("base64", inline.base64());
            signature = media.signature();
        } else if (part instanceof ContentPart.Opaque opaque) {
            told.put("opaque", opaque.type()).set("json", Json.MAPPER.readTree(opaque.json()));
        } else {
            throw new AssertionError(part);
        }
        signature.ifPresent(value -> told.put("signature", value));
    }
}
