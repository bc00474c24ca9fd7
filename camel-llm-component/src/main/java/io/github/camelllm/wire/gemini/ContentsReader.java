package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.wire.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the contents of a client's request as messages. A {@code functionResponse} without an id answers the oldest open
 * call of its name. Parts that the vocabulary cannot say ({@code executableCode}, media with {@code videoMetadata}) are kept
 * whole as opaque parts. Not thread-safe.
 */
final class ContentsReader {
    private final List<ChatMessage> messages;
    private final Set<String> unread = new HashSet<>();
    private final Map<String, Deque<String>> openCalls = new HashMap<>();

    ContentsReader(List<ChatMessage> messages) {
        this.messages = messages;
    }

    /** Names of members of the contents that were not read. */
    Set<String> unread() {
        return unread;
    }

    void readInstruction(JsonNode node, String path) {
        if (node.isTextual()) {
            messages.add(ChatMessage.System.of(node.textValue()));
            return;
        }
        Members content = Members.of(node, path);
        JsonNode parts = content.array("parts");
        List<ContentPart> read = new ArrayList<>(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            read.add(part(parts.get(i), path + ".parts[" + i + "]", "i", 0));
        }
        messages.add(new ChatMessage.System(read, Optional.empty()));
    }

    void read(JsonNode node, int index) {
        String path = "contents[" + index + "]";
        Members content = Members.of(node, path);
        String role = content.text("role").orElse("user");
        JsonNode parts = content.array("parts");
        content.rest().fieldNames().forEachRemaining(member -> unread.add("contents." + member));
        switch (role) {
            case "model":
                readModel(parts, path, index);
                break;
            case "system":
                readInstruction(node, path);
                break;
            case "":
            case "user":
            case "function":
                readUser(parts, path, index);
                break;
            default:
                throw Members.invalid(path + ".role: expected user, model or function, got another word");
        }
    }

    private void readModel(JsonNode parts, String path, int index) {
        List<ContentPart> read = new ArrayList<>(parts.size());
        int calls = 0;
        openCalls.clear();
        for (int i = 0; i < parts.size(); i++) {
            ContentPart part = part(parts.get(i), path + ".parts[" + i + "]", "c" + index, calls);
            if (part instanceof ContentPart.ToolCall call) {
                calls++;
                openCalls
                        .computeIfAbsent(call.name(), absent -> new ArrayDeque<>())
                        .add(call.id());
            }
            read.add(
                    part instanceof ContentPart.Reasoning reasoning ? ForeignSignatures.joined(read, reasoning) : part);
        }
        messages.add(ChatMessage.Assistant.of(read));
    }

    private void readUser(JsonNode parts, String path, int index) {
        List<ContentPart> said = new ArrayList<>(parts.size());
        boolean results = false;
        for (int i = 0; i < parts.size(); i++) {
            String at = path + ".parts[" + i + "]";
            Members part = Members.of(parts.get(i), at);
            Optional<Members> response = part.object("functionResponse");
            if (response.isPresent()) {
                // Before what is said beside it: elsewhere nothing may stand between a call and its result
                messages.add(result(response.get(), part, index, i));
                results = true;
            } else {
                said.add(part(parts.get(i), at, "c" + index, i));
            }
        }
        if (!said.isEmpty() || !results) {
            messages.add(ChatMessage.User.of(said));
        }
    }

    private ChatMessage.Tool result(Members response, Members part, int content, int position) {
        String name = response.requiredText("name");
        Optional<String> sent = response.text("id").filter(id -> !id.isEmpty());
        Deque<String> open = openCalls.getOrDefault(name, new ArrayDeque<>());
        String id;
        if (sent.isPresent()) {
            id = sent.get();
            open.remove(id);
        } else {
            String oldest = open.poll();
            id = oldest == null ? ToolCallIds.made(Optional.of("r" + content), 0, position) : oldest;
        }
        JsonNode value = response.take("response");
        List<ContentPart> said = new ArrayList<>(1);
        boolean error = false;
        if (value != null) {
            error = isOnly(value, "error");
            boolean wrapped = error || isOnly(value, "result");
            String text = wrapped ? value.get(error ? "error" : "result").textValue() : value.toString();
            said.add(ContentPart.Text.of(text));
        }
        JsonNode media = response.array("parts");
        boolean whole = response.rest().isEmpty() && part.rest().isEmpty();
        for (int i = 0; i < media.size() && whole; i++) {
            ContentPart shown = part(media.get(i), response.at("parts[" + i + "]"), "r" + content, i);
            whole = shown instanceof ContentPart.Media;
            said.add(shown);
        }
        if (!whole) {
            // Members such as willContinue or scheduling: only this dialect can say them.
            said = List.of(new ContentPart.Opaque(
                    GeminiDialect.NAME,
                    "functionResponse",
                    part.node().toString(),
                    Optional.ofNullable(value).map(JsonNode::toString)));
        }
        return new ChatMessage.Tool(id, Optional.of(name), said, error);
    }

    private static boolean isOnly(JsonNode value, String member) {
        return value.isObject() && value.size() == 1 && value.path(member).isTextual();
    }

    /**
     * @param source makes ids of calls unique within the conversation
     * @param calls how many calls stand before this part in its content
     */
    private ContentPart part(JsonNode node, String path, String source, int calls) {
        Members part = Members.of(node, path);
        Optional<String> signature = part.text("thoughtSignature");
        boolean thought = part.bool("thought").orElse(false);
        Optional<String> text = part.text("text");
        if (text.isPresent() || part.node().size() == 1 && signature.isPresent()) {
            String words = text.orElse("");
            return thought
                    ? ForeignSignatures.read(words, signature)
                    : new ContentPart.Text(words, List.of(), Optional.empty(), signature);
        }
        Optional<Members> call = part.object("functionCall");
        if (call.isPresent()) {
            return call(call.get(), part, signature, source, calls);
        }
        Optional<ContentPart> media = thought ? Optional.empty() : media(part, signature);
        return media.orElseGet(() -> opaque(part.node(), path));
    }

    private static ContentPart.ToolCall call(
            Members call, Members part, Optional<String> signature, String source, int calls) {
        String name = call.requiredText("name");
        String id = call.text("id")
                .filter(sent -> !sent.isEmpty())
                .orElseGet(() -> ToolCallIds.made(Optional.of(source), 0, calls));
        JsonNode arguments = call.take("args");
        if (arguments != null && !arguments.isObject()) {
            throw Members.expected(call.at("args"), "an object", arguments);
        }
        Map<String, String> further = call.restAsTexts();
        Map<String, String> beside = part.restAsTexts();
        Optional<String> json = further.isEmpty() && beside.isEmpty()
                ? Optional.empty()
                : Optional.of(GeminiNames.furtherMembers(beside, further));
        return new ContentPart.ToolCall(
                id, name, arguments == null ? "{}" : arguments.toString(), false, signature, json);
    }

    /** Empty if there is no media, or media with members that the vocabulary lacks. */
    private static Optional<ContentPart> media(Members part, Optional<String> signature) {
        Optional<Members> inline = part.object("inlineData");
        Optional<Members> file = part.object("fileData");
        if (inline.isEmpty() && file.isEmpty()) {
            return Optional.empty();
        }
        MediaSource source;
        Members data = inline.orElseGet(file::orElseThrow);
        if (inline.isPresent()) {
            source = new MediaSource.Inline(data.requiredText("mimeType"), standardBase64(data.requiredText("data")));
        } else {
            source = GeminiNames.file(data.requiredText("fileUri"), data.text("mimeType"));
        }
        Optional<String> name = data.text("displayName");
        Optional<String> detail = Optional.empty();
        JsonNode resolution = part.take("mediaResolution");
        if (resolution != null) {
            detail = Json.text(resolution, "level").flatMap(GeminiNames::resolutionToDetail);
            if (detail.isEmpty() || resolution.size() > 1) {
                return Optional.empty();
            }
        }
        if (!part.rest().isEmpty() || !data.rest().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ContentPart.Media(
                MediaKind.ofMediaType(source.mediaType().orElse("")),
                source,
                name,
                detail,
                Optional.empty(),
                Optional.empty(),
                signature));
    }

    /** The API takes the URL-safe alphabet and missing padding too; the vocabulary does not. */
    private static String standardBase64(String data) {
        boolean urlSafe = data.indexOf('-') >= 0 || data.indexOf('_') >= 0;
        if (!urlSafe && data.length() % 4 == 0) {
            return data;
        }
        String standard = data.replace('-', '+').replace('_', '/');
        return standard + "=".repeat((4 - standard.length() % 4) % 4);
    }

    private static ContentPart.Opaque opaque(ObjectNode part, String path) {
        for (Map.Entry<String, JsonNode> member : part.properties()) {
            if (member.getValue().isObject() && !AnswerParser.isBeside(member.getKey())) {
                Optional<String> text =
                        Json.text(member.getValue(), "code").or(() -> Json.text(member.getValue(), "output"));
                return new ContentPart.Opaque(GeminiDialect.NAME, member.getKey(), part.toString(), text);
            }
        }
        throw Members.invalid(
                path + ": expected text, inlineData, fileData, functionCall or functionResponse, got none");
    }
}
