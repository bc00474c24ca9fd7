package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.CacheHint;
import io.github.camelllm.chat.ChatMessage;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.UnsupportedOptions;
import io.github.camelllm.wire.WireProfile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Writes the messages of one request. Not thread-safe. */
final class MessageWriter {
    private static final String TOOL_FAILED = "The tool failed.";

    private final RequestWriter request;
    private final WireProfile profile;
    private final UnsupportedOptions unsupported;
    private final JsonGenerator json;
    private final MediaWriter media;
    private final String cacheForm;
    private final String replay;
    private final boolean signatures;
    private final boolean stringsOnly;

    MessageWriter(RequestWriter request, WireProfile profile, UnsupportedOptions unsupported, JsonGenerator json) {
        this.request = request;
        this.profile = profile;
        this.unsupported = unsupported;
        this.json = json;
        this.media = new MediaWriter(profile, unsupported, json);
        this.cacheForm = profile.option(OpenAiOptions.CACHE_CONTROL, OpenAiOptions.NONE);
        this.replay = profile.option(OpenAiOptions.REASONING_REPLAY, OpenAiOptions.NONE);
        this.stringsOnly = OpenAiOptions.is(profile, OpenAiOptions.TEXT_PARTS, "string");
        this.signatures = OpenAiOptions.is(profile, OpenAiOptions.THOUGHT_SIGNATURES, "extra_content");
    }

    /**
     * @param place where the message is, for errors
     * @param last whether it is the last one, which a provider may be asked to continue
     */
    void write(ChatMessage message, String place, boolean last) throws IOException {
        writeMessage(stringsOnly ? withPlainTexts(message) : message, place, last);
    }

    /** Parts that are no more than a text cannot be kept where the provider takes no parts. */
    private ChatMessage withPlainTexts(ChatMessage message) {
        if (message.content().stream().noneMatch(MessageWriter::isTextWithMore)) {
            return message;
        }
        unsupported.knob("messages.text.members");
        return message.withContent(message.content().stream()
                .flatMap(part -> isTextWithMore(part) ? ((ContentPart.Opaque) part).plain().stream() : Stream.of(part))
                .toList());
    }

    private static boolean isTextWithMore(ContentPart part) {
        return part instanceof ContentPart.Opaque opaque
                && !opaque.plain().isEmpty()
                && opaque.plain().stream().allMatch(ContentPart.Text.class::isInstance);
    }

    private void writeMessage(ChatMessage message, String place, boolean last) throws IOException {
        if (message instanceof ChatMessage.User user) {
            begin("user", user.name());
            writeContent(user.content(), place, true);
        } else if (message instanceof ChatMessage.Assistant assistant) {
            begin("assistant", assistant.name());
            writeAssistant(assistant, place, last);
        } else if (message instanceof ChatMessage.System system) {
            begin("system", system.name());
            writeContent(system.content(), place, true);
        } else if (message instanceof ChatMessage.Developer developer) {
            begin("developer", developer.name());
            writeContent(developer.content(), place, true);
        } else if (message instanceof ChatMessage.Tool tool) {
            begin("tool", Optional.empty());
            json.writeStringField("tool_call_id", id(tool.toolCallId()));
            if (tool.toolName().isPresent() && OpenAiOptions.isTrue(profile, OpenAiOptions.TOOL_NAME)) {
                json.writeStringField("name", tool.toolName().get());
            }
            writeContent(resultOf(tool), place, OpenAiOptions.is(profile, OpenAiOptions.TOOL_MEDIA, "parts"));
        } else {
            throw new AssertionError(message);
        }
        json.writeEndObject();
    }

    /** The wire has no mark for a tool that failed: its words have to say so. */
    private List<ContentPart> resultOf(ChatMessage.Tool tool) {
        if (!tool.error()) {
            return tool.content();
        }
        boolean wordless = tool.content().stream()
                .allMatch(part ->
                        part instanceof ContentPart.Text text && text.text().isEmpty());
        if (wordless) {
            return List.of(ContentPart.Text.of(TOOL_FAILED));
        }
        unsupported.knob("messages.error");
        return tool.content();
    }

    private void begin(String role, Optional<String> name) throws IOException {
        json.writeStartObject();
        json.writeStringField("role", profile.roleOf(role));
        if (name.isPresent()) {
            if (profile.omits("name")) {
                unsupported.knob("name");
            } else {
                json.writeStringField("name", name.get());
            }
        }
    }

    private String id(String toolCallId) {
        return OpenAiOptions.is(profile, OpenAiOptions.TOOL_CALL_IDS, "alphanumeric9")
                ? ToolCallIds.alphanumeric(toolCallId)
                : toolCallId;
    }

    private void writeContent(List<ContentPart> parts, String place, boolean takesMedia) throws IOException {
        if (parts.size() == 1
                && parts.get(0) instanceof ContentPart.Text text
                && text.cache().isEmpty()) {
            json.writeStringField("content", text.text());
            return;
        }
        List<ContentPart> kept = kept(parts, takesMedia);
        if (kept.stream().allMatch(ContentPart.Text.class::isInstance) && isString(kept)) {
            json.writeStringField("content", join(kept));
            return;
        }
        json.writeArrayFieldStart("content");
        for (int i = 0; i < kept.size(); i++) {
            writePart(kept.get(i), place + ".content[" + i + "]");
        }
        json.writeEndArray();
    }

    /** The parts that go out; the policy is applied to the others. */
    private List<ContentPart> kept(List<ContentPart> parts, boolean takesMedia) {
        List<ContentPart> kept = new ArrayList<>(parts.size());
        for (ContentPart part : parts) {
            if (part instanceof ContentPart.Media clip) {
                if (!takesMedia) {
                    unsupported.meaning(MediaWriter.option(clip.kind()));
                } else if (media.takes(clip)) {
                    kept.add(part);
                }
            } else if (part instanceof ContentPart.Opaque opaque) {
                if (!opaque.dialect().equals(OpenAiChatDialect.NAME)) {
                    unsupported.meaning("messages." + opaque.type());
                } else if (kept(opaque.plain(), takesMedia).size()
                        == opaque.plain().size()) {
                    kept.add(part);
                }
            } else if (part instanceof ContentPart.Refusal refusal) {
                kept.add(ContentPart.Text.of(refusal.text()));
            } else if (part instanceof ContentPart.Text) {
                kept.add(part);
            } else if (part instanceof ContentPart.ToolCall) {
                unsupported.meaning("messages");
            }
        }
        return kept;
    }

    private boolean isString(List<ContentPart> texts) throws IOException {
        boolean cached = false;
        for (ContentPart part : texts) {
            cached |= ((ContentPart.Text) part).cache().isPresent();
        }
        if (cached && cacheForm.equals(OpenAiOptions.NONE)) {
            unsupported.knob("cache");
        } else if (cached) {
            return false;
        }
        return texts.size() <= 1 || stringsOnly;
    }

    private static String join(List<ContentPart> texts) {
        StringBuilder joined = new StringBuilder();
        for (ContentPart part : texts) {
            joined.append(((ContentPart.Text) part).text());
        }
        return joined.toString();
    }

    private void writePart(ContentPart part, String place) throws IOException {
        if (part instanceof ContentPart.Opaque opaque) {
            request.writeJson(opaque.json(), place + ".json");
            return;
        }
        json.writeStartObject();
        if (part instanceof ContentPart.Text text) {
            json.writeStringField("type", "text");
            json.writeStringField("text", text.text());
            writeCache(text.cache());
        } else if (part instanceof ContentPart.Media clip) {
            media.write(clip);
            writeCache(clip.cache());
        }
        json.writeEndObject();
    }

    private void writeCache(Optional<CacheHint> hint) throws IOException {
        if (hint.isPresent()) {
            CacheControl.write(hint.get(), cacheForm, unsupported, json);
        }
    }

    private void writeAssistant(ChatMessage.Assistant message, String place, boolean last) throws IOException {
        AssistantParts parts = new AssistantParts(message);
        writeAssistantContent(parts, place);
        if (parts.refusal().isPresent() && !profile.omits("refusal")) {
            json.writeStringField("refusal", parts.refusal().get());
        }
        writeReasoning(parts, place);
        if (signatures && parts.textSignature().isPresent()) {
            writeSignature(parts.textSignature().get());
        }
        if (!parts.citations().isEmpty() && OpenAiOptions.isTrue(profile, OpenAiOptions.ANNOTATIONS_REPLAY)) {
            json.writeArrayFieldStart("annotations");
            for (Citation citation : parts.citations()) {
                Annotations.write(citation, 0, 0, json);
            }
            json.writeEndArray();
        }
        writeAssistantMedia(parts);
        if (message.audioId().isPresent()) {
            json.writeObjectFieldStart("audio");
            json.writeStringField("id", message.audioId().get());
            json.writeEndObject();
        }
        if (!parts.calls().isEmpty()) {
            json.writeArrayFieldStart("tool_calls");
            for (ContentPart.ToolCall call : parts.calls()) {
                writeCall(call);
            }
            json.writeEndArray();
        }
        String prefill = profile.options().get(OpenAiOptions.PREFILL);
        if (last && prefill != null) {
            json.writeBooleanField(prefill, true);
        }
    }

    private void writeAssistantContent(AssistantParts parts, String place) throws IOException {
        boolean chunks = replay.equals("thinking_chunk") || replay.equals("summary_chunk");
        boolean thoughts = chunks && !parts.reasoning().isEmpty();
        boolean cached = parts.cached() && !cacheForm.equals(OpenAiOptions.NONE);
        if (parts.cached() && !cached) {
            unsupported.knob("cache");
        }
        if (thoughts || cached || !parts.opaque().isEmpty()) {
            json.writeArrayFieldStart("content");
            if (thoughts) {
                for (ContentPart.Reasoning reasoning : parts.reasoning()) {
                    writeThoughts(reasoning);
                }
            }
            int i = 0;
            for (ContentPart part : parts.textAndOpaque()) {
                writePart(part, place + ".content[" + i++ + "]");
            }
            json.writeEndArray();
            return;
        }
        String text = parts.text();
        if (text.isEmpty() && profile.omits("refusal")) {
            text = parts.refusal().orElse("");
        }
        if (!text.isEmpty()) {
            json.writeStringField("content", text);
        } else if (parts.calls().isEmpty()
                && parts.refusal().isEmpty()
                && parts.audioId().isEmpty()) {
            json.writeStringField("content", "");
        } else {
            writeNoContent();
        }
    }

    private void writeNoContent() throws IOException {
        switch (profile.option(OpenAiOptions.EMPTY_CONTENT, "null")) {
            case "empty":
                json.writeStringField("content", "");
                break;
            case "absent":
                break;
            default:
                json.writeNullField("content");
        }
    }

    private void writeThoughts(ContentPart.Reasoning reasoning) throws IOException {
        if (reasoning.text().isEmpty() && reasoning.signature().isEmpty()) {
            return;
        }
        boolean summary = replay.equals("summary_chunk");
        json.writeStartObject();
        json.writeStringField("type", summary ? "reasoning" : "thinking");
        json.writeArrayFieldStart(summary ? "summary" : "thinking");
        json.writeStartObject();
        json.writeStringField("type", summary ? "summary_text" : "text");
        json.writeStringField("text", reasoning.text());
        if (summary && reasoning.signature().isPresent()) {
            json.writeStringField("signature", reasoning.signature().get());
        }
        json.writeEndObject();
        json.writeEndArray();
        if (!summary && reasoning.signature().isPresent()) {
            json.writeStringField("signature", reasoning.signature().get());
        }
        json.writeEndObject();
    }

    private void writeReasoning(AssistantParts parts, String place) throws IOException {
        if (parts.reasoning().isEmpty()) {
            return;
        }
        switch (replay) {
            case "reasoning_content":
            case "reasoning":
                String text = parts.reasoningText();
                if (!text.isEmpty()) {
                    json.writeStringField(replay, text);
                }
                break;
            case "reasoning_details":
                writeDetails(parts, place);
                break;
            default:
                break;
        }
    }

    /** The entries that came, as they came, and what Claude signed; reasoning without any becomes a text. */
    private void writeDetails(AssistantParts parts, String place) throws IOException {
        List<JsonNode> entries = new ArrayList<>();
        for (ContentPart.Reasoning reasoning : parts.reasoning()) {
            if (reasoning.json().isPresent()) {
                // Other dialects keep objects here, which mean nothing to this one.
                JsonNode own = tree(reasoning.json().get(), place);
                if (own.isArray()) {
                    own.forEach(entries::add);
                }
            } else {
                AnswerMembers.details(List.of(reasoning), entries.size()).forEach(entries::add);
            }
        }
        if (!entries.isEmpty()) {
            json.writeArrayFieldStart("reasoning_details");
            for (JsonNode entry : entries) {
                json.writeTree(entry);
            }
            json.writeEndArray();
            return;
        }
        String text = parts.reasoningText();
        if (!text.isEmpty()) {
            json.writeStringField("reasoning", text);
        }
    }

    private JsonNode tree(String text, String place) throws IOException {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw request.invalid(place + ": expected JSON beside reasoning, got something else at " + Json.where(e));
        }
    }

    private void writeAssistantMedia(AssistantParts parts) throws IOException {
        boolean images = OpenAiOptions.isTrue(profile, OpenAiOptions.IMAGES_REPLAY);
        boolean begun = false;
        for (ContentPart.Media clip : parts.media()) {
            boolean spoken = clip.kind() == MediaKind.AUDIO
                    && (parts.audioId().isPresent() || clip.transcript().isPresent());
            if (images && clip.kind() == MediaKind.IMAGE) {
                if (!begun) {
                    json.writeArrayFieldStart("images");
                    begun = true;
                }
                json.writeStartObject();
                media.write(clip);
                json.writeEndObject();
            } else if (!spoken) {
                unsupported.meaning(MediaWriter.option(clip.kind()));
            }
        }
        if (begun) {
            json.writeEndArray();
        }
    }

    private void writeCall(ContentPart.ToolCall call) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", id(call.id()));
        String type = call.custom() ? "custom" : "function";
        json.writeStringField("type", type);
        json.writeObjectFieldStart(type);
        json.writeStringField("name", call.name());
        json.writeStringField(call.custom() ? "input" : "arguments", call.argumentsJson());
        json.writeEndObject();
        if (signatures && call.signature().isPresent()) {
            writeSignature(call.signature().get());
        }
        json.writeEndObject();
    }

    private void writeSignature(String signature) throws IOException {
        json.writeObjectFieldStart("extra_content");
        json.writeObjectFieldStart("google");
        json.writeStringField("thought_signature", signature);
        json.writeEndObject();
        json.writeEndObject();
    }
}
