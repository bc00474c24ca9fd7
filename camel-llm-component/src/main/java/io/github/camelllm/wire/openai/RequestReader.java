package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.camelllm.chat.AudioOptions;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ClientMembers;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import io.github.camelllm.wire.ChatServerCodec.ServedRequest;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads a client's chat request. Members that it does not know, or not in this form, are kept as the client's own. */
final class RequestReader {
    private static final ObjectReader VALUES =
            Json.MAPPER.reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private static final Set<String> TOOL_MEMBERS =
            Set.of("type", "function", "cache_control", "prompt_cache_breakpoint");
    private static final Set<String> FUNCTION_MEMBERS = Set.of("name", "description", "parameters", "strict");

    private final Members body;
    private final Set<String> known = new HashSet<>();

    RequestReader(Members body) {
        this.body = body;
    }

    ServedRequest read() {
        ChatRequest.Builder request = ChatRequest.builder(body.neededText(know("model")));
        if (!body.has("messages")) {
            throw body.wrong("messages", "an array");
        }
        know("messages");
        MessageReader messages = new MessageReader(body);
        request.messages(messages.read()).unread(messages.unread());
        readTools(request);
        readFormat(request);
        readSampling(request);
        readLimits(request);
        readReasoning(request);
        readAudio(request);
        readLabels(request);
        boolean stream = body.flag(know("stream")).orElse(false);
        boolean usage = readStreamOptions();
        request.clientMembers(ClientMembers.of(OpenAiChatDialect.NAME, others()));
        return new ServedRequest(request.build(), stream, usage);
    }

    private String know(String member) {
        known.add(member);
        return member;
    }

    private boolean readStreamOptions() {
        Optional<Members> options = body.members("stream_options");
        if (options.isEmpty()) {
            know("stream_options");
            return false;
        }
        if (options.get().object().size() == 1 && options.get().has("include_usage")) {
            know("stream_options");
        }
        return options.get().flag("include_usage").orElse(false);
    }

    /** Members that were not read; null counts as absent. */
    private Map<String, Object> others() {
        Map<String, Object> others = new LinkedHashMap<>();
        body.forEachOther(known, (name, value) -> others.put(name, value(value)));
        Object options = others.get("stream_options");
        if (options instanceof Map<?, ?> map) {
            // Whether usage is wanted is told apart; the rest is kept.
            Map<Object, Object> rest = new LinkedHashMap<>(map);
            rest.remove("include_usage");
            others.put("stream_options", rest);
        }
        return others;
    }

    private static Object value(JsonNode node) {
        try {
            return VALUES.forType(new TypeReference<Object>() {}).readValue(node);
        } catch (IOException e) {
            throw new UncheckedIOException("a JSON tree in memory could not be read", e);
        }
    }

    private void readTools(ChatRequest.Builder request) {
        List<Tool> tools = new ArrayList<>();
        for (int i = 0; i < body.list(know("tools")).size(); i++) {
            Members tool = body.entry("tools", i);
            if (tool.get("type").asText("function").equals("function") && tool.has("function")) {
                tools.add(function(tool));
            } else {
                tool.neededText("type");
                tools.add(new Tool.Native(OpenAiChatDialect.NAME, tool.object().toString()));
            }
        }
        for (int i = 0; i < body.list(know("functions")).size(); i++) {
            JsonNode function = body.entry("functions", i).object();
            JsonNode wrapped =
                    Json.MAPPER.createObjectNode().put("type", "function").set("function", function);
            tools.add(function(new Members(wrapped, "functions[" + i + "]")));
        }
        if (!tools.isEmpty()) {
            request.tools(tools);
        }
        know("tool_choice");
        know("function_call");
        JsonNode choice = body.has("tool_choice") ? body.get("tool_choice") : body.get("function_call");
        if (!choice.isMissingNode()) {
            toolChoice(choice, body.has("tool_choice") ? "tool_choice" : "function_call")
                    .ifPresent(request::toolChoice);
        }
        body.flag(know("parallel_tool_calls")).ifPresent(request::parallelToolCalls);
    }

    /** A function with members that are not read is kept as it came, and what was read beside it. */
    private static Tool function(Members tool) {
        Members function = tool.neededMembers("function");
        Optional<String> parameters =
                function.members("parameters").map(schema -> schema.object().toString());
        Tool.Function read = new Tool.Function(
                function.neededText("name"),
                function.text("description"),
                parameters,
                function.flag("strict"),
                CacheControl.read(tool.object()));
        return tool.hasOnly(TOOL_MEMBERS) && function.hasOnly(FUNCTION_MEMBERS) && CacheControl.isPlain(tool)
                ? read
                : new Tool.Native(OpenAiChatDialect.NAME, tool.object().toString(), Optional.of(read));
    }

    private Optional<ToolChoice> toolChoice(JsonNode choice, String member) {
        if (choice.isTextual()) {
            switch (choice.textValue()) {
                case "auto":
                    return Optional.of(new ToolChoice.Auto());
                case "none":
                    return Optional.of(new ToolChoice.None());
                case "required":
                case "any":
                    return Optional.of(new ToolChoice.Required());
                default:
                    throw Members.invalid(member + ": expected auto, none, required or an object, got another string");
            }
        }
        Members object = body.neededMembers(member);
        switch (object.get("type").asText("")) {
            case "":
                return Optional.of(new ToolChoice.Function(object.neededText("name")));
            case "function":
                return Optional.of(
                        new ToolChoice.Function(object.neededMembers("function").neededText("name")));
            case "custom":
                return Optional.of(
                        new ToolChoice.Function(object.neededMembers("custom").neededText("name")));
            case "allowed_tools":
                return Optional.of(allowed(object.neededMembers("allowed_tools")));
            default:
                // A provider's own kind of choice: kept as it is.
                known.remove(member);
                return Optional.empty();
        }
    }

    private static ToolChoice allowed(Members allowed) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < allowed.list("tools").size(); i++) {
            Members tool = allowed.entry("tools", i);
            names.add(tool.neededMembers(tool.neededText("type")).neededText("name"));
        }
        return new ToolChoice.Allowed(names, allowed.get("mode").asText("auto").equals("required"));
    }

    private void readFormat(ChatRequest.Builder request) {
        Optional<Members> format = body.members("response_format");
        know("response_format");
        if (format.isEmpty()) {
            return;
        }
        switch (format.get().neededText("type")) {
            case "text":
                request.responseFormat(new ResponseFormat.Text());
                break;
            case "json_object":
                request.responseFormat(new ResponseFormat.JsonObject());
                break;
            case "json_schema":
                Members schema = format.get().neededMembers("json_schema");
                request.responseFormat(new ResponseFormat.JsonSchema(
                        schema.neededText("name"),
                        schema.neededMembers("schema").object().toString(),
                        schema.text("description"),
                        schema.flag("strict")));
                break;
            default:
                // Such as a grammar of some inference server.
                known.remove("response_format");
        }
    }

    private void readLimits(ChatRequest.Builder request) {
        OptionalInt older = body.count(know("max_tokens"));
        OptionalInt newer = body.count(know("max_completion_tokens"));
        (newer.isPresent() ? newer : older).ifPresent(request::maxOutputTokens);
        body.count(know("n")).ifPresent(request::n);
        JsonNode stop = body.get(know("stop"));
        if (stop.isTextual()) {
            request.stop(List.of(stop.textValue()));
        } else {
            List<String> words = new ArrayList<>();
            for (JsonNode word : body.list("stop")) {
                if (!word.isTextual()) {
                    throw Members.invalid("stop[" + words.size() + "]: expected a string");
                }
                words.add(word.textValue());
            }
            request.stop(words);
        }
    }

    private void readSampling(ChatRequest.Builder request) {
        body.number(know("temperature")).ifPresent(request::temperature);
        body.number(know("top_p")).ifPresent(request::topP);
        body.integer(know("top_k")).ifPresent(request::topK);
        body.number(know("frequency_penalty")).ifPresent(request::frequencyPenalty);
        body.number(know("presence_penalty")).ifPresent(request::presencePenalty);
        body.longInteger(know("seed")).ifPresent(request::seed);
        body.members(know("logit_bias")).ifPresent(biases -> {
            Map<String, Double> map = new LinkedHashMap<>();
            biases.object().fieldNames().forEachRemaining(token -> biases.number(token)
                    .ifPresent(bias -> map.put(token, bias)));
            request.logitBias(map);
        });
        body.flag(know("logprobs")).ifPresent(request::logprobs);
        body.integer(know("top_logprobs")).ifPresent(request::topLogprobs);
    }

    private void readReasoning(ChatRequest.Builder request) {
        Optional<ReasoningEffort> effort = effort(body, "reasoning_effort");
        Optional<Members> object = body.members("reasoning").filter(RequestReader::isReasoning);
        Optional<Members> thinking = body.members("thinking");
        if (effort.isPresent()) {
            know("reasoning_effort");
        }
        OptionalInt budget = OptionalInt.empty();
        Optional<Boolean> include = Optional.empty();
        if (object.isPresent()) {
            know("reasoning");
            effort = effort.isPresent() ? effort : effort(object.get(), "effort");
            budget = object.get().integer("max_tokens");
            include = object.get().flag("exclude").map(excluded -> !excluded);
        } else if (thinking.isPresent() && effort.isEmpty()) {
            budget = budget(thinking.get());
            if (budget.isPresent()) {
                know("thinking");
            }
        }
        if (effort.isPresent() || budget.isPresent() || include.isPresent()) {
            request.reasoning(new ReasoningOptions(effort, budget, include));
        }
    }

    /** The budget of {@code thinking}, 0 if it is off; empty if it says something else or more, which must not be lost. */
    private static OptionalInt budget(Members thinking) {
        String type = thinking.get("type").asText("");
        if (type.equals("disabled") && thinking.object().size() == 1) {
            return OptionalInt.of(0);
        }
        boolean understood = type.equals("enabled") && thinking.object().size() == 2;
        return understood ? thinking.integer("budget_tokens") : OptionalInt.empty();
    }

    /** Whether {@code reasoning} has only the members that are understood, so that nothing is lost. */
    private static boolean isReasoning(Members reasoning) {
        for (Map.Entry<String, JsonNode> member : reasoning.object().properties()) {
            switch (member.getKey()) {
                case "max_tokens":
                case "exclude":
                    break;
                case "effort":
                    if (effort(reasoning, "effort").isEmpty()) {
                        return false;
                    }
                    break;
                default:
                    return false;
            }
        }
        return true;
    }

    private static Optional<ReasoningEffort> effort(Members object, String member) {
        String word = object.get(member).asText("");
        for (ReasoningEffort effort : ReasoningEffort.values()) {
            if (effort.wireName().equals(word.toLowerCase(Locale.ROOT))) {
                return Optional.of(effort);
            }
        }
        return Optional.empty();
    }

    private void readAudio(ChatRequest.Builder request) {
        Optional<Members> audio = body.members("audio");
        if (audio.isPresent() && audio.get().get("voice").isTextual()) {
            know("audio");
            know("modalities");
            request.audio(new AudioOptions(
                    audio.get().neededText("voice"), audio.get().neededText("format")));
        }
    }

    private void readLabels(ChatRequest.Builder request) {
        body.text(know("verbosity")).ifPresent(request::verbosity);
        Optional<String> user = body.text(know("user"));
        if (user.isEmpty()) {
            // The name that replaces it at OpenAI.
            user = body.text(know("safety_identifier"));
        }
        user.ifPresent(request::user);
        readMetadata(request);
        body.text(know("service_tier")).ifPresent(request::serviceTier);
        body.text(know("prompt_cache_key")).ifPresent(request::promptCacheKey);
        body.flag(know("store")).ifPresent(request::store);
    }

    private void readMetadata(ChatRequest.Builder request) {
        Optional<Members> metadata = body.members("metadata");
        Map<String, String> labels = new LinkedHashMap<>();
        if (metadata.isPresent()) {
            for (Map.Entry<String, JsonNode> label : metadata.get().object().properties()) {
                if (!label.getValue().isTextual()) {
                    return;
                }
                labels.put(label.getKey(), label.getValue().textValue());
            }
        }
        know("metadata");
        request.metadata(labels);
    }
}
