package io.github.camelllm.wire.gemini;

import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.chat.LlmBudgetExceededException;
import io.github.camelllm.chat.LlmContentFilteredException;
import io.github.camelllm.chat.LlmContextWindowExceededException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.wire.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * Failures as {@code google.rpc.Status}. A filtered prompt is what it is in this API: an answer with status 200 and
 * {@code promptFeedback} in place of candidates.
 */
final class ServerErrors {
    private ServerErrors() {}

    static int statusOf(LlmException failure) {
        return failure instanceof LlmContentFilteredException ? 200 : codeOf(failure);
    }

    static byte[] encode(LlmException failure) {
        if (!(failure instanceof LlmContentFilteredException)) {
            return encodeStatus(failure);
        }
        String reason = failure.getErrorType();
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart(GeminiNames.PROMPT_FEEDBACK);
            json.writeStringField("blockReason", reason.matches("[A-Z_]{1,60}") ? reason : "OTHER");
            json.writeStringField("blockReasonMessage", messageOf(failure));
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    /** The failure as an {@code error} object, whatever its kind. */
    static byte[] encodeStatus(LlmException failure) {
        int code = codeOf(failure);
        Optional<String> reason = reasonOf(failure);
        Optional<Duration> wait = failure.retryAfter();
        Optional<String> requestId = failure.details().requestId();
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("error");
            json.writeNumberField("code", code);
            json.writeStringField("message", messageOf(failure));
            json.writeStringField("status", statusWord(code));
            if (reason.isPresent() || wait.isPresent() || requestId.isPresent()) {
                json.writeArrayFieldStart("details");
                if (reason.isPresent()) {
                    json.writeStartObject();
                    json.writeStringField("@type", "type.googleapis.com/google.rpc.ErrorInfo");
                    json.writeStringField("reason", reason.get());
                    json.writeEndObject();
                }
                if (wait.isPresent()) {
                    json.writeStartObject();
                    json.writeStringField("@type", "type.googleapis.com/google.rpc.RetryInfo");
                    json.writeStringField("retryDelay", seconds(wait.get()));
                    json.writeEndObject();
                }
                if (requestId.isPresent()) {
                    json.writeStartObject();
                    json.writeStringField("@type", "type.googleapis.com/google.rpc.RequestInfo");
                    json.writeStringField("requestId", requestId.get());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static String messageOf(LlmException failure) {
        String message = failure.getMessage();
        return message == null ? "" : message;
    }

    private static int codeOf(LlmException failure) {
        int sent = failure.getStatusCode();
        if (failure instanceof LlmRateLimitedException || failure instanceof LlmBudgetExceededException) {
            return 429;
        }
        if (failure instanceof LlmAuthenticationException) {
            return sent == 403 ? 403 : 401;
        }
        if (failure instanceof LlmInvalidRequestException) {
            return sent == 404 ? 404 : 400;
        }
        if (failure instanceof LlmContextWindowExceededException || failure instanceof LlmContentFilteredException) {
            return 400;
        }
        if (failure instanceof LlmTimeoutException) {
            return 504;
        }
        return failure instanceof LlmUnavailableException && sent != 500 ? 503 : 500;
    }

    /** What a client needs beside the status to tell the failure. */
    private static Optional<String> reasonOf(LlmException failure) {
        if (failure instanceof LlmContextWindowExceededException) {
            return Optional.of("CONTEXT_LENGTH_EXCEEDED");
        }
        if (failure instanceof LlmContentFilteredException) {
            return Optional.of("CONTENT_FILTER");
        }
        boolean isQuota = failure instanceof LlmBudgetExceededException
                || failure instanceof LlmRateLimitedException && !failure.isRetryable();
        return isQuota ? Optional.of("INSUFFICIENT_QUOTA") : Optional.empty();
    }

    private static String statusWord(int code) {
        switch (code) {
            case 400:
                return "INVALID_ARGUMENT";
            case 401:
                return "UNAUTHENTICATED";
            case 403:
                return "PERMISSION_DENIED";
            case 404:
                return "NOT_FOUND";
            case 429:
                return "RESOURCE_EXHAUSTED";
            case 503:
                return "UNAVAILABLE";
            case 504:
                return "DEADLINE_EXCEEDED";
            default:
                return "INTERNAL";
        }
    }

    /** A protobuf duration, such as {@code 1.5s}. */
    private static String seconds(Duration wait) {
        BigDecimal seconds = BigDecimal.valueOf(wait.getSeconds()).add(BigDecimal.valueOf(wait.getNano(), 9));
        return seconds.stripTrailingZeros().toPlainString() + "s";
    }
}
