package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.CacheHint;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code system} and the turns of a conversation in a client's request. Results of tools become messages of
 * their own, before the rest of their turn. A cache mark on a result goes to the last part of its content. Not
 * thread-safe.
 */
final class MessageReader {
    /** Member of a tool_use block that holds Gemini's signature of the call; Anthropic knows no such member. */
    static final String EXTRA_CONTENT = "extra_content";

    private static final Set<String> TURN_MEMBERS = Set.of("role", "content");
    private static final Set<String> TEXT_MEMBERS = Set.of("type", "text", "cache_control", "citations");
    private static final Set<String> IMAGE_MEMBERS = Set.of("type", "source", "cache_control");
    private static final Set<String> DOCUMENT_MEMBERS = Set.of("type", "source", "title", "cache_control");
    private static final Set<String> RESULT_MEMBERS =
            Set.of("type", "tool_use_id", "content", "is_error", "cache_control");
    private static final Set<String> THINKING_MEMBERS = Set.of("type", "thinking", "signature");
    private static final Set<String> REDACTED_MEMBERS = Set.of("type", "data");
    private static final Set<String> CALL_MEMBERS = Set.of("type", "id", "name", "input");
    private static final Set<String> SIGNED_CALL_MEMBERS = Set.of("type", "id", "name", "input", EXTRA_CONTENT);

    private final List<ChatMessage> messages = new ArrayList<>();
    private final Set<String> unread = new HashSet<>();
    private final Map<String, String> toolNames = new HashMap<>();

    List<ChatMessage> messages() {
        return messages;
    }

    /** Names of members of the turns that were not read. */
    Set<String> unread() {
        return unread;
    }

    void readSystem(JsonNode content, String path) {
        messages.add(new ChatMessage.System(readParts(content, path), Optional.empty()));
    }

    void readTurn(JsonNode turn, String path) {
        if (!turn.isObject()) {
            throw Members.invalid(path, "an object", turn);
        }
        turn.properties().forEach(member -> {
            if (!TURN_MEMBERS.contains(member.getKey()) && !member.getValue().isNull()) {
                unread.add("messages." + member.getKey());
            }
        });
        String contentPath = path + ".content";
        JsonNode content = turn.path("content");
        switch (Members.text(turn, "role", path)) {
            case "user":
                readUser(content, contentPath);
                break;
            case "assistant":
                messages.add(ChatMessage.Assistant.of(readParts(content, contentPath)));
                break;
            case "system":
                readSystem(content, contentPath);
                break;
            default:
                throw Members.invalid(path + ".role: expected one of user, assistant, system, got another word");
        }
    }

    private void readUser(JsonNode content, String path) {
        if (!content.isArray()) {
            messages.add(new ChatMessage.User(readParts(content, path), Optional.empty()));
            return;
        }
        List<ContentPart> rest = new ArrayList<>(content.size());
        boolean anyResult = false;
        for (int i = 0; i < content.size(); i++) {
            JsonNode block = content.get(i);
            String blockPath = path + "[" + i + "]";
            if (block.path("type").asText().equals("tool_result")
                    && Members.hasOnly(block, RESULT_MEMBERS)
                    && isPlainCache(block)) {
                messages.add(readResult(block, blockPath));
                anyResult = true;
            } else {
                rest.add(readBlock(block, blockPath));
            }
        }
        if (!rest.isEmpty() || !anyResult) {
            messages.add(new ChatMessage.User(rest, Optional.empty()));
        }
    }

    private ChatMessage.Tool readResult(JsonNode block, String path) {
        String id = Members.text(block, "tool_use_id", path);
        List<ContentPart> parts =
                Members.has(block, "content") ? readParts(block.path("content"), path + ".content") : List.of();
        Optional<CacheHint> cache = cache(block);
        if (cache.isPresent()) {
            parts = marked(parts, cache.get());
        }
        boolean error = Members.has(block, "is_error") && Members.bool(block, "is_error", path);
        return new ChatMessage.Tool(id, Optional.ofNullable(toolNames.get(id)), parts, error);
    }

    private static List<ContentPart> marked(List<ContentPart> parts, CacheHint cache) {
        List<ContentPart> marked = new ArrayList<>(parts);
        ContentPart last = parts.isEmpty() ? ContentPart.Text.of("") : marked.remove(parts.size() - 1);
        if (last instanceof ContentPart.Text text) {
            marked.add(text.withCache(cache));
        } else if (last instanceof ContentPart.Media media) {
            marked.add(new ContentPart.Media(
                    media.kind(),
                    media.source(),
                    media.name(),
                    media.detail(),
                    media.transcript(),
                    Optional.of(cache),
                    media.signature()));
        } else {
            marked.add(last);
            marked.add(ContentPart.Text.of("").withCache(cache));
        }
        return marked;
    }

    private List<ContentPart> readParts(JsonNode content, String path) {
        if (content.isTextual()) {
            return List.of(ContentPart.Text.of(content.textValue()));
        }
        if (!content.isArray()) {
            throw Members.invalid(path, "a string or an array", content);
        }
        List<ContentPart> parts = new ArrayList<>(content.size());
        for (int i = 0; i < content.size(); i++) {
            parts.add(readBlock(content.get(i), path + "[" + i + "]"));
        }
        return parts;
    }

    private ContentPart readBlock(JsonNode block, String path) {
        if (!block.isObject()) {
            throw Members.invalid(path, "an object", block);
        }
        String type = Members.text(block, "type", path);
        if (isPlainCache(block)) {
            switch (type) {
                case "text":
                    if (Members.hasOnly(block, TEXT_MEMBERS)) {
                        return readText(block, path);
                    }
                    break;
                case "image":
                    Optional<ContentPart> image = readMedia(MediaKind.IMAGE, block, path);
                    if (image.isPresent() && Members.hasOnly(block, IMAGE_MEMBERS)) {
                        return image.get();
                    }
                    break;
                case "document":
                    Optional<ContentPart> document = readMedia(MediaKind.DOCUMENT, block, path);
                    if (document.isPresent() && Members.hasOnly(block, DOCUMENT_MEMBERS)) {
                        return document.get();
                    }
                    break;
                case "thinking":
                    return new ContentPart.Reasoning(
                            Members.text(block, "thinking", path),
                            Members.optionalText(block, "signature", path).filter(value -> !value.isEmpty()),
                            Optional.empty(),
                            others(block, THINKING_MEMBERS));
                case "redacted_thinking":
                    return new ContentPart.Reasoning(
                            "",
                            Optional.empty(),
                            Optional.of(Members.text(block, "data", path)),
                            others(block, REDACTED_MEMBERS));
                case "tool_use":
                    return readCall(block, path);
                default:
                    break;
            }
        } else if (type.equals("tool_use")) {
            return readCall(block, path);
        }
        return opaque(block, type, path);
    }

    private ContentPart.Opaque opaque(JsonNode block, String type, String path) {
        JsonNode text = block.path(type.equals("compaction") ? "content" : "text");
        return new ContentPart.Opaque(
                AnthropicDialect.NAME,
                type,
                block.toString(),
                text.isTextual() ? Optional.of(text.textValue()) : Optional.empty(),
                plain(block, type, path));
    }

    /** What the block says to models of other dialects; they do not cite. */
    private List<ContentPart> plain(JsonNode block, String type, String path) {
        switch (type) {
            case "text":
                return List.of(readText(block, path));
            case "image":
                return readMedia(MediaKind.IMAGE, block, path).stream().toList();
            case "document":
                return plainDocument(block, path);
            default:
                return List.of();
        }
    }

    private List<ContentPart> plainDocument(JsonNode block, String path) {
        List<ContentPart> parts = new ArrayList<>(2);
        Members.optionalText(block, "context", path).map(ContentPart.Text::of).ifPresent(parts::add);
        JsonNode source = block.path("source");
        if (source.path("type").asText().equals("content")) {
            parts.addAll(readParts(source.path("content"), path + ".source.content"));
            return parts;
        }
        Optional<ContentPart> media = readMedia(MediaKind.DOCUMENT, block, path);
        media.ifPresent(parts::add);
        return media.isPresent() ? parts : List.of();
    }

    private ContentPart.ToolCall readCall(JsonNode block, String path) {
        String id = Members.text(block, "id", path);
        String name = Members.text(block, "name", path);
        JsonNode input = block.path("input");
        if (!input.isObject()) {
            throw Members.invalid(path + ".input", "an object", input);
        }
        toolNames.put(id, name);
        Optional<String> signature = optional(block.path(EXTRA_CONTENT).path("google"), "thought_signature")
                .filter(value -> !value.isEmpty());
        Set<String> known = signature.isPresent() ? SIGNED_CALL_MEMBERS : CALL_MEMBERS;
        return new ContentPart.ToolCall(id, name, input.toString(), false, signature, others(block, known));
    }

    /** Members beyond the known ones, with the type, as {@link ContentBlock#othersJson()} gives them. */
    private static Optional<String> others(JsonNode block, Set<String> known) {
        if (Members.hasOnly(block, known)) {
            return Optional.empty();
        }
        Map<String, String> members = new LinkedHashMap<>();
        members.put("type", block.path("type").toString());
        for (Map.Entry<String, JsonNode> field : block.properties()) {
            if (!known.contains(field.getKey()) && !field.getValue().isNull()) {
                members.put(field.getKey(), field.getValue().toString());
            }
        }
        return Optional.of(RawJson.object(members));
    }

    private static ContentPart.Text readText(JsonNode block, String path) {
        JsonNode cited = block.path("citations");
        List<Citation> citations = new ArrayList<>(cited.size());
        for (JsonNode citation : cited) {
            String title = citation.has("title") ? "title" : "document_title";
            citations.add(new Citation(
                    optional(citation, "url"),
                    optional(citation, title),
                    optional(citation, "cited_text"),
                    Optional.of(citation.toString())));
        }
        return new ContentPart.Text(Members.text(block, "text", path), citations, cache(block), Optional.empty());
    }

    private static Optional<String> optional(JsonNode object, String member) {
        return object.path(member).isTextual() ? Optional.of(object.path(member).textValue()) : Optional.empty();
    }

    /** Empty for a kind of source that the vocabulary lacks. */
    private static Optional<ContentPart> readMedia(MediaKind kind, JsonNode block, String path) {
        JsonNode source = block.path("source");
        if (!source.isObject()) {
            throw Members.invalid(path + ".source", "an object", source);
        }
        String sourcePath = path + ".source";
        MediaSource read;
        switch (Members.text(source, "type", sourcePath)) {
            case "base64":
                read = new MediaSource.Inline(
                        Members.text(source, "media_type", sourcePath), Members.text(source, "data", sourcePath));
                break;
            case "text":
                byte[] text = Members.text(source, "data", sourcePath).getBytes(StandardCharsets.UTF_8);
                read = MediaSource.Inline.of("text/plain", text);
                break;
            case "url":
                read = MediaSource.Url.of(Members.text(source, "url", sourcePath));
                break;
            case "file":
                read = MediaSource.FileId.of(Members.text(source, "file_id", sourcePath));
                break;
            default:
                return Optional.empty();
        }
        return Optional.of(new ContentPart.Media(
                kind,
                read,
                Members.optionalText(block, "title", path),
                Optional.empty(),
                Optional.empty(),
                cache(block),
                Optional.empty()));
    }

    /** Whether the cache mark, if there is one, says nothing but a lifetime. */
    static boolean isPlainCache(JsonNode block) {
        JsonNode mark = block.path("cache_control");
        return !Members.has(block, "cache_control")
                || mark.path("type").asText().equals("ephemeral")
                        && Members.hasOnly(mark, Set.of("type", "ttl"))
                        && (!Members.has(mark, "ttl")
                                || mark.path("ttl").asText().equals("5m")
                                || mark.path("ttl").asText().equals("1h"));
    }

    static Optional<CacheHint> cache(JsonNode block) {
        if (!Members.has(block, "cache_control")) {
            return Optional.empty();
        }
        switch (block.path("cache_control").path("ttl").asText("")) {
            case "5m":
                return Optional.of(CacheHint.of(Duration.ofMinutes(5)));
            case "1h":
                return Optional.of(CacheHint.of(Duration.ofHours(1)));
            default:
                return Optional.of(CacheHint.DEFAULT);
        }
    }
}
