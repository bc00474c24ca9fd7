package io.github.camelllm.examples.quickstart;

import org.jspecify.annotations.Nullable;

/** A file that no text can be read from; the message says why. It goes to the dead-letter folder. */
public final class UnreadableDocumentException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnreadableDocumentException(String message) {
        this(message, null);
    }

    public UnreadableDocumentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
