package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.Choice;
import io.github.camelllm.chat.Citation;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.TokenLogprob;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Writes the parts of a GenerateContentResponse. What the wire cannot say is left out: names, cache hints, transcripts,
 * blocks of other dialects; a refusal is text.
 */
final class AnswerWriter {
    /** Words that Gemini itself uses; others are translated by their meaning. */
    private static final Set<String> NATIVE = Set.of(
            "STOP",
            "MAX_TOKENS",
            "SAFETY",
            "RECITATION",
            "LANGUAGE",
            "OTHER",
            "BLOCKLIST",
            "PROHIBITED_CONTENT",
            "SPII",
            "MALFORMED_FUNCTION_CALL",
            "UNEXPECTED_TOOL_CALL",
            "TOO_MANY_TOOL_CALLS",
            "MODEL_ARMOR",
            "IMAGE_SAFETY",
            "IMAGE_PROHIBITED_CONTENT",
            "IMAGE_RECITATION",
            "IMAGE_OTHER",
            "NO_IMAGE",
            "MISSING_THOUGHT_SIGNATURE",
            "MALFORMED_RESPONSE");

    private static final List<String> CANDIDATE_EXTENSIONS = List.of(
            "groundingMetadata",
            "citationMetadata",
            "urlContextMetadata",
            "safetyRatings",
            "finishMessage",
            "avgLogprobs");

    private AnswerWriter() {}

    static void writeAnswer(JsonGenerator json, ChatResponse response, String requestModel) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("candidates");
        for (Choice choice : response.choices()) {
            json.writeStartObject();
            List<Citation> citations = new ArrayList<>(0);
            json.writeObjectFieldStart("content");
            if (!choice.message().content().isEmpty()) {
                json.writeArrayFieldStart("parts");
                for (ContentPart part : choice.message().content()) {
                    writePart(json, part);
                    if (part instanceof ContentPart.Text text) {
                        citations.addAll(text.citations());
                    }
                }
                json.writeEndArray();
            }
            json.writeStringField("role", "model");
            json.writeEndObject();
            writeFinish(json, choice.finish());
            json.writeNumberField("index", choice.index());
            writeExtensions(json, choice.index(), response.extensions(), citations);
            writeLogprobs(json, choice.logprobs());
            json.writeEndObject();
        }
        json.writeEndArray();
        writePromptFeedback(json, response.extensions());
        if (response.usage().isPresent()) {
            writeUsage(json, response.usage().get(), response.extensions());
        }
        writeIdentity(json, response.model().orElse(requestModel), response.id(), response.created());
        json.writeEndObject();
    }

    static void writeIdentity(JsonGenerator json, String model, Optional<String> responseId, Optional<Instant> created)
            throws IOException {
        json.writeStringField("modelVersion", model);
        if (created.isPresent()) {
            json.writeStringField("createTime", created.get().toString());
        }
        if (responseId.isPresent()) {
            json.writeStringField("responseId", responseId.get());
        }
    }

    static void writePart(JsonGenerator json, ContentPart part) throws IOException {
        if (part instanceof ContentPart.Text text) {
            writeText(json, text.text(), false, text.signature());
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            Optional<String> signature = ForeignSignatures.of(reasoning);
            if (!reasoning.text().isEmpty() || signature.isPresent()) {
                writeText(json, reasoning.text(), true, signature);
            }
        } else if (part instanceof ContentPart.Refusal refusal) {
            writeText(json, refusal.text(), false, Optional.empty());
        } else if (part instanceof ContentPart.ToolCall call) {
            writeCall(json, call);
        } else if (part instanceof ContentPart.Media media) {
            writeMedia(json, media);
        } else if (part instanceof ContentPart.Opaque opaque) {
            if (opaque.dialect().equals(GeminiDialect.NAME)) {
                RawJson.write(json, opaque.json());
            }
        } else {
            throw new AssertionError(part);
        }
    }

    static void writeText(JsonGenerator json, String text, boolean thought, Optional<String> signature)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("text", text);
        if (thought) {
            json.writeBooleanField("thought", true);
        }
        if (signature.isPresent()) {
            json.writeStringField("thoughtSignature", signature.get());
        }
        json.writeEndObject();
    }

    private static void writeCall(JsonGenerator json, ContentPart.ToolCall call) throws IOException {
        JsonNode further = call.json()
                        .filter(text -> text.startsWith("{\"" + GeminiDialect.NAME + "\":"))
                        .isPresent()
                ? Json.MAPPER.readTree(call.json().get()).path(GeminiDialect.NAME)
                : Json.MAPPER.missingNode();
        json.writeStartObject();
        json.writeObjectFieldStart("functionCall");
        if (!call.id().isEmpty() && !ToolCallIds.isMade(call.id())) {
            json.writeStringField("id", call.id());
        }
        json.writeStringField("name", call.name());
        json.writeFieldName("args");
        if (!call.custom() && RawJson.isObject(call.argumentsJson())) {
            RawJson.write(json, call.argumentsJson());
        } else {
            json.writeStartObject();
            json.writeStringField("input", call.argumentsJson());
            json.writeEndObject();
        }
        writeMembers(json, further.path("functionCall"));
        json.writeEndObject();
        if (call.signature().isPresent()) {
            json.writeStringField("thoughtSignature", call.signature().get());
        }
        writeMembers(json, further.path("part"));
        json.writeEndObject();
    }

    private static void writeMembers(JsonGenerator json, JsonNode object) throws IOException {
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            json.writeFieldName(member.getKey());
            RawJson.write(json, member.getValue().toString());
        }
    }

    private static void writeMedia(JsonGenerator json, ContentPart.Media media) throws IOException {
        json.writeStartObject();
        if (media.source() instanceof MediaSource.Inline inline) {
            json.writeObjectFieldStart("inlineData");
            json.writeStringField("mimeType", inline.type());
            json.writeStringField("data", inline.base64());
        } else {
            String uri = media.source() instanceof MediaSource.Url address
                    ? address.url()
                    : GeminiNames.fileUri(((MediaSource.FileId) media.source()).id());
            json.writeObjectFieldStart("fileData");
            if (media.source().mediaType().isPresent()) {
                json.writeStringField("mimeType", media.source().mediaType().get());
            }
            json.writeStringField("fileUri", uri);
        }
        if (media.name().isPresent()) {
            json.writeStringField("displayName", media.name().get());
        }
        json.writeEndObject();
        if (media.signature().isPresent()) {
            json.writeStringField("thoughtSignature", media.signature().get());
        }
        json.writeEndObject();
    }

    static void writeFinish(JsonGenerator json, Optional<Finish> finish) throws IOException {
        if (finish.isPresent()) {
            json.writeStringField("finishReason", finishToNative(finish.get()));
        }
    }

    static String finishToNative(Finish finish) {
        Optional<String> word = finish.nativeReason().filter(NATIVE::contains);
        if (word.isPresent()) {
            return word.get();
        }
        switch (finish.reason()) {
            case STOP:
            case TOOL_CALLS:
                return "STOP";
            case LENGTH:
                return "MAX_TOKENS";
            case CONTENT_FILTER:
                return "SAFETY";
            default:
                return "OTHER";
        }
    }

    static void writeExtensions(
            JsonGenerator json, int choice, Map<String, String> extensions, List<Citation> citations)
            throws IOException {
        for (String name : CANDIDATE_EXTENSIONS) {
            String value = extensions.get(GeminiNames.extension(choice, name));
            if (value != null && RawJson.isValid(value)) {
                json.writeFieldName(name);
                RawJson.write(json, value);
            }
        }
        boolean told = extensions.containsKey(GeminiNames.extension(choice, GeminiNames.GROUNDING))
                || extensions.containsKey(GeminiNames.extension(choice, GeminiNames.CITATIONS));
        if (!citations.isEmpty() && !told) {
            writeGrounding(json, citations);
        }
    }

    private static void writeGrounding(JsonGenerator json, List<Citation> citations) throws IOException {
        json.writeObjectFieldStart(GeminiNames.GROUNDING);
        json.writeArrayFieldStart("groundingChunks");
        for (Citation citation : citations) {
            json.writeStartObject();
            json.writeObjectFieldStart("web");
            if (citation.url().isPresent()) {
                json.writeStringField("uri", citation.url().get());
            }
            if (citation.title().isPresent()) {
                json.writeStringField("title", citation.title().get());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    static void writePromptFeedback(JsonGenerator json, Map<String, String> extensions) throws IOException {
        String feedback = extensions.get(GeminiNames.PROMPT_FEEDBACK);
        if (feedback != null && RawJson.isObject(feedback)) {
            json.writeFieldName(GeminiNames.PROMPT_FEEDBACK);
            RawJson.write(json, feedback);
        }
    }

    static void writeLogprobs(JsonGenerator json, List<TokenLogprob> logprobs) throws IOException {
        if (logprobs.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart("logprobsResult");
        json.writeArrayFieldStart("topCandidates");
        for (TokenLogprob token : logprobs) {
            json.writeStartObject();
            json.writeArrayFieldStart("candidates");
            for (TokenLogprob other : token.top()) {
                writeLogprob(json, other);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("chosenCandidates");
        for (TokenLogprob token : logprobs) {
            writeLogprob(json, token);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeLogprob(JsonGenerator json, TokenLogprob token) throws IOException {
        json.writeStartObject();
        json.writeStringField("token", token.token());
        json.writeNumberField("logProbability", token.logprob());
        json.writeEndObject();
    }

    /** Writes {@code usageMetadata}, whose counts are disjoint where the vocabulary's are sums. */
    static void writeUsage(JsonGenerator json, Usage usage, Map<String, String> extensions) throws IOException {
        String toolUseText = extensions.getOrDefault(GeminiNames.TOOL_USE_TOKENS, "");
        long toolUse = toolUseText.matches("\\d{1,18}") ? Long.parseLong(toolUseText) : 0;
        json.writeObjectFieldStart("usageMetadata");
        if (usage.inputTokens().isPresent()) {
            json.writeNumberField(
                    "promptTokenCount", Math.max(0, usage.inputTokens().getAsLong() - toolUse));
        }
        if (usage.outputTokens().isPresent()) {
            long thoughts = usage.reasoningOutputTokens().orElse(0);
            json.writeNumberField(
                    "candidatesTokenCount", Math.max(0, usage.outputTokens().getAsLong() - thoughts));
        }
        OptionalLong total = usage.totalTokens();
        if (total.isEmpty()
                && usage.inputTokens().isPresent()
                && usage.outputTokens().isPresent()) {
            total = OptionalLong.of(
                    usage.inputTokens().getAsLong() + usage.outputTokens().getAsLong());
        }
        writeNumber(json, "totalTokenCount", total);
        writeNumber(json, "cachedContentTokenCount", usage.cacheReadInputTokens());
        writeNumber(json, "thoughtsTokenCount", usage.reasoningOutputTokens());
        if (!toolUseText.isEmpty()) {
            json.writeNumberField("toolUsePromptTokenCount", toolUse);
        }
        writeModalities(json, "promptTokensDetails", usage.inputAudioTokens(), usage.inputImageTokens());
        writeModalities(json, "candidatesTokensDetails", usage.outputAudioTokens(), usage.outputImageTokens());
        if (usage.serviceTier().isPresent()) {
            json.writeStringField("serviceTier", usage.serviceTier().get());
        }
        json.writeEndObject();
    }

    private static void writeModalities(JsonGenerator json, String name, OptionalLong audio, OptionalLong image)
            throws IOException {
        if (audio.isEmpty() && image.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart(name);
        writeModality(json, "AUDIO", audio);
        writeModality(json, "IMAGE", image);
        json.writeEndArray();
    }

    private static void writeModality(JsonGenerator json, String name, OptionalLong tokens) throws IOException {
        if (tokens.isPresent()) {
            json.writeStartObject();
            json.writeStringField("modality", name);
            json.writeNumberField("tokenCount", tokens.getAsLong());
            json.writeEndObject();
        }
    }

    private static void writeNumber(JsonGenerator json, String name, OptionalLong value) throws IOException {
        if (value.isPresent()) {
            json.writeNumberField(name, value.getAsLong());
        }
    }
}
