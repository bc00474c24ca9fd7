package io.github.camelllm.wire.gemini;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmContentFilteredException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.wire.Json;
import io.github.camelllm.wire.ProviderError;
import io.github.camelllm.wire.RetryAfter;
import io.github.camelllm.wire.WireHeaders;
import io.github.camelllm.wire.WireTarget;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code {"error": google.rpc.Status}}, also inside an array as the stream endpoint without {@code alt=sse} sends
 * it. {@code RetryInfo} gives the wait, {@code ErrorInfo.reason} the code, {@code BadRequest} the parameter, and a
 * {@code QuotaFailure} whose {@code quotaId} names a day is no failure that a short wait would cure. Source:
 * https://cloud.google.com/apis/design/errors.
 */
final class GeminiErrors {
    private GeminiErrors() {}

    static LlmException decode(int status, WireHeaders headers, byte[] body, WireTarget target) {
        JsonNode error = null;
        try {
            error = errorIn(Json.tree(body, 0, body.length));
        } catch (JsonProcessingException e) {
            // An HTML page or another text: the status alone tells what happened.
            return ProviderError.ofStatus(status).toException(headers, target);
        }
        if (error == null) {
            return ProviderError.ofStatus(status).toException(headers, target);
        }
        // A 2xx status says nothing about the error that its body reports.
        int known = status >= 300 ? status : (int) Json.number(error, "code").orElse(0);
        return of(error, known == 0 ? OptionalInt.empty() : OptionalInt.of(known), headers, target);
    }

    /** The exception for an {@code error} object that came with status 200, alone or inside a stream. */
    static LlmException inAnswer(JsonNode error, WireTarget target) {
        OptionalLong code = Json.number(error, "code");
        boolean isStatus = code.isPresent() && code.getAsLong() >= 400 && code.getAsLong() < 600;
        return of(
                error,
                isStatus ? OptionalInt.of((int) code.getAsLong()) : OptionalInt.empty(),
                WireHeaders.NONE,
                target);
    }

    /** The error object of a body; null if it has none. */
    static @Nullable JsonNode errorIn(JsonNode body) {
        JsonNode holder = body.isArray() && !body.isEmpty() ? body.get(0) : body;
        JsonNode error = holder.get("error");
        return error != null && !error.isNull() ? error : null;
    }

    private static LlmException of(JsonNode error, OptionalInt status, WireHeaders headers, WireTarget target) {
        if (error.isTextual()) {
            return new ProviderError(
                            status,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(error.textValue()),
                            Optional.empty(),
                            Optional.empty())
                    .toException(headers, target);
        }
        Optional<String> reason = Optional.empty();
        Optional<String> param = Optional.empty();
        Optional<Duration> wait = Optional.empty();
        Optional<String> dailyQuota = Optional.empty();
        Optional<String> requestId = Optional.empty();
        for (JsonNode detail : error.path("details")) {
            String type = detail.path("@type").asText("");
            if (type.endsWith("google.rpc.RetryInfo")) {
                wait = Json.text(detail, "retryDelay").flatMap(RetryAfter::ofDuration);
            } else if (type.endsWith("google.rpc.ErrorInfo")) {
                reason = Json.text(detail, "reason");
            } else if (type.endsWith("google.rpc.RequestInfo")) {
                requestId = Json.text(detail, "requestId");
            } else if (type.endsWith("google.rpc.BadRequest")) {
                param = Json.text(detail.path("fieldViolations").path(0), "field");
            } else if (type.endsWith("google.rpc.QuotaFailure")) {
                dailyQuota = dailyQuota(detail);
            }
        }
        Optional<String> message = Json.text(error, "message");
        if (dailyQuota.isPresent()) {
            message = Optional.of(message.map(words -> words + " ").orElse("") + "(" + dailyQuota.get() + ")");
        }
        return new ProviderError(status, Json.text(error, "status"), reason, param, message, requestId, wait)
                .toException(headers, target);
    }

    private static Optional<String> dailyQuota(JsonNode quotaFailure) {
        for (JsonNode violation : quotaFailure.path("violations")) {
            String id = violation.path("quotaId").asText("");
            if (id.contains("PerDay")) {
                return Optional.of(id);
            }
        }
        return Optional.empty();
    }

    /** A prompt that was blocked: the provider answers 200 without candidates. */
    static LlmException promptBlocked(
            String reason, Optional<String> message, Optional<String> responseId, WireTarget target) {
        String type = reason.matches("[A-Z_]{1,60}") ? reason : "PROMPT_BLOCKED";
        return new LlmContentFilteredException(
                target.provider() + "/" + target.model() + " blocked the prompt: " + type,
                new ErrorDetails(
                        target.provider(),
                        target.model(),
                        OptionalInt.of(200),
                        responseId,
                        type,
                        false,
                        Optional.empty(),
                        message),
                null);
    }

    static LlmMalformedResponseException malformed(String what, WireTarget target) {
        return malformed(what, "malformed_response", false, target);
    }

    /** A stream or an answer that stopped too early; the same call may succeed. */
    static LlmMalformedResponseException cut(String what, WireTarget target) {
        return malformed(what, "truncated_response", true, target);
    }

    static LlmMalformedResponseException unreadable(String where, JsonProcessingException e, WireTarget target) {
        // Jackson's message quotes the input, so neither it nor the exception that carries it is passed on.
        return malformed(where + ": invalid JSON at " + Json.where(e), target);
    }

    static LlmInvalidRequestException invalid(String what, WireTarget target) {
        return new LlmInvalidRequestException(
                target.provider() + "/" + target.model() + ": " + what + "; nothing was sent",
                ErrorDetails.local(target.provider(), target.model(), "invalid_request", false),
                null);
    }

    private static LlmMalformedResponseException malformed(
            String what, String errorType, boolean retryable, WireTarget target) {
        return new LlmMalformedResponseException(
                target.provider() + "/" + target.model() + ": " + what,
                ErrorDetails.local(target.provider(), target.model(), errorType, retryable),
                null);
    }
}
