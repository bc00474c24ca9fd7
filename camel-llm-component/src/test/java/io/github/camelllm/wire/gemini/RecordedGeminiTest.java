package io.github.camelllm.wire.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.testing.Recordings;
import io.github.camelllm.wire.ChatServerCodec;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real traffic of the Gemini Developer API and Vertex AI, read from the folder that the system property
 * {@code llm.fixtures} or the variable {@code LLM_FIXTURES} names. What is expected is read from the recorded JSON here.
 */
class RecordedGeminiTest {
    private static final AtomicInteger RAN = new AtomicInteger();
    private static final WireTarget TARGET = WireTarget.of("google", "recorded");

    private final GeminiDialect dialect = new GeminiDialect();

    /** One recorded case. */
    record Recorded(Path folder, String api) {
        JsonNode json(String file) throws IOException {
            return Json.MAPPER.readTree(Files.readAllBytes(folder.resolve(file)));
        }

        boolean has(String file) {
            return Files.exists(folder.resolve(file));
        }

        @Override
        public String toString() {
            return folder.getParent().getFileName() + "/" + folder.getFileName();
        }
    }

    static Stream<Recorded> cases(String... apis) throws IOException {
        if (Recordings.folder().isEmpty()) {
            return Stream.empty();
        }
        Path root = Recordings.requireFolder();
        List<Recorded> found = new ArrayList<>();
        for (String provider : List.of("google", "google-vertex")) {
            try (Stream<Path> folders = Files.list(root.resolve(provider))) {
                for (Path folder : folders.sorted().toList()) {
                    String api = Json.MAPPER
                            .readTree(Files.readAllBytes(folder.resolve("meta.json")))
                            .path("api")
                            .asText();
                    if (List.of(apis).contains(api)) {
                        found.add(new Recorded(folder, api));
                    }
                }
            }
        }
        return found.stream();
    }

    static Stream<Recorded> buffered() throws IOException {
        return cases("generate-content").filter(one -> one.has("response.json"));
    }

    static Stream<Recorded> answersWithParts() throws IOException {
        List<Recorded> found = new ArrayList<>();
        for (Recorded one : buffered().toList()) {
            if (!parts(one).isEmpty()) {
                found.add(one);
            }
        }
        return found.stream();
    }

    private static JsonNode parts(Recorded recorded) throws IOException {
        return recorded.json("response.json").at("/body/candidates/0/content/parts");
    }

    static Stream<Recorded> streams() throws IOException {
        return cases("generate-content").filter(one -> !one.has("response.json"));
    }

    static Stream<Recorded> counts() throws IOException {
        return cases("count-tokens");
    }

    static Stream<Recorded> embeddings() throws IOException {
        return cases("embeddings");
    }

    static Stream<Recorded> requests() throws IOException {
        List<Recorded> recorded = new ArrayList<>();
        for (Recorded one : cases("generate-content", "count-tokens").toList()) {
            if (one.json("request.json").path("recorded").asBoolean()) {
                recorded.add(one);
            }
        }
        return recorded.stream();
    }

    @Test
    void recordingsAreNamed() throws IOException {
        Assumptions.assumeTrue(
                cases("generate-content").findAny().isPresent(),
                "no recordings: name their folder with -Dllm.fixtures or LLM_FIXTURES");
        assertThat(buffered()).isNotEmpty();
        assertThat(streams()).isNotEmpty();
    }

    @AfterAll
    static void tellHowManyRan() {
        System.out.println("recorded gemini: " + RAN.get() + " cases");
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("buffered")
    void readsWholeAnswers(Recorded recorded) throws IOException {
        JsonNode answer = recorded.json("response.json");
        JsonNode body = answer.get("body");
        byte[] bytes = Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(body);
        int status = answer.path("status").asInt();
        RAN.incrementAndGet();
        if (status >= 300) {
            assertError(status, bytes, body.get("error"));
            return;
        }
        ChatResponse response = dialect.chat().decode(bytes, WireHeaders.NONE, TARGET);
        assertResponse(response, List.of(body));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("streams")
    void readsStreams(Recorded recorded) throws IOException {
        List<String> payloads = payloads(recorded);
        StreamDecoder decoder = dialect.chat().streamDecoder(TARGET);
        List<StreamEvent> events = new ArrayList<>();
        List<JsonNode> chunks = new ArrayList<>();
        for (String payload : payloads) {
            events.addAll(decoder.decode(Frame.of("", payload)));
            chunks.add(Json.MAPPER.readTree(payload));
        }
        events.addAll(decoder.end());
        assertThat(events).last().isInstanceOf(StreamEvent.Completed.class);
        assertThat(decoder.skipped()).isZero();
        assertResponse(ChatResponseFold.fold(events), chunks);
        RAN.incrementAndGet();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("streams")
    void aStreamCutAnywhereBeforeItsLastEventIsNoAnswer(Recorded recorded) throws IOException {
        List<String> payloads = payloads(recorded);
        for (int cut = 0; cut < payloads.size(); cut++) {
            StreamDecoder decoder = dialect.chat().streamDecoder(TARGET);
            for (String payload : payloads.subList(0, cut)) {
                decoder.decode(Frame.of("", payload));
            }
            assertThatThrownBy(decoder::end)
                    .isInstanceOfSatisfying(LlmException.class, failure -> assertThat(failure.isRetryable())
                            .isTrue());
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("answersWithParts")
    void sendsAnAnswerBackPartByPart(Recorded recorded) throws IOException {
        JsonNode answer = recorded.json("response.json");
        JsonNode parts = parts(recorded);
        ChatResponse response =
                dialect.chat().decode(Json.MAPPER.writeValueAsBytes(answer.get("body")), WireHeaders.NONE, TARGET);
        ChatRequest next = ChatRequest.builder("gemini-3")
                .message(ChatMessage.User.of("and then?"))
                .message(response.choices().get(0).message())
                .build();
        JsonNode sent =
                Json.MAPPER.readTree(dialect.chat().encode(next, false, TARGET).body());
        assertThat(sent.path("contents").path(1).path("parts")).isEqualTo(parts);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("requests")
    void readsWhatClientsSendAndSendsTheSame(Recorded recorded) throws IOException {
        JsonNode request = recorded.json("request.json");
        byte[] body = Json.MAPPER.writeValueAsBytes(request.get("body"));
        String path = request.path("path").asText();
        ChatServerCodec.ServedRequest served = dialect.server().decode(path, body);
        assertThat(served.stream()).isEqualTo(path.contains(":streamGenerateContent"));
        assertThat(path).contains("/models/" + served.request().model() + ":");
        WireTarget parts = TARGET.withProfile(GeminiCases.profile("tool-media", "parts"));
        byte[] again =
                dialect.chat().encode(served.request(), served.stream(), parts).body();
        assertThat(dialect.server().decode(path, again).request()).isEqualTo(served.request());
        if (served.request().messages().stream().noneMatch(ChatMessage.System.class::isInstance)) {
            // The codec joins neighbouring contents of one role, but never those with results.
            assertThat(Json.MAPPER.readTree(again).path("contents").findValuesAsText("text"))
                    .isEqualTo(request.path("body").path("contents").findValuesAsText("text"));
        }
        RAN.incrementAndGet();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("counts")
    void readsTokenCounts(Recorded recorded) throws IOException {
        JsonNode body = recorded.json("response.json").get("body");
        assertThat(new GeminiTokenCounts().decode(Json.MAPPER.writeValueAsBytes(body), TARGET))
                .isEqualTo(body.get("totalTokens").asLong());
        RAN.incrementAndGet();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("embeddings")
    void readsEmbeddings(Recorded recorded) throws IOException {
        JsonNode answer = recorded.json("response.json");
        byte[] bytes = Json.MAPPER.writeValueAsBytes(answer.get("body"));
        RAN.incrementAndGet();
        if (answer.path("status").asInt() >= 300) {
            assertError(
                    answer.path("status").asInt(), bytes, answer.path("body").get("error"));
            return;
        }
        JsonNode predictions = answer.path("body").path("predictions");
        EmbeddingsResponse response = dialect.embeddings().orElseThrow().decode(bytes, predictions.size(), TARGET);
        long tokens = 0;
        for (int i = 0; i < predictions.size(); i++) {
            JsonNode values = predictions.get(i).path("embeddings").path("values");
            assertThat(response.vectors().get(i)).hasSize(values.size());
            assertThat(response.vectors().get(i)[0]).isEqualTo(values.get(0).floatValue());
            tokens +=
                    predictions.get(i).at("/embeddings/statistics/token_count").asLong();
        }
        assertThat(response.usage())
                .contains(Usage.builder().inputTokens(tokens).build());
    }

    private void assertError(int status, byte[] bytes, JsonNode error) {
        LlmException failure = dialect.chat().decodeError(status, WireHeaders.NONE, bytes, TARGET);
        assertThat(failure.getStatusCode()).isEqualTo(status);
        assertThat(failure.getErrorType()).isEqualTo(error.path("status").asText());
        assertThat(failure.isRetryable()).isEqualTo(status == 429);
        assertThat(failure.providerMessage()).contains(error.path("message").asText());
        assertThat(failure.getMessage()).doesNotContain(error.path("message").asText());
    }

    private static List<String> payloads(Recorded recorded) throws IOException {
        if (recorded.has("response.chunks.jsonl")) {
            return Files.readAllLines(recorded.folder().resolve("response.chunks.jsonl"), StandardCharsets.UTF_8);
        }
        String text = Files.readString(recorded.folder().resolve("response.sse"), StandardCharsets.UTF_8);
        assertThat(text).as("the real line ends").contains("\r\n\r\n");
        return text.lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring("data: ".length()))
                .toList();
    }

    /** Compares with the recorded chunks, of which a buffered answer has one. */
    private static void assertResponse(ChatResponse response, List<JsonNode> chunks) {
        StringBuilder text = new StringBuilder();
        StringBuilder thoughts = new StringBuilder();
        List<String> callNames = new ArrayList<>();
        List<String> signatures = new ArrayList<>();
        ArrayNode opaque = Json.MAPPER.createArrayNode();
        String finish = "";
        JsonNode usage = Json.MAPPER.missingNode();
        for (JsonNode chunk : chunks) {
            JsonNode candidate = chunk.path("candidates").path(0);
            finish = candidate.path("finishReason").asText(finish);
            usage = chunk.has("usageMetadata") ? chunk.get("usageMetadata") : usage;
            for (JsonNode part : candidate.path("content").path("parts")) {
                if (part.path("thought").asBoolean()) {
                    thoughts.append(part.path("text").asText());
                } else {
                    text.append(part.path("text").asText(""));
                }
                if (part.path("functionCall").has("name")) {
                    callNames.add(part.path("functionCall").path("name").asText());
                }
                for (String kind : List.of("executableCode", "codeExecutionResult", "toolCall", "toolResponse")) {
                    if (part.has(kind)) {
                        opaque.add(part);
                    }
                }
                if (part.has("thoughtSignature")) {
                    signatures.add(part.path("thoughtSignature").asText());
                }
            }
        }
        assertThat(response.text()).isEqualTo(text.toString());
        ChatMessage.Assistant message = response.choices().get(0).message();
        assertThat(message.reasoningText()).isEqualTo(thoughts.toString());
        assertThat(message.toolCalls()).extracting(ContentPart.ToolCall::name).isEqualTo(callNames);
        assertThat(message.toolCalls()).extracting(ContentPart.ToolCall::id).doesNotHaveDuplicates();
        assertThat(message.content().stream()
                        .filter(ContentPart.Opaque.class::isInstance)
                        .map(part -> tree(((ContentPart.Opaque) part).json())))
                .containsExactlyElementsOf(opaque);
        assertThat(signatures(message)).isEqualTo(signatures);
        assertThat(response.finish().orElseThrow().nativeReason()).contains(finish);
        assertThat(response.model()).contains(chunks.get(0).path("modelVersion").asText());
        assertThat(response.id()).contains(chunks.get(0).path("responseId").asText());
        assertUsage(response.usage().orElseThrow(), usage);
    }

    private static List<String> signatures(ChatMessage.Assistant message) {
        List<String> signatures = new ArrayList<>();
        for (ContentPart part : message.content()) {
            if (part instanceof ContentPart.Text text) {
                text.signature().ifPresent(signatures::add);
            } else if (part instanceof ContentPart.ToolCall call) {
                call.signature().ifPresent(signatures::add);
            } else if (part instanceof ContentPart.Media media) {
                media.signature().ifPresent(signatures::add);
            } else if (part instanceof ContentPart.Opaque opaque) {
                String signature = tree(opaque.json()).path("thoughtSignature").asText("");
                if (!signature.isEmpty()) {
                    signatures.add(signature);
                }
            }
        }
        return signatures;
    }

    private static void assertUsage(Usage usage, JsonNode recorded) {
        long prompt = recorded.path("promptTokenCount").asLong();
        long toolUse = recorded.path("toolUsePromptTokenCount").asLong();
        long output = recorded.path("candidatesTokenCount").asLong()
                + recorded.path("thoughtsTokenCount").asLong();
        assertThat(usage.inputTokens()).hasValue(prompt + toolUse);
        assertThat(usage.outputTokens()).hasValue(output);
        assertThat(usage.totalTokens())
                .hasValue(recorded.path("totalTokenCount").asLong());
        assertThat(usage.inputTokens().getAsLong() + usage.outputTokens().getAsLong())
                .as("the provider's own total")
                .isEqualTo(usage.totalTokens().getAsLong());
        assertThat(usage.reasoningOutputTokens()).isEqualTo(number(recorded, "thoughtsTokenCount"));
        assertThat(usage.cacheReadInputTokens()).isEqualTo(number(recorded, "cachedContentTokenCount"));
        assertThat(usage.inputAudioTokens()).isEqualTo(modality(recorded.path("promptTokensDetails"), "AUDIO"));
        assertThat(usage.inputImageTokens()).isEqualTo(modality(recorded.path("promptTokensDetails"), "IMAGE|VIDEO"));
        assertThat(usage.outputImageTokens()).isEqualTo(modality(recorded.path("candidatesTokensDetails"), "IMAGE"));
    }

    private static OptionalLong number(JsonNode object, String name) {
        return object.has(name) ? OptionalLong.of(object.get(name).asLong()) : OptionalLong.empty();
    }

    private static OptionalLong modality(JsonNode details, String name) {
        for (JsonNode detail : details) {
            if (detail.path("modality").asText().matches(name)) {
                return OptionalLong.of(detail.path("tokenCount").asLong());
            }
        }
        return OptionalLong.empty();
    }

    private static JsonNode tree(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
