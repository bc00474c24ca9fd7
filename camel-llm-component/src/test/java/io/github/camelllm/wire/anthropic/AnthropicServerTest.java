package io.github.camelllm.wire.anthropic;

import static io.github.camelllm.wire.anthropic.Exchanges.DIALECT;
import static io.github.camelllm.wire.anthropic.Exchanges.TARGET;
import static io.github.camelllm.wire.anthropic.Exchanges.encode;
import static io.github.camelllm.wire.anthropic.Exchanges.tree;
import static io.github.camelllm.wire.anthropic.Exchanges.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.CacheHint;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.ChatResponseFold;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.FinishReason;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.ModelInfo;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.StreamEvent;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.ChatServerCodec.ServedRequest;
import io.github.camelllm.wire.ChatServerCodec.StreamEncoder;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.Frame;
import io.github.camelllm.wire.ModelsClientCodec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicServerTest {
    private static final String HEAD = "{\"model\":\"m\",\"max_tokens\":10,";

    private static ChatRequest read(String members) {
        return DIALECT.server()
                .decode("/v1/messages", utf8(HEAD + members + "}"))
                .request();
    }

    private static List<ChatMessage> turns(String turns) {
        return read("\"messages\":[" + turns + "]").messages();
    }

    // Requests

    @Test
    void splitsResultsFromTheRestOfAUserTurn() {
        List<ChatMessage> messages = turns(
                "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"1\",\"name\":\"a\",\"input\":{}}]},"
                        + "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"1\",\"content\":\"x\","
                        + "\"is_error\":true,\"cache_control\":{\"type\":\"ephemeral\"}},{\"type\":\"tool_result\",\"tool_use_id\":\"9\"},"
                        + "{\"type\":\"text\",\"text\":\"and\"}]}");
        assertThat(messages.subList(1, 4))
                .containsExactly(
                        new ChatMessage.Tool(
                                "1",
                                Optional.of("a"),
                                List.of(ContentPart.Text.of("x").withCache(CacheHint.DEFAULT)),
                                true),
                        new ChatMessage.Tool("9", Optional.empty(), List.of(), false),
                        ChatMessage.User.of("and"));
    }

    @Test
    void readsSystemAsTextAndAsBlocks() {
        assertThat(read("\"system\":\"s\",\"messages\":[]").messages()).containsExactly(ChatMessage.System.of("s"));
        ContentPart marked = ContentPart.Text.of("s").withCache(CacheHint.of(Duration.ofHours(1)));
        assertThat(
                        read("\"system\":[{\"type\":\"text\",\"text\":\"s\",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}}],"
                                        + "\"messages\":[{\"role\":\"system\",\"content\":\"late\"}]")
                                .messages())
                .containsExactly(
                        new ChatMessage.System(List.of(marked), Optional.empty()), ChatMessage.System.of("late"));
    }

    @Test
    void keepsBlocksItDoesNotKnowAsTheyAre() {
        String block = "{\"type\":\"search_result\",\"source\":\"s\",\"title\":\"t\",\"n\":1.50}";
        String text =
                "{\"type\":\"text\",\"text\":\"x\",\"cache_control\":{\"type\":\"ephemeral\",\"scope\":\"global\"}}";
        assertThat(turns("{\"role\":\"user\",\"content\":[" + block + "," + text + "]}")
                        .get(0)
                        .content())
                .containsExactly(
                        new ContentPart.Opaque("anthropic", "search_result", block, Optional.empty()),
                        new ContentPart.Opaque(
                                "anthropic",
                                "text",
                                text,
                                Optional.of("x"),
                                List.of(ContentPart.Text.of("x").withCache(CacheHint.DEFAULT))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "'a':{'type':'string'},'b':{'type':'object','properties':{},'additionalProperties':false} | 'a','b' | true",
                "'a':{'type':'string'},'b':{'type':'string'} | 'a' | false",
                "'a':{'type':'array','items':{'type':'object','properties':{'c':{}},'additionalProperties':false}} | 'a' | false",
                "'a':{'type':'object'} | 'a' | false"
            })
    void asksOthersToGuaranteeASchemaOnlyIfTheyWould(String properties, String required, boolean strict) {
        String schema = "{'type':'object','properties':{" + properties + "},'required':[" + required
                + "],'additionalProperties':false}";
        ChatRequest request = read("'messages':[],'output_config':{'format':{'type':'json_schema','schema':SCHEMA}}"
                .replace("SCHEMA", schema)
                .replace('\'', '"'));
        assertThat(request.responseFormat())
                .contains(new ResponseFormat.JsonSchema(
                        "response",
                        schema.replace('\'', '"'),
                        Optional.empty(),
                        strict ? Optional.of(true) : Optional.empty()));
    }

    @Test
    void keepsToolsWithMembersItDoesNotKnowAsNative() {
        String deferred = "{\"name\":\"a\",\"input_schema\":{\"type\":\"object\"},\"defer_loading\":true}";
        assertThat(read("\"messages\":[],\"tools\":[" + deferred
                                + ",{\"type\":\"custom\",\"name\":\"b\",\"input_schema\":{},\"strict\":null}]")
                        .tools())
                .containsExactly(
                        new Tool.Native(
                                "anthropic",
                                deferred,
                                Optional.of(new Tool.Function(
                                        "a",
                                        Optional.empty(),
                                        Optional.of("{\"type\":\"object\"}"),
                                        Optional.empty(),
                                        Optional.empty()))),
                        new Tool.Function(
                                "b", Optional.empty(), Optional.of("{}"), Optional.empty(), Optional.empty()));
    }

    @Test
    void keepsUnknownMembersWithAllTheirDigits() {
        ChatRequest request = read("\"messages\":[],\"container\":\"c\",\"speed\":null,\"mcp_servers\":[{\"n\":1.10}],"
                + "\"metadata\":{\"user_id\":\"u\",\"team\":\"t\"},\"thinking\":{\"type\":\"between_tools\"}");
        assertThat(request.clientMembers().orElseThrow().members())
                .containsOnlyKeys("container", "mcp_servers", "metadata", "thinking");
        assertThat(request.user()).contains("u");
        assertThat(encode(request).toString())
                .contains("\"mcp_servers\":[{\"n\":1.1")
                .contains("between_tools");
        byte[] body = DIALECT.chat().encode(request, false, TARGET).body();
        assertThat(new String(body, StandardCharsets.UTF_8))
                .contains("{\"n\":1.10}")
                .doesNotContain("speed");
    }

    @Test
    void refusesAThreadInAWayThatToolRunnersGoOnWithoutIt() {
        assertThat(read("\"messages\":[],\"thread\":null").messages()).isEmpty();
        LlmInvalidRequestException refusal = catchThrowableOfType(
                LlmInvalidRequestException.class,
                () -> read("\"messages\":[],\"thread\":{\"type\":\"continue\",\"previous_message_id\":\"msg_1\"}"));
        assertThat(DIALECT.server().statusOf(refusal)).isEqualTo(400);
        assertThat(tree(new String(DIALECT.server().encodeError(refusal), StandardCharsets.UTF_8))
                        .at("/error/details/error_code")
                        .asText())
                .isEqualTo("thread_unsupported_request");
    }

    @Test
    void readsEffortAndThinking() {
        ChatRequest both = read(
                "\"messages\":[],\"thinking\":{\"type\":\"adaptive\",\"display\":\"summarized\"},\"output_config\":{\"effort\":\"xhigh\"}");
        assertThat(both.reasoning())
                .contains(new ReasoningOptions(
                        Optional.of(ReasoningEffort.XHIGH), OptionalInt.empty(), Optional.of(true)));
        assertThat(both.clientMembers()).isEmpty();
        ChatRequest effort = read("\"messages\":[],\"output_config\":{\"effort\":\"low\"}");
        assertThat(effort.reasoning()).contains(ReasoningOptions.of(ReasoningEffort.LOW));
        assertThat(encode(effort).has("thinking")).isFalse();
        assertThat(encode(effort).path("output_config")).isEqualTo(tree("{\"effort\":\"low\"}"));
        ChatRequest unknown = read("\"messages\":[],\"output_config\":{\"effort\":\"heroic\"}");
        assertThat(unknown.reasoning()).isEmpty();
        assertThat(encode(unknown).path("output_config")).isEqualTo(tree("{\"effort\":\"heroic\"}"));
    }

    @Test
    void countNeedsNoMaxTokens() {
        byte[] body = utf8("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}");
        assertThat(DIALECT.server()
                        .decode("/v1/messages/count_tokens?beta=true", body)
                        .request()
                        .maxOutputTokens())
                .isEmpty();
        assertThatThrownBy(() -> DIALECT.server().decode("/v1/messages?beta=true", body))
                .hasMessage("max_tokens: expected an integer, got nothing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"messages\":7 | messages: expected an array, got number",
                "\"messages\":[7] | messages[0]: expected an object, got number",
                "\"messages\":[{\"role\":\"king\",\"content\":\"secret\"}] | messages[0].role: expected one of user,"
                        + " assistant, system, got another word",
                "\"messages\":[{\"role\":\"user\"}] | messages[0].content: expected a string or an array, got nothing",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"secret\"}]}] | messages[0].content[0].type:"
                        + " expected a string, got nothing",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":[\"secret\"]}]}] |"
                        + " messages[0].content[0].text: expected a string, got array",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"url\"}}]}] |"
                        + " messages[0].content[0].source.url: expected a string, got nothing",
                "\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"1\",\"name\":\"a\",\"input\":\"secret\"}]}]"
                        + " | messages[0].content[0].input: expected an object, got string",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"content\":\"secret\"}]}] |"
                        + " messages[0].content[0].tool_use_id: expected a string, got nothing",
                "\"messages\":[],\"system\":true | system: expected a string or an array, got boolean",
                "\"messages\":[],\"tools\":{} | tools: expected an array, got object",
                "\"messages\":[],\"tools\":[{\"name\":\"a\"}] | tools[0].input_schema: expected an object, got nothing",
                "\"messages\":[],\"tool_choice\":{\"type\":\"secret\"} | tool_choice.type: expected one of auto, any,"
                        + " tool, none, got another word",
                "\"messages\":[],\"temperature\":\"hot\" | temperature: expected a number, got string",
                "\"messages\":[],\"top_k\":1.5 | top_k: expected an integer, got number",
                "\"messages\":[],\"stop_sequences\":[1] | stop_sequences[0]: expected a string, got number",
                "\"messages\":[],\"stream\":\"yes\" | stream: expected a boolean, got string",
                "\"messages\":[],\"thinking\":{\"type\":\"enabled\"} | thinking.budget_tokens: expected an integer,"
                        + " got nothing",
                "\"messages\":[],\"output_config\":{\"format\":{\"type\":\"json_schema\"}} |"
                        + " output_config.format.schema: expected an object, got nothing",
                "\"messages\":[],\"metadata\":\"secret\" | metadata: expected an object, got string",
                "\"messages\":[],\"service_tier\":1 | service_tier: expected a string, got number"
            })
    void namesWhatIsWrongAndNeverQuotesIt(String members, String message) {
        assertThatThrownBy(() -> read(members))
                .isInstanceOf(LlmInvalidRequestException.class)
                .hasMessage(message);
    }

    // Answers

    private static ChatResponse answer(ContentPart... parts) {
        List<StreamEvent> events = new ArrayList<>();
        for (ContentPart part : parts) {
            events.add(new StreamEvent.PartAdded(0, part));
        }
        events.add(new StreamEvent.Finished(0, Finish.of(FinishReason.STOP, "stop")));
        return ChatResponseFold.fold(events);
    }

    private static JsonNode served(ChatResponse response) {
        return tree(DIALECT.server().encode(response, new ServedRequest(read("\"messages\":[]"), false, true)));
    }

    @Test
    void answersOfOtherProvidersHaveAllMembersOfTheWire() {
        JsonNode body = served(answer(ContentPart.Text.of("Hi")));
        assertThat(body.path("id").asText()).startsWith("msg_");
        assertThat(body.path("type").asText()).isEqualTo("message");
        assertThat(body.path("role").asText()).isEqualTo("assistant");
        assertThat(body.path("model").asText()).isEqualTo("m");
        assertThat(body.path("content")).isEqualTo(tree("[{\"type\":\"text\",\"text\":\"Hi\"}]"));
        assertThat(body.path("stop_reason").asText()).isEqualTo("end_turn");
        assertThat(body.get("stop_sequence").isNull()).isTrue();
        assertThat(body.path("usage").path("input_tokens").isInt()).isTrue();
        assertThat(body.path("usage").path("output_tokens").isInt()).isTrue();
        assertThat(body.path("usage").get("cache_read_input_tokens").isNull()).isTrue();
    }

    @Test
    void partsOfOtherProvidersGetTheNearestBlock() {
        ContentPart cited = new ContentPart.Text(
                "x",
                List.of(Citation.ofUrl("https://example.org", Optional.of("E"))),
                Optional.empty(),
                Optional.empty());
        ContentPart foreign = new ContentPart.Opaque("gemini", "executableCode", "{}", Optional.empty());
        ContentPart custom =
                new ContentPart.ToolCall("1", "sh", "ls", true, Optional.empty(), Optional.of("{\"id\":\"fc\"}"));
        assertThat(served(answer(
                                cited,
                                foreign,
                                custom,
                                ContentPart.Reasoning.of("Hm."),
                                new ContentPart.Refusal("No.")))
                        .path("content"))
                .isEqualTo(
                        tree(
                                "[{\"type\":\"text\",\"text\":\"x\",\"citations\":[{\"type\":\"web_search_result_location\","
                                        + "\"url\":\"https://example.org\",\"title\":\"E\",\"cited_text\":\"\",\"encrypted_index\":\"\"}]},"
                                        + "{\"type\":\"tool_use\",\"id\":\"1\",\"name\":\"sh\",\"input\":{\"input\":\"ls\"}},"
                                        + "{\"type\":\"thinking\",\"thinking\":\"Hm.\",\"signature\":\"\"},{\"type\":\"text\",\"text\":\"No.\"}]"));
    }

    @ParameterizedTest
    @CsvSource({
        "STOP, stop, end_turn",
        "STOP, end_turn, end_turn",
        "STOP, stop_sequence, stop_sequence",
        "LENGTH, length, max_tokens",
        "LENGTH, model_context_window_exceeded, model_context_window_exceeded",
        "TOOL_CALLS, STOP, tool_use",
        "CONTENT_FILTER, SAFETY, refusal",
        "PAUSE, pause_turn, pause_turn",
        "OTHER, something_new, something_new"
    })
    void stopReasonsAreThoseOfTheWire(FinishReason reason, String spoken, String wire) {
        assertThat(StopReasons.finishToStopReason(Finish.of(reason, spoken))).isEqualTo(wire);
    }

    // Streams

    private static List<Frame> stream(StreamEvent... events) {
        StreamEncoder encoder = DIALECT.server().streamEncoder(new ServedRequest(read("\"messages\":[]"), true, true));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (StreamEvent event : events) {
            bytes.writeBytes(encoder.encode(event));
        }
        return Exchanges.frames(bytes.toByteArray());
    }

    private static List<String> types(List<Frame> frames) {
        List<String> types = new ArrayList<>();
        for (Frame frame : frames) {
            JsonNode event = tree(frame.text());
            assertThat(event.path("type").asText()).isEqualTo(frame.type());
            types.add(event.has("index") ? frame.type() + " " + event.path("index") : frame.type());
        }
        return types;
    }

    @Test
    void eventsComeInTheOrderOfTheWire() {
        List<Frame> frames = stream(
                new StreamEvent.Started(Optional.of("x-1"), Optional.of("m-2"), Optional.empty(), Optional.empty()),
                new StreamEvent.UsageReported(Usage.of(5, 1)),
                new StreamEvent.ReasoningDelta(0, "Hm."),
                new StreamEvent.SignatureAdded(0, "sig"),
                new StreamEvent.TextDelta(0, "Hi"),
                new StreamEvent.TextDelta(0, "!"),
                new StreamEvent.ToolCallDelta(0, 3, Optional.of("1"), Optional.of("a"), "", false),
                new StreamEvent.ToolCallDelta(0, 3, Optional.empty(), Optional.empty(), "{}", false),
                new StreamEvent.Finished(0, Finish.of(FinishReason.TOOL_CALLS)),
                new StreamEvent.UsageReported(Usage.of(5, 9)),
                new StreamEvent.Completed());
        assertThat(types(frames))
                .containsExactly(
                        "message_start",
                        "content_block_start 0",
                        "content_block_delta 0",
                        "content_block_delta 0",
                        "content_block_stop 0",
                        "content_block_start 1",
                        "content_block_delta 1",
                        "content_block_delta 1",
                        "content_block_stop 1",
                        "content_block_start 2",
                        "content_block_delta 2",
                        "content_block_delta 2",
                        "content_block_stop 2",
                        "message_delta",
                        "message_stop");
        JsonNode start = tree(frames.get(0).text()).path("message");
        assertThat(start.path("id").asText()).isEqualTo("x-1");
        assertThat(start.path("usage").path("input_tokens").asInt()).isEqualTo(5);
        assertThat(start.get("stop_reason").isNull()).isTrue();
        JsonNode end = tree(frames.get(13).text());
        assertThat(end.path("delta").path("stop_reason").asText()).isEqualTo("tool_use");
        assertThat(end.path("usage")).isEqualTo(tree("{\"input_tokens\":5,\"output_tokens\":9}"));
    }

    @Test
    void signatureThatFollowsTheBeginningOfACallIsInItsBlock() {
        List<Frame> frames = stream(
                new StreamEvent.ToolCallDelta(0, 0, Optional.of("1"), Optional.of("a"), "{}", false),
                new StreamEvent.SignatureAdded(0, "sig"),
                new StreamEvent.ToolCallDelta(0, 1, Optional.of("2"), Optional.of("b"), "{\"x\":", false),
                new StreamEvent.ToolCallDelta(0, 1, Optional.empty(), Optional.empty(), "1}", false),
                new StreamEvent.Finished(0, Finish.of(FinishReason.TOOL_CALLS)),
                new StreamEvent.Completed());

        assertThat(Exchanges.fold(frames).choices().get(0).message().toolCalls())
                .extracting(ContentPart.ToolCall::argumentsJson)
                .containsExactly("{}", "{\"x\":1}");
        assertThat(frames.stream()
                        .map(frame -> tree(frame.text()).path("content_block"))
                        .filter(JsonNode::isObject)
                        .map(block -> block.path("name").asText()
                                + block.at("/extra_content/google/thought_signature")
                                        .asText()))
                .containsExactly("asig", "b");
    }

    @Test
    void callsWhoseFragmentsAreMixedStayApart() {
        ChatResponse read = Exchanges.fold(stream(
                new StreamEvent.ToolCallDelta(0, 0, Optional.of("1"), Optional.of("a"), "{\"x\":", false),
                new StreamEvent.ToolCallDelta(0, 1, Optional.of("2"), Optional.of("b"), "{\"y\"", false),
                new StreamEvent.ToolCallDelta(0, 0, Optional.empty(), Optional.empty(), "1}", false),
                new StreamEvent.ToolCallDelta(0, 1, Optional.empty(), Optional.empty(), ":2}", false),
                new StreamEvent.Finished(0, Finish.of(FinishReason.TOOL_CALLS)),
                new StreamEvent.Completed()));
        assertThat(read.choices().get(0).message().content())
                .containsExactly(
                        ContentPart.ToolCall.of("1", "a", "{\"x\":1}"), ContentPart.ToolCall.of("2", "b", "{\"y\":2}"));
    }

    @Test
    void freeTextOfACustomToolIsWrappedWhenItIsWhole() {
        ChatResponse read = Exchanges.fold(stream(
                new StreamEvent.ToolCallDelta(0, 0, Optional.of("1"), Optional.of("sh"), "ls ", true),
                new StreamEvent.ToolCallDelta(0, 0, Optional.empty(), Optional.empty(), "\"-l\"", true),
                new StreamEvent.Completed()));
        assertThat(Exchanges.onlyPart(read))
                .isEqualTo(ContentPart.ToolCall.of("1", "sh", "{\"input\":\"ls \\\"-l\\\"\"}"));
    }

    @Test
    void onlyTheFirstChoiceIsStreamed() {
        assertThat(types(stream(
                        new StreamEvent.TextDelta(1, "other"),
                        new StreamEvent.Finished(1, Finish.of(FinishReason.STOP)),
                        new StreamEvent.TextDelta(0, "first"),
                        new StreamEvent.Completed())))
                .containsExactly(
                        "message_start",
                        "content_block_start 0",
                        "content_block_delta 0",
                        "content_block_stop 0",
                        "message_delta",
                        "message_stop");
    }

    // Failures

    @ParameterizedTest
    @CsvSource({
        "RATE_LIMITED, 429, 429, rate_limit_error",
        "RATE_LIMITED, 402, 402, billing_error",
        "BUDGET_EXCEEDED, 0, 402, billing_error",
        "UNAVAILABLE, 0, 529, overloaded_error",
        "UNAVAILABLE, 503, 529, overloaded_error",
        "UNAVAILABLE, 500, 500, api_error",
        "TIMEOUT, 408, 504, timeout_error",
        "AUTHENTICATION, 401, 401, authentication_error",
        "AUTHENTICATION, 403, 403, permission_error",
        "INVALID_REQUEST, 0, 400, invalid_request_error",
        "INVALID_REQUEST, 404, 404, not_found_error",
        "INVALID_REQUEST, 413, 413, request_too_large",
        "CONTEXT_WINDOW_EXCEEDED, 400, 400, invalid_request_error",
        "CONTENT_FILTERED, 400, 400, invalid_request_error",
        "MALFORMED_RESPONSE, 200, 500, api_error"
    })
    void failuresHaveStatusAndTypeOfTheWire(ErrorKind kind, int known, int status, String type) {
        LlmException failure = kind.exception(
                "said no",
                new ErrorDetails(
                        "p",
                        "m",
                        known == 0 ? OptionalInt.empty() : OptionalInt.of(known),
                        Optional.of("req_1"),
                        "some_code",
                        false,
                        Optional.empty(),
                        Optional.of("secret")));
        JsonNode body = tree(DIALECT.server().encodeError(failure));
        assertThat(DIALECT.server().statusOf(failure)).isEqualTo(status);
        assertThat(body.path("type").asText()).isEqualTo("error");
        assertThat(body.path("error").path("type").asText()).isEqualTo(type);
        assertThat(body.path("error").path("message").asText()).isEqualTo("said no");
        assertThat(body.path("request_id").asText()).isEqualTo("req_1");
        assertThat(body.toString()).doesNotContain("secret");
        StreamEncoder encoder = DIALECT.server().streamEncoder(new ServedRequest(read("\"messages\":[]"), true, true));
        Frame event = Exchanges.frames(encoder.error(failure)).get(0);
        assertThat(event.type()).isEqualTo("error");
        assertThat(tree(event.text())).isEqualTo(body);
    }

    // Counts and models

    @Test
    void countsCrossTheWire() {
        byte[] body = DIALECT.tokenCounts().encodeAnswer(2095);
        assertThat(tree(body)).isEqualTo(tree("{\"input_tokens\":2095}"));
        assertThat(DIALECT.tokenCounts().decode(body, TARGET)).isEqualTo(2095);
    }

    @Test
    void modelsCrossTheWireByPages() {
        ModelInfo known = new ModelInfo(
                "claude-a",
                Optional.of("Claude A"),
                Optional.empty(),
                Optional.of(Instant.parse("2026-01-02T03:04:05Z")),
                OptionalLong.of(1_000_000),
                OptionalLong.of(64_000));
        ModelInfo bare = new ModelInfo(
                "b c",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty());
        ModelsClientCodec.Page page =
                DIALECT.modelList().decode(DIALECT.modelList().encodeAnswer(List.of(known, bare), true), TARGET);
        assertThat(page.models().get(0)).isEqualTo(known);
        assertThat(page.models().get(1).created()).isEmpty();
        assertThat(page.models().get(1).displayName()).contains("b c");
        assertThat(page.nextPageToken()).contains("b c");
        EncodedRequest next = DIALECT.modelList().encode(page.nextPageToken(), TARGET);
        assertThat(next.path()).isEqualTo("/models?limit=1000&after_id=b+c");
        assertThat(next.headers()).isEqualTo(Map.of("anthropic-version", "2023-06-01"));
        ModelsClientCodec.Page last =
                DIALECT.modelList().decode(DIALECT.modelList().encodeAnswer(List.of(), false), TARGET);
        assertThat(last.models()).isEmpty();
        assertThat(last.nextPageToken()).isEmpty();
        assertThat(DIALECT.modelList().encode(Optional.empty(), TARGET).path()).isEqualTo("/models?limit=1000");
        assertThat(tree(DIALECT.modelList().encodeAnswer(known)).path("type").asText())
                .isEqualTo("model");
        assertThatThrownBy(() -> DIALECT.modelList().decode(utf8("{\"data\":[{}]}"), TARGET))
                .hasMessageContaining("data[0] has no text 'id'");
    }
}
