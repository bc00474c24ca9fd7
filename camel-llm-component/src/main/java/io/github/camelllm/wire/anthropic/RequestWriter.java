package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import io.github.camelllm.wire.UnsupportedOptions;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes one request body. Members in {@code extra} win over what would be written under the same name. Not
 * thread-safe.
 */
final class RequestWriter {
    /** What the request is for. */
    enum Purpose {
        ANSWER,
        STREAM,
        COUNT
    }

    /** From this version on the wire has no sampling parameters. */
    private static final String VERSION_WITHOUT_SAMPLING = "2026-10-21";

    /** Beside thinking. */
    private static final double LEAST_TOP_P = 0.95;

    private static final Set<String> NOT_COUNTED = Set.of(
            "max_tokens", "stream", "temperature", "top_p", "top_k", "stop_sequences", "metadata", "service_tier");

    private final ChatRequest request;
    private final WireTarget target;
    private final WireProfile profile;
    private final UnsupportedOptions unsupported;
    private final JsonGenerator json;
    private final ContentWriter content;
    private final List<String> written;

    RequestWriter(ChatRequest request, WireTarget target, UnsupportedOptions unsupported, JsonGenerator json) {
        this.request = request;
        this.target = target;
        this.profile = target.profile();
        this.unsupported = unsupported;
        this.json = json;
        this.content = new ContentWriter(target, unsupported, json);
        // Only defaults need to know what is there already.
        this.written = profile.defaults().isEmpty() ? List.of() : new ArrayList<>();
    }

    void write(Purpose purpose) throws IOException {
        json.writeStartObject();
        if (!profile.omits("model") && begin("model")) {
            json.writeString(request.model());
        }
        int maxTokens = maxTokens();
        if (purpose != Purpose.COUNT && !profile.omits("max_tokens") && begin("max_tokens")) {
            json.writeNumber(maxTokens);
        }
        writeMessages();
        writeTools();
        ThinkingPlan thinking = fitting(ThinkingPlan.of(request, maxTokens, target, unsupported));
        if (thinking.type().isPresent() && !hasEffortAlone() && begin("thinking")) {
            thinking.writeThinking(json);
        }
        writeOutputConfig(thinking);
        refuseWhatTheWireLacks();
        if (purpose != Purpose.COUNT) {
            writeSampling(isTranslated("thinking") && thinking.thinks() && !hasEffortAlone());
            writeLabels();
            dropKnobs();
        }
        if (purpose == Purpose.STREAM && !profile.omits("stream") && begin("stream")) {
            json.writeBoolean(true);
        }
        writeExtra(purpose);
        json.writeEndObject();
    }

    /**
     * The plan without thinking where the rest of a translated request does not allow it. A client of the wire's own is told by
     * the provider.
     */
    private ThinkingPlan fitting(ThinkingPlan plan) {
        boolean strict = plan.hasBudget() && isTranslated("thinking");
        if (strict && (forcesTool() || content.lacksThinking(request.messages()))) {
            unsupported.knob("reasoning");
            return plan.disabled();
        }
        return plan;
    }

    /** Whether a member is written here, and not by someone who knows the wire. */
    private boolean isTranslated(String wireName) {
        return !target.ownDialect() && !request.extra().containsKey(profile.nameOf(wireName));
    }

    private boolean forcesTool() {
        ToolChoice choice = request.toolChoice().orElse(null);
        return choice instanceof ToolChoice.Required
                || choice instanceof ToolChoice.Function
                || choice instanceof ToolChoice.Allowed allowed && allowed.required();
    }

    /** Whether the caller wrote the effort itself and asked for no thinking, so that none must be added to it. */
    private boolean hasEffortAlone() {
        return request.extra().containsKey(profile.nameOf("output_config"))
                && request.reasoning()
                        .filter(options -> options.budgetTokens().isEmpty()
                                && options.includeThoughts().isEmpty())
                        .isPresent();
    }

    private int maxTokens() {
        if (request.maxOutputTokens().isPresent()) {
            return request.maxOutputTokens().getAsInt();
        }
        return number(request.extra().get(profile.nameOf("max_tokens")))
                .or(() -> number(profile.defaults().get("max_tokens")))
                .orElse(AnthropicDialect.DEFAULT_MAX_TOKENS);
    }

    private static Optional<Integer> number(@Nullable Object value) {
        if (value instanceof Number number) {
            return Optional.of(number.intValue());
        }
        return value instanceof String text && text.matches("\\d{1,9}")
                ? Optional.of(Integer.parseInt(text))
                : Optional.empty();
    }

    private void writeMessages() throws IOException {
        List<ChatMessage> messages = request.messages();
        int first = 0;
        while (first < messages.size() && ContentWriter.isSystem(messages.get(first))) {
            first++;
        }
        if (content.hasSystem(messages, first) && begin("system")) {
            content.writeSystem(messages, first);
        }
        if (begin("messages")) {
            content.writeConversation(messages, first);
        }
    }

    private void writeTools() throws IOException {
        List<Tool> tools = allowedTools();
        if (!tools.isEmpty()) {
            if (profile.omits("tools")) {
                unsupported.meaning("tools");
                return;
            }
            writeTools(tools);
        }
        writeToolChoice(tools.isEmpty());
    }

    private void writeTools(List<Tool> tools) throws IOException {
        boolean anyKnown = false;
        for (Tool tool : tools) {
            if (tool instanceof Tool.Native own && !own.dialect().equals(AnthropicDialect.NAME)) {
                unsupported.meaning("tools");
            } else {
                anyKnown = true;
            }
        }
        if (!anyKnown || !begin("tools")) {
            return;
        }
        json.writeStartArray();
        for (Tool tool : tools) {
            if (tool instanceof Tool.Function function) {
                writeFunction(function);
            } else if (tool instanceof Tool.Native own && own.dialect().equals(AnthropicDialect.NAME)) {
                writeNative(own);
            }
        }
        json.writeEndArray();
    }

    private void writeNative(Tool.Native own) throws IOException {
        String tool = content.requireObject(own.json(), "a native tool");
        if (own.plain().isPresent() && profile.omits("strict")) {
            Map<String, String> members = RawJson.members(tool);
            if (members.remove("strict") != null) {
                unsupported.knob("tools.strict");
                tool = RawJson.object(members);
            }
        }
        json.writeRawValue(tool);
    }

    private void writeFunction(Tool.Function function) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", function.name());
        if (function.description().isPresent()) {
            json.writeStringField("description", function.description().get());
        }
        json.writeFieldName("input_schema");
        String schema = function.parametersJson().orElse("{\"type\":\"object\",\"properties\":{}}");
        boolean guaranteed = function.strict().orElse(false) && !profile.omits("strict");
        writeSchema(
                content.requireObject(schema, "the schema of tool '" + function.name() + "'"),
                guaranteed,
                "tools.parameters");
        if (function.strict().isPresent()) {
            if (profile.omits("strict")) {
                unsupported.knob("tools.strict");
            } else {
                json.writeBooleanField("strict", function.strict().get());
            }
        }
        content.writeCache(function.cache());
        json.writeEndObject();
    }

    private List<Tool> allowedTools() {
        if (request.toolChoice().orElse(null) instanceof ToolChoice.Allowed allowed) {
            return request.tools().stream()
                    .filter(tool -> allowed.names().contains(nameOf(tool)))
                    .toList();
        }
        return request.tools();
    }

    private static String nameOf(Tool tool) {
        if (tool instanceof Tool.Function function) {
            return function.name();
        }
        return RawJson.unquoted(RawJson.members(((Tool.Native) tool).json()).getOrDefault("name", ""));
    }

    private void writeToolChoice(boolean noTools) throws IOException {
        ToolChoice choice = request.toolChoice().orElse(null);
        boolean oneAtATime = request.parallelToolCalls().equals(Optional.of(false));
        boolean optional = choice == null || choice instanceof ToolChoice.Auto || choice instanceof ToolChoice.None;
        if (noTools && optional || choice == null && !oneAtATime) {
            // The wire takes no choice without tools, and several calls at once are what it does anyway.
            return;
        }
        if (profile.omits("tool_choice")) {
            unsupported.meaning(choice == null ? "parallelToolCalls" : "toolChoice");
            return;
        }
        if (!begin("tool_choice")) {
            return;
        }
        json.writeStartObject();
        json.writeStringField("type", choiceType(choice));
        if (choice instanceof ToolChoice.Function function) {
            json.writeStringField("name", function.name());
        }
        if (request.parallelToolCalls().isPresent() && !(choice instanceof ToolChoice.None)) {
            if (profile.omits("disable_parallel_tool_use")) {
                unsupported.knob("parallelToolCalls");
            } else {
                json.writeBooleanField("disable_parallel_tool_use", oneAtATime);
            }
        }
        json.writeEndObject();
    }

    private static String choiceType(@Nullable ToolChoice choice) {
        if (choice == null || choice instanceof ToolChoice.Auto) {
            return "auto";
        }
        if (choice instanceof ToolChoice.None) {
            return "none";
        }
        if (choice instanceof ToolChoice.Required) {
            return "any";
        }
        if (choice instanceof ToolChoice.Function) {
            return "tool";
        }
        if (choice instanceof ToolChoice.Allowed allowed) {
            return allowed.required() ? "any" : "auto";
        }
        throw new AssertionError(choice);
    }

    private void writeOutputConfig(ThinkingPlan thinking) throws IOException {
        ResponseFormat.JsonSchema schema = null;
        ResponseFormat format = request.responseFormat().orElse(null);
        if (format instanceof ResponseFormat.JsonObject) {
            // The wire has JSON with a schema only.
            unsupported.meaning("responseFormat");
        } else if (format instanceof ResponseFormat.JsonSchema wanted) {
            if (profile.omits("json_schema") || profile.omits("output_config")) {
                unsupported.meaning("responseFormat");
            } else {
                schema = wanted;
                wanted.description().ifPresent(text -> unsupported.knob("responseFormat.description"));
            }
        }
        if (schema == null && thinking.effort().isEmpty() || !begin("output_config")) {
            return;
        }
        json.writeStartObject();
        if (thinking.effort().isPresent()) {
            json.writeStringField("effort", thinking.effort().get());
        }
        if (schema != null) {
            json.writeObjectFieldStart("format");
            json.writeStringField("type", "json_schema");
            json.writeFieldName("schema");
            String form = content.requireObject(schema.schemaJson(), "the schema of the response format");
            writeSchema(form, true, "responseFormat");
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private void writeSchema(String schema, boolean guaranteed, String option) throws IOException {
        if (guaranteed && !target.ownDialect()) {
            SchemaWriter.writeClosed(schema, option, unsupported, json);
        } else {
            json.writeRawValue(schema);
        }
    }

    private void refuseWhatTheWireLacks() {
        if (request.n().orElse(1) != 1) {
            unsupported.meaning("n");
        }
        if (request.audio().isPresent()) {
            unsupported.meaning("audio");
        }
    }

    /** @param thinks whether the model thinks, which it does with its own temperature only and with all but the rarest tokens */
    private void writeSampling(boolean thinks) throws IOException {
        boolean none = profile.option(AnthropicDialect.VERSION_OPTION, AnthropicDialect.DEFAULT_VERSION)
                        .compareTo(VERSION_WITHOUT_SAMPLING)
                >= 0;
        boolean cooled = thinks && request.temperature().orElse(1) != 1;
        boolean narrowed = thinks && request.topP().orElse(1) < LEAST_TOP_P;
        if (request.temperature().isPresent() && tuned("temperature", "temperature", none || cooled)) {
            json.writeNumber(request.temperature().getAsDouble());
        }
        if (request.topP().isPresent() && tuned("top_p", "topP", none || narrowed)) {
            json.writeNumber(request.topP().getAsDouble());
        }
        if (request.topK().isPresent() && tuned("top_k", "topK", none || thinks)) {
            json.writeNumber(request.topK().getAsInt());
        }
        if (!request.stop().isEmpty()) {
            if (profile.omits("stop_sequences")) {
                unsupported.meaning("stop");
            } else if (begin("stop_sequences")) {
                json.writeStartArray();
                for (String stop : request.stop()) {
                    json.writeString(stop);
                }
                json.writeEndArray();
            }
        }
    }

    private void writeLabels() throws IOException {
        Optional<String> user = request.user();
        boolean onlyUser = request.metadata().isEmpty();
        if (user.isEmpty() && request.metadata().containsKey("user_id")) {
            user = Optional.ofNullable(request.metadata().get("user_id"));
            onlyUser = request.metadata().size() == 1;
        }
        if (!onlyUser) {
            unsupported.knob("metadata");
        }
        if (user.isPresent() && tuned("metadata", "user", false)) {
            json.writeStartObject();
            json.writeStringField("user_id", user.get());
            json.writeEndObject();
        }
        if (request.serviceTier().isPresent()) {
            String tier = serviceTier(request.serviceTier().get());
            if (tier.isEmpty()) {
                unsupported.knob("serviceTier");
            } else if (tuned("service_tier", "serviceTier", false)) {
                json.writeString(tier);
            }
        }
    }

    /** The wire's word for a tier; empty for one that only other providers sell. A word nobody knows is kept. */
    private static String serviceTier(String tier) {
        switch (tier.toLowerCase(Locale.ROOT)) {
            case "priority":
                return "auto";
            case "default":
            case "standard":
                return "standard_only";
            case "flex":
            case "scale":
                return "";
            default:
                return tier;
        }
    }

    private void dropKnobs() {
        if (request.seed().isPresent()) {
            unsupported.knob("seed");
        }
        if (request.frequencyPenalty().isPresent()) {
            unsupported.knob("frequencyPenalty");
        }
        if (request.presencePenalty().isPresent()) {
            unsupported.knob("presencePenalty");
        }
        if (!request.logitBias().isEmpty()) {
            unsupported.knob("logitBias");
        }
        if (request.logprobs().orElse(false)) {
            unsupported.knob("logprobs");
        }
        if (request.topLogprobs().isPresent()) {
            unsupported.knob("topLogprobs");
        }
        if (request.verbosity().isPresent()) {
            unsupported.knob("verbosity");
        }
        if (request.promptCacheKey().isPresent()) {
            unsupported.knob("promptCacheKey");
        }
        if (request.store().isPresent()) {
            unsupported.knob("store");
        }
    }

    private void writeExtra(Purpose purpose) throws IOException {
        for (Map.Entry<String, Object> member : request.extra().entrySet()) {
            if (purpose != Purpose.COUNT || !NOT_COUNTED.contains(member.getKey())) {
                writeMember(member);
            }
        }
        for (Map.Entry<String, Object> member : profile.defaults().entrySet()) {
            String name = member.getKey();
            boolean isThere = written.contains(name)
                    || written.contains(profile.nameOf(name))
                    || request.extra().containsKey(name)
                    || purpose == Purpose.COUNT && NOT_COUNTED.contains(name);
            if (!isThere) {
                writeMember(member);
            }
        }
    }

    private void writeMember(Map.Entry<String, Object> member) throws IOException {
        json.writeFieldName(member.getKey());
        json.writePOJO(member.getValue());
    }

    /** Begins a member that only tunes the answer; false if it is not to be written. */
    private boolean tuned(String wireName, String option, boolean lacking) throws IOException {
        if (lacking || profile.omits(wireName)) {
            unsupported.knob(option);
            return false;
        }
        return begin(wireName);
    }

    /** Begins a member under the provider's name for it; false if {@code extra} has it. */
    private boolean begin(String wireName) throws IOException {
        String name = profile.nameOf(wireName);
        if (request.extra().containsKey(name)) {
            return false;
        }
        if (!profile.defaults().isEmpty()) {
            written.add(name);
        }
        json.writeFieldName(name);
        return true;
    }
}
