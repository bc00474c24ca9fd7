package io.github.camelllm.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads error bodies that are JSON, in all the shapes in which providers of the OpenAI family (and many others) send
 * them. What it finds is the same whatever the shape:
 *
 * <ul>
 *   <li>{@code {"error":{"message","type","param","code"}}}, with {@code code} as text or number, {@code status} (Google),
 *       {@code status_code} (Groq in streams), {@code innererror} (Azure), {@code metadata.error_type} (OpenRouter)
 *   <li>{@code {"error":"text","code":"…"}} (xAI, Hugging Face, LM Studio, Ollama)
 *   <li>{@code {"message","type","param","code"}} without a wrapper (Cerebras, Mistral, older vLLM, Novita, Cohere)
 *   <li>{@code {"detail":…}} as text, object or list (FastAPI servers: Mistral 422, NVIDIA, DeepInfra, Voyage)
 *   <li>{@code {"errors":[{"code","message"}]}} and {@code {"error":[…]}} (Cloudflare)
 *   <li>{@code {"error_code","message","request_id"}} (Databricks, Snowflake)
 *   <li>{@code {"statusCode","message"}} (Azure API Management), {@code {"status","title","detail"}} (RFC 7807)
 *   <li>{@code {"base_resp":{"status_code","status_msg"}}} (MiniMax, with HTTP 200)
 *   <li>a list of one of these (Google's OpenAI-compatible endpoint)
 * </ul>
 */
public final class ErrorBody {
    private ErrorBody() {}

    /**
     * Reads an error body.
     *
     * @param status HTTP status, which the result keeps; empty inside a stream
     * @param body any bytes; what is no JSON gives an error of which only the status is known
     */
    public static ProviderError read(OptionalInt status, byte[] body) {
        JsonNode root;
        try {
            root = Json.tree(body, 0, body.length);
        } catch (JsonProcessingException e) {
            // A proxy's HTML page or plain text: the status is all there is to read.
            return nothing(status);
        }
        return read(status, root);
    }

    /** Reads an error from a parsed body or stream event. */
    public static ProviderError read(OptionalInt status, JsonNode root) {
        JsonNode body = root.isArray() && !root.isEmpty() ? root.get(0) : root;
        JsonNode error = wrapped(body);
        Optional<String> code =
                word(error, "code").or(() -> word(error, "error_code")).or(() -> word(body, "code"));
        if (body.has("base_resp")) {
            code = word(body.get("base_resp"), "status_code");
        }
        Optional<String> type = text(error, "type")
                .or(() -> text(error, "status"))
                .or(() -> text(error.path("metadata"), "error_type"))
                .or(() -> text(error.path("innererror"), "code"));
        Optional<String> message = message(error, body);
        OptionalInt known = status.isPresent() && status.getAsInt() >= 400 ? status : statusInside(error, status);
        return new ProviderError(
                known,
                type,
                code,
                text(error, "param"),
                message,
                text(error, "request_id").or(() -> text(body, "request_id")).or(() -> requestId(body)),
                wait(error));
    }

    /**
     * Whether a body or stream event with a good status reports a failure nevertheless: an {@code error} that says
     * something, or MiniMax's {@code base_resp} with a status other than 0.
     */
    public static boolean isError(JsonNode body) {
        JsonNode error = body.get("error");
        if (error != null && !error.isNull()) {
            return error.isTextual() ? !error.textValue().isEmpty() : !error.isContainerNode() || !error.isEmpty();
        }
        return body.path("base_resp").path("status_code").asInt(0) != 0;
    }

    private static ProviderError nothing(OptionalInt status) {
        return new ProviderError(
                status,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The object that holds code and message, wherever it is. */
    private static JsonNode wrapped(JsonNode body) {
        for (String member : new String[] {"error", "errors", "detail"}) {
            JsonNode inner = body.path(member);
            if (inner.isArray() && !inner.isEmpty()) {
                inner = inner.get(0);
            }
            if (inner.isObject()) {
                return inner.path("error").isObject() ? inner.get("error") : inner;
            }
        }
        return body;
    }

    private static Optional<String> message(JsonNode error, JsonNode body) {
        for (JsonNode place : new JsonNode[] {error, body}) {
            for (String member : new String[] {"message", "msg", "error", "detail", "status_msg", "title", "reason"}) {
                JsonNode value = place.path(member);
                if (value.isTextual() && !value.textValue().isEmpty()) {
                    return Optional.of(value.textValue());
                }
                // Mistral wraps FastAPI's list: {"message":{"detail":[{"msg":…}]}}.
                JsonNode listed = value.path("detail").path(0).path("msg");
                if (listed.isTextual()) {
                    return Optional.of(listed.textValue());
                }
            }
        }
        return text(body.path("base_resp"), "status_msg").or(() -> text(body.path("errors"), 0));
    }

    /** A code may be text or a whole number. */
    private static Optional<String> word(JsonNode object, String member) {
        JsonNode value = object.path(member);
        if (value.isTextual()) {
            return value.textValue().isEmpty() ? Optional.empty() : Optional.of(value.textValue());
        }
        return value.isIntegralNumber() ? Optional.of(value.asText()) : Optional.empty();
    }

    private static Optional<String> text(JsonNode object, String member) {
        return Json.text(object, member).filter(value -> !value.isEmpty());
    }

    private static Optional<String> text(JsonNode array, int index) {
        JsonNode value = array.path(index);
        return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }

    private static OptionalInt statusInside(JsonNode error, OptionalInt otherwise) {
        for (String member : new String[] {"status_code", "code", "status", "statusCode"}) {
            JsonNode value = error.path(member);
            if (value.isInt() && value.intValue() >= 400 && value.intValue() < 600) {
                return OptionalInt.of(value.intValue());
            }
        }
        return otherwise;
    }

    private static Optional<String> requestId(JsonNode body) {
        // Together and Cohere name the request "id"; in an answer or a chunk that would be the answer's id.
        return body.has("choices") || body.has("object") ? Optional.empty() : text(body, "id");
    }

    private static Optional<Duration> wait(JsonNode error) {
        for (JsonNode detail : error.path("details")) {
            Optional<Duration> delay = text(detail, "retryDelay").flatMap(RetryAfter::ofDuration);
            if (delay.isPresent()) {
                return delay;
            }
        }
        return Optional.empty();
    }
}
