package io.github.camelllm.chat;

import org.jspecify.annotations.Nullable;

/** The provider or a limit of ours allows no more calls now (429). Not retryable if a quota or credit is used up: another provider may still answer. */
public final class LlmRateLimitedException extends LlmException {
    private static final long serialVersionUID = 1L;

    public LlmRateLimitedException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }

    @Override
    public ErrorKind kind() {
        return ErrorKind.RATE_LIMITED;
    }
}
