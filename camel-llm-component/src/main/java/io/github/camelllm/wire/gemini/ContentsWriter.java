package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.UnsupportedOptions;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a conversation as {@code systemInstruction} and {@code contents}. Neighbours of one role become one content, but
 * for the results of a round of function calls: they stand alone, in the order of their calls. Not thread-safe.
 */
final class ContentsWriter {
    private enum Group {
        NONE,
        USER,
        MODEL,
        RESULTS
    }

    private final JsonGenerator json;
    private final List<ChatMessage> messages;
    private final WireTarget target;
    private final WireProfile profile;
    private final UnsupportedOptions unsupported;
    private Group open = Group.NONE;

    ContentsWriter(JsonGenerator json, List<ChatMessage> messages, WireTarget target, UnsupportedOptions unsupported) {
        this.json = json;
        this.messages = messages;
        this.target = target;
        this.profile = target.profile();
        this.unsupported = unsupported;
    }

    void write() throws IOException {
        boolean hasInstruction = !profile.omits("systemInstruction");
        boolean allFirst = profile.option("mid-system", "user").equals("first");
        int leading = 0;
        if (hasInstruction) {
            while (leading < messages.size() && isSystem(messages.get(leading))) {
                leading++;
            }
            writeInstruction(leading, allFirst);
        }
        json.writeArrayFieldStart(profile.nameOf("contents"));
        for (int i = leading; i < messages.size(); ) {
            ChatMessage message = messages.get(i);
            if (message instanceof ChatMessage.Tool) {
                i = writeResults(i);
                continue;
            }
            if (!(isSystem(message) && hasInstruction && allFirst)) {
                writeMessage(message);
            }
            i++;
        }
        close();
        json.writeEndArray();
    }

    private static boolean isSystem(ChatMessage message) {
        return message instanceof ChatMessage.System || message instanceof ChatMessage.Developer;
    }

    private void writeInstruction(int leading, boolean allFirst) throws IOException {
        boolean started = false;
        for (int i = 0; i < (allFirst ? messages.size() : leading); i++) {
            ChatMessage message = messages.get(i);
            if (!isSystem(message)) {
                continue;
            }
            name(
                    message instanceof ChatMessage.System system
                            ? system.name()
                            : ((ChatMessage.Developer) message).name());
            for (ContentPart part : message.content()) {
                if (!(part instanceof ContentPart.Text text)) {
                    unsupported.meaning("messages");
                    continue;
                }
                if (text.text().isEmpty()) {
                    continue;
                }
                if (!started) {
                    json.writeObjectFieldStart(profile.nameOf("systemInstruction"));
                    json.writeArrayFieldStart("parts");
                    started = true;
                }
                writeText(text.text(), text.signature(), text.cache().isPresent());
            }
        }
        if (started) {
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private void writeMessage(ChatMessage message) throws IOException {
        if (message instanceof ChatMessage.Assistant assistant) {
            name(assistant.name());
            writeAnswer(assistant);
            return;
        }
        if (message instanceof ChatMessage.User user) {
            name(user.name());
        } else if (message instanceof ChatMessage.System system) {
            name(system.name());
        } else if (message instanceof ChatMessage.Developer developer) {
            name(developer.name());
        } else {
            throw new AssertionError(message);
        }
        writeQuestion(message.content());
    }

    private void writeQuestion(List<ContentPart> parts) throws IOException {
        boolean written = false;
        for (ContentPart part : parts) {
            if (part instanceof ContentPart.Text text) {
                if (!text.text().isEmpty() || text.signature().isPresent()) {
                    open(Group.USER);
                    writeText(text.text(), text.signature(), text.cache().isPresent());
                    written = true;
                }
            } else if (part instanceof ContentPart.Media media) {
                written |= writeMedia(media, Group.USER);
            } else if (part instanceof ContentPart.Opaque opaque
                    && opaque.dialect().equals(GeminiDialect.NAME)) {
                open(Group.USER);
                RawJson.write(json, opaque.json());
                written = true;
            } else if (part instanceof ContentPart.Refusal refusal) {
                open(Group.USER);
                writeText(refusal.text(), Optional.empty(), false);
                written = true;
            } else {
                unsupported.meaning("messages");
            }
        }
        if (!written) {
            open(Group.USER);
            writeText("", Optional.empty(), false);
        }
    }

    private void writeAnswer(ChatMessage.Assistant assistant) throws IOException {
        Optional<String> missing = missingSignature(assistant);
        for (ContentPart part : assistant.content()) {
            if (part instanceof ContentPart.Text text) {
                if (!text.text().isEmpty() || text.signature().isPresent()) {
                    open(Group.MODEL);
                    writeText(text.text(), text.signature(), text.cache().isPresent());
                }
            } else if (part instanceof ContentPart.ToolCall call) {
                open(Group.MODEL);
                writeCall(call, call.signature().isPresent() ? call.signature() : missing);
                missing = Optional.empty();
            } else if (part instanceof ContentPart.Reasoning reasoning) {
                writeReasoning(reasoning);
            } else if (part instanceof ContentPart.Media media) {
                if (media.transcript().isPresent() && media.signature().isEmpty()) {
                    // Models take no audio of their own back; the words are what they said.
                    open(Group.MODEL);
                    writeText(media.transcript().get(), Optional.empty(), false);
                } else {
                    writeMedia(media, Group.MODEL);
                }
            } else if (part instanceof ContentPart.Refusal refusal) {
                open(Group.MODEL);
                writeText(refusal.text(), Optional.empty(), false);
            } else if (part instanceof ContentPart.Opaque opaque) {
                if (opaque.dialect().equals(GeminiDialect.NAME)) {
                    open(Group.MODEL);
                    RawJson.write(json, opaque.json());
                }
            } else {
                throw new AssertionError(part);
            }
        }
    }

    private Optional<String> missingSignature(ChatMessage.Assistant assistant) {
        String signature = profile.option("missing-signature", "");
        boolean signed = signature.isEmpty()
                || assistant.toolCalls().stream()
                        .anyMatch(call -> call.signature().isPresent());
        return signed ? Optional.empty() : Optional.of(signature);
    }

    private void writeReasoning(ContentPart.Reasoning reasoning) throws IOException {
        boolean own = reasoning.json().filter(GeminiNames.OWN_REASONING::equals).isPresent();
        boolean foreign =
                reasoning.redacted().isPresent() || reasoning.signature().isPresent() && !own;
        if (foreign || profile.option("replay-thoughts", "true").equals("false")) {
            return;
        }
        if (reasoning.text().isEmpty() && reasoning.signature().isEmpty()) {
            return;
        }
        open(Group.MODEL);
        json.writeStartObject();
        json.writeStringField("text", reasoning.text());
        json.writeBooleanField("thought", true);
        if (reasoning.signature().isPresent()) {
            json.writeStringField("thoughtSignature", reasoning.signature().get());
        }
        json.writeEndObject();
    }

    private void writeText(String text, Optional<String> signature, boolean cached) throws IOException {
        if (cached) {
            unsupported.knob("cache");
        }
        json.writeStartObject();
        json.writeStringField("text", text);
        if (signature.isPresent()) {
            json.writeStringField("thoughtSignature", signature.get());
        }
        json.writeEndObject();
    }

    private void writeCall(ContentPart.ToolCall call, Optional<String> signature) throws IOException {
        JsonNode further = call.json().isEmpty()
                ? Json.MAPPER.missingNode()
                : furtherMembers(call.json().get());
        json.writeStartObject();
        json.writeObjectFieldStart("functionCall");
        writeId(call.id());
        json.writeStringField("name", call.name());
        json.writeFieldName("args");
        if (!call.custom() && RawJson.isObject(call.argumentsJson())) {
            RawJson.write(json, call.argumentsJson());
        } else {
            // The wire takes objects only: free text, and what another model wrote that is no JSON.
            json.writeStartObject();
            json.writeStringField("input", call.argumentsJson());
            json.writeEndObject();
        }
        writeMembers(further.path("functionCall"));
        json.writeEndObject();
        if (signature.isPresent()) {
            json.writeStringField("thoughtSignature", signature.get());
        }
        writeMembers(further.path("part"));
        json.writeEndObject();
    }

    private void writeId(String id) throws IOException {
        if (!id.isEmpty()
                && !ToolCallIds.isMade(id)
                && profile.option("tool-ids", "true").equals("true")) {
            json.writeStringField("id", id);
        }
    }

    /** Members that came with this dialect's own call; nothing of what other dialects keep there. */
    private static JsonNode furtherMembers(String text) throws IOException {
        return RawJson.isObject(text) ? Json.MAPPER.readTree(text).path(GeminiDialect.NAME) : Json.MAPPER.missingNode();
    }

    private void writeMembers(JsonNode object) throws IOException {
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            json.writeFieldName(member.getKey());
            RawJson.write(json, member.getValue().toString());
        }
    }

    /** Writes the results from here on, in the order of their calls, and gives the position behind them. */
    private int writeResults(int from) throws IOException {
        int to = from;
        while (to < messages.size() && messages.get(to) instanceof ChatMessage.Tool) {
            to++;
        }
        List<ChatMessage.Tool> results = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            results.add((ChatMessage.Tool) messages.get(i));
        }
        if (results.size() > 1) {
            Map<String, Integer> order = callOrder(from);
            results.sort(Comparator.comparingInt(result -> order.getOrDefault(result.toolCallId(), Integer.MAX_VALUE)));
        }
        boolean inParts = profile.option("tool-media", "user").equals("parts");
        for (ChatMessage.Tool result : results) {
            open(Group.RESULTS);
            writeResult(result, from, inParts);
        }
        if (!inParts) {
            for (ChatMessage.Tool result : results) {
                for (ContentPart part : result.content()) {
                    if (part instanceof ContentPart.Media media) {
                        writeMedia(media, Group.USER);
                    }
                }
            }
        }
        return to;
    }

    private Map<String, Integer> callOrder(int before) {
        Map<String, Integer> order = new HashMap<>();
        for (int i = before - 1; i >= 0; i--) {
            if (messages.get(i) instanceof ChatMessage.Assistant assistant) {
                for (ContentPart.ToolCall call : assistant.toolCalls()) {
                    order.putIfAbsent(call.id(), order.size());
                }
                return order;
            }
        }
        return order;
    }

    private void writeResult(ChatMessage.Tool result, int position, boolean mediaInParts) throws IOException {
        StringBuilder text = new StringBuilder();
        List<ContentPart.Media> media = new ArrayList<>(0);
        for (ContentPart part : result.content()) {
            if (part instanceof ContentPart.Text plain) {
                text.append(plain.text());
                if (plain.cache().isPresent()) {
                    unsupported.knob("cache");
                }
            } else if (part instanceof ContentPart.Refusal refusal) {
                text.append(refusal.text());
            } else if (part instanceof ContentPart.Media shown) {
                media.add(shown);
            } else if (part instanceof ContentPart.Opaque opaque
                    && opaque.dialect().equals(GeminiDialect.NAME)) {
                // A functionResponse with members that the vocabulary lacks.
                RawJson.write(json, opaque.json());
                return;
            } else {
                unsupported.meaning("messages");
            }
        }
        json.writeStartObject();
        json.writeObjectFieldStart("functionResponse");
        writeId(result.toolCallId());
        json.writeStringField("name", result.toolName().orElseGet(() -> nameOfCall(result.toolCallId(), position)));
        json.writeFieldName("response");
        writeResponse(text.toString(), result.error());
        if (mediaInParts && !media.isEmpty()) {
            json.writeArrayFieldStart("parts");
            for (ContentPart.Media shown : media) {
                writeMedia(shown, Group.RESULTS);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void writeResponse(String text, boolean error) throws IOException {
        if (!error && RawJson.isObject(text)) {
            RawJson.write(json, text);
            return;
        }
        json.writeStartObject();
        json.writeStringField(error ? "error" : "result", text);
        json.writeEndObject();
    }

    private String nameOfCall(String id, int before) {
        for (int i = before - 1; i >= 0; i--) {
            if (messages.get(i) instanceof ChatMessage.Assistant assistant) {
                for (ContentPart.ToolCall call : assistant.toolCalls()) {
                    if (call.id().equals(id)) {
                        return call.name();
                    }
                }
            }
        }
        throw GeminiErrors.invalid(
                "messages[" + before + "]: a tool result needs toolName, or its call earlier in the conversation",
                target);
    }

    /** Writes a media part, after opening a content for it; false if it was dropped. */
    private boolean writeMedia(ContentPart.Media media, Group group) throws IOException {
        String kind = kindName(media.kind());
        if (profile.omits(kind)) {
            unsupported.meaning(kind);
            return false;
        }
        if (media.cache().isPresent()) {
            unsupported.knob("cache");
        }
        open(group);
        json.writeStartObject();
        MediaSource source = media.source();
        if (source instanceof MediaSource.Url address && address.url().startsWith("data:")) {
            source = dataUrlToInline(address.url());
        }
        if (source instanceof MediaSource.Inline inline) {
            json.writeObjectFieldStart("inlineData");
            json.writeStringField("mimeType", inline.type());
            json.writeStringField("data", inline.base64());
        } else {
            String uri = source instanceof MediaSource.Url address
                    ? address.url()
                    : GeminiNames.fileUri(((MediaSource.FileId) source).id());
            json.writeObjectFieldStart("fileData");
            Optional<String> type = source.mediaType();
            if (type.isPresent()) {
                json.writeStringField("mimeType", type.get());
            }
            json.writeStringField("fileUri", uri);
        }
        if (media.name().isPresent()) {
            if (profile.option("display-names", "false").equals("true")) {
                json.writeStringField("displayName", media.name().get());
            } else {
                unsupported.knob("name");
            }
        }
        json.writeEndObject();
        if (media.detail().isPresent()) {
            writeDetail(media.detail().get());
        }
        if (media.signature().isPresent()) {
            json.writeStringField("thoughtSignature", media.signature().get());
        }
        json.writeEndObject();
        return true;
    }

    private static String kindName(MediaKind kind) {
        switch (kind) {
            case IMAGE:
                return "image";
            case AUDIO:
                return "audio";
            case VIDEO:
                return "video";
            default:
                return "document";
        }
    }

    private void writeDetail(String detail) throws IOException {
        if (detail.equals("auto")) {
            return;
        }
        Optional<String> level = GeminiNames.detailToResolution(detail);
        if (level.isPresent() && profile.option("media-resolution", "none").equals("part")) {
            json.writeObjectFieldStart("mediaResolution");
            json.writeStringField("level", level.get());
            json.writeEndObject();
        } else {
            unsupported.knob("detail");
        }
    }

    private MediaSource.Inline dataUrlToInline(String url) {
        int comma = url.indexOf(',');
        String head = comma < 0 ? "" : url.substring("data:".length(), comma);
        if (!head.endsWith(";base64")) {
            throw GeminiErrors.invalid("messages: a data: URL is not in base64", target);
        }
        String type = head.substring(0, head.length() - ";base64".length());
        return new MediaSource.Inline(type.isEmpty() ? "text/plain" : type, url.substring(comma + 1));
    }

    private void name(Optional<String> name) {
        if (name.isPresent()) {
            unsupported.knob("name");
        }
    }

    private void open(Group group) throws IOException {
        if (open == group) {
            return;
        }
        close();
        json.writeStartObject();
        json.writeStringField("role", profile.roleOf(group == Group.MODEL ? "model" : "user"));
        json.writeArrayFieldStart("parts");
        open = group;
    }

    private void close() throws IOException {
        if (open != Group.NONE) {
            json.writeEndArray();
            json.writeEndObject();
            open = Group.NONE;
        }
    }
}
