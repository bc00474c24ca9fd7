package io.github.camelllm.chat;

import org.jspecify.annotations.Nullable;

/** The provider's safety filter refused the prompt or withheld the answer. */
public final class LlmContentFilteredException extends LlmException {
    private static final long serialVersionUID = 1L;

    public LlmContentFilteredException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }

    @Override
    public ErrorKind kind() {
        return ErrorKind.CONTENT_FILTERED;
    }
}
