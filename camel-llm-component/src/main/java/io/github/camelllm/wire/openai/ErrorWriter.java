package io.github.camelllm.wire.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.chat.LlmBudgetExceededException;
import io.github.camelllm.chat.LlmContentFilteredException;
import io.github.camelllm.chat.LlmContextWindowExceededException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmMalformedResponseException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.wire.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Failures in OpenAI's words: {@code {"error":{"message","type","param","code"}}}. */
final class ErrorWriter {
    private static final String INVALID = "invalid_request_error";
    private static final String SERVER = "server_error";

    private enum Words {
        RATE_LIMIT(429, "requests", "rate_limit_exceeded"),
        QUOTA(429, "insufficient_quota", "insufficient_quota"),
        BUDGET(402, "insufficient_quota", "budget_exceeded"),
        TIMEOUT(504, "timeout", "timeout"),
        KEY(401, INVALID, "invalid_api_key"),
        PERMISSION(403, "permission_error", "permission_denied"),
        CONTEXT(400, INVALID, "context_length_exceeded"),
        FILTER(400, INVALID, "content_filter"),
        REQUEST(400, INVALID, null),
        MALFORMED(502, SERVER, "malformed_response"),
        UNAVAILABLE(503, SERVER, null);

        final int status;
        final String type;

        @Nullable
        final String code;

        Words(int status, String type, @Nullable String code) {
            this.status = status;
            this.type = type;
            this.code = code;
        }

        static Words of(LlmException failure) {
            if (failure instanceof LlmRateLimitedException) {
                return failure.isRetryable() ? RATE_LIMIT : QUOTA;
            }
            if (failure instanceof LlmAuthenticationException) {
                return failure.getStatusCode() == PERMISSION.status ? PERMISSION : KEY;
            }
            if (failure instanceof LlmUnavailableException) {
                return UNAVAILABLE;
            }
            if (failure instanceof LlmTimeoutException) {
                return TIMEOUT;
            }
            if (failure instanceof LlmContextWindowExceededException) {
                return CONTEXT;
            }
            if (failure instanceof LlmContentFilteredException) {
                return FILTER;
            }
            if (failure instanceof LlmMalformedResponseException) {
                return MALFORMED;
            }
            if (failure instanceof LlmBudgetExceededException) {
                return BUDGET;
            }
            if (failure instanceof LlmInvalidRequestException) {
                return REQUEST;
            }
            throw new AssertionError(failure.getClass());
        }
    }

    private ErrorWriter() {}

    /** The status of the class, or the exact one that the provider sent where it is of the same kind (404, 500, 529). */
    static int statusOf(LlmException failure) {
        Words words = Words.of(failure);
        int sent = failure.getStatusCode();
        boolean request = words == Words.REQUEST && (sent == 404 || sent == 413 || sent == 415 || sent == 422);
        boolean server = words == Words.UNAVAILABLE && sent >= 500 && sent < 600 && sent != 504;
        return request || server ? sent : words.status;
    }

    static byte[] write(LlmException failure) {
        return Json.bytes(json -> write(failure, json));
    }

    static void write(LlmException failure, JsonGenerator json) throws IOException {
        Words words = Words.of(failure);
        json.writeStartObject();
        json.writeObjectFieldStart("error");
        json.writeStringField("message", failure.getMessage());
        json.writeStringField("type", words.type);
        json.writeNullField("param");
        if (words.code == null) {
            json.writeNullField("code");
        } else {
            json.writeStringField("code", words.code);
        }
        json.writeEndObject();
        json.writeEndObject();
    }
}
