package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.camelllm.chat.CacheHint;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.wire.UnsupportedOptions;
import io.github.camelllm.wire.WireProfile;
import io.github.camelllm.wire.WireTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes {@code system} and {@code messages}. Consecutive messages of one role become one; results of tools stand
 * before all else in their user message. Not thread-safe.
 *
 * <p>Empty texts are left out, since the wire refuses them; so are reasoning and opaque parts of other dialects in
 * answers that are sent back, which carry no question. A cache mark on the last part of a tool's result marks the
 * whole result. What the model wrote as arguments and is no JSON object goes as {@link RawJson#toolInput} says.
 */
final class ContentWriter {
    private static final Duration SHORT_TTL = Duration.ofMinutes(5);

    private enum Place {
        SYSTEM,
        USER,
        ASSISTANT,
        RESULT
    }

    private final WireTarget target;
    private final WireProfile profile;
    private final UnsupportedOptions unsupported;
    private final JsonGenerator json;
    private final MediaWriter media;

    ContentWriter(WireTarget target, UnsupportedOptions unsupported, JsonGenerator json) {
        this.target = target;
        this.profile = target.profile();
        this.unsupported = unsupported;
        this.json = json;
        this.media = new MediaWriter(this, json);
    }

    static boolean isSystem(ChatMessage message) {
        return message instanceof ChatMessage.System || message instanceof ChatMessage.Developer;
    }

    /** Whether the first so many messages, all of the system, hold anything to send. */
    boolean hasSystem(List<ChatMessage> messages, int count) {
        boolean any = false;
        for (int i = 0; i < count; i++) {
            any |= hasContent(messages.get(i));
        }
        return any;
    }

    void writeSystem(List<ChatMessage> messages, int count) throws IOException {
        if (count == 1 && isPlainText(messages.get(0).content())) {
            json.writeString(messages.get(0).text());
            return;
        }
        json.writeStartArray();
        for (int i = 0; i < count; i++) {
            writeParts(messages.get(i).content(), Place.SYSTEM);
        }
        json.writeEndArray();
    }

    void writeConversation(List<ChatMessage> messages, int from) throws IOException {
        json.writeStartArray();
        int size = messages.size();
        int begin = from;
        while (begin < size) {
            if (!hasContent(messages.get(begin))) {
                begin++;
                continue;
            }
            String role = roleOf(messages.get(begin));
            int end = begin + 1;
            while (end < size && (roleOf(messages.get(end)).equals(role) || !hasContent(messages.get(end)))) {
                end++;
            }
            writeTurn(role, messages, begin, end);
            begin = end;
        }
        json.writeEndArray();
    }

    private void writeTurn(String role, List<ChatMessage> messages, int begin, int end) throws IOException {
        json.writeStartObject();
        json.writeStringField("role", profile.roleOf(role));
        json.writeFieldName("content");
        ChatMessage first = messages.get(begin);
        if (end == begin + 1 && !(first instanceof ChatMessage.Tool) && isPlainText(first.content())) {
            json.writeString(first.text());
        } else {
            json.writeStartArray();
            for (int i = begin; i < end; i++) {
                if (messages.get(i) instanceof ChatMessage.Tool result) {
                    writeResult(result);
                }
            }
            for (int i = begin; i < end; i++) {
                ChatMessage message = messages.get(i);
                if (!(message instanceof ChatMessage.Tool)) {
                    writeParts(message.content(), placeOf(message));
                }
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private String roleOf(ChatMessage message) {
        if (message instanceof ChatMessage.Assistant) {
            return "assistant";
        }
        return isSystem(message) ? profile.option("mid-system", "user") : "user";
    }

    private static Place placeOf(ChatMessage message) {
        if (message instanceof ChatMessage.Assistant) {
            return Place.ASSISTANT;
        }
        if (message instanceof ChatMessage.Tool) {
            return Place.RESULT;
        }
        return isSystem(message) ? Place.SYSTEM : Place.USER;
    }

    /** Applies the policy on what cannot be sent, and tells whether anything is left. A tool's result always counts. */
    private boolean hasContent(ChatMessage message) {
        if (nameOf(message).isPresent()) {
            unsupported.knob("messages.name");
        }
        boolean any = message instanceof ChatMessage.Tool;
        Place place = placeOf(message);
        for (ContentPart part : message.content()) {
            any |= isSent(part, place);
        }
        return any;
    }

    /**
     * Whether the last turn is one of tools, of which the results follow, and none of its thinking is left. With a thinking budget
     * the wire refuses that. Thinking of turns before the user's last question is not needed.
     */
    boolean lacksThinking(List<ChatMessage> messages) {
        boolean results = false;
        boolean called = false;
        for (int i = messages.size() - 1; i >= 0; i--) {
            ChatMessage message = messages.get(i);
            if (message instanceof ChatMessage.Assistant assistant) {
                if (!results) {
                    return false;
                }
                called |= !assistant.toolCalls().isEmpty();
                for (ContentPart part : assistant.content()) {
                    if (part instanceof ContentPart.Reasoning && isSent(part, Place.ASSISTANT)) {
                        return false;
                    }
                }
            } else if (message instanceof ChatMessage.Tool) {
                results = true;
            } else if (called && !followsResult(messages, i)) {
                break;
            }
        }
        return called;
    }

    /** Whether a message of the user stands in one turn with results of tools. */
    private static boolean followsResult(List<ChatMessage> messages, int index) {
        int before = index;
        while (before >= 0 && !(messages.get(before) instanceof ChatMessage.Assistant)) {
            if (messages.get(before) instanceof ChatMessage.Tool) {
                return true;
            }
            before--;
        }
        return false;
    }

    private static Optional<String> nameOf(ChatMessage message) {
        if (message instanceof ChatMessage.User user) {
            return user.name();
        }
        if (message instanceof ChatMessage.Assistant assistant) {
            return assistant.name();
        }
        if (message instanceof ChatMessage.System system) {
            return system.name();
        }
        return message instanceof ChatMessage.Developer developer ? developer.name() : Optional.empty();
    }

    private static boolean isPlainText(List<ContentPart> content) {
        return content.size() == 1
                && content.get(0) instanceof ContentPart.Text text
                && text.cache().isEmpty()
                && text.citations().isEmpty();
    }

    private boolean isSent(ContentPart part, Place place) {
        if (part instanceof ContentPart.Text text) {
            return !text.text().isEmpty();
        }
        if (part instanceof ContentPart.Refusal refusal) {
            return !refusal.text().isEmpty();
        }
        if (part instanceof ContentPart.Media item) {
            return isSent(item, place);
        }
        if (part instanceof ContentPart.Reasoning reasoning) {
            return place == Place.ASSISTANT && isSent(reasoning);
        }
        if (part instanceof ContentPart.ToolCall) {
            if (place != Place.ASSISTANT) {
                unsupported.meaning("messages.toolCall");
            }
            return place == Place.ASSISTANT;
        }
        if (part instanceof ContentPart.Opaque opaque) {
            if (opaque.dialect().equals(AnthropicDialect.NAME)) {
                return true;
            }
            if (place != Place.ASSISTANT) {
                unsupported.meaning("messages." + opaque.type());
            }
            return false;
        }
        throw new AssertionError(part);
    }

    private boolean isSent(ContentPart.Media item, Place place) {
        if (place == Place.ASSISTANT && item.kind() == MediaKind.AUDIO) {
            // The words of a spoken answer are the answer.
            return item.transcript().filter(words -> !words.isEmpty()).isPresent();
        }
        boolean isUsers = place == Place.USER || place == Place.RESULT;
        if (!isUsers || !MediaWriter.isKnown(item) || profile.omits(MediaWriter.wireType(item))) {
            unsupported.meaning("messages." + MediaWriter.wireType(item));
            return false;
        }
        if (item.kind() == MediaKind.IMAGE && item.name().isPresent()) {
            unsupported.knob("messages.name");
        }
        if (item.detail().isPresent()) {
            unsupported.knob("messages.detail");
        }
        return true;
    }

    /** Whether reasoning is this dialect's: members of its own name their type, as {@link ContentBlock} writes them. */
    private boolean isSent(ContentPart.Reasoning reasoning) {
        if (reasoning.json().isPresent()
                && ownMembers(reasoning.json(), thinkingType(reasoning)).isEmpty()) {
            return false;
        }
        return reasoning.redacted().isPresent()
                || reasoning.signature().isPresent()
                || !reasoning.text().isEmpty()
                        && profile.option("unsigned-thinking", "drop").equals("send");
    }

    private static String thinkingType(ContentPart.Reasoning reasoning) {
        return reasoning.redacted().isPresent() ? "redacted_thinking" : "thinking";
    }

    static Map<String, String> ownMembers(Optional<String> json, String type) {
        if (json.isEmpty()) {
            return Map.of();
        }
        Map<String, String> members = RawJson.members(json.get());
        return RawJson.unquoted(members.getOrDefault("type", "")).equals(type) ? members : Map.of();
    }

    private void writeParts(List<ContentPart> parts, Place place) throws IOException {
        for (ContentPart part : parts) {
            if (isSent(part, place)) {
                writePart(part, place, true);
            }
        }
    }

    private void writePart(ContentPart part, Place place, boolean withCache) throws IOException {
        if (part instanceof ContentPart.Text text) {
            writeText(text.text(), text.citations(), withCache ? text.cache() : Optional.empty());
        } else if (part instanceof ContentPart.Refusal refusal) {
            writeText(refusal.text(), List.of(), Optional.empty());
        } else if (part instanceof ContentPart.Media item) {
            if (place == Place.ASSISTANT) {
                writeText(item.transcript().orElse(""), List.of(), Optional.empty());
            } else {
                media.write(item, withCache);
            }
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            writeReasoning(reasoning);
        } else if (part instanceof ContentPart.ToolCall call) {
            writeCall(call);
        } else if (part instanceof ContentPart.Opaque opaque) {
            json.writeRawValue(requireObject(opaque.json(), "an opaque part of type '" + opaque.type() + "'"));
        } else {
            throw new AssertionError(part);
        }
    }

    private void writeText(String text, List<Citation> citations, Optional<CacheHint> cache) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "text");
        json.writeStringField("text", text);
        boolean any = false;
        for (Citation citation : citations) {
            if (citation.json().isPresent() && isLocation(citation.json().get())) {
                if (!any) {
                    json.writeArrayFieldStart("citations");
                    any = true;
                }
                json.writeRawValue(citation.json().get());
            }
        }
        if (any) {
            json.writeEndArray();
        }
        writeCache(cache);
        json.writeEndObject();
    }

    /** Whether a citation is of this dialect, whose kinds all end so. */
    static boolean isLocation(String citation) {
        return RawJson.unquoted(RawJson.members(citation).getOrDefault("type", ""))
                .endsWith("_location");
    }

    private void writeReasoning(ContentPart.Reasoning reasoning) throws IOException {
        String type = thinkingType(reasoning);
        json.writeStartObject();
        json.writeStringField("type", type);
        if (reasoning.redacted().isPresent()) {
            json.writeStringField("data", reasoning.redacted().get());
        } else {
            json.writeStringField("thinking", reasoning.text());
            json.writeStringField("signature", reasoning.signature().orElse(""));
        }
        writeOwnMembers(reasoning.json(), type, List.of("type", "data", "thinking", "signature"));
        json.writeEndObject();
    }

    private void writeCall(ContentPart.ToolCall call) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "tool_use");
        json.writeStringField("id", call.id());
        json.writeStringField("name", call.name());
        json.writeFieldName("input");
        json.writeRawValue(
                call.custom() ? RawJson.freeTextInput(call.argumentsJson()) : RawJson.toolInput(call.argumentsJson()));
        writeOwnMembers(call.json(), "tool_use", List.of("type", "id", "name", "input"));
        json.writeEndObject();
    }

    private void writeOwnMembers(Optional<String> members, String type, List<String> written) throws IOException {
        for (Map.Entry<String, String> member : ownMembers(members, type).entrySet()) {
            if (!written.contains(member.getKey())) {
                json.writeFieldName(member.getKey());
                json.writeRawValue(member.getValue());
            }
        }
    }

    private void writeResult(ChatMessage.Tool result) throws IOException {
        List<ContentPart> parts = result.content();
        json.writeStartObject();
        json.writeStringField("type", "tool_result");
        json.writeStringField("tool_use_id", result.toolCallId());
        ContentPart last = parts.isEmpty() ? ContentPart.Text.of("") : parts.get(parts.size() - 1);
        if (parts.stream().anyMatch(part -> isSent(part, Place.RESULT))) {
            json.writeFieldName("content");
            if (parts.size() == 1 && last instanceof ContentPart.Text text) {
                json.writeString(text.text());
            } else {
                json.writeStartArray();
                for (ContentPart part : parts) {
                    if (isSent(part, Place.RESULT)) {
                        writePart(part, Place.RESULT, part != last);
                    }
                }
                json.writeEndArray();
            }
        }
        if (result.error()) {
            json.writeBooleanField("is_error", true);
        }
        writeCache(cacheOf(last));
        json.writeEndObject();
    }

    private static Optional<CacheHint> cacheOf(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return text.cache();
        }
        return part instanceof ContentPart.Media item ? item.cache() : Optional.empty();
    }

    /**
     * Writes {@code cache_control}. The wire knows lifetimes of five minutes and of one hour; longer than the one is
     * the other.
     */
    void writeCache(Optional<CacheHint> cache) throws IOException {
        if (cache.isEmpty()) {
            return;
        }
        if (profile.omits("cache_control")) {
            unsupported.knob("cache");
            return;
        }
        json.writeObjectFieldStart("cache_control");
        json.writeStringField("type", "ephemeral");
        Optional<Duration> ttl = cache.get().ttl();
        if (ttl.isPresent()) {
            json.writeStringField("ttl", ttl.get().compareTo(SHORT_TTL) > 0 ? "1h" : "5m");
        }
        json.writeEndObject();
    }

    /** The text itself, which goes into the body as it is. */
    String requireObject(String text, String what) {
        if (!RawJson.isObject(text)) {
            throw invalid(what + " has to be a JSON object");
        }
        return text;
    }

    LlmInvalidRequestException invalid(String what) {
        return new LlmInvalidRequestException(
                target.provider() + "/" + target.model() + ": " + what + "; nothing was sent",
                ErrorDetails.local(target.provider(), target.model(), "invalid_request", false),
                null);
    }
}
