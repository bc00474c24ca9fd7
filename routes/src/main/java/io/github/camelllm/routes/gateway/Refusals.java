package io.github.camelllm.routes.gateway;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.ErrorKind;
import io.github.camelllm.chat.LlmException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Failures that are the gateway's own. */
final class Refusals {
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int TOO_LONG = 413;
    static final int UNSUPPORTED_TYPE = 415;
    static final int NOT_IMPLEMENTED = 501;

    private static final String ERROR_TYPE = "refused_by_gateway";
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private Refusals() {}

    /** The request is wrong. */
    static LlmException invalid(String message) {
        return invalid(BAD_REQUEST, message);
    }

    /** @param status that the client is to see */
    static LlmException invalid(int status, String message) {
        return of(ErrorKind.INVALID_REQUEST, status, message, false, "");
    }

    static LlmException forbidden(String message, String model) {
        return of(ErrorKind.AUTHENTICATION, FORBIDDEN, message, false, model);
    }

    static LlmException filtered(String message, String model) {
        return of(ErrorKind.CONTENT_FILTERED, BAD_REQUEST, message, false, model);
    }

    /** It would be taken later. */
    static LlmException tooMany(String message, Duration retryAfter) {
        return ErrorKind.RATE_LIMITED.exception(message, details(TOO_MANY_REQUESTS, true, "", Optional.of(retryAfter)));
    }

    /** It may be taken later. */
    static LlmException unavailable(String message, @Nullable Throwable cause) {
        return unavailable(message, true, cause);
    }

    /** The provider answered, and nothing of that can be given out; the same again would be paid again. */
    static LlmException withheld(String message, Throwable cause) {
        return unavailable(message, false, cause);
    }

    private static LlmException unavailable(String message, boolean retryable, @Nullable Throwable cause) {
        return ErrorKind.UNAVAILABLE.exception(message, details(UNAVAILABLE, retryable, "", Optional.empty()), cause);
    }

    private static LlmException of(ErrorKind kind, int status, String message, boolean retryable, String model) {
        return kind.exception(message, details(status, retryable, model, Optional.empty()));
    }

    private static ErrorDetails details(int status, boolean retryable, String model, Optional<Duration> retryAfter) {
        return new ErrorDetails(
                "gateway",
                model,
                OptionalInt.of(status),
                Optional.empty(),
                ERROR_TYPE,
                retryable,
                retryAfter,
                Optional.empty());
    }

    /** The status of a failure that is the gateway's own; empty for others. */
    static OptionalInt statusOf(LlmException failure) {
        return failure.getErrorType().equals(ERROR_TYPE) ? failure.statusCode() : OptionalInt.empty();
    }
}
