package io.github.camelllm.chat;

import org.jspecify.annotations.Nullable;

/** The kinds of failure, each with its exception class; what a codec decides on before it knows the details. */
public enum ErrorKind {
    RATE_LIMITED(LlmRateLimitedException::new),
    UNAVAILABLE(LlmUnavailableException::new),
    TIMEOUT(LlmTimeoutException::new),
    AUTHENTICATION(LlmAuthenticationException::new),
    INVALID_REQUEST(LlmInvalidRequestException::new),
    CONTEXT_WINDOW_EXCEEDED(LlmContextWindowExceededException::new),
    CONTENT_FILTERED(LlmContentFilteredException::new),
    MALFORMED_RESPONSE(LlmMalformedResponseException::new),
    BUDGET_EXCEEDED(LlmBudgetExceededException::new);

    private final Factory factory;

    ErrorKind(Factory factory) {
        this.factory = factory;
    }

    public LlmException exception(String message, ErrorDetails details) {
        return factory.create(message, details, null);
    }

    public LlmException exception(String message, ErrorDetails details, @Nullable Throwable cause) {
        return factory.create(message, details, cause);
    }

    private interface Factory {
        LlmException create(String message, ErrorDetails details, @Nullable Throwable cause);
    }
}
