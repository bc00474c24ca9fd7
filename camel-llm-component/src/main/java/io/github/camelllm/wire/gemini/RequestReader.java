package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.chat.AudioOptions;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ClientMembers;
import io.github.camelllm.chat.ReasoningEffort;
import io.github.camelllm.chat.ReasoningOptions;
import io.github.camelllm.chat.ResponseFormat;
import io.github.camelllm.chat.Tool;
import io.github.camelllm.chat.ToolChoice;
import io.github.camelllm.wire.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads a client's request body. Members that the vocabulary lacks are kept as the client's own, under the names and at the
 * places where the client wrote them, so {@code imageConfig} stays in {@code generationConfig}.
 */
final class RequestReader {
    private static final Set<String> LEVELS = Set.of("MINIMAL", "LOW", "MEDIUM", "HIGH");

    private final ChatRequest.Builder request;
    private final ObjectNode kept = Json.MAPPER.createObjectNode();

    private RequestReader(String model) {
        this.request = ChatRequest.builder(model);
    }

    /** @throws io.github.camelllm.chat.LlmInvalidRequestException if the body is no such request */
    static ChatRequest read(String model, byte[] body) {
        return new RequestReader(model).read(tree(body));
    }

    /** Reads the body of countTokens, which may wrap a whole request. */
    static ChatRequest readCounted(String model, byte[] body) {
        Members members = Members.of(tree(body), "");
        Optional<Members> wrapped = members.object("generateContentRequest");
        if (wrapped.isEmpty()) {
            return new RequestReader(model).read(members.node());
        }
        String named = wrapped.get().text("model").map(GeminiPaths::id).orElse(model);
        return new RequestReader(named).read(wrapped.get().rest());
    }

    static JsonNode tree(byte[] body) {
        try {
            return Json.tree(body, 0, body.length);
        } catch (JsonProcessingException e) {
            throw Members.invalid("body: invalid JSON at " + Json.where(e));
        }
    }

    private ChatRequest read(JsonNode body) {
        Members members = Members.of(body, "");
        List<ChatMessage> messages = new ArrayList<>();
        JsonNode instruction = members.take("systemInstruction");
        ContentsReader contents = new ContentsReader(messages);
        if (instruction != null) {
            contents.readInstruction(instruction, "systemInstruction");
        }
        JsonNode list = members.array("contents");
        for (int i = 0; i < list.size(); i++) {
            contents.read(list.get(i), i);
        }
        request.messages(messages).unread(contents.unread());
        readTools(members.array("tools"));
        members.object("toolConfig").ifPresent(this::readToolConfig);
        members.object("generationConfig").ifPresent(this::readConfig);
        members.text("serviceTier")
                .map(tier -> tier.equalsIgnoreCase("standard") ? "default" : tier)
                .ifPresent(request::serviceTier);
        members.bool("store").ifPresent(request::store);
        readLabels(members);
        ObjectNode rest = members.rest();
        rest.properties().forEach(member -> kept.set(member.getKey(), member.getValue()));
        request.clientMembers(ClientMembers.of(GeminiDialect.NAME, toMap(kept)));
        return request.build();
    }

    private static Map<String, Object> toMap(ObjectNode object) {
        Map<String, Object> map = new LinkedHashMap<>();
        object.properties()
                .forEach(member -> map.put(member.getKey(), Json.MAPPER.convertValue(member.getValue(), Object.class)));
        return map;
    }

    private void keep(String name, ObjectNode rest) {
        if (!rest.isEmpty()) {
            kept.set(name, rest);
        }
    }

    private void readLabels(Members members) {
        Optional<Members> labels = members.object("labels");
        if (labels.isPresent()) {
            Map<String, String> metadata = new LinkedHashMap<>();
            labels.get().node().properties().forEach(label -> {
                if (!label.getValue().isTextual()) {
                    throw Members.expected("labels." + label.getKey(), "a string", label.getValue());
                }
                metadata.put(label.getKey(), label.getValue().textValue());
            });
            request.metadata(metadata);
        }
    }

    private void readTools(JsonNode list) {
        List<Tool> tools = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String path = "tools[" + i + "]";
            Members tool = Members.of(list.get(i), path);
            JsonNode functions = tool.array("functionDeclarations");
            for (int j = 0; j < functions.size(); j++) {
                tools.add(readFunction(functions.get(j), path + ".functionDeclarations[" + j + "]"));
            }
            ObjectNode rest = tool.rest();
            if (!rest.isEmpty()) {
                tools.add(new Tool.Native(GeminiDialect.NAME, rest.toString()));
            }
        }
        request.tools(tools);
    }

    private static Tool readFunction(JsonNode declaration, String path) {
        Members function = Members.of(declaration, path);
        String name = function.requiredText("name");
        Optional<String> description = function.text("description");
        JsonNode schema = function.take("parametersJsonSchema");
        JsonNode openApi = function.take("parameters");
        Optional<String> parameters = schema != null
                ? Optional.of(schema.toString())
                : Optional.ofNullable(openApi)
                        .map(GeminiSchema::openApiToJsonSchema)
                        .map(JsonNode::toString);
        Tool.Function plain = new Tool.Function(name, description, parameters, Optional.empty(), Optional.empty());
        if (function.rest().isEmpty()) {
            return plain;
        }
        // Members such as response or behavior have no place in the vocabulary: only this dialect can say them.
        ObjectNode whole = Json.MAPPER.createObjectNode();
        whole.putArray("functionDeclarations").add(declaration);
        return new Tool.Native(GeminiDialect.NAME, whole.toString(), Optional.of(plain));
    }

    private void readToolConfig(Members config) {
        Optional<Members> calling = config.object("functionCallingConfig");
        if (calling.isPresent()) {
            Members members = calling.get();
            String mode = members.text("mode").orElse("MODE_UNSPECIFIED").toUpperCase(Locale.ROOT);
            List<String> names = texts(members, "allowedFunctionNames");
            boolean validatesAll = mode.equals("VALIDATED") && names.isEmpty();
            if (validatesAll || !members.rest().isEmpty()) {
                config.putBack("functionCallingConfig");
            }
            if (!validatesAll) {
                choice(mode, names, members.at("mode")).ifPresent(request::toolChoice);
            }
        }
        keep("toolConfig", config.rest());
    }

    private static Optional<ToolChoice> choice(String mode, List<String> names, String path) {
        switch (mode) {
            case "MODE_UNSPECIFIED":
                return Optional.empty();
            case "AUTO":
                return Optional.of(new ToolChoice.Auto());
            case "NONE":
                return Optional.of(new ToolChoice.None());
            case "VALIDATED":
                return Optional.of(new ToolChoice.Allowed(names, false));
            case "ANY":
                if (names.isEmpty()) {
                    return Optional.of(new ToolChoice.Required());
                }
                return Optional.of(
                        names.size() == 1
                                ? new ToolChoice.Function(names.get(0))
                                : new ToolChoice.Allowed(names, true));
            default:
                throw Members.invalid(path + ": expected AUTO, ANY, NONE or VALIDATED, got another word");
        }
    }

    private void readConfig(Members config) {
        config.decimal("temperature").ifPresent(request::temperature);
        config.decimal("topP").ifPresent(request::topP);
        // Clients send whole numbers as 40.0 too.
        config.integer("topK").ifPresent(request::topK);
        config.count("candidateCount").ifPresent(request::n);
        config.count("maxOutputTokens").ifPresent(request::maxOutputTokens);
        List<String> stop = texts(config, "stopSequences");
        if (!stop.isEmpty()) {
            request.stop(stop);
        }
        config.decimal("frequencyPenalty").ifPresent(request::frequencyPenalty);
        config.decimal("presencePenalty").ifPresent(request::presencePenalty);
        config.whole("seed").ifPresent(request::seed);
        config.bool("responseLogprobs").ifPresent(request::logprobs);
        config.integer("logprobs").ifPresent(request::topLogprobs);
        readFormat(config);
        ObjectNode thinkingRest = readThinking(config);
        readAudio(config);
        ObjectNode rest = config.rest();
        if (!thinkingRest.isEmpty()) {
            rest.set("thinkingConfig", thinkingRest);
        }
        keep("generationConfig", rest);
    }

    private void readFormat(Members config) {
        Optional<String> type = config.text("responseMimeType");
        if (type.isEmpty()) {
            return;
        }
        if (type.get().equals("text/plain")) {
            request.responseFormat(new ResponseFormat.Text());
            return;
        }
        if (!type.get().equals("application/json")) {
            config.putBack("responseMimeType");
            return;
        }
        JsonNode schema = config.take("responseJsonSchema");
        if (schema == null) {
            schema = config.take("_responseJsonSchema");
        }
        if (schema == null) {
            JsonNode openApi = config.take("responseSchema");
            schema = openApi == null ? null : GeminiSchema.openApiToJsonSchema(openApi);
        }
        if (schema == null) {
            request.responseFormat(new ResponseFormat.JsonObject());
            return;
        }
        String title = schema.path("title").asText("");
        String name = title.matches("[A-Za-z0-9_-]{1,64}") ? title : "response";
        request.responseFormat(ResponseFormat.JsonSchema.of(name, schema.toString()));
    }

    /** Gives the members of thinkingConfig that the vocabulary lacks. */
    private ObjectNode readThinking(Members config) {
        Optional<Members> found = config.object("thinkingConfig");
        if (found.isEmpty()) {
            return Json.MAPPER.createObjectNode();
        }
        Members thinking = found.get();
        Optional<String> level = thinking.text("thinkingLevel").map(word -> word.toUpperCase(Locale.ROOT));
        Optional<ReasoningEffort> effort = level.filter(LEVELS::contains).map(ReasoningEffort::valueOf);
        if (level.isPresent() && effort.isEmpty()) {
            thinking.putBack("thinkingLevel");
        }
        OptionalInt budget = thinking.integer("thinkingBudget");
        if (budget.isPresent() && budget.getAsInt() < 0) {
            // −1 lets the model choose, which is no upper bound.
            thinking.putBack("thinkingBudget");
            budget = OptionalInt.empty();
        }
        Optional<Boolean> include = thinking.bool("includeThoughts");
        if (effort.isPresent() || budget.isPresent() || include.isPresent()) {
            request.reasoning(new ReasoningOptions(effort, budget, include));
        }
        return thinking.rest();
    }

    private void readAudio(Members config) {
        List<String> modalities = texts(config, "responseModalities");
        if (modalities.equals(List.of("TEXT"))) {
            return;
        }
        if (!modalities.equals(List.of("AUDIO"))) {
            config.putBack("responseModalities");
            return;
        }
        String voice = "";
        JsonNode speech = config.take("speechConfig");
        if (speech != null) {
            voice = prebuiltVoice(speech);
            if (voice.isEmpty()) {
                config.putBack("speechConfig");
            }
        }
        request.audio(new AudioOptions(voice, "pcm16"));
    }

    /** The voice, if the configuration says nothing else. */
    private static String prebuiltVoice(JsonNode speech) {
        JsonNode at = speech;
        for (String name : new String[] {"voiceConfig", "prebuiltVoiceConfig", "voiceName"}) {
            if (!(at instanceof ObjectNode object) || object.size() != 1) {
                return "";
            }
            JsonNode below = Members.of(object, "speechConfig").take(name);
            if (below == null) {
                return "";
            }
            at = below;
        }
        return at.asText("");
    }

    private static List<String> texts(Members members, String name) {
        JsonNode array = members.array(name);
        List<String> texts = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            if (!array.get(i).isTextual()) {
                throw Members.expected(members.at(name) + "[" + i + "]", "a string", array.get(i));
            }
            texts.add(array.get(i).textValue());
        }
        return texts;
    }
}
