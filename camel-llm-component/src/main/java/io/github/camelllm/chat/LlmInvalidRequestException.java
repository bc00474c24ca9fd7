package io.github.camelllm.chat;

import org.jspecify.annotations.Nullable;

/** The request is wrong and will stay so: a bad parameter, an unknown model, or something this provider cannot do. */
public final class LlmInvalidRequestException extends LlmException {
    private static final long serialVersionUID = 1L;

    public LlmInvalidRequestException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }

    @Override
    public ErrorKind kind() {
        return ErrorKind.INVALID_REQUEST;
    }
}
