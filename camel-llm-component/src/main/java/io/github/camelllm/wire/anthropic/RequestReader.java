package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ClientMembers;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import io.github.camelllm.wire.ChatServerCodec.ServedRequest;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.ObjectSchemas;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads a client's request body. What the vocabulary has no place for is kept: body members as the client's own, also
 * whole {@code thinking}, {@code output_config} or {@code metadata} objects with members that are not known; blocks
 * and tools with such members as opaque parts and native tools.
 */
final class RequestReader {
    /** Numbers keep all their digits. */
    private static final ObjectReader READER = Json.MAPPER
            .reader()
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

    /** On this code the SDKs' tool runners go on without a thread. */
    private static final String THREAD_UNSUPPORTED = "thread_unsupported_request";

    private static final Set<String> FUNCTION_MEMBERS =
            Set.of("type", "name", "description", "input_schema", "strict", "cache_control");
    private static final Set<String> THINKING_MEMBERS = Set.of("type", "budget_tokens", "display");

    private final JsonNode root;
    private final boolean isCount;
    private final Map<String, Object> kept = new LinkedHashMap<>();
    /** Of what is kept, what the vocabulary says too. */
    private final Set<String> said = new HashSet<>();

    private RequestReader(JsonNode root, boolean isCount) {
        this.root = root;
        this.isCount = isCount;
    }

    static ServedRequest read(String path, byte[] body) {
        JsonNode root;
        try {
            root = READER.readTree(body);
        } catch (IOException e) {
            throw Members.invalid("the body is no JSON, " + Json.where(Json.asProcessing(e)));
        }
        if (!root.isObject()) {
            throw Members.invalid("body", "an object", root);
        }
        return new RequestReader(root, path.contains("/count_tokens")).read();
    }

    private ServedRequest read() {
        if (!root.path("model").isTextual()) {
            throw Members.invalid("model", "a string", root.path("model"));
        }
        requireWholeConversation();
        ChatRequest.Builder request = ChatRequest.builder(root.path("model").textValue());
        readLimits(request);
        readMessages(request);
        readTools(request);
        readReasoning(request);
        readLabels(request);
        boolean stream = Members.has(root, "stream") && Members.bool(root, "stream", "");
        for (Map.Entry<String, JsonNode> member : root.properties()) {
            if (!isKnown(member.getKey()) && !member.getValue().isNull()) {
                keep(member.getKey());
            }
        }
        request.clientMembers(new ClientMembers(AnthropicDialect.NAME, kept, said));
        return new ServedRequest(request.build(), stream, true);
    }

    /** A thread's next turn has only the new messages; without the rest, which Anthropic keeps, it means something else. */
    private void requireWholeConversation() {
        if (Members.has(root, "thread")) {
            throw Members.invalid(
                    "thread: expected none, and all messages of the conversation; no thread is kept here",
                    THREAD_UNSUPPORTED);
        }
    }

    private static boolean isKnown(String member) {
        switch (member) {
            case "model":
            case "max_tokens":
            case "messages":
            case "system":
            case "stop_sequences":
            case "stream":
            case "temperature":
            case "top_p":
            case "top_k":
            case "tools":
            case "tool_choice":
            case "thinking":
            case "output_config":
            case "metadata":
            case "service_tier":
                return true;
            default:
                return false;
        }
    }

    private void keep(String member) {
        try {
            kept.put(member, Json.MAPPER.treeToValue(root.get(member), Object.class));
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree could not become a map: " + Json.where(e));
        }
    }

    private void readLimits(ChatRequest.Builder request) {
        if (!isCount || Members.has(root, "max_tokens")) {
            int maxTokens = Members.integer(root, "max_tokens", "");
            if (maxTokens < 1) {
                throw Members.invalid("max_tokens: expected at least 1, got " + maxTokens);
            }
            request.maxOutputTokens(maxTokens);
        }
        if (Members.has(root, "temperature")) {
            request.temperature(Members.number(root, "temperature"));
        }
        if (Members.has(root, "top_p")) {
            request.topP(Members.number(root, "top_p"));
        }
        if (Members.has(root, "top_k")) {
            request.topK(Members.integer(root, "top_k", ""));
        }
        if (Members.has(root, "stop_sequences")) {
            request.stop(readStop());
        }
    }

    private List<String> readStop() {
        JsonNode stops = root.path("stop_sequences");
        if (!stops.isArray()) {
            throw Members.invalid("stop_sequences", "an array", stops);
        }
        List<String> texts = new ArrayList<>(stops.size());
        for (JsonNode stop : stops) {
            if (!stop.isTextual()) {
                throw Members.invalid("stop_sequences[" + texts.size() + "]", "a string", stop);
            }
            texts.add(stop.textValue());
        }
        return texts;
    }

    private void readMessages(ChatRequest.Builder request) {
        MessageReader reader = new MessageReader();
        JsonNode system = root.path("system");
        if (Members.has(root, "system")) {
            reader.readSystem(system, "system");
        }
        JsonNode turns = root.path("messages");
        if (!turns.isArray()) {
            throw Members.invalid("messages", "an array", turns);
        }
        for (int i = 0; i < turns.size(); i++) {
            reader.readTurn(turns.get(i), "messages[" + i + "]");
        }
        request.messages(reader.messages()).unread(reader.unread());
    }

    private void readTools(ChatRequest.Builder request) {
        if (Members.has(root, "tools")) {
            JsonNode tools = root.path("tools");
            if (!tools.isArray()) {
                throw Members.invalid("tools", "an array", tools);
            }
            List<Tool> read = new ArrayList<>(tools.size());
            for (JsonNode tool : tools) {
                read.add(readTool(tool, "tools[" + read.size() + "]"));
            }
            request.tools(read);
        }
        if (Members.has(root, "tool_choice")) {
            readToolChoice(request);
        }
    }

    private static Tool readTool(JsonNode tool, String path) {
        if (!tool.isObject()) {
            throw Members.invalid(path, "an object", tool);
        }
        boolean isFunction =
                !Members.has(tool, "type") || tool.path("type").asText().equals("custom");
        if (!isFunction) {
            return new Tool.Native(AnthropicDialect.NAME, tool.toString());
        }
        Tool.Function function = readFunction(tool, path);
        boolean strictForAll = !function.strict().orElse(false) || isGuaranteedByOthers(tool.path("input_schema"));
        return strictForAll && Members.hasOnly(tool, FUNCTION_MEMBERS) && MessageReader.isPlainCache(tool)
                ? function
                : new Tool.Native(
                        AnthropicDialect.NAME,
                        tool.toString(),
                        Optional.of(strictForAll ? function : function.withoutStrict()));
    }

    private static Tool.Function readFunction(JsonNode tool, String path) {
        JsonNode schema = tool.path("input_schema");
        if (!schema.isObject()) {
            throw Members.invalid(path + ".input_schema", "an object", schema);
        }
        return new Tool.Function(
                Members.text(tool, "name", path),
                Members.optionalText(tool, "description", path),
                Optional.of(schema.toString()),
                Members.has(tool, "strict") ? Optional.of(Members.bool(tool, "strict", path)) : Optional.empty(),
                MessageReader.cache(tool));
    }

    private void readToolChoice(ChatRequest.Builder request) {
        JsonNode choice = root.path("tool_choice");
        if (!choice.isObject()) {
            throw Members.invalid("tool_choice", "an object", choice);
        }
        switch (Members.text(choice, "type", "tool_choice")) {
            case "auto":
                request.toolChoice(new ToolChoice.Auto());
                break;
            case "any":
                request.toolChoice(new ToolChoice.Required());
                break;
            case "none":
                request.toolChoice(new ToolChoice.None());
                break;
            case "tool":
                request.toolChoice(new ToolChoice.Function(Members.text(choice, "name", "tool_choice")));
                break;
            default:
                throw Members.invalid("tool_choice.type: expected one of auto, any, tool, none, got another word");
        }
        if (Members.has(choice, "disable_parallel_tool_use")) {
            request.parallelToolCalls(!Members.bool(choice, "disable_parallel_tool_use", "tool_choice"));
        }
    }

    private void readReasoning(ChatRequest.Builder request) {
        Optional<ReasoningEffort> effort = readOutputConfig(request);
        OptionalInt budget = OptionalInt.empty();
        Optional<Boolean> shown = Optional.empty();
        JsonNode thinking = root.path("thinking");
        boolean known = Members.has(root, "thinking");
        if (known) {
            if (!thinking.isObject()) {
                throw Members.invalid("thinking", "an object", thinking);
            }
            String type = Members.text(thinking, "type", "thinking");
            String display =
                    Members.optionalText(thinking, "display", "thinking").orElse("");
            known = Members.hasOnly(thinking, THINKING_MEMBERS)
                    && Set.of("adaptive", "enabled", "disabled").contains(type)
                    && Set.of("", "summarized", "omitted").contains(display);
            if (!known) {
                keep("thinking");
            } else if (type.equals("enabled")) {
                budget = OptionalInt.of(Members.integer(thinking, "budget_tokens", "thinking"));
            } else if (type.equals("disabled")) {
                budget = OptionalInt.of(0);
            }
            shown = display.isEmpty() ? shown : Optional.of(display.equals("summarized"));
        }
        if (known || effort.isPresent()) {
            request.reasoning(new ReasoningOptions(effort, budget, shown));
        }
    }

    private Optional<ReasoningEffort> readOutputConfig(ChatRequest.Builder request) {
        if (!Members.has(root, "output_config")) {
            return Optional.empty();
        }
        JsonNode config = root.path("output_config");
        if (!config.isObject()) {
            throw Members.invalid("output_config", "an object", config);
        }
        Optional<ReasoningEffort> effort =
                Members.optionalText(config, "effort", "output_config").flatMap(RequestReader::effort);
        JsonNode format = config.path("format");
        boolean isSchema =
                format.path("type").asText().equals("json_schema") && Members.hasOnly(format, Set.of("type", "schema"));
        if (isSchema) {
            if (!format.path("schema").isObject()) {
                throw Members.invalid("output_config.format.schema", "an object", format.path("schema"));
            }
            // The wire has no name for it.
            request.responseFormat(new ResponseFormat.JsonSchema(
                    "response",
                    format.path("schema").toString(),
                    Optional.empty(),
                    isGuaranteedByOthers(format.path("schema")) ? Optional.of(true) : Optional.empty()));
        }
        boolean allRead = Members.hasOnly(config, Set.of("effort", "format"))
                && effort.isPresent() == Members.has(config, "effort")
                && isSchema == Members.has(config, "format");
        if (!allRead || effort.isPresent() && !Members.has(root, "thinking")) {
            // Effort without thinking is another question than effort with it, for which the vocabulary has no words.
            keep("output_config");
        }
        if (allRead) {
            said.add("output_config");
        }
        return effort;
    }

    /** This wire guarantees any schema; others do so only if all properties are required, and refuse to if not. */
    private static boolean isGuaranteedByOthers(JsonNode schema) {
        return ObjectSchemas.in(schema).stream()
                .allMatch(object -> ObjectSchemas.isClosed(object) && ObjectSchemas.requiresAll(object));
    }

    private static Optional<ReasoningEffort> effort(String word) {
        for (ReasoningEffort effort : ReasoningEffort.values()) {
            if (effort.wireName().equals(word)) {
                return Optional.of(effort);
            }
        }
        return Optional.empty();
    }

    private void readLabels(ChatRequest.Builder request) {
        if (Members.has(root, "metadata")) {
            JsonNode metadata = root.path("metadata");
            if (!metadata.isObject()) {
                throw Members.invalid("metadata", "an object", metadata);
            }
            Members.optionalText(metadata, "user_id", "metadata").ifPresent(request::user);
            if (!Members.hasOnly(metadata, Set.of("user_id"))) {
                keep("metadata");
            }
        }
        if (Members.has(root, "service_tier")) {
            if (!root.path("service_tier").isTextual()) {
                throw Members.invalid("service_tier", "a string", root.path("service_tier"));
            }
            String tier = root.path("service_tier").textValue();
            // The only tier there is without a contract, which others call by this name.
            request.serviceTier(tier.equals("standard_only") ? "default" : tier);
        }
    }
}
