package io.github.camelllm.chat;

import org.jspecify.annotations.Nullable;

/** The provider could not be reached, broke off, or failed on its side (5xx, 529, connection lost). */
public final class LlmUnavailableException extends LlmException {
    private static final long serialVersionUID = 1L;

    public LlmUnavailableException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }

    @Override
    public ErrorKind kind() {
        return ErrorKind.UNAVAILABLE;
    }
}
