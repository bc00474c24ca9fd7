package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelllm.chat.ContentPart;
import io.github.camelllm.chat.Finish;
import io.github.camelllm.chat.MediaSource;
import io.github.camelllm.chat.Money;
import io.github.camelllm.chat.TokenLogprob;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Members that whole answers and chunks write alike. */
final class AnswerMembers {
    /** The dialect's own members, which no extension may repeat. */
    private static final Set<String> OWN = Set.of(
            "id",
            "object",
            "created",
            "model",
            "choices",
            "usage",
            "service_tier",
            "system_fingerprint",
            "error",
            "message",
            "code",
            "type",
            "detail",
            "errors",
            "base_resp");

    private AnswerMembers() {}

    static void writeFinish(Finish finish, JsonGenerator json) throws IOException {
        String word = FinishWords.word(finish.reason());
        json.writeStringField("finish_reason", word);
        if (finish.nativeReason().isPresent() && !finish.nativeReason().get().equals(word)) {
            json.writeStringField("native_finish_reason", finish.nativeReason().get());
        }
        if (finish.stopSequence().isPresent()) {
            json.writeStringField("stop_reason", finish.stopSequence().get());
        }
    }

    static void writeLogprobs(List<TokenLogprob> logprobs, JsonGenerator json) throws IOException {
        if (logprobs.isEmpty()) {
            json.writeNullField("logprobs");
            return;
        }
        json.writeObjectFieldStart("logprobs");
        json.writeArrayFieldStart("content");
        for (TokenLogprob token : logprobs) {
            writeToken(token, json);
            json.writeArrayFieldStart("top_logprobs");
            for (TokenLogprob other : token.top()) {
                writeToken(other, json);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNullField("refusal");
        json.writeEndObject();
    }

    private static void writeToken(TokenLogprob token, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("token", token.token());
        json.writeNumberField("logprob", token.logprob());
        json.writeNullField("bytes");
    }

    /** Usage as OpenAI writes it; figures that are unknown are left out, never 0. */
    static void writeUsage(Usage usage, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("usage");
        writeCount("prompt_tokens", usage.inputTokens(), json);
        writeCount("completion_tokens", usage.outputTokens(), json);
        OptionalLong total = usage.totalTokens();
        if (total.isEmpty()
                && usage.inputTokens().isPresent()
                && usage.outputTokens().isPresent()) {
            total = OptionalLong.of(
                    usage.inputTokens().getAsLong() + usage.outputTokens().getAsLong());
        }
        writeCount("total_tokens", total, json);
        json.writeObjectFieldStart("prompt_tokens_details");
        writeCount("cached_tokens", usage.cacheReadInputTokens(), json);
        writeCount("cache_write_tokens", usage.cacheCreationInputTokens(), json);
        if (usage.cacheCreation1hInputTokens().isPresent()) {
            json.writeObjectFieldStart("cache_creation_token_details");
            writeCount("ephemeral_1h_input_tokens", usage.cacheCreation1hInputTokens(), json);
            json.writeEndObject();
        }
        writeCount("audio_tokens", usage.inputAudioTokens(), json);
        writeCount("image_tokens", usage.inputImageTokens(), json);
        json.writeEndObject();
        json.writeObjectFieldStart("completion_tokens_details");
        writeCount("reasoning_tokens", usage.reasoningOutputTokens(), json);
        writeCount("audio_tokens", usage.outputAudioTokens(), json);
        writeCount("image_tokens", usage.outputImageTokens(), json);
        json.writeEndObject();
        if (usage.webSearchRequests().isPresent()) {
            json.writeObjectFieldStart("server_tool_use");
            writeCount("web_search_requests", usage.webSearchRequests(), json);
            json.writeEndObject();
        }
        Optional<Money> cost =
                usage.reportedCost().filter(money -> money.currency().equals("USD"));
        if (cost.isPresent()) {
            json.writeNumberField("cost", cost.get().amount());
        }
        json.writeEndObject();
    }

    private static void writeCount(String name, OptionalLong count, JsonGenerator json) throws IOException {
        if (count.isPresent()) {
            json.writeNumberField(name, count.getAsLong());
        }
    }

    static void writeExtensions(Map<String, String> extensions, JsonGenerator json) throws IOException {
        for (Map.Entry<String, String> extension : extensions.entrySet()) {
            if (!OWN.contains(extension.getKey())) {
                json.writeFieldName(extension.getKey());
                json.writeTree(tree(extension.getValue()));
            }
        }
    }

    /**
     * Entries for {@code reasoning_details}: what has to come back with the next request, beside the readable text.
     *
     * @param first index of the first entry that is no provider's own
     */
    static ArrayNode details(List<ContentPart.Reasoning> reasoning, int first) {
        ArrayNode details = Json.MAPPER.createArrayNode();
        for (ContentPart.Reasoning part : reasoning) {
            JsonNode own = part.json().map(AnswerMembers::tree).orElseGet(Json.MAPPER::missingNode);
            if (own.isArray()) {
                own.forEach(details::add);
            } else if (part.redacted().isPresent()) {
                ObjectNode entry = details.addObject().put("type", "reasoning.encrypted");
                entry.put("data", part.redacted().get());
                end(entry, own, first + details.size() - 1);
            } else if (part.signature().isPresent()) {
                ObjectNode entry =
                        details.addObject().put("type", "reasoning.text").put("text", part.text());
                entry.put("signature", part.signature().get());
                end(entry, own, first + details.size() - 1);
            }
        }
        return details;
    }

    private static void end(ObjectNode entry, JsonNode own, int index) {
        ReasoningDetails.format(own).ifPresent(format -> entry.put("format", format));
        entry.put("index", index);
    }

    static void writeSignature(String signature, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("extra_content");
        json.writeObjectFieldStart("google");
        json.writeStringField("thought_signature", signature);
        json.writeEndObject();
        json.writeEndObject();
    }

    static void writeImage(ContentPart.Media image, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "image_url");
        json.writeObjectFieldStart("image_url");
        json.writeStringField("url", url(image.source()));
        json.writeEndObject();
        json.writeEndObject();
    }

    private static String url(MediaSource source) {
        if (source instanceof MediaSource.Inline inline) {
            return DataUrls.of(inline);
        }
        return source instanceof MediaSource.Url url ? url.url() : ((MediaSource.FileId) source).id();
    }

    private static JsonNode tree(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            // A text that claims to be JSON: it goes out as text rather than breaking the answer.
            return Json.MAPPER.getNodeFactory().textNode(text);
        }
    }
}
