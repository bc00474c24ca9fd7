package io.github.camelllm.routes.deadletters;

import org.jspecify.annotations.Nullable;

/** A dead letter cannot be sent again, for a reason that has no word of its content in it. */
public final class DeadLetterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DeadLetterException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
