package io.github.camelllm.chat;

import org.jspecify.annotations.Nullable;

/** The key is missing, wrong, or not allowed to use this model (401, 403). */
public final class LlmAuthenticationException extends LlmException {
    private static final long serialVersionUID = 1L;

    public LlmAuthenticationException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }

    @Override
    public ErrorKind kind() {
        return ErrorKind.AUTHENTICATION;
    }
}
