package io.github.camelllm.chat;

import org.jspecify.annotations.Nullable;

/** No answer, or no further piece of it, came in time. The provider may still have done, and billed, the work. */
public final class LlmTimeoutException extends LlmException {
    private static final long serialVersionUID = 1L;

    public LlmTimeoutException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }

    @Override
    public ErrorKind kind() {
        return ErrorKind.TIMEOUT;
    }
}
