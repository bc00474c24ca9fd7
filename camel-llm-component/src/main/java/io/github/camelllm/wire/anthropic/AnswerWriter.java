package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes answers as the server half gives them. The wire has one choice, so only the first is written; media have no
 * block, so of spoken answers only the words are; opaque parts of other dialects are left out.
 *
 * <p>The wire has no word for an unknown number of tokens: {@code input_tokens} and {@code output_tokens} are 0 where
 * the answer does not know them, the others null.
 */
final class AnswerWriter {
    /** Members that the message itself has; extensions of these names are not written again. */
    private static final Set<String> OWN_MEMBERS = Set.of(
            "id",
            "type",
            "role",
            "model",
            "content",
            "stop_reason",
            "stop_sequence",
            "stop_details",
            "usage",
            "error",
            "delta");

    private static final List<String> CALL_MEMBERS = List.of("type", "id", "name", "input");
    private static final List<String> SIGNED_CALL_MEMBERS =
            List.of("type", "id", "name", "input", MessageReader.EXTRA_CONTENT);

    private AnswerWriter() {}

    static byte[] answer(ChatResponse response, ChatRequest request) {
        Optional<Choice> choice = response.choices().stream().findFirst();
        return Json.bytes(json -> {
            json.writeStartObject();
            writeHead(json, response.id(), response.model(), request);
            json.writeArrayFieldStart("content");
            if (choice.isPresent()) {
                for (ContentPart part : choice.get().message().content()) {
                    writePart(json, part);
                }
            }
            json.writeEndArray();
            writeStop(json, choice.flatMap(Choice::finish), response.extensions());
            writeOthers(json, response.extensions());
            json.writeFieldName("usage");
            writeUsage(json, response.usage(), extension(response.extensions(), "usage"), true);
            json.writeEndObject();
        });
    }

    static void writeHead(JsonGenerator json, Optional<String> id, Optional<String> model, ChatRequest request)
            throws IOException {
        json.writeStringField("id", id.orElseGet(() -> idOf(request)));
        json.writeStringField("type", "message");
        json.writeStringField("role", "assistant");
        json.writeStringField("model", model.orElse(request.model()));
    }

    /**
     * An id for an answer whose provider gave none. The same request gets the same; whoever needs unique ones sets
     * them.
     */
    private static String idOf(ChatRequest request) {
        return String.format(
                Locale.ROOT,
                "msg_%08x%08x",
                request.model().hashCode(),
                request.messages().hashCode());
    }

    static void writeStop(JsonGenerator json, Optional<Finish> finish, Map<String, String> extensions)
            throws IOException {
        writeText(json, "stop_reason", finish.map(StopReasons::finishToStopReason));
        writeText(json, "stop_sequence", finish.flatMap(Finish::stopSequence));
        json.writeFieldName("stop_details");
        json.writeRawValue(extension(extensions, "stop_details").orElse("null"));
    }

    private static void writeText(JsonGenerator json, String member, Optional<String> text) throws IOException {
        json.writeFieldName(member);
        if (text.isPresent()) {
            json.writeString(text.get());
        } else {
            json.writeNull();
        }
    }

    /** Writes the extensions that have no place of their own. */
    static void writeOthers(JsonGenerator json, Map<String, String> extensions) throws IOException {
        for (Map.Entry<String, String> extension : extensions.entrySet()) {
            if (!OWN_MEMBERS.contains(extension.getKey()) && isJson(extension.getValue())) {
                json.writeFieldName(extension.getKey());
                json.writeRawValue(extension.getValue());
            }
        }
    }

    static Optional<String> extension(Map<String, String> extensions, String name) {
        return Optional.ofNullable(extensions.get(name)).filter(AnswerWriter::isJson);
    }

    /** Whether the text is one JSON value. */
    private static boolean isJson(String text) {
        return RawJson.isObject("{\"v\":" + text + "}")
                && RawJson.members("{\"v\":" + text + "}").size() == 1;
    }

    private static void writePart(JsonGenerator json, ContentPart part) throws IOException {
        if (part instanceof ContentPart.Text text) {
            if (!text.text().isEmpty() || !text.citations().isEmpty()) {
                writeTextBlock(json, text.text(), text.citations());
            }
        } else if (part instanceof ContentPart.Refusal refusal) {
            writeTextBlock(json, refusal.text(), List.of());
        } else if (part instanceof ContentPart.Media media) {
            if (media.transcript().isPresent()) {
                writeTextBlock(json, media.transcript().get(), List.of());
            }
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            writeReasoning(
                    json, reasoning, reasoning.text(), reasoning.signature().orElse(""));
        } else if (part instanceof ContentPart.ToolCall call) {
            writeCall(json, call.id(), call.name(), input(call), call.signature(), call.json());
        } else if (part instanceof ContentPart.Opaque opaque) {
            if (isOwn(opaque)) {
                json.writeRawValue(opaque.json());
            }
        } else {
            throw new AssertionError(part);
        }
    }

    static boolean isOwn(ContentPart.Opaque opaque) {
        return opaque.dialect().equals(AnthropicDialect.NAME) && RawJson.isObject(opaque.json());
    }

    static String input(ContentPart.ToolCall call) {
        return call.custom() ? RawJson.freeTextInput(call.argumentsJson()) : RawJson.toolInput(call.argumentsJson());
    }

    static void writeTextBlock(JsonGenerator json, String text, List<Citation> citations) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "text");
        json.writeStringField("text", text);
        boolean any = false;
        for (Citation citation : citations) {
            String location = location(citation);
            if (location != null) {
                if (!any) {
                    json.writeArrayFieldStart("citations");
                    any = true;
                }
                json.writeRawValue(location);
            }
        }
        if (any) {
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    /** The citation in this dialect's shape; null if it is another's and names no address. */
    static @Nullable String location(Citation citation) {
        if (citation.json().isPresent()
                && ContentWriter.isLocation(citation.json().get())) {
            return citation.json().get();
        }
        if (citation.url().isEmpty()) {
            return null;
        }
        return "{\"type\":\"web_search_result_location\",\"url\":"
                + RawJson.string(citation.url().get())
                + ",\"title\":" + citation.title().map(RawJson::string).orElse("null")
                + ",\"cited_text\":" + RawJson.string(citation.citedText().orElse(""))
                + ",\"encrypted_index\":\"\"}";
    }

    /** Writes a thinking block with so much of its text and signature. */
    static void writeReasoning(JsonGenerator json, ContentPart.Reasoning reasoning, String text, String signature)
            throws IOException {
        json.writeStartObject();
        if (reasoning.redacted().isPresent()) {
            json.writeStringField("type", "redacted_thinking");
            json.writeStringField("data", reasoning.redacted().get());
            writeOwnMembers(json, reasoning.json(), "redacted_thinking", List.of("type", "data"));
        } else {
            json.writeStringField("type", "thinking");
            json.writeStringField("thinking", text);
            json.writeStringField("signature", signature);
            writeOwnMembers(json, reasoning.json(), "thinking", List.of("type", "thinking", "signature"));
        }
        json.writeEndObject();
    }

    /**
     * Writes a tool_use block. A signature of Gemini's goes beside the call as Google's own compatible API has it, for clients
     * that send blocks back as they came.
     */
    static void writeCall(
            JsonGenerator json,
            String id,
            String name,
            String input,
            Optional<String> signature,
            Optional<String> members)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "tool_use");
        json.writeStringField("id", id);
        json.writeStringField("name", name);
        json.writeFieldName("input");
        json.writeRawValue(input);
        List<String> written = CALL_MEMBERS;
        if (signature.isPresent()) {
            json.writeObjectFieldStart(MessageReader.EXTRA_CONTENT);
            json.writeObjectFieldStart("google");
            json.writeStringField("thought_signature", signature.get());
            json.writeEndObject();
            json.writeEndObject();
            written = SIGNED_CALL_MEMBERS;
        }
        writeOwnMembers(json, members, "tool_use", written);
        json.writeEndObject();
    }

    private static void writeOwnMembers(JsonGenerator json, Optional<String> members, String type, List<String> written)
            throws IOException {
        for (Map.Entry<String, String> member :
                ContentWriter.ownMembers(members, type).entrySet()) {
            if (!written.contains(member.getKey())) {
                json.writeFieldName(member.getKey());
                json.writeRawValue(member.getValue());
            }
        }
    }

    /**
     * Writes a usage object, the cached parts taken out of the input as the wire counts them.
     *
     * @param whole whether unknown counts are written too; {@code message_delta} has the known ones only
     */
    static void writeUsage(JsonGenerator json, Optional<Usage> usage, Optional<String> extension, boolean whole)
            throws IOException {
        Usage known = usage.orElseGet(() -> Usage.builder().build());
        MessagesUsage others = MessagesUsage.ofExtension(extension.orElse("{}"));
        OptionalLong read = minus(known.cacheReadInputTokens(), others.compactionCacheRead());
        OptionalLong creation = minus(known.cacheCreationInputTokens(), others.compactionCacheCreation());
        OptionalLong creation1h = minus(known.cacheCreation1hInputTokens(), others.compactionCacheCreation1h());
        OptionalLong input = minus(
                known.inputTokens(),
                read.orElse(0)
                        + creation.orElse(0)
                        + others.compactionInput()
                        + others.compactionCacheRead()
                        + others.compactionCacheCreation());
        json.writeStartObject();
        if (whole || input.isPresent()) {
            json.writeNumberField("input_tokens", input.orElse(0));
        }
        writeCount(json, "cache_creation_input_tokens", creation, whole);
        writeCount(json, "cache_read_input_tokens", read, whole);
        if (!others.others().containsKey("cache_creation")) {
            writeCacheCreation(json, creation, creation1h, whole);
        }
        json.writeNumberField(
                "output_tokens",
                minus(known.outputTokens(), others.compactionOutput()).orElse(0));
        if (known.reasoningOutputTokens().isPresent() && !others.others().containsKey("output_tokens_details")) {
            json.writeObjectFieldStart("output_tokens_details");
            json.writeNumberField(
                    "thinking_tokens", known.reasoningOutputTokens().getAsLong());
            json.writeEndObject();
        }
        if (known.webSearchRequests().isPresent() && !others.others().containsKey("server_tool_use")) {
            json.writeObjectFieldStart("server_tool_use");
            json.writeNumberField(
                    "web_search_requests", known.webSearchRequests().getAsLong());
            json.writeEndObject();
        }
        if (known.serviceTier().isPresent()) {
            json.writeStringField("service_tier", known.serviceTier().get());
        }
        RawJson.write(json, others.others());
        json.writeEndObject();
    }

    private static void writeCacheCreation(
            JsonGenerator json, OptionalLong creation, OptionalLong creation1h, boolean whole) throws IOException {
        if (creation.isPresent() && creation1h.isPresent()) {
            json.writeObjectFieldStart("cache_creation");
            json.writeNumberField(
                    "ephemeral_5m_input_tokens", Math.max(0, creation.getAsLong() - creation1h.getAsLong()));
            json.writeNumberField("ephemeral_1h_input_tokens", creation1h.getAsLong());
            json.writeEndObject();
        } else if (whole) {
            json.writeNullField("cache_creation");
        }
    }

    private static void writeCount(JsonGenerator json, String member, OptionalLong count, boolean whole)
            throws IOException {
        if (count.isPresent()) {
            json.writeNumberField(member, count.getAsLong());
        } else if (whole) {
            json.writeNullField(member);
        }
    }

    private static OptionalLong minus(OptionalLong count, long part) {
        return count.isPresent() ? OptionalLong.of(Math.max(0, count.getAsLong() - part)) : count;
    }
}
