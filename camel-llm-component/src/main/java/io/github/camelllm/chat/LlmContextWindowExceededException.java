package io.github.camelllm.chat;

import org.jspecify.annotations.Nullable;

/** The conversation is longer than the model can take; a larger model may answer. */
public final class LlmContextWindowExceededException extends LlmException {
    private static final long serialVersionUID = 1L;

    public LlmContextWindowExceededException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }

    @Override
    public ErrorKind kind() {
        return ErrorKind.CONTEXT_WINDOW_EXCEEDED;
    }
}
