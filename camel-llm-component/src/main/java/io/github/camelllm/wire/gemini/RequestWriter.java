package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.chat.AudioOptions;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.UnsupportedOptions;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes one request's body. Members of {@code extra} are merged last and win; where both sides have an object, such as
 * {@code generationConfig}, it is merged member by member. Not thread-safe.
 */
final class RequestWriter {
    /** The API refuses more (https://ai.google.dev/api/generate-content#generationconfig). */
    private static final int MAX_STOP_SEQUENCES = 5;

    /** What the spoken answers of these models are, whatever was asked for. */
    private static final Set<String> SPOKEN_FORMATS = Set.of("pcm16", "pcm", "l16");

    private static final Set<String> STANDARD_TIERS = Set.of("default", "standard", "standard_only", "on_demand");

    private final ChatRequest request;
    private final WireTarget target;
    private final WireProfile profile;
    private final UnsupportedOptions unsupported;
    private boolean configOpen;

    RequestWriter(ChatRequest request, WireTarget target, UnsupportedOptions unsupported) {
        this.request = request;
        this.target = target;
        this.profile = target.profile();
        this.unsupported = unsupported;
    }

    byte[] toBytes() {
        byte[] body;
        try {
            body = Json.bytes(this::write);
        } catch (UncheckedIOException e) {
            // Memory does not fail: what cannot be written is half a surrogate pair in some text.
            throw GeminiErrors.invalid("a text of the request is no valid Unicode", target);
        }
        if (request.extra().isEmpty() && profile.defaults().isEmpty()) {
            return body;
        }
        try {
            ObjectNode merged = Json.MAPPER.valueToTree(profile.defaults());
            merge(merged, (ObjectNode) Json.MAPPER.readTree(body));
            merge(merged, Json.MAPPER.valueToTree(request.extra()));
            return Json.MAPPER.writeValueAsBytes(merged);
        } catch (IllegalArgumentException | IOException e) {
            throw GeminiErrors.invalid("extra holds a value that is no JSON", target);
        }
    }

    private static void merge(ObjectNode base, ObjectNode over) {
        over.properties().forEach(member -> {
            JsonNode before = base.get(member.getKey());
            if (before instanceof ObjectNode below && member.getValue() instanceof ObjectNode winner) {
                merge(below, winner);
            } else {
                base.set(member.getKey(), member.getValue());
            }
        });
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        new ContentsWriter(json, request.messages(), target, unsupported).write();
        writeTools(json);
        writeToolChoice(json);
        writeConfig(json);
        if (!request.metadata().isEmpty()) {
            if (profile.option("labels", "false").equals("true") && !profile.omits("labels")) {
                json.writeObjectFieldStart(profile.nameOf("labels"));
                for (Map.Entry<String, String> label : request.metadata().entrySet()) {
                    json.writeStringField(label.getKey(), label.getValue());
                }
                json.writeEndObject();
            } else {
                unsupported.knob("metadata");
            }
        }
        if (request.serviceTier().isPresent()) {
            writeServiceTier(json, request.serviceTier().get());
        }
        if (request.store().isPresent() && knob("store", "store")) {
            json.writeBooleanField(profile.nameOf("store"), request.store().get());
        }
        dropWhatTheDialectLacks();
        json.writeEndObject();
    }

    /** A word that nobody knows is kept. */
    private void writeServiceTier(JsonGenerator json, String tier) throws IOException {
        switch (tier.toLowerCase(Locale.ROOT)) {
            case "auto":
                // What the API does without being told.
                return;
            case "scale":
            case "fast":
            case "performance":
                unsupported.knob("serviceTier");
                return;
            default:
                if (knob("serviceTier", "serviceTier")) {
                    json.writeStringField(profile.nameOf("serviceTier"), tierToWire(tier));
                }
        }
    }

    private static String tierToWire(String tier) {
        return STANDARD_TIERS.contains(tier.toLowerCase(Locale.ROOT)) ? "standard" : tier;
    }

    private void dropWhatTheDialectLacks() {
        if (!request.logitBias().isEmpty()) {
            unsupported.knob("logitBias");
        }
        if (request.parallelToolCalls().isPresent()
                && !request.parallelToolCalls().get()) {
            unsupported.knob("parallelToolCalls");
        }
        if (request.verbosity().isPresent()) {
            unsupported.knob("verbosity");
        }
        if (request.user().isPresent()) {
            unsupported.knob("user");
        }
        if (request.promptCacheKey().isPresent()) {
            unsupported.knob("promptCacheKey");
        }
    }

    private void writeTools(JsonGenerator json) throws IOException {
        if (request.tools().isEmpty()) {
            return;
        }
        if (profile.omits("tools")) {
            unsupported.meaning("tools");
            return;
        }
        List<Tool.Function> functions = new ArrayList<>(request.tools().size());
        List<String> natives = new ArrayList<>(0);
        int nativesBefore = 0;
        for (Tool tool : request.tools()) {
            if (tool instanceof Tool.Function function) {
                if (profile.omits("functionDeclarations")) {
                    unsupported.meaning("tools");
                    continue;
                }
                if (functions.isEmpty()) {
                    nativesBefore = natives.size();
                }
                functions.add(function);
            } else if (tool instanceof Tool.Native own) {
                if (!own.dialect().equals(GeminiDialect.NAME)) {
                    unsupported.meaning("tools");
                } else if (RawJson.isObject(own.json())) {
                    natives.add(own.json());
                } else {
                    throw GeminiErrors.invalid("tools: a native tool is no JSON object", target);
                }
            } else {
                throw new AssertionError(tool);
            }
        }
        if (functions.isEmpty() && natives.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart(profile.nameOf("tools"));
        for (int i = 0; i <= natives.size(); i++) {
            if (i == nativesBefore && !functions.isEmpty()) {
                json.writeStartObject();
                json.writeArrayFieldStart("functionDeclarations");
                for (Tool.Function function : functions) {
                    writeFunction(json, function);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            if (i < natives.size()) {
                RawJson.write(json, natives.get(i));
            }
        }
        json.writeEndArray();
    }

    private void writeFunction(JsonGenerator json, Tool.Function function) throws IOException {
        if (function.strict().orElse(false)) {
            unsupported.knob("strict");
        }
        if (function.cache().isPresent()) {
            unsupported.knob("cache");
        }
        json.writeStartObject();
        json.writeStringField("name", function.name());
        if (function.description().isPresent()) {
            json.writeStringField("description", function.description().get());
        }
        if (function.parametersJson().isPresent()) {
            String schema = function.parametersJson().get();
            if (!RawJson.isObject(schema)) {
                throw GeminiErrors.invalid("tools: the parameters of a function are no JSON object", target);
            }
            String field = profile.option("tool-schema-field", "parametersJsonSchema");
            if (field.equals("parameters")) {
                Optional<String> converted = GeminiSchema.jsonSchemaToOpenApi(schema);
                if (converted.isEmpty()) {
                    unsupported.meaning("tools");
                } else {
                    json.writeFieldName(field);
                    RawJson.write(json, converted.get());
                }
            } else {
                json.writeFieldName("parametersJsonSchema");
                RawJson.write(json, schema);
            }
        }
        json.writeEndObject();
    }

    private void writeToolChoice(JsonGenerator json) throws IOException {
        if (request.toolChoice().isEmpty()) {
            return;
        }
        ToolChoice choice = request.toolChoice().get();
        if (profile.omits("toolConfig") || profile.omits("functionCallingConfig")) {
            if (!(choice instanceof ToolChoice.Auto)) {
                unsupported.meaning("toolChoice");
            }
            return;
        }
        String mode;
        List<String> allowed = List.of();
        if (choice instanceof ToolChoice.Auto) {
            mode = "AUTO";
        } else if (choice instanceof ToolChoice.None) {
            mode = "NONE";
        } else if (choice instanceof ToolChoice.Required) {
            mode = "ANY";
        } else if (choice instanceof ToolChoice.Function one) {
            mode = "ANY";
            allowed = List.of(one.name());
        } else if (choice instanceof ToolChoice.Allowed several) {
            // AUTO takes no names; VALIDATED is AUTO that does, and that keeps calls to their schema.
            mode = several.required() ? "ANY" : "VALIDATED";
            allowed = several.names();
        } else {
            throw new AssertionError(choice);
        }
        json.writeObjectFieldStart(profile.nameOf("toolConfig"));
        json.writeObjectFieldStart("functionCallingConfig");
        json.writeStringField("mode", mode);
        if (!allowed.isEmpty()) {
            json.writeArrayFieldStart("allowedFunctionNames");
            for (String name : allowed) {
                json.writeString(name);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void writeConfig(JsonGenerator json) throws IOException {
        if (request.temperature().isPresent() && config(json, "temperature", "temperature")) {
            json.writeNumber(request.temperature().getAsDouble());
        }
        if (request.topP().isPresent() && config(json, "topP", "topP")) {
            json.writeNumber(request.topP().getAsDouble());
        }
        if (request.topK().isPresent() && config(json, "topK", "topK")) {
            json.writeNumber(request.topK().getAsInt());
        }
        if (request.n().isPresent() && meaningConfig(json, "candidateCount", "n")) {
            json.writeNumber(request.n().getAsInt());
        }
        if (request.maxOutputTokens().isPresent() && config(json, "maxOutputTokens", "maxOutputTokens")) {
            json.writeNumber(request.maxOutputTokens().getAsInt());
        }
        writeStop(json);
        if (request.frequencyPenalty().isPresent() && config(json, "frequencyPenalty", "frequencyPenalty")) {
            json.writeNumber(request.frequencyPenalty().getAsDouble());
        }
        if (request.presencePenalty().isPresent() && config(json, "presencePenalty", "presencePenalty")) {
            json.writeNumber(request.presencePenalty().getAsDouble());
        }
        writeSeed(json);
        writeLogprobs(json);
        if (request.responseFormat().isPresent()) {
            writeResponseFormat(json, request.responseFormat().get());
        }
        if (request.reasoning().isPresent()) {
            writeThinking(json, request.reasoning().get());
        }
        if (request.audio().isPresent()) {
            writeAudio(json, request.audio().get());
        }
        if (configOpen) {
            json.writeEndObject();
        }
    }

    private void writeStop(JsonGenerator json) throws IOException {
        if (request.stop().isEmpty()) {
            return;
        }
        if (request.stop().size() > MAX_STOP_SEQUENCES) {
            throw GeminiErrors.invalid(
                    "stop has " + request.stop().size() + " sequences, at most " + MAX_STOP_SEQUENCES + " are taken",
                    target);
        }
        if (meaningConfig(json, "stopSequences", "stop")) {
            json.writeStartArray();
            for (String sequence : request.stop()) {
                json.writeString(sequence);
            }
            json.writeEndArray();
        }
    }

    private void writeSeed(JsonGenerator json) throws IOException {
        if (request.seed().isEmpty()) {
            return;
        }
        long seed = request.seed().getAsLong();
        if (seed != (int) seed) {
            // The wire's seed is an int32.
            unsupported.knob("seed");
        } else if (config(json, "seed", "seed")) {
            json.writeNumber(seed);
        }
    }

    private void writeLogprobs(JsonGenerator json) throws IOException {
        if (request.logprobs().isPresent() && config(json, "responseLogprobs", "logprobs")) {
            json.writeBoolean(request.logprobs().get());
        }
        if (request.topLogprobs().isPresent() && config(json, "logprobs", "topLogprobs")) {
            json.writeNumber(request.topLogprobs().getAsInt());
        }
    }

    private void writeResponseFormat(JsonGenerator json, ResponseFormat format) throws IOException {
        if (format instanceof ResponseFormat.Text) {
            return;
        }
        boolean omitted = profile.omits("responseMimeType")
                || profile.omits(format instanceof ResponseFormat.JsonObject ? "json_object" : "json_schema");
        if (omitted) {
            unsupported.meaning("responseFormat");
            return;
        }
        if (format instanceof ResponseFormat.JsonSchema schema) {
            String field = profile.option("schema-field", "responseJsonSchema");
            Optional<String> text = schemaText(schema, field);
            if (text.isEmpty()) {
                unsupported.meaning("responseFormat");
                return;
            }
            openConfig(json, "responseMimeType");
            json.writeString("application/json");
            openConfig(json, field);
            RawJson.write(json, text.get());
        } else {
            openConfig(json, "responseMimeType");
            json.writeString("application/json");
        }
    }

    /** The schema as it is sent; empty if it cannot be said in the OpenAPI subset. */
    private Optional<String> schemaText(ResponseFormat.JsonSchema schema, String field) {
        String text = schema.schemaJson();
        if (!RawJson.isObject(text)) {
            throw GeminiErrors.invalid("responseFormat: the schema is no JSON object", target);
        }
        if (schema.description().isPresent()) {
            // The wire has no place for it but the schema itself.
            text = GeminiSchema.describe(text, schema.description().get());
        }
        return field.equals("responseSchema") ? GeminiSchema.jsonSchemaToOpenApi(text) : Optional.of(text);
    }

    private void writeThinking(JsonGenerator json, ReasoningOptions reasoning) throws IOException {
        String mode = profile.option("thinking", "auto");
        if (mode.equals("auto")) {
            mode = takesBudget(request.model()) ? "budget" : "level";
        }
        if (mode.equals("none") || profile.omits("thinkingConfig")) {
            unsupported.knob("reasoning");
            return;
        }
        if (reasoning.effort().isEmpty()
                && reasoning.budgetTokens().isEmpty()
                && reasoning.includeThoughts().isEmpty()) {
            return;
        }
        openConfig(json, "thinkingConfig");
        json.writeStartObject();
        // Level and budget together are refused, so the one that the model knows best is sent.
        boolean byBudget = reasoning.effort().isEmpty() || mode.equals("budget");
        if (byBudget && reasoning.budgetTokens().isPresent()) {
            json.writeNumberField("thinkingBudget", reasoning.budgetTokens().getAsInt());
        } else if (reasoning.effort().isPresent()) {
            if (reasoning.budgetTokens().orElse(0) > 0) {
                unsupported.knob("reasoning");
            }
            ReasoningEffort effort = reasoning.effort().get();
            if (mode.equals("budget")) {
                json.writeNumberField("thinkingBudget", effort.budgetTokens());
            } else {
                json.writeStringField("thinkingLevel", effortToLevel(effort));
            }
        }
        if (reasoning.includeThoughts().isPresent()) {
            json.writeBooleanField(
                    "includeThoughts", reasoning.includeThoughts().get());
        }
        json.writeEndObject();
    }

    private static boolean takesBudget(String model) {
        String id = GeminiPaths.id(model);
        return id.startsWith("gemini-2") || id.startsWith("gemini-1");
    }

    /** These models cannot be kept from thinking, so no thinking is asked for as the least. */
    private static String effortToLevel(ReasoningEffort effort) {
        switch (effort) {
            case NONE:
            case MINIMAL:
                return "MINIMAL";
            case LOW:
                return "LOW";
            case MEDIUM:
                return "MEDIUM";
            default:
                return "HIGH";
        }
    }

    private void writeAudio(JsonGenerator json, AudioOptions audio) throws IOException {
        if (profile.omits("speechConfig")) {
            unsupported.meaning("audio");
            return;
        }
        if (!meaningConfig(json, "responseModalities", "audio")) {
            return;
        }
        json.writeStartArray();
        json.writeString("AUDIO");
        json.writeEndArray();
        if (!audio.voice().isEmpty()) {
            openConfig(json, "speechConfig");
            json.writeStartObject();
            json.writeObjectFieldStart("voiceConfig");
            json.writeObjectFieldStart("prebuiltVoiceConfig");
            json.writeStringField("voiceName", audio.voice());
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndObject();
        }
        if (!audio.format().isEmpty() && !SPOKEN_FORMATS.contains(audio.format())) {
            unsupported.knob("audio.format");
        }
    }

    /** Whether a member of the body may be sent; dropped by the policy for knobs if not. */
    private boolean knob(String wireName, String option) {
        if (profile.omits(wireName)) {
            unsupported.knob(option);
            return false;
        }
        return true;
    }

    private boolean config(JsonGenerator json, String wireName, String option) throws IOException {
        if (!knob(wireName, option)) {
            return false;
        }
        openConfig(json, wireName);
        return true;
    }

    private boolean meaningConfig(JsonGenerator json, String wireName, String option) throws IOException {
        if (profile.omits(wireName)) {
            unsupported.meaning(option);
            return false;
        }
        openConfig(json, wireName);
        return true;
    }

    /** Writes the name of a member of {@code generationConfig}, and the object's start before the first. */
    private void openConfig(JsonGenerator json, String wireName) throws IOException {
        if (!configOpen) {
            json.writeObjectFieldStart("generationConfig");
            configOpen = true;
        }
        json.writeFieldName(profile.nameOf(wireName));
    }
}
