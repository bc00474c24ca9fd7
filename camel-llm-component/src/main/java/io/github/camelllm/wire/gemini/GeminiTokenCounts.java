package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ChatRequest;
import io.github.camelllm.wire.EncodedRequest;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.Translation;
import io.github.camelllm.wire.UnsupportedOptions;
import io.github.camelllm.wire.WireTarget;

/**
 * {@code countTokens}: how many input tokens a request has, counted by the provider and free of charge. The Developer API
 * counts whole requests in a {@code generateContentRequest}, Vertex AI takes their members unwrapped; the profile option
 * {@code count-tokens} ({@code generateContentRequest} or {@code contents}) says which. Stateless and thread-safe.
 */
public final class GeminiTokenCounts {
    public EncodedRequest encode(ChatRequest request, WireTarget target) {
        UnsupportedOptions unsupported = new UnsupportedOptions(target);
        ChatRequest translated = Translation.into(GeminiDialect.NAME, request, unsupported);
        byte[] plain = new RequestWriter(translated, target, unsupported).toBytes();
        String path = GeminiPaths.of(request.model(), GeminiPaths.COUNT, target);
        if (target.profile().option("count-tokens", "generateContentRequest").equals("contents")) {
            return EncodedRequest.post(path, plain, unsupported.dropped());
        }
        byte[] body = Json.bytes(json -> {
            JsonNode members = Json.MAPPER.readTree(plain);
            json.writeStartObject();
            json.writeObjectFieldStart("generateContentRequest");
            json.writeStringField("model", GeminiPaths.resource(request.model(), target));
            for (var member : members.properties()) {
                json.writeFieldName(member.getKey());
                RawJson.write(json, member.getValue().toString());
            }
            json.writeEndObject();
            json.writeEndObject();
        });
        return EncodedRequest.post(path, body, unsupported.dropped());
    }

    /**
     * @return the request's input tokens
     * @throws io.github.camelllm.chat.LlmException if the body reports an error or holds no count
     */
    public long decode(byte[] body, WireTarget target) {
        JsonNode answer = GeminiEmbeddings.answer(body, "token count", target);
        return Json.number(answer, "totalTokens")
                .orElseThrow(() -> GeminiErrors.malformed("token count: expected totalTokens, got none", target));
    }
}
