package io.github.camelllm.wire.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.ProviderError;
import io.github.camelllm.wire.WireTarget;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Error bodies: {@code {"type":"error","error":{"type","message","details":{"error_code"}},"request_id"}}
 * (https://platform.claude.com/docs/en/api/errors), and the shapes that proxies and compatible servers send instead.
 */
final class AnthropicErrors {
    private AnthropicErrors() {}

    /** What an error answer says; only its status if the body is no JSON object. */
    static ProviderError read(int status, byte[] body) {
        try {
            JsonNode root = Json.tree(body, 0, body.length);
            return root.isObject() ? read(OptionalInt.of(status), root) : ProviderError.ofStatus(status);
        } catch (JsonProcessingException e) {
            // An HTML page or plain text: the status is all there is to know.
            return ProviderError.ofStatus(status);
        }
    }

    static ProviderError read(OptionalInt status, JsonNode root) {
        JsonNode error = root.path("error");
        JsonNode details = error.path("details");
        Optional<String> message = Json.text(error, "message")
                .or(() -> error.isTextual() ? Optional.of(error.textValue()) : Optional.empty())
                .or(() -> Json.text(root, "message"))
                .or(() -> Json.text(root, "detail"));
        return new ProviderError(
                status,
                Json.text(error, "type"),
                code(details, "error_code").or(() -> code(error, "code")),
                Json.text(error, "param"),
                message,
                Json.text(root, "request_id").or(() -> Json.text(error, "request_id")),
                Optional.empty());
    }

    private static Optional<String> code(JsonNode object, String member) {
        JsonNode code = object.isObject() ? object.path(member) : MissingNode.getInstance();
        return code.isValueNode() && !code.isNull() ? Optional.of(code.asText()) : Optional.empty();
    }

    /** An answer that is not what the wire format promises; asking again would hardly help. */
    static LlmMalformedResponseException malformed(WireTarget target, String what) {
        return exception(target, what, "malformed_response", false);
    }

    /** An answer that stopped before its end. */
    static LlmMalformedResponseException truncated(WireTarget target, String what) {
        return exception(target, what, "truncated_response", true);
    }

    private static LlmMalformedResponseException exception(
            WireTarget target, String what, String errorType, boolean retryable) {
        return new LlmMalformedResponseException(
                target.provider() + "/" + target.model() + ": " + what,
                ErrorDetails.local(target.provider(), target.model(), errorType, retryable),
                null);
    }
}
