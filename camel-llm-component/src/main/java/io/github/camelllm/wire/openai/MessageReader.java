package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.CacheHint;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.wire.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the messages of a client's request. For one use; not thread-safe. */
final class MessageReader {
    private static final Set<String> PART_MEMBERS = Set.of("type", "cache_control", "prompt_cache_breakpoint");

    private static final Set<String> MESSAGE_MEMBERS = Set.of("role", "content", "name");
    private static final Set<String> RESULT_MEMBERS = Set.of("role", "content", "name", "tool_call_id");
    private static final Set<String> ASSISTANT_MEMBERS = Set.of(
            "role",
            "content",
            "name",
            "refusal",
            "reasoning",
            "reasoning_content",
            "reasoning_details",
            "annotations",
            "extra_content",
            "images",
            "tool_calls",
            "function_call",
            "audio");
    /** The index is that of a stream, which some clients leave in what they made of it. */
    private static final Set<String> CALL_MEMBERS =
            Set.of("id", "type", "function", "custom", "extra_content", "index");

    private static final Set<String> FUNCTION_MEMBERS = Set.of("name", "arguments");
    private static final Set<String> CUSTOM_MEMBERS = Set.of("name", "input");

    private final Members body;
    private final Set<String> unread = new HashSet<>();
    /** Ids made up for calls of the deprecated form, by function name. */
    private final Map<String, String> functionCallIds = new HashMap<>();

    MessageReader(Members body) {
        this.body = body;
    }

    List<ChatMessage> read() {
        int size = body.list("messages").size();
        List<ChatMessage> messages = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            messages.add(read(body.entry("messages", i), i));
        }
        return messages;
    }

    /** Names of members of the messages that were not read. */
    Set<String> unread() {
        return unread;
    }

    private static Set<String> membersOf(String role) {
        switch (role) {
            case "assistant":
                return ASSISTANT_MEMBERS;
            case "tool":
                return RESULT_MEMBERS;
            default:
                return MESSAGE_MEMBERS;
        }
    }

    /** Empty lists and objects say nothing, and the cache's mark is read with the text that it is for. */
    private void noteUnread(String path, Members of, Set<String> known) {
        of.forEachOther(known, (name, value) -> {
            boolean saysNothing = value.isContainerNode() && value.isEmpty();
            boolean isMark = name.equals("cache_control") && of.get("content").isTextual();
            if (!saysNothing && !isMark) {
                unread.add(path + name);
            }
        });
    }

    private ChatMessage read(Members message, int position) {
        Optional<String> name = message.text("name");
        String role = message.neededText("role");
        noteUnread("messages.", message, membersOf(role));
        switch (role) {
            case "system":
                return new ChatMessage.System(content(message), name);
            case "developer":
                return new ChatMessage.Developer(content(message), name);
            case "user":
                return new ChatMessage.User(content(message), name);
            case "assistant":
                return assistant(message, name, position);
            case "tool":
                return new ChatMessage.Tool(message.neededText("tool_call_id"), name, content(message), false);
            case "function":
                String function = message.neededText("name");
                return new ChatMessage.Tool(
                        functionCallIds.getOrDefault(function, "call_" + function), name, content(message), false);
            default:
                throw Members.invalid(message.at("role")
                        + ": expected system, developer, user, assistant, tool or function, got another string");
        }
    }

    private static List<ContentPart> content(Members message) {
        JsonNode content = message.get("content");
        if (content.isMissingNode()) {
            return List.of();
        }
        if (content.isTextual()) {
            Optional<CacheHint> cache = CacheControl.read(message.object());
            return List.of(new ContentPart.Text(content.textValue(), List.of(), cache, Optional.empty()));
        }
        if (!content.isArray()) {
            throw message.wrong("content", "a string or an array");
        }
        List<ContentPart> parts = new ArrayList<>(content.size());
        for (int i = 0; i < content.size(); i++) {
            if (content.get(i).isTextual()) {
                parts.add(ContentPart.Text.of(content.get(i).textValue()));
            } else {
                parts.add(part(message.entry("content", i)));
            }
        }
        return parts;
    }

    /** A part with members that are not read is kept as it came, and what was read beside it. */
    private static ContentPart part(Members part) {
        ContentPart read = read(part);
        return read instanceof ContentPart.Opaque || isWhole(part) ? read : opaque(part, List.of(read));
    }

    private static ContentPart.Opaque opaque(Members part, List<ContentPart> plain) {
        return new ContentPart.Opaque(
                OpenAiChatDialect.NAME,
                part.neededText("type"),
                part.object().toString(),
                Json.text(part.object(), "text"),
                plain);
    }

    /** Whether all that a part has is read. */
    private static boolean isWhole(Members part) {
        String type = part.neededText("type");
        JsonNode content = part.get(type);
        boolean nested = content.isObject();
        Set<String> inner;
        switch (type) {
            case "text":
            case "refusal":
                inner = Set.of();
                break;
            case "image_url":
                inner = nested ? Set.of("url", "detail") : Set.of();
                break;
            case "video_url":
            case "audio_url":
                inner = nested ? Set.of("url") : Set.of();
                break;
            case "document_url":
                inner = nested ? Set.of("url") : Set.of("document_name");
                break;
            case "input_audio":
                inner = nested ? Set.of("data", "format") : Set.of();
                break;
            case "file":
                boolean bytes = (nested ? content : part.object()).hasNonNull("file_data");
                inner = bytes ? Set.of("file_data", "filename") : Set.of("file_id");
                break;
            default:
                return true;
        }
        for (Map.Entry<String, JsonNode> member : part.object().properties()) {
            String name = member.getKey();
            boolean known = name.equals(type) || PART_MEMBERS.contains(name) || !nested && inner.contains(name);
            if (!known && !member.getValue().isNull()) {
                return false;
            }
        }
        return CacheControl.isPlain(part) && (!nested || new Members(content, "").hasOnly(inner));
    }

    private static ContentPart read(Members part) {
        switch (part.neededText("type")) {
            case "text":
                return new ContentPart.Text(
                        part.neededText("text"), List.of(), CacheControl.read(part.object()), Optional.empty());
            case "image_url":
                return url(part, "image_url", MediaKind.IMAGE);
            case "video_url":
                return url(part, "video_url", MediaKind.VIDEO);
            case "audio_url":
                return url(part, "audio_url", MediaKind.AUDIO);
            case "document_url":
                return url(part, "document_url", MediaKind.DOCUMENT);
            case "input_audio":
                return audio(part);
            case "file":
                return file(part);
            case "refusal":
                return new ContentPart.Refusal(part.neededText("refusal"));
            case "thinking":
                return thinking(part, part.get("thinking"));
            case "reasoning":
                return thinking(part, part.has("summary") ? part.get("summary") : part.get("text"));
            default:
                return opaque(part, List.of());
        }
    }

    private static ContentPart thinking(Members part, JsonNode words) {
        StringBuilder text = new StringBuilder(words.asText(""));
        Optional<String> signature = part.text("signature");
        for (JsonNode word : words) {
            text.append(word.path("text").asText(""));
            if (word.path("signature").isTextual()) {
                signature = Optional.of(word.get("signature").textValue());
            }
        }
        return new ContentPart.Reasoning(text.toString(), signature, Optional.empty(), Optional.empty());
    }

    /** {@code {"type":"image_url","image_url":{"url":…}}}, or with the bare address (Mistral). */
    private static ContentPart url(Members part, String member, MediaKind kind) {
        if (part.get(member).isTextual()) {
            return media(kind, part.neededText(member), part.text("document_name"), Optional.empty(), part);
        }
        Members place = part.neededMembers(member);
        return media(kind, place.neededText("url"), Optional.empty(), place.text("detail"), part);
    }

    private static ContentPart audio(Members part) {
        if (part.get("input_audio").isTextual()) {
            return media(MediaKind.AUDIO, part.neededText("input_audio"), Optional.empty(), Optional.empty(), part);
        }
        Members audio = part.neededMembers("input_audio");
        return new ContentPart.Media(
                MediaKind.AUDIO,
                new MediaSource.Inline(DataUrls.audioType(audio.neededText("format")), audio.neededText("data")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                CacheControl.read(part.object()),
                Optional.empty());
    }

    private static ContentPart file(Members part) {
        Members file = part.has("file") ? part.neededMembers("file") : part;
        if (file.has("file_data")) {
            String data = file.neededText("file_data");
            return media(MediaKind.DOCUMENT, data, file.text("filename"), Optional.empty(), part);
        }
        MediaSource source = MediaSource.FileId.of(file.neededText("file_id"));
        return new ContentPart.Media(
                MediaKind.DOCUMENT,
                source,
                file.text("filename"),
                Optional.empty(),
                Optional.empty(),
                CacheControl.read(part.object()),
                Optional.empty());
    }

    private static ContentPart media(
            MediaKind kind, String url, Optional<String> name, Optional<String> detail, Members part) {
        return new ContentPart.Media(
                kind,
                DataUrls.source(url),
                name,
                detail,
                Optional.empty(),
                CacheControl.read(part.object()),
                Optional.empty());
    }

    private ChatMessage assistant(Members message, Optional<String> name, int position) {
        List<ContentPart> parts = new ArrayList<>();
        addReasoning(message, parts);
        for (ContentPart part : content(message)) {
            // Content of an assistant message with calls is often an empty string.
            if (!(part instanceof ContentPart.Text text) || !text.text().isEmpty()) {
                parts.add(part);
            }
        }
        message.text("refusal")
                .filter(text -> !text.isEmpty())
                .map(ContentPart.Refusal::new)
                .ifPresent(parts::add);
        addTextMembers(message, parts);
        for (int i = 0; i < message.list("images").size(); i++) {
            parts.add(url(message.entry("images", i), "image_url", MediaKind.IMAGE));
        }
        for (int i = 0; i < message.list("tool_calls").size(); i++) {
            parts.add(call(message.entry("tool_calls", i)));
        }
        message.members("function_call").ifPresent(call -> {
            String function = call.neededText("name");
            String id = "call_" + function + "_" + position;
            functionCallIds.put(function, id);
            parts.add(
                    ContentPart.ToolCall.of(id, function, call.text("arguments").orElse("{}")));
        });
        Optional<String> audioId = message.members("audio").map(audio -> audio.neededText("id"));
        return new ChatMessage.Assistant(parts, name, audioId);
    }

    /** Details come with their texts, so the plain text beside them would say the same twice. */
    private static void addReasoning(Members message, List<ContentPart> parts) {
        JsonNode details = message.get("reasoning_details");
        if (details.isArray() && !details.isEmpty()) {
            for (JsonNode detail : details) {
                String text =
                        detail.path("text").asText("") + detail.path("summary").asText("");
                Optional<String> json = ReasoningDetails.isClaudes(detail)
                        ? Optional.empty()
                        : Optional.of(Json.MAPPER.createArrayNode().add(detail).toString());
                parts.add(new ContentPart.Reasoning(
                        text, Json.text(detail, "signature"), Json.text(detail, "data"), json));
            }
            return;
        }
        message.text("reasoning_content")
                .or(() -> message.get("reasoning").isTextual() ? message.text("reasoning") : Optional.empty())
                .filter(text -> !text.isEmpty())
                .map(ContentPart.Reasoning::of)
                .ifPresent(parts::add);
    }

    /** Citations and signature of the text, which this dialect keeps beside it. */
    private static void addTextMembers(Members message, List<ContentPart> parts) {
        List<Citation> citations = new ArrayList<>();
        for (JsonNode annotation : message.list("annotations")) {
            citations.add(Annotations.read(annotation));
        }
        Optional<String> signature = Optional.ofNullable(ToolCalls.signature(message.get("extra_content")));
        if (citations.isEmpty() && signature.isEmpty()) {
            return;
        }
        for (int i = parts.size() - 1; i >= 0; i--) {
            if (parts.get(i) instanceof ContentPart.Text text) {
                parts.set(i, new ContentPart.Text(text.text(), citations, text.cache(), signature));
                return;
            }
        }
        parts.add(new ContentPart.Text("", citations, Optional.empty(), signature));
    }

    private ContentPart call(Members call) {
        boolean custom = call.get("type").asText("").equals("custom");
        Members function = call.neededMembers(custom ? "custom" : "function");
        JsonNode arguments = function.get(custom ? "input" : "arguments");
        noteUnread("messages.tool_calls.", call, CALL_MEMBERS);
        noteUnread("messages.tool_calls.", function, custom ? CUSTOM_MEMBERS : FUNCTION_MEMBERS);
        String text =
                arguments.isTextual() ? arguments.textValue() : arguments.isMissingNode() ? "" : arguments.toString();
        return new ContentPart.ToolCall(
                call.neededText("id"),
                function.neededText("name"),
                text.isEmpty() && !custom ? "{}" : text,
                custom,
                Optional.ofNullable(ToolCalls.signature(call.get("extra_content"))),
                Optional.empty());
    }
}
