package io.github.camelllm.wire.openai;

import static io.github.camelllm.wire.openai.Exchanges.DIALECT;
import static io.github.camelllm.wire.openai.Exchanges.TARGET;
import static io.github.camelllm.wire.openai.Exchanges.tree;
import static io.github.camelllm.wire.openai.Exchanges.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.ModelInfo;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.testing.Recordings;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.StreamDecoder;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Traffic as providers sent it, from the folder that the property {@code llm.fixtures} or {@code LLM_FIXTURES} names. What
 * is expected is read from the recorded JSON here, member by member, not by the codec.
 */
class OpenAiRecordingsTest {
    private static final Set<String> APIS = Set.of("chat-completions", "embeddings", "models");
    /** Embeddings of other shapes than OpenAI's. */
    private static final Set<String> OTHER_EMBEDDINGS = Set.of("cohere", "google", "google-vertex");

    private static int ran;

    static Stream<Path> cases() throws IOException {
        return Recordings.cases(about -> {
            String api = about.path("api").asText();
            boolean other = api.equals("embeddings")
                    && OTHER_EMBEDDINGS.contains(about.path("provider").asText());
            return APIS.contains(api) && !other;
        });
    }

    @AfterAll
    static void summary() {
        System.out.println("recorded openai: " + ran + " cases");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsWhatWasRecorded(Path folder) throws IOException {
        Recordings.requireFolder();
        String api =
                tree(Files.readString(folder.resolve("meta.json"))).path("api").asText();
        JsonNode request =
                tree(Files.readString(folder.resolve("request.json"))).path("body");
        if (api.equals("chat-completions") && request.isObject()) {
            sendsTheRequestAgain(request);
        }
        if (Files.exists(folder.resolve("response.json"))) {
            JsonNode recorded = tree(Files.readString(folder.resolve("response.json")));
            checkWhole(api, recorded, request);
        } else {
            checkStream(frames(folder));
        }
        ran++;
    }

    // Requests: what a client sent is understood, and goes out again with the same meaning.

    private static void sendsTheRequestAgain(JsonNode body) throws IOException {
        ChatRequest request = Exchanges.serve(body.toString()).request();
        WireTarget target = Exchanges.with(
                OpenAiOptions.DOCUMENTS,
                body.toString().contains("document_url") ? "document_url" : "file_data_url",
                OpenAiOptions.REASONING_REPLAY,
                "reasoning",
                OpenAiOptions.REASONING,
                body.has("thinking") && !body.has("reasoning_effort")
                        ? "thinking"
                        : body.has("reasoning") ? "reasoning" : "reasoning_effort",
                OpenAiOptions.TOOL_NAME,
                "true");
        JsonNode again = tree(DIALECT.chat().encode(request, false, target).body());
        assertThat(again.path("model")).isEqualTo(body.path("model"));
        assertThat(again.path("tools")).hasSameSizeAs(body.path("tools"));
        for (int i = 0; i < body.path("tools").size(); i++) {
            // Some clients leave "type" out.
            assertThat(again.path("tools").get(i).path("function"))
                    .isEqualTo(body.path("tools").get(i).path("function"));
        }
        assertThat(again.path("response_format")).isEqualTo(body.path("response_format"));
        assertThat(again.path("messages")).hasSameSizeAs(body.path("messages"));
        for (int i = 0; i < body.path("messages").size(); i++) {
            JsonNode sent = body.path("messages").get(i);
            JsonNode got = again.path("messages").get(i);
            for (String member : new String[] {"role", "tool_call_id", "name", "reasoning"}) {
                assertThat(got.path(member).asText(""))
                        .as("%s of message %d", member, i)
                        .isEqualTo(sent.path(member).asText(""));
            }
            assertThat(plain(got.path("content")))
                    .as("content of message %d", i)
                    .isEqualTo(plain(sent.path("content")));
            assertThat(got.path("tool_calls").size())
                    .isEqualTo(
                            sent.path("role").asText().equals("assistant")
                                    ? sent.path("tool_calls").size()
                                    : 0);
        }
        for (Map.Entry<String, JsonNode> member : body.properties()) {
            if (!member.getValue().isNull()
                    && !Set.of("messages", "stream", "stream_options", "tools", "max_completion_tokens", "reasoning")
                            .contains(member.getKey())) {
                assertThat(numbersAlike(again.path(member.getKey())))
                        .as(member.getKey())
                        .isEqualTo(numbersAlike(member.getValue()));
            }
        }
    }

    /** Content without the freedoms of its form: one text may be a string or a list of one part. */
    private static JsonNode plain(JsonNode content) {
        if (content.isMissingNode() || content.isNull()) {
            return tree("[]");
        }
        if (content.isTextual()) {
            return content.asText().isEmpty()
                    ? tree("[]")
                    : Exchanges.MAPPER.createArrayNode().add(content);
        }
        var list = Exchanges.MAPPER.createArrayNode();
        for (JsonNode part : content) {
            if (part.path("type").asText().equals("text")) {
                list.add(part.path("text"));
            } else if (part.path("image_url").isTextual()
                    || part.path("document_url").isTextual()) {
                list.add(part.path("image_url").asText()
                        + part.path("document_url").asText());
            } else if (part.path("image_url").isObject()) {
                list.add(part.path("image_url").path("url"));
            } else {
                list.add(part);
            }
        }
        return list;
    }

    private static JsonNode numbersAlike(JsonNode value) {
        if (value.isNumber()) {
            return tree(String.valueOf(value.doubleValue()));
        }
        return value.isTextual() && value.asText().equals("stop") ? tree("[\"stop\"]") : value;
    }

    // Whole answers

    private static void checkWhole(String api, JsonNode recorded, JsonNode request) {
        JsonNode body = recorded.path("body");
        byte[] bytes = utf8(
                recorded.has("body")
                        ? body.toString()
                        : recorded.path("body_text").asText());
        if (recorded.path("status").asInt() >= 400) {
            checkError(recorded.path("status").asInt(), body, bytes);
        } else if (api.equals("models")) {
            checkModels(body, bytes);
        } else if (api.equals("embeddings")) {
            checkEmbeddings(body, bytes);
        } else if (!body.has("choices")) {
            assertThatThrownBy(() -> DIALECT.chat().decode(bytes, WireHeaders.NONE, TARGET))
                    .isInstanceOf(LlmMalformedResponseException.class);
        } else {
            JsonNode choice = body.path("choices").get(0);
            ChatResponse answer = DIALECT.chat().decode(bytes, WireHeaders.NONE, TARGET);
            Expected expected = new Expected();
            expected.add(choice.path("message"));
            expected.finish = choice.path("finish_reason").asText("");
            expected.usage = body.path("usage");
            check(answer, expected, body);
        }
    }

    private static void checkError(int status, JsonNode body, byte[] bytes) {
        LlmException failure = DIALECT.chat().decodeError(status, WireHeaders.NONE, bytes, TARGET);
        JsonNode error = body.path("error");
        assertThat(failure.getStatusCode()).isEqualTo(status);
        assertThat(failure.providerMessage()).contains(error.path("message").asText());
        assertThat(failure.getErrorType())
                .isIn(error.path("code").asText(), error.path("type").asText());
        assertThat(failure)
                .isInstanceOf(status == 429 ? LlmRateLimitedException.class : LlmInvalidRequestException.class);
        assertThat(failure.isRetryable()).isEqualTo(status == 429);
    }

    private static void checkModels(JsonNode body, byte[] bytes) {
        List<ModelInfo> models =
                DIALECT.models().orElseThrow().decode(bytes, TARGET).models();
        List<String> ids = new ArrayList<>();
        for (JsonNode model : body.isArray() ? body : body.path("data")) {
            ids.add(model.path(body.isArray() ? "model_id" : "id").asText());
        }
        assertThat(models).extracting(ModelInfo::id).isEqualTo(ids).isNotEmpty();
    }

    private static void checkEmbeddings(JsonNode body, byte[] bytes) {
        int inputs = body.path("data").size();
        EmbeddingsResponse answer = DIALECT.embeddings().orElseThrow().decode(bytes, inputs, TARGET);
        for (int i = 0; i < inputs; i++) {
            JsonNode numbers = body.path("data").get(i).path("embedding");
            assertThat(answer.vectors().get(i)).hasSize(numbers.size());
            for (int j = 0; j < numbers.size(); j++) {
                assertThat(answer.vectors().get(i)[j]).isEqualTo(numbers.get(j).floatValue());
            }
        }
        JsonNode usage = body.path("usage");
        long tokens = usage.has("prompt_tokens")
                ? usage.path("prompt_tokens").asLong()
                : usage.path("total_tokens").asLong();
        assertThat(answer.usage().orElseThrow().inputTokens()).hasValue(tokens);
    }

    // Streams

    private static List<Frame> frames(Path folder) throws IOException {
        if (Files.exists(folder.resolve("response.sse"))) {
            return Exchanges.frames(Files.readAllBytes(folder.resolve("response.sse")));
        }
        List<Frame> frames = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("response.chunks.jsonl"))) {
            if (!line.isBlank()) {
                frames.add(Frame.of("", line));
            }
        }
        frames.add(Frame.of("", "[DONE]"));
        return frames;
    }

    private static void checkStream(List<Frame> frames) {
        Expected expected = new Expected();
        JsonNode last = tree("{}");
        for (Frame frame : frames) {
            if (frame.text().equals("[DONE]")) {
                continue;
            }
            JsonNode chunk = tree(frame.text());
            if (chunk.has("error")) {
                checkFailingStream(frames, chunk.path("error"), expected);
                return;
            }
            last = chunk;
            for (JsonNode choice : chunk.path("choices")) {
                expected.add(choice.path("delta"));
                expected.finish = choice.path("finish_reason").asText(expected.finish);
            }
            if (chunk.path("usage").isObject()) {
                expected.usage = chunk.path("usage");
            }
        }
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        List<StreamEvent> events = new ArrayList<>();
        frames.forEach(frame -> events.addAll(decoder.decode(frame)));
        events.addAll(decoder.end());
        check(ChatResponseFold.fold(events), expected, last);
    }

    private static void checkFailingStream(List<Frame> frames, JsonNode error, Expected before) {
        StreamDecoder decoder = DIALECT.chat().streamDecoder(TARGET);
        ChatResponseFold fold = new ChatResponseFold();
        LlmException failure = catchThrowableOfType(LlmException.class, () -> {
            for (Frame frame : frames) {
                decoder.decode(frame).forEach(event -> event.accept(fold));
            }
            decoder.end().forEach(event -> event.accept(fold));
        });
        assertThat(failure).isInstanceOf(LlmInvalidRequestException.class);
        assertThat(failure.getErrorType()).isEqualTo(error.path("code").asText());
        assertThat(failure.providerMessage()).contains(error.path("message").asText());
        assertThat(fold.isCompleted()).isFalse();
        ChatMessage.Assistant said = fold.response().choices().get(0).message();
        assertThat(said.reasoningText()).isEqualTo(before.reasoning.toString()).isNotEmpty();
    }

    // What an answer has to say

    private static final class Expected {
        final StringBuilder text = new StringBuilder();
        final StringBuilder reasoning = new StringBuilder();
        final Map<Integer, StringBuilder> arguments = new TreeMap<>();
        final Map<Integer, String> names = new TreeMap<>();
        final Map<Integer, String> ids = new TreeMap<>();
        String finish = "";
        JsonNode usage = tree("{}");

        void add(JsonNode message) {
            JsonNode content = message.path("content");
            if (content.isArray()) {
                for (JsonNode part : content) {
                    text.append(part.path("text").asText(""));
                    for (JsonNode thought : part.path("thinking")) {
                        reasoning.append(thought.path("text").asText(""));
                    }
                }
            } else {
                text.append(content.asText("").equals("null") ? "" : content.asText(""));
            }
            String flat = message.path("reasoning_content").asText("")
                    + message.path("reasoning").asText("");
            reasoning.append(flat.replace("null", ""));
            if (flat.isEmpty()) {
                for (JsonNode detail : message.path("reasoning_details")) {
                    reasoning.append(detail.path("text").asText(""));
                }
            }
            int position = 0;
            for (JsonNode call : message.path("tool_calls")) {
                int key = call.path("index").asInt(position++);
                arguments
                        .computeIfAbsent(key, absent -> new StringBuilder())
                        .append(call.path("function").path("arguments").asText(""));
                if (call.path("function").has("name")) {
                    names.put(key, call.path("function").path("name").asText());
                }
                if (!call.path("id").asText("").isEmpty()) {
                    ids.put(key, call.path("id").asText());
                }
            }
        }
    }

    private static void check(ChatResponse answer, Expected expected, JsonNode body) {
        ChatMessage.Assistant said = answer.choices().get(0).message();
        assertThat(answer.text()).isEqualTo(expected.text.toString());
        assertThat(said.reasoningText()).isEqualTo(expected.reasoning.toString());
        List<ContentPart.ToolCall> calls = said.toolCalls();
        assertThat(calls).extracting(ContentPart.ToolCall::name).isEqualTo(List.copyOf(expected.names.values()));
        assertThat(calls)
                .extracting(ContentPart.ToolCall::argumentsJson)
                .isEqualTo(expected.arguments.values().stream()
                        .map(Object::toString)
                        .toList());
        if (expected.ids.isEmpty()) {
            assertThat(calls)
                    .extracting(ContentPart.ToolCall::id)
                    .doesNotContain("")
                    .doesNotHaveDuplicates();
        } else {
            assertThat(calls).extracting(ContentPart.ToolCall::id).isEqualTo(List.copyOf(expected.ids.values()));
        }
        String id = body.path("id").asText("");
        assertThat(answer.id().orElse("")).isEqualTo(id);
        assertThat(answer.model().orElse("")).isEqualTo(body.path("model").asText(""));
        checkFinish(answer, expected, !calls.isEmpty());
        if (expected.usage.has("prompt_tokens")) {
            checkUsage(answer.usage().orElseThrow(), expected.usage);
        } else {
            assertThat(answer.usage()).isEmpty();
        }
    }

    private static void checkFinish(ChatResponse answer, Expected expected, boolean calls) {
        FinishReason reason = answer.finish().orElseThrow().reason();
        switch (expected.finish) {
            case "tool_calls":
                assertThat(reason).isEqualTo(FinishReason.TOOL_CALLS);
                break;
            case "length":
                assertThat(reason).isEqualTo(FinishReason.LENGTH);
                break;
            case "stop":
            case "":
                assertThat(reason).isEqualTo(calls ? FinishReason.TOOL_CALLS : FinishReason.STOP);
                break;
            default:
                throw new AssertionError("a recorded finish_reason this test does not know: " + expected.finish);
        }
    }

    private static void checkUsage(Usage usage, JsonNode recorded) {
        long prompt = recorded.path("prompt_tokens").asLong();
        long completion = recorded.path("completion_tokens").asLong();
        long total = recorded.path("total_tokens").asLong();
        long reasoning = recorded.path("completion_tokens_details")
                .path("reasoning_tokens")
                .asLong(0);
        assertThat(usage.inputTokens()).hasValue(prompt);
        assertThat(usage.totalTokens()).hasValue(total);
        boolean outside = reasoning > 0 && prompt + completion + reasoning == total;
        assertThat(usage.outputTokens()).hasValue(outside ? completion + reasoning : completion);
        assertThat(usage.reasoningOutputTokens().orElse(0)).isEqualTo(reasoning);
        long cached = recorded.path("prompt_tokens_details")
                .path("cached_tokens")
                .asLong(recorded.path("num_cached_tokens").asLong(0));
        assertThat(usage.cacheReadInputTokens().orElse(0)).isEqualTo(cached);
        if (recorded.has("cost")) {
            java.math.BigDecimal cost = recorded.path("cost").decimalValue();
            if (recorded.path("is_byok").asBoolean()) {
                cost = cost.add(recorded.path("cost_details")
                        .path("upstream_inference_cost")
                        .decimalValue());
            }
            assertThat(usage.reportedCost().orElseThrow().amount()).isEqualByComparingTo(cost);
        } else if (recorded.has("cost_in_usd_ticks")) {
            assertThat(usage.reportedCost().orElseThrow().amount().movePointRight(10))
                    .isEqualByComparingTo(recorded.path("cost_in_usd_ticks").decimalValue());
        } else {
            assertThat(usage.reportedCost()).isEmpty();
        }
    }
}
