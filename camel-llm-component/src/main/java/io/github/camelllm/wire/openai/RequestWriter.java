package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.UnsupportedOptions;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** Writes the body of one chat request. For one use; not thread-safe. */
final class RequestWriter {
    private static final String STREAM_OPTIONS = "stream_options";
    private static final int MAX_USER_CHARS = 64;

    private final ChatRequest request;
    private final WireTarget target;
    private final WireProfile profile;
    private final UnsupportedOptions unsupported;
    private final JsonGenerator json;
    private final Set<String> written;

    RequestWriter(ChatRequest request, WireTarget target, UnsupportedOptions unsupported, JsonGenerator json) {
        this.request = request;
        this.target = target;
        this.profile = target.profile();
        this.unsupported = unsupported;
        this.json = json;
        this.written = profile.defaults().isEmpty() ? Set.of() : new HashSet<>();
    }

    void write(boolean stream) throws IOException {
        json.writeStartObject();
        if (begin("model")) {
            json.writeString(request.model());
        }
        writeMessages();
        writeTools();
        writeResponseFormat();
        writeLimits();
        writeSampling();
        if (request.reasoning().isPresent()) {
            new ReasoningWriter(this, profile, unsupported, json)
                    .write(request.reasoning().get());
        }
        writeAudio();
        writeLabels();
        writeStream(stream);
        writeDefaults();
        writeExtra();
        json.writeEndObject();
    }

    /** Whether the provider takes this member; the policy is applied if it does not. */
    boolean takesKnob(String wireName, String option) throws IOException {
        if (lacks(wireName)) {
            unsupported.knob(option);
            return false;
        }
        return begin(wireName);
    }

    /** Writes the member's name, unless {@code extra} has a value that wins. */
    boolean begin(String wireName) throws IOException {
        String name = profile.nameOf(wireName);
        if (!request.extra().isEmpty() && request.extra().containsKey(name)) {
            return false;
        }
        json.writeFieldName(name);
        if (!profile.defaults().isEmpty()) {
            written.add(name);
        }
        return true;
    }

    private boolean takesMeaning(String wireName, String option) throws IOException {
        if (lacks(wireName)) {
            unsupported.meaning(option);
            return false;
        }
        return begin(wireName);
    }

    private boolean lacks(String wireName) {
        return !profile.omit().isEmpty() && (profile.omits(wireName) || profile.omits(profile.nameOf(wireName)));
    }

    private void writeMessages() throws IOException {
        if (!begin("messages")) {
            return;
        }
        MessageWriter writer = new MessageWriter(this, profile, unsupported, json);
        List<ChatMessage> messages = request.messages();
        json.writeStartArray();
        for (int i = 0; i < messages.size(); i++) {
            writer.write(messages.get(i), "messages[" + i + "]", i == messages.size() - 1);
        }
        json.writeEndArray();
    }

    private void writeTools() throws IOException {
        List<Tool> tools = request.tools();
        ToolChoice choice = request.toolChoice().orElse(null);
        ToolChoice.Allowed filter = choice instanceof ToolChoice.Allowed allowed
                        && !OpenAiOptions.is(profile, OpenAiOptions.ALLOWED_TOOLS, "native")
                ? allowed
                : null;
        if (!tools.isEmpty() && takesMeaning("tools", "tools")) {
            json.writeStartArray();
            for (int i = 0; i < tools.size(); i++) {
                if (filter == null || filter.names().contains(nameOf(tools.get(i)))) {
                    writeTool(tools.get(i), i);
                }
            }
            json.writeEndArray();
        }
        if (choice != null) {
            writeToolChoice(choice, filter != null);
        }
        if (request.parallelToolCalls().isPresent() && takesKnob("parallel_tool_calls", "parallelToolCalls")) {
            json.writeBoolean(request.parallelToolCalls().get());
        }
    }

    private void writeTool(Tool tool, int index) throws IOException {
        if (tool instanceof Tool.Native own) {
            Tool.Function plain = own.plain().orElse(null);
            if (!own.dialect().equals(OpenAiChatDialect.NAME)) {
                unsupported.meaning("tools");
            } else if (plain != null && plain.strict().isPresent() && profile.omits("strict")) {
                unsupported.knob("tools.members");
                writeFunction(plain, index);
            } else {
                writeJson(own.json(), "tools[" + index + "].json");
            }
            return;
        }
        writeFunction((Tool.Function) tool, index);
    }

    private void writeFunction(Tool.Function function, int index) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "function");
        json.writeObjectFieldStart("function");
        json.writeStringField("name", function.name());
        if (function.description().isPresent()) {
            json.writeStringField("description", function.description().get());
        }
        if (function.parametersJson().isPresent()) {
            json.writeFieldName("parameters");
            writeJson(function.parametersJson().get(), "tools[" + index + "].parametersJson");
        } else if (OpenAiOptions.is(profile, OpenAiOptions.TOOL_PARAMETERS, "always")) {
            json.writeFieldName("parameters");
            json.writeRawValue("{\"type\":\"object\",\"properties\":{}}");
        }
        if (function.strict().isPresent()) {
            if (profile.omits("strict")) {
                unsupported.knob("strict");
            } else {
                json.writeBooleanField("strict", function.strict().get());
            }
        }
        json.writeEndObject();
        if (function.cache().isPresent()) {
            CacheControl.write(
                    function.cache().get(),
                    OpenAiOptions.is(profile, OpenAiOptions.CACHE_CONTROL, "parts") ? "parts" : OpenAiOptions.NONE,
                    unsupported,
                    json);
        }
        json.writeEndObject();
    }

    private void writeToolChoice(ToolChoice choice, boolean filtered) throws IOException {
        boolean automatic = choice instanceof ToolChoice.Auto || filtered && !((ToolChoice.Allowed) choice).required();
        if (automatic) {
            // What every provider does without being told.
            if (!lacks("tool_choice") && begin("tool_choice")) {
                json.writeString("auto");
            }
            return;
        }
        if (!takesMeaning("tool_choice", "toolChoice")) {
            return;
        }
        if (choice instanceof ToolChoice.None) {
            json.writeString("none");
        } else if (choice instanceof ToolChoice.Function function) {
            writeNamedTool(function.name());
        } else if (choice instanceof ToolChoice.Allowed allowed && !filtered) {
            json.writeStartObject();
            json.writeStringField("type", "allowed_tools");
            json.writeObjectFieldStart("allowed_tools");
            json.writeStringField("mode", allowed.required() ? "required" : "auto");
            json.writeArrayFieldStart("tools");
            for (String name : allowed.names()) {
                writeNamedTool(name);
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
        } else {
            json.writeString(profile.option(OpenAiOptions.TOOL_CHOICE_REQUIRED, "required"));
        }
    }

    private void writeNamedTool(String name) throws IOException {
        String type = "function";
        for (Tool tool : request.tools()) {
            if (tool instanceof Tool.Native own && own.plain().isEmpty() && name.equals(nameOf(tool))) {
                type = "custom";
            }
        }
        json.writeStartObject();
        json.writeStringField("type", type);
        json.writeObjectFieldStart(type);
        json.writeStringField("name", name);
        json.writeEndObject();
        json.writeEndObject();
    }

    /** Name by which a choice of tools may refer to it; empty for a tool without one. */
    private static String nameOf(Tool tool) {
        if (tool instanceof Tool.Function function) {
            return function.name();
        }
        Tool.Native own = (Tool.Native) tool;
        if (own.plain().isPresent()) {
            return own.plain().get().name();
        }
        try {
            return Json.MAPPER.readTree(own.json()).path("custom").path("name").asText("");
        } catch (JsonProcessingException e) {
            // Reported where the tool itself is written.
            return "";
        }
    }

    private void writeResponseFormat() throws IOException {
        ResponseFormat format = request.responseFormat().orElse(null);
        if (format == null) {
            return;
        }
        if (format instanceof ResponseFormat.Text) {
            if (!lacks("response_format") && begin("response_format")) {
                writeType("text");
            }
        } else if (format instanceof ResponseFormat.JsonObject) {
            if (profile.omits("json_object")) {
                unsupported.meaning("responseFormat");
            } else if (takesMeaning("response_format", "responseFormat")) {
                writeType("json_object");
            }
        } else if (profile.omits("json_schema")) {
            unsupported.meaning("responseFormat");
        } else if (takesMeaning("response_format", "responseFormat")) {
            writeSchema((ResponseFormat.JsonSchema) format);
        }
    }

    private void writeType(String type) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", type);
        json.writeEndObject();
    }

    private void writeSchema(ResponseFormat.JsonSchema format) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "json_schema");
        json.writeObjectFieldStart("json_schema");
        json.writeStringField("name", format.name());
        if (format.description().isPresent()) {
            json.writeStringField("description", format.description().get());
        }
        json.writeFieldName("schema");
        writeJson(format.schemaJson(), "responseFormat.schemaJson");
        if (format.strict().isPresent()) {
            json.writeBooleanField("strict", format.strict().get());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void writeLimits() throws IOException {
        if (request.maxOutputTokens().isPresent() && takesKnob("max_tokens", "maxOutputTokens")) {
            json.writeNumber(request.maxOutputTokens().getAsInt());
        }
        if (!request.stop().isEmpty() && takesMeaning("stop", "stop")) {
            json.writeStartArray();
            for (String stop : request.stop()) {
                json.writeString(stop);
            }
            json.writeEndArray();
        }
        if (request.n().isPresent() && takesMeaning("n", "n")) {
            json.writeNumber(request.n().getAsInt());
        }
    }

    private void writeSampling() throws IOException {
        writeNumber("temperature", "temperature", request.temperature());
        writeNumber("top_p", "topP", request.topP());
        if (request.topK().isPresent() && takesKnob("top_k", "topK")) {
            json.writeNumber(request.topK().getAsInt());
        }
        writeNumber("frequency_penalty", "frequencyPenalty", request.frequencyPenalty());
        writeNumber("presence_penalty", "presencePenalty", request.presencePenalty());
        if (request.seed().isPresent() && takesKnob("seed", "seed")) {
            json.writeNumber(request.seed().getAsLong());
        }
        if (!request.logitBias().isEmpty() && takesKnob("logit_bias", "logitBias")) {
            json.writeStartObject();
            for (Map.Entry<String, Double> bias : request.logitBias().entrySet()) {
                json.writeFieldName(bias.getKey());
                writeNumber(bias.getValue(), "logitBias");
            }
            json.writeEndObject();
        }
        writeLogprobs();
    }

    private void writeLogprobs() throws IOException {
        if (OpenAiOptions.is(profile, OpenAiOptions.LOGPROBS, "count")) {
            boolean wanted = request.logprobs().orElse(request.topLogprobs().isPresent());
            if (wanted && takesKnob("logprobs", "logprobs")) {
                json.writeNumber(request.topLogprobs().orElse(1));
            }
            return;
        }
        if (request.logprobs().isPresent() && takesKnob("logprobs", "logprobs")) {
            json.writeBoolean(request.logprobs().get());
        }
        if (request.topLogprobs().isPresent() && takesKnob("top_logprobs", "topLogprobs")) {
            json.writeNumber(request.topLogprobs().getAsInt());
        }
    }

    private void writeNumber(String wireName, String option, OptionalDouble value) throws IOException {
        if (value.isPresent() && takesKnob(wireName, option)) {
            writeNumber(value.getAsDouble(), option);
        }
    }

    private void writeNumber(double value, String option) throws IOException {
        if (!Double.isFinite(value)) {
            throw invalid(option + ": expected a number, got " + value);
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e9) {
            json.writeNumber((long) value);
        } else {
            json.writeNumber(value);
        }
    }

    private void writeAudio() throws IOException {
        if (request.audio().isEmpty()) {
            return;
        }
        if (lacks("modalities")) {
            unsupported.meaning("audio");
            return;
        }
        if (begin("modalities")) {
            json.writeStartArray();
            json.writeString("text");
            json.writeString("audio");
            json.writeEndArray();
        }
        if (begin("audio")) {
            json.writeStartObject();
            json.writeStringField("voice", request.audio().get().voice());
            json.writeStringField("format", request.audio().get().format());
            json.writeEndObject();
        }
    }

    private void writeLabels() throws IOException {
        if (request.verbosity().isPresent() && takesKnob("verbosity", "verbosity")) {
            json.writeString(request.verbosity().get());
        }
        if (request.user().isPresent() && takesKnob("user", "user")) {
            json.writeString(userId(request.user().get()));
        }
        if (!request.metadata().isEmpty() && takesKnob("metadata", "metadata")) {
            json.writeStartObject();
            for (Map.Entry<String, String> label : request.metadata().entrySet()) {
                json.writeStringField(label.getKey(), label.getValue());
            }
            json.writeEndObject();
        }
        if (request.serviceTier().isPresent() && takesKnob("service_tier", "serviceTier")) {
            String tier = request.serviceTier().get();
            json.writeString(tier.equals("standard") ? "default" : tier);
        }
        if (request.promptCacheKey().isPresent() && takesKnob("prompt_cache_key", "promptCacheKey")) {
            json.writeString(request.promptCacheKey().get());
        }
        if (request.store().isPresent() && takesKnob("store", "store")) {
            json.writeBoolean(request.store().get());
        }
    }

    /** OpenAI refuses longer ids; a hash tells users apart as well, and is always the same for one. */
    private static String userId(String user) {
        return user.length() > MAX_USER_CHARS ? HexFormat.of().formatHex(ToolCallIds.sha256(user)) : user;
    }

    private void writeStream(boolean stream) throws IOException {
        if (!stream) {
            return;
        }
        json.writeBooleanField("stream", true);
        if (!lacks(STREAM_OPTIONS)) {
            json.writeObjectFieldStart(STREAM_OPTIONS);
            json.writeBooleanField("include_usage", true);
            if (request.extra().get(STREAM_OPTIONS) instanceof Map<?, ?> more) {
                for (Map.Entry<?, ?> option : more.entrySet()) {
                    if (!"include_usage".equals(option.getKey())) {
                        json.writePOJOField(String.valueOf(option.getKey()), option.getValue());
                    }
                }
            }
            json.writeEndObject();
        }
    }

    /** The body of a request, or a refusal of values that cannot be written as JSON. */
    static byte[] body(WireTarget target, Json.Writer writer) {
        try {
            return Json.bytes(writer);
        } catch (UncheckedIOException e) {
            // Jackson's message may repeat the value, so it is not kept.
            throw invalid(target, "extra: expected values of JSON types, nested less than 1000 deep, got others");
        }
    }

    private void writeDefaults() throws IOException {
        for (Map.Entry<String, Object> member : profile.defaults().entrySet()) {
            if (!written.contains(member.getKey()) && !request.extra().containsKey(member.getKey())) {
                json.writePOJOField(member.getKey(), member.getValue());
            }
        }
    }

    private void writeExtra() throws IOException {
        for (Map.Entry<String, Object> member : request.extra().entrySet()) {
            if (!member.getKey().equals("stream") && !member.getKey().equals(STREAM_OPTIONS)) {
                json.writePOJOField(member.getKey(), member.getValue());
            }
        }
    }

    /** Writes a JSON text as it is, once it is known to be one. */
    void writeJson(String text, String place) throws IOException {
        try (JsonParser parser = Json.FACTORY.createParser(text)) {
            if (parser.nextToken() == null) {
                throw invalid(place + ": expected JSON, got nothing");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw invalid(place + ": expected one JSON value, got more after it");
            }
        } catch (JsonProcessingException e) {
            throw invalid(place + ": expected JSON, got something else at " + Json.where(e));
        }
        json.writeRawValue(text);
    }

    LlmInvalidRequestException invalid(String what) {
        return invalid(target, what);
    }

    private static LlmInvalidRequestException invalid(WireTarget target, String what) {
        return new LlmInvalidRequestException(
                target.provider() + "/" + target.model() + ": " + what,
                ErrorDetails.local(target.provider(), target.model(), "invalid_request", false),
                null);
    }
}
