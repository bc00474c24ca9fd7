package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.MediaKind;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.time.Instant;

/** Writes whole answers: {@code chat.completion}. Reasoning goes out as {@code reasoning_content}. */
final class AnswerWriter {
    private AnswerWriter() {}

    /** @param model the model asked, told where the answer names none */
    static byte[] write(ChatResponse answer, String model) {
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("id", answer.id().orElse(""));
            json.writeStringField("object", "chat.completion");
            json.writeNumberField(
                    "created", answer.created().map(Instant::getEpochSecond).orElse(0L));
            json.writeStringField("model", answer.model().orElse(model));
            json.writeArrayFieldStart("choices");
            for (Choice choice : answer.choices()) {
                write(choice, json);
            }
            json.writeEndArray();
            if (answer.usage().isPresent()) {
                AnswerMembers.writeUsage(answer.usage().get(), json);
                if (answer.usage().get().serviceTier().isPresent()) {
                    json.writeStringField(
                            "service_tier", answer.usage().get().serviceTier().get());
                }
            }
            if (answer.systemFingerprint().isPresent()) {
                json.writeStringField(
                        "system_fingerprint", answer.systemFingerprint().get());
            } else {
                json.writeNullField("system_fingerprint");
            }
            AnswerMembers.writeExtensions(answer.extensions(), json);
            json.writeEndObject();
        });
    }

    private static void write(Choice choice, JsonGenerator json) throws IOException {
        AssistantParts parts = new AssistantParts(choice.message());
        json.writeStartObject();
        json.writeNumberField("index", choice.index());
        json.writeObjectFieldStart("message");
        json.writeStringField("role", "assistant");
        writeText(parts, json);
        writeReasoning(parts, json);
        writeAnnotations(choice.message().content(), json);
        writeMedia(parts, json);
        writeCalls(parts, json);
        if (parts.textSignature().isPresent()) {
            AnswerMembers.writeSignature(parts.textSignature().get(), json);
        }
        json.writeEndObject();
        AnswerMembers.writeLogprobs(choice.logprobs(), json);
        if (choice.finish().isPresent()) {
            AnswerMembers.writeFinish(choice.finish().get(), json);
        } else {
            json.writeNullField("finish_reason");
        }
        json.writeEndObject();
    }

    private static void writeText(AssistantParts parts, JsonGenerator json) throws IOException {
        // Spoken words are the transcript of the audio, and not content as well.
        String text = parts.plainText();
        if (text.isEmpty()) {
            json.writeNullField("content");
        } else {
            json.writeStringField("content", text);
        }
        if (parts.refusal().isPresent()) {
            json.writeStringField("refusal", parts.refusal().get());
        } else {
            json.writeNullField("refusal");
        }
    }

    private static void writeReasoning(AssistantParts parts, JsonGenerator json) throws IOException {
        if (parts.reasoning().isEmpty()) {
            return;
        }
        String text = parts.reasoningText();
        if (!text.isEmpty()) {
            json.writeStringField("reasoning_content", text);
        }
        ArrayNode details = AnswerMembers.details(parts.reasoning(), 0);
        if (!details.isEmpty()) {
            json.writeFieldName("reasoning_details");
            json.writeTree(details);
        }
    }

    private static void writeAnnotations(Iterable<ContentPart> content, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("annotations");
        int start = 0;
        for (ContentPart part : content) {
            if (part instanceof ContentPart.Text text) {
                int end = start + text.text().length();
                for (Citation citation : text.citations()) {
                    Annotations.write(citation, start, end, json);
                }
                start = end;
            }
        }
        json.writeEndArray();
    }

    private static void writeMedia(AssistantParts parts, JsonGenerator json) throws IOException {
        boolean images = false;
        for (ContentPart.Media clip : parts.media()) {
            if (clip.kind() == MediaKind.IMAGE) {
                if (!images) {
                    json.writeArrayFieldStart("images");
                    images = true;
                }
                AnswerMembers.writeImage(clip, json);
            }
        }
        if (images) {
            json.writeEndArray();
        }
        for (ContentPart.Media clip : parts.media()) {
            if (clip.kind() == MediaKind.AUDIO && clip.source() instanceof MediaSource.Inline spoken) {
                json.writeObjectFieldStart("audio");
                json.writeStringField("id", parts.audioId().orElse(""));
                json.writeStringField("data", spoken.base64());
                json.writeNumberField("expires_at", 0);
                json.writeStringField("transcript", clip.transcript().orElse(""));
                json.writeEndObject();
                return;
            }
        }
    }

    private static void writeCalls(AssistantParts parts, JsonGenerator json) throws IOException {
        if (parts.calls().isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("tool_calls");
        for (ContentPart.ToolCall call : parts.calls()) {
            String type = call.custom() ? "custom" : "function";
            json.writeStartObject();
            json.writeStringField("id", call.id());
            json.writeStringField("type", type);
            json.writeObjectFieldStart(type);
            json.writeStringField("name", call.name());
            json.writeStringField(call.custom() ? "input" : "arguments", call.argumentsJson());
            json.writeEndObject();
            if (call.signature().isPresent()) {
                AnswerMembers.writeSignature(call.signature().get(), json);
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
