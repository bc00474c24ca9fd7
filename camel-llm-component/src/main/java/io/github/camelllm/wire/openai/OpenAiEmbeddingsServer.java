package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.EmbeddingsRequest;
import io.github.camelllm.chat.EmbeddingsResponse;
import io.github.camelllm.chat.Usage;
import io.github.camelllm.wire.EmbeddingsServerCodec;
import io.github.camelllm.wire.Json;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The server half of {@code POST /embeddings}. Errors are written by the chat half. Stateless. */
public final class OpenAiEmbeddingsServer {
    private static final Set<String> KNOWN =
            Set.of("model", "input", "dimensions", "encoding_format", "user", "input_type");

    private OpenAiEmbeddingsServer() {}

    /**
     * A decoded request.
     *
     * @param base64 whether the client wants vectors as base64 of little-endian 32-bit floats
     */
    public record ServedEmbeddings(EmbeddingsRequest request, boolean base64) implements EmbeddingsServerCodec.Served {
        @Override
        public byte[] encode(EmbeddingsResponse response) {
            return OpenAiEmbeddingsServer.encode(response, this);
        }
    }

    /**
     * Reads a client's request.
     *
     * @throws io.github.camelllm.chat.LlmInvalidRequestException if the body is none; inputs that are token numbers instead
     *     of text are refused, since no provider can be told them but the one whose tokens they are
     */
    public static ServedEmbeddings decode(byte[] body) {
        Members members = Members.ofBody(body);
        List<String> inputs = new ArrayList<>();
        JsonNode input = members.get("input");
        if (input.isTextual()) {
            inputs.add(input.textValue());
        } else {
            for (JsonNode text : members.list("input")) {
                if (!text.isTextual()) {
                    throw Members.invalid("input[" + inputs.size() + "]: expected a string");
                }
                inputs.add(text.textValue());
            }
        }
        if (inputs.isEmpty()) {
            throw members.wrong("input", "a string or a list of strings that is not empty");
        }
        String format = members.text("encoding_format").orElse("float");
        if (!format.equals("float") && !format.equals("base64")) {
            throw Members.invalid("encoding_format: expected float or base64, got another string");
        }
        Map<String, Object> extra = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : members.object().properties()) {
            if (!KNOWN.contains(member.getKey())) {
                extra.put(member.getKey(), Json.MAPPER.convertValue(member.getValue(), Object.class));
            }
        }
        EmbeddingsRequest request = new EmbeddingsRequest(
                members.neededText("model"),
                inputs,
                members.integer("dimensions"),
                members.text("input_type"),
                members.text("user"),
                extra);
        return new ServedEmbeddings(request, format.equals("base64"));
    }

    /** Writes an answer as UTF-8 JSON. */
    public static byte[] encode(EmbeddingsResponse response, ServedEmbeddings served) {
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("object", "list");
            json.writeArrayFieldStart("data");
            for (int i = 0; i < response.vectors().size(); i++) {
                json.writeStartObject();
                json.writeStringField("object", "embedding");
                json.writeNumberField("index", i);
                if (served.base64()) {
                    json.writeStringField("embedding", base64(response.vectors().get(i)));
                } else {
                    json.writeArrayFieldStart("embedding");
                    for (float number : response.vectors().get(i)) {
                        json.writeNumber(number);
                    }
                    json.writeEndArray();
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField(
                    "model", response.model().orElse(served.request().model()));
            Optional<Usage> usage = response.usage();
            if (usage.isPresent() && usage.get().inputTokens().isPresent()) {
                long tokens = usage.get().inputTokens().getAsLong();
                json.writeObjectFieldStart("usage");
                json.writeNumberField("prompt_tokens", tokens);
                json.writeNumberField("total_tokens", usage.get().totalTokens().orElse(tokens));
                json.writeEndObject();
            }
            json.writeEndObject();
        });
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
