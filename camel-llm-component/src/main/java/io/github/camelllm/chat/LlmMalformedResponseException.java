package io.github.camelllm.chat;

import org.jspecify.annotations.Nullable;

/** The answer is not what the provider's wire format promises, or a stream ended before its end marker. */
public final class LlmMalformedResponseException extends LlmException {
    private static final long serialVersionUID = 1L;

    public LlmMalformedResponseException(String message, ErrorDetails details, @Nullable Throwable cause) {
        super(message, details, cause);
    }

    @Override
    public ErrorKind kind() {
        return ErrorKind.MALFORMED_RESPONSE;
    }
}
