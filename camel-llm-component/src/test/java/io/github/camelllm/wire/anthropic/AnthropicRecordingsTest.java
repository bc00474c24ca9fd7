package io.github.camelllm.wire.anthropic;

import static io.github.camelllm.wire.anthropic.Exchanges.DIALECT;
import static io.github.camelllm.wire.anthropic.Exchanges.TARGET;
import static io.github.camelllm.wire.anthropic.Exchanges.tree;
import static io.github.camelllm.wire.anthropic.Exchanges.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.testing.Recordings;
import io.github.camelllm.wire.ChatServerCodec.ServedRequest;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.WireHeaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Traffic as providers sent it, from the folder that the property {@code llm.fixtures} or {@code LLM_FIXTURES} names.
 * What is expected is read from the recorded JSON here, block by block, not by the codec.
 */
class AnthropicRecordingsTest {
    private static final Set<String> APIS = Set.of("messages", "invoke", "count-tokens");
    private static int ran;

    static Stream<Path> cases() throws IOException {
        return Recordings.cases(about -> {
            String api = about.path("api").asText();
            // Other providers count tokens in their own shapes.
            boolean ownShape = !api.equals("count-tokens")
                    || about.path("provider").asText().equals("anthropic");
            return ownShape && APIS.contains(api);
        });
    }

    @AfterAll
    static void summary() {
        System.out.println("recorded anthropic: " + ran + " cases");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsWhatWasRecorded(Path folder) throws IOException {
        Recordings.requireFolder();
        JsonNode request = tree(Files.readString(folder.resolve("request.json")));
        if (request.path("body").isObject()) {
            sendsTheRequestAgain(request);
        }
        for (List<JsonNode> stream : streams(folder)) {
            List<Frame> frames = new ArrayList<>();
            stream.forEach(event -> frames.add(Frame.of(event.path("type").asText(), event.toString())));
            checkAnswer(Exchanges.fold(frames), wholeMessage(stream));
        }
        Path response = folder.resolve("response.json");
        if (Files.exists(response)) {
            JsonNode recorded = tree(Files.readString(response));
            if (recorded.path("status").asInt() != 200) {
                checkError(recorded);
            } else if (recorded.path("body").has("content")) {
                checkAnswer(Exchanges.decode(recorded.path("body").toString()), recorded.path("body"));
            } else {
                long counted =
                        DIALECT.tokenCounts().decode(utf8(recorded.path("body").toString()), TARGET);
                assertThat(counted)
                        .isEqualTo(recorded.path("body").path("input_tokens").asLong());
            }
        }
        ran++;
    }

    private static void checkError(JsonNode recorded) {
        JsonNode body = recorded.path("body");
        int status = recorded.path("status").asInt();
        LlmException failure = DIALECT.chat().decodeError(status, WireHeaders.NONE, utf8(body.toString()), TARGET);
        assertThat(failure.getStatusCode()).isEqualTo(status);
        assertThat(failure.getErrorType())
                .isEqualTo(body.path("error").path("type").asText());
        assertThat(failure.getRequestId()).isEqualTo(body.path("request_id").asText());
        assertThat(failure.providerMessage())
                .contains(body.path("error").path("message").asText());
        assertThat(failure.isRetryable()).isFalse();
    }

    private static void checkAnswer(ChatResponse answer, JsonNode message) {
        StringBuilder text = new StringBuilder();
        List<JsonNode> calls = new ArrayList<>();
        for (JsonNode block : message.path("content")) {
            if (block.path("type").asText().equals("text")) {
                text.append(block.path("text").asText());
            } else if (block.path("type").asText().equals("tool_use")) {
                calls.add(block);
            }
        }
        ChatMessage.Assistant said = answer.choices().get(0).message();
        assertThat(answer.id()).contains(message.path("id").asText());
        assertThat(answer.model()).contains(message.path("model").asText());
        assertThat(answer.text()).isEqualTo(text.toString());
        assertThat(said.toolCalls()).hasSameSizeAs(calls);
        for (int i = 0; i < calls.size(); i++) {
            ContentPart.ToolCall call = said.toolCalls().get(i);
            assertThat(call.id()).isEqualTo(calls.get(i).path("id").asText());
            assertThat(call.name()).isEqualTo(calls.get(i).path("name").asText());
            assertThat(tree(call.argumentsJson())).isEqualTo(calls.get(i).path("input"));
        }
        assertThat(answer.finish().orElseThrow().nativeReason())
                .contains(message.path("stop_reason").asText());
        assertThat(answer.finish().orElseThrow().stopSequence().orElse(null))
                .isEqualTo(message.path("stop_sequence").textValue());
        checkUsage(answer.usage().orElseThrow(), message.path("usage"));
        if (!message.path("content").isEmpty()) {
            ChatRequest next = ChatRequest.builder("m")
                    .message(ChatMessage.User.of("hello"))
                    .message(said)
                    .build();
            JsonNode sent = Exchanges.encode(next).path("messages").path(1).path("content");
            assertThat(normal(sent)).isEqualTo(normal(message.path("content")));
        }
    }

    private static void checkUsage(Usage usage, JsonNode recorded) {
        long input = recorded.path("input_tokens").asLong()
                + recorded.path("cache_creation_input_tokens").asLong()
                + recorded.path("cache_read_input_tokens").asLong();
        long output = recorded.path("output_tokens").asLong();
        for (JsonNode iteration : recorded.path("iterations")) {
            if (iteration.path("type").asText().equals("compaction")) {
                input += iteration.path("input_tokens").asLong()
                        + iteration.path("cache_creation_input_tokens").asLong()
                        + iteration.path("cache_read_input_tokens").asLong();
                output += iteration.path("output_tokens").asLong();
            }
        }
        assertThat(usage.inputTokens()).hasValue(input);
        assertThat(usage.outputTokens()).hasValue(output);
        assertThat(usage.cacheReadInputTokens()).isEqualTo(optional(recorded, "cache_read_input_tokens"));
        assertThat(usage.cacheCreationInputTokens()).isEqualTo(optional(recorded, "cache_creation_input_tokens"));
        assertThat(usage.cacheCreation1hInputTokens())
                .isEqualTo(optional(recorded.path("cache_creation"), "ephemeral_1h_input_tokens"));
        assertThat(usage.reasoningOutputTokens())
                .isEqualTo(optional(recorded.path("output_tokens_details"), "thinking_tokens"));
        assertThat(usage.webSearchRequests())
                .isEqualTo(optional(recorded.path("server_tool_use"), "web_search_requests"));
        assertThat(usage.serviceTier().orElse(null))
                .isEqualTo(recorded.path("service_tier").textValue());
    }

    private static OptionalLong optional(JsonNode object, String member) {
        return object.path(member).isNumber()
                ? OptionalLong.of(object.path(member).asLong())
                : OptionalLong.empty();
    }

    /** A request that a client sent, read by the server half and written by the client half, is the same request. */
    private static void sendsTheRequestAgain(JsonNode request) {
        ObjectNode body = request.path("body").deepCopy();
        if (!body.has("model")) {
            body.put("model", "said in the path");
        }
        String path = request.path("path").asText();
        ServedRequest served = DIALECT.server().decode(path, utf8(body.toString()));
        assertThat(served.stream()).isEqualTo(body.path("stream").asBoolean());
        byte[] sent = path.contains("count_tokens")
                ? DIALECT.tokenCounts().encode(served.request(), TARGET).body()
                : DIALECT.chat()
                        .encode(served.request(), served.stream(), Exchanges.with("mid-system", "system"))
                        .body();
        assertThat(normal(tree(sent))).isEqualTo(normal(body));
    }

    /** The same JSON for what the wire says in two ways: nulls, defaults, a text alone or in a list. */
    private static JsonNode normal(JsonNode node) {
        if (node.isArray()) {
            boolean isOneText = node.size() == 1
                    && node.path(0).path("type").asText().equals("text")
                    && normal(node.path(0)).size() == 2;
            ArrayNode items = JsonNodeFactory.instance.arrayNode();
            node.forEach(item -> items.add(normal(item)));
            return isOneText ? TextNode.valueOf(node.path(0).path("text").asText()) : items;
        }
        if (!node.isObject()) {
            return node;
        }
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        Iterator<Map.Entry<String, JsonNode>> fields = node.properties().iterator();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            boolean isDefault = field.getValue().isNull()
                    || Set.of("is_error", "stream").contains(field.getKey())
                            && !field.getValue().asBoolean()
                    || field.getKey().equals("tool_choice")
                            && field.getValue().toString().equals("{\"type\":\"auto\"}");
            if (!isDefault) {
                members.set(field.getKey(), normal(field.getValue()));
            }
        }
        return members;
    }

    /** The recorded streams of a case; one case holds the streams of a whole conversation one after another. */
    private static List<List<JsonNode>> streams(Path folder) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        if (Files.exists(folder.resolve("response.sse"))) {
            for (Frame frame : Exchanges.frames(Files.readAllBytes(folder.resolve("response.sse")))) {
                events.add(tree(frame.text()));
            }
        } else if (Files.exists(folder.resolve("response.chunks.jsonl"))) {
            for (String line : Files.readAllLines(folder.resolve("response.chunks.jsonl"))) {
                events.add(tree(line));
            }
        }
        List<List<JsonNode>> streams = new ArrayList<>();
        List<JsonNode> current = new ArrayList<>();
        for (JsonNode event : events) {
            current.add(event);
            if (event.path("type").asText().equals("message_stop")) {
                streams.add(current);
                current = new ArrayList<>();
            }
        }
        assertThat(current).isEmpty();
        return streams;
    }

    /** What the stream says, put together as the body of its buffered twin. */
    private static JsonNode wholeMessage(List<JsonNode> events) {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        List<StringBuilder> inputs = new ArrayList<>();
        for (JsonNode event : events) {
            switch (event.path("type").asText()) {
                case "message_start":
                    message = event.path("message").deepCopy();
                    break;
                case "content_block_start":
                    ((ArrayNode) message.path("content"))
                            .add(event.path("content_block").deepCopy());
                    inputs.add(new StringBuilder());
                    break;
                case "content_block_delta":
                    ObjectNode block = (ObjectNode)
                            message.path("content").path(event.path("index").asInt());
                    append(
                            block,
                            event.path("delta"),
                            inputs.get(event.path("index").asInt()));
                    break;
                case "content_block_stop":
                    String input = inputs.get(event.path("index").asInt()).toString();
                    if (!input.isEmpty()) {
                        ((ObjectNode) message.path("content")
                                        .path(event.path("index").asInt()))
                                .set("input", tree(input));
                    }
                    break;
                case "message_delta":
                    message.setAll((ObjectNode) event.path("delta"));
                    ObjectNode usage = (ObjectNode) message.path("usage");
                    for (Map.Entry<String, JsonNode> count : event.path("usage").properties()) {
                        if (!count.getValue().isNull()) {
                            usage.set(count.getKey(), count.getValue());
                        }
                    }
                    break;
                default:
                    break;
            }
        }
        return message;
    }

    private static void append(ObjectNode block, JsonNode delta, StringBuilder input) {
        switch (delta.path("type").asText()) {
            case "text_delta":
                block.put(
                        "text", block.path("text").asText() + delta.path("text").asText());
                break;
            case "thinking_delta":
                block.put(
                        "thinking",
                        block.path("thinking").asText() + delta.path("thinking").asText());
                break;
            case "signature_delta":
                block.put("signature", delta.path("signature").asText());
                break;
            case "compaction_delta":
                block.put(
                        "content",
                        block.path("content").asText("") + delta.path("content").asText());
                break;
            case "citations_delta":
                block.withArray("citations").add(delta.path("citation"));
                break;
            case "input_json_delta":
                input.append(delta.path("partial_json").asText());
                break;
            default:
                throw new AssertionError("a delta that this test does not know: " + delta.path("type"));
        }
    }
}
