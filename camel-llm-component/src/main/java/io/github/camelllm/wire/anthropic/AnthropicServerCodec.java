package io.github.camelllm.wire.anthropic;

import io.github.camelllm.chat.ChatResponse;
import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.chat.LlmBudgetExceededException;
import io.github.camelllm.chat.LlmContentFilteredException;
import io.github.camelllm.chat.LlmContextWindowExceededException;
import io.github.camelllm.chat.LlmException;
import io.github.camelllm.chat.LlmInvalidRequestException;
import io.github.camelllm.chat.LlmRateLimitedException;
import io.github.camelllm.chat.LlmTimeoutException;
import io.github.camelllm.chat.LlmUnavailableException;
import io.github.camelllm.wire.ChatServerCodec;
import io.github.camelllm.wire.Json;
import java.util.Optional;

/** What a server of {@code POST /messages} reads and writes. */
final class AnthropicServerCodec implements ChatServerCodec {
    @Override
    public ServedRequest decode(String path, byte[] body) {
        return RequestReader.read(path, body);
    }

    @Override
    public byte[] encode(ChatResponse response, ServedRequest request) {
        return AnswerWriter.answer(response, request.request());
    }

    @Override
    public StreamEncoder streamEncoder(ServedRequest request) {
        return new AnthropicStreamEncoder(request.request());
    }

    @Override
    public int statusOf(LlmException failure) {
        switch (typeOf(failure)) {
            case "rate_limit_error":
                return 429;
            case "overloaded_error":
                return 529;
            case "timeout_error":
                return 504;
            case "authentication_error":
                return 401;
            case "permission_error":
                return 403;
            case "billing_error":
                return 402;
            case "not_found_error":
                return 404;
            case "request_too_large":
                return 413;
            case "invalid_request_error":
                return 400;
            default:
                return 500;
        }
    }

    @Override
    public byte[] encodeError(LlmException failure) {
        return errorBody(failure);
    }

    static byte[] errorBody(LlmException failure) {
        return Json.bytes(json -> {
            String type = typeOf(failure);
            json.writeStartObject();
            json.writeStringField("type", "error");
            json.writeObjectFieldStart("error");
            json.writeStringField("type", type);
            json.writeStringField("message", String.valueOf(failure.getMessage()));
            Optional<String> code = codeOf(failure).filter(value -> !value.equals(type));
            if (code.isPresent()) {
                json.writeObjectFieldStart("details");
                json.writeStringField("error_code", code.get());
                json.writeEndObject();
            }
            json.writeEndObject();
            if (failure.details().requestId().isPresent()) {
                json.writeStringField(
                        "request_id", failure.details().requestId().get());
            }
            json.writeEndObject();
        });
    }

    /** The types and their statuses are those of https://platform.claude.com/docs/en/api/errors. */
    private static String typeOf(LlmException failure) {
        int status = failure.getStatusCode();
        if (failure instanceof LlmRateLimitedException) {
            return status == 402 ? "billing_error" : "rate_limit_error";
        }
        if (failure instanceof LlmBudgetExceededException) {
            // Not 429, which clients repeat.
            return "billing_error";
        }
        if (failure instanceof LlmUnavailableException) {
            return status >= 500 && status != 503 && status != 529 ? "api_error" : "overloaded_error";
        }
        if (failure instanceof LlmTimeoutException) {
            return "timeout_error";
        }
        if (failure instanceof LlmAuthenticationException) {
            return status == 403 ? "permission_error" : "authentication_error";
        }
        if (failure instanceof LlmInvalidRequestException) {
            if (status == 404) {
                return "not_found_error";
            }
            return status == 413 ? "request_too_large" : "invalid_request_error";
        }
        if (failure instanceof LlmContextWindowExceededException || failure instanceof LlmContentFilteredException) {
            return "invalid_request_error";
        }
        return "api_error";
    }

    /** The machine code for {@code error.details.error_code}. For the cases without a type of their own it is ours. */
    private static Optional<String> codeOf(LlmException failure) {
        if (failure instanceof LlmContextWindowExceededException) {
            return Optional.of("model_context_window_exceeded");
        }
        if (failure instanceof LlmContentFilteredException) {
            return Optional.of("content_filter");
        }
        String errorType = failure.getErrorType();
        return errorType.matches("[A-Za-z][A-Za-z0-9_.-]{0,79}") ? Optional.of(errorType) : Optional.empty();
    }
}
