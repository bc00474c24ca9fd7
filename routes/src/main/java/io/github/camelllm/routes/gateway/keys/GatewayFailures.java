package io.github.camelllm.routes.gateway.keys;

import io.github.camelllm.chat.ErrorDetails;
import io.github.camelllm.chat.LlmAuthenticationException;
import io.github.camelllm.chat.LlmUnavailableException;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Why a caller is not let in, as the exceptions that calls fail with. Messages never hold what the caller sent as a secret. */
final class GatewayFailures {
    private static final String WHERE = "gateway";

    private GatewayFailures() {}

    /** It is not known who calls. */
    static LlmAuthenticationException unknownCaller(String message) {
        return new LlmAuthenticationException("gateway: " + message, details(401, "invalid_api_key", false), null);
    }

    /** It is known who calls, and they may not. */
    static LlmAuthenticationException forbidden(String message) {
        return new LlmAuthenticationException("gateway: " + message, details(403, "permission_denied", false), null);
    }

    /** It cannot be found out at the moment. */
    static LlmUnavailableException unavailable(String message, @Nullable Throwable cause) {
        return new LlmUnavailableException(
                "gateway: " + message, details(503, "authentication_unavailable", true), cause);
    }

    private static ErrorDetails details(int status, String errorType, boolean retryable) {
        return new ErrorDetails(
                WHERE,
                "",
                OptionalInt.of(status),
                Optional.empty(),
                errorType,
                retryable,
                Optional.empty(),
                Optional.empty());
    }
}
